import { describe, expect, it } from '@jest/globals';
import { getScheme, packFor, type Disability, type MemberFacts, type SchemeFacts, type SchemeId } from '../index.js';

const packOf = (scheme: SchemeId) => {
  const pack = packFor(['430000', '430200', '430225'], scheme, '2025-10-01');
  if (!pack) throw new Error(`no example for ${scheme}`);
  return pack;
};
const assess = (scheme: SchemeId, facts: SchemeFacts) => getScheme(scheme).assess(facts, packOf(scheme));
const firstMonth = (scheme: SchemeId, facts: SchemeFacts) => getScheme(scheme).firstMonth(facts, packOf(scheme));

const member = (personId: string, disability?: Disability, careNeedMonths?: number): MemberFacts => ({
  personId,
  birthDate: '1971-03-04',
  ...(disability && { disability }),
  ...(careNeedMonths !== undefined && { careNeedMonths }),
  citation: { streamId: `person-${personId}`, revision: '2' },
});
const man = member('man', { category: 'hearing-speech', level: 1 }, 12);
const wife = member('wife', { category: 'intellectual', level: 2 }, 6);
const son = member('son');

const facts = (personId: string, changes: Partial<SchemeFacts> = {}): SchemeFacts => ({
  residence: 'rural',
  members: [man, wife, son],
  income: [{ kind: 'business', amount: 1_080_000, months: 12 }],
  personId,
  appliedOn: '2025-10-09',
  decidedOn: '2025-10-15',
  dibaoFromMonth: '2025-10',
  ...changes,
});

describe('the two disability subsidies', () => {
  it('E14: both parents get both, 220.00 in all, beside 450.00 of dibao', () => {
    const amounts = ['man', 'wife'].flatMap((person) => [
      assess('disability-living', facts(person)).monthlyAmount,
      assess('disability-nursing', facts(person)).monthlyAmount,
    ]);
    expect(amounts).toEqual([5_500, 5_500, 5_500, 5_500]);
    expect(assess('dibao', facts('man')).monthlyAmount).toBe(45_000);
  });

  it('applied for in the first month of dibao, nothing is owed for earlier months', () => {
    expect(firstMonth('disability-living', facts('man'))).toBe('2025-10');
    expect(firstMonth('disability-nursing', facts('man'))).toBe('2025-10');
  });

  it('scenario 9: nursing counts from the month of application, living from the month dibao counts', () => {
    const applied = facts('man', { appliedOn: '2025-08-20', decidedOn: '2025-10-28', dibaoFromMonth: '2025-11' });
    expect(firstMonth('disability-nursing', applied)).toBe('2025-08');
    expect(firstMonth('disability-living', applied)).toBe('2025-11');
  });

  it('living counts from the application when dibao was there before', () => {
    expect(firstMonth('disability-living', facts('man', { dibaoFromMonth: '2024-03' }))).toBe('2025-10');
  });

  it('living waits for dibao, nursing does not', () => {
    const { dibaoFromMonth: _none, ...withoutDibao } = facts('man');
    expect(assess('disability-living', withoutDibao)).toMatchObject({
      eligible: false,
      reasons: ['NO_DIBAO_YET'],
      monthlyAmount: 0,
    });
    expect(assess('disability-nursing', withoutDibao)).toMatchObject({ eligible: true, monthlyAmount: 5_500 });
    expect(() => firstMonth('disability-living', withoutDibao)).toThrow(RangeError);
  });

  it('refuses who has no disability', () => {
    expect(assess('disability-living', facts('son')).reasons).toEqual(['NO_DISABILITY']);
    expect(assess('disability-nursing', facts('son')).reasons).toEqual([
      'NO_SEVERE_DISABILITY',
      'NO_LONG_TERM_CARE_NEED',
    ]);
  });

  it.each([
    [2, 6, true],
    [2, 5, false],
    [3, 6, false],
    [1, undefined, false],
  ] as const)('nursing at level %s with %s months of care: %s', (level, months, eligible) => {
    const person = member('x', { category: 'mental', level }, months);
    expect(assess('disability-nursing', facts('x', { members: [person] })).eligible).toBe(eligible);
  });

  it('cites the sensitive fact by person, revision and outcome, and tells nothing of it', () => {
    const nursing = assess('disability-nursing', facts('wife'));
    expect(nursing.citations).toEqual([
      { personId: 'wife', streamId: 'person-wife', revision: '2', outcome: 'severe-disability: yes' },
      { personId: 'wife', streamId: 'person-wife', revision: '2', outcome: 'long-term-care-need: yes' },
    ]);
    const told = JSON.stringify([nursing, assess('disability-living', facts('wife'))]);
    for (const fact of ['intellectual', 'level', '1971', 'man', 'son"']) expect(told).not.toContain(fact);
  });

  it('are one budget item', () => {
    for (const id of ['disability-living', 'disability-nursing'] as const)
      expect(getScheme(id).fund('rural').code).toBe('2081107');
  });

  it('need to know for whom', () => {
    expect(() => assess('disability-nursing', facts('stranger'))).toThrow(RangeError);
  });
});
