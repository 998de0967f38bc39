import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Fraction, type Rounding } from '#libs/money';
import { packFor, type Pack } from '../index.js';
import type { IncomePart, MemberFacts, SchemeFacts } from '../scheme.js';
import { dibao, dibaoAmount, monthlyIncome, type DibaoParameters } from './dibao.js';

const yuan = (amount: number): Fraction => Fraction.of(amount).times(100);
const round = (mode: Rounding['mode'], unit = 1): Rounding => ({ mode, unit });
const fen = round('half-up');

const member = (personId: string, facts: Partial<MemberFacts> = {}): MemberFacts => ({
  personId,
  citation: { streamId: `person-${personId}`, revision: '3' },
  ...facts,
});
const three = [member('a'), member('b'), member('c')];
const aYear = (amount: number): IncomePart => ({ kind: 'business', amount: amount * 100, months: 12 });

const facts = (changes: Partial<SchemeFacts> = {}): SchemeFacts => ({
  residence: 'rural',
  members: three,
  income: [aYear(10_800)],
  appliedOn: '2025-09-02',
  decidedOn: '2025-09-29',
  ...changes,
});

const example = packFor(['430225'], 'dibao', '2025-09-29') as Pack<DibaoParameters>;
const packWith = (parameters: Partial<DibaoParameters>): Pack<DibaoParameters> => ({
  ...example,
  parameters: { ...example.parameters, ...parameters },
});
const standard700 = packWith({
  standard: { rural: { amount: 70_000, months: 1 }, urban: { amount: 70_000, months: 1 } },
  marginal: { factor: { n: 3, d: 2 }, comparison: '<' },
});
const valueOf = (assessment: { trace: readonly { step: string; value: string }[] }, step: string) =>
  assessment.trace.find((line) => line.step === step)?.value;

describe('the dibao formula', () => {
  it('E1, scenario 1: 632 x 3 - 1,894 is 2.00 when rounded up to yuan, never 3.00', () => {
    const figures = { standard: yuan(632), members: 3, income: yuan(1_894), rounding: round('ceil', 100) };
    expect(dibaoAmount(figures).monthlyAmount).toBe(200);
  });

  it.each([
    ['half-up', 1, 49_167],
    ['ceil', 100, 49_200],
    ['half-up', 100, 49_200],
    ['floor', 100, 49_100],
  ] as const)('E2: one rounding, %s to %d fen, makes %d', (mode, unit, expected) => {
    const income = monthlyIncome([aYear(17_500)]);
    expect(dibaoAmount({ standard: yuan(650), members: 3, income, rounding: round(mode, unit) }).monthlyAmount).toBe(
      expected,
    );
  });

  it('E3: income per head is never rounded on the way', () => {
    const income = monthlyIncome([aYear(10_000)]);
    expect(dibaoAmount({ standard: yuan(300), members: 7, income, rounding: fen }).monthlyAmount).toBe(126_667);
  });

  it('E4: rounding up per household or per person is the area’s choice', () => {
    const figures = { standard: yuan(700), members: 3, income: yuan(1_234), rounding: round('ceil', 100) };
    expect(dibaoAmount(figures).monthlyAmount).toBe(86_600);
    expect(dibaoAmount({ ...figures, roundingScope: 'person' }).monthlyAmount).toBe(86_700);
  });

  it('a yearly standard is not rounded before the comparison: 15,000 for three at 5,000 a head is equal, so refused', () => {
    const standard = Fraction.of(500_000, 12);
    const figures = { standard, members: 3, income: monthlyIncome([aYear(15_000)]), rounding: fen };
    expect(dibaoAmount(figures)).toMatchObject({ eligible: false, monthlyAmount: 0 });
    expect(dibaoAmount({ ...figures, comparison: '<=' })).toMatchObject({ eligible: true, monthlyAmount: 0 });
  });

  it.each([
    ['E7: before the birth', 700, 3, 1_500, 60_000],
    ['E7: with the baby', 700, 4, 1_500, 130_000],
    ['E8: before the death', 650, 3, 900, 105_000],
    ['E8: after the death', 650, 2, 600, 70_000],
    ['E15: with the member who becomes tekun', 700, 3, 900, 120_000],
    ['E15: without', 700, 2, 900, 50_000],
  ])('%s', (_case, standard, members, income, expected) => {
    const figures = { standard: yuan(standard), members, income: yuan(income), rounding: fen };
    expect(dibaoAmount(figures).monthlyAmount).toBe(expected);
  });

  it('E9: a raised standard adds 150.00 to the gap and 10.00 to a supplement of 20 %', () => {
    const at = (standard: number) =>
      dibaoAmount({
        standard: yuan(standard),
        members: 3,
        income: yuan(900),
        rounding: fen,
        supplementRates: [Fraction.of(20, 100)],
      });
    expect(at(650)).toMatchObject({ roundedGap: 105_000, supplements: [13_000], monthlyAmount: 118_000 });
    expect(at(700)).toMatchObject({ roundedGap: 120_000, supplements: [14_000], monthlyAmount: 134_000 });
    expect((at(700).monthlyAmount - at(650).monthlyAmount) * 3).toBe(48_000);
  });

  it('pays at most the standard for all, also when a business lost money', () => {
    const figures = { standard: yuan(450), members: 3, income: yuan(-1_000), rounding: fen };
    expect(dibaoAmount(figures).monthlyAmount).toBe(135_000);
  });

  it('needs members, and months for each part of income', () => {
    const figures = { standard: yuan(450), income: yuan(0), rounding: fen };
    for (const members of [0, -1, 1.5]) expect(() => dibaoAmount({ ...figures, members })).toThrow(RangeError);
    for (const months of [0, -1, 1.5])
      expect(() => monthlyIncome([{ kind: 'wages', amount: 100, months }])).toThrow(RangeError);
  });

  it('lies between nothing and the full standard, and never rises with income', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200_000 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: -1_000_000, max: 50_000_000 }),
        fc.integer({ min: 0, max: 100_000 }),
        (standard, members, annual, rise) => {
          const at = (income: number) =>
            dibaoAmount({
              standard: Fraction.of(standard),
              members,
              income: Fraction.of(income, 12),
              rounding: fen,
            });
          const amount = at(annual);
          expect(amount.monthlyAmount).toBeGreaterThanOrEqual(0);
          expect(amount.monthlyAmount).toBeLessThanOrEqual(standard * members);
          expect(at(annual + rise).monthlyAmount).toBeLessThanOrEqual(amount.monthlyAmount);
          expect(amount.eligible).toBe(annual < standard * members * 12);
        },
      ),
      { seed: 8 },
    );
  });
});

describe('dibao', () => {
  it.each([
    [10_800, 45_000],
    [9_000, 60_000],
    [12_600, 30_000],
  ])('a rural family of three with %d a year gets %d fen', (income, expected) => {
    const assessment = dibao.assess(facts({ income: [aYear(income)] }), example);
    expect(assessment).toMatchObject({ eligible: true, reasons: [], monthlyAmount: expected });
  });

  it.each([16_200, 16_201, 30_000])('with %d a year it is refused', (income) => {
    const assessment = dibao.assess(facts({ income: [aYear(income)] }), example);
    expect(assessment).toMatchObject({ eligible: false, reasons: ['INCOME_NOT_BELOW_STANDARD'], monthlyAmount: 0 });
  });

  it('shows each step of the arithmetic', () => {
    expect(dibao.assess(facts(), example)).toEqual({
      eligible: true,
      reasons: [],
      monthlyAmount: 45_000,
      trace: [
        { step: 'members', value: '3', basis: '民发〔2021〕57号 art 7' },
        { step: 'income-part', value: '90000', basis: 'business' },
        { step: 'monthly-income', value: '90000', basis: '民发〔2021〕57号 art 13' },
        { step: 'standard', value: '45000', basis: 'rural' },
        { step: 'income-per-head', value: '30000' },
        { step: 'below-standard', value: 'yes', basis: '<' },
        { step: 'gap', value: '45000', basis: '民发〔2021〕57号 art 23' },
        { step: 'rounded-gap', value: '45000', basis: 'half-up 1 household' },
        { step: 'monthly-amount', value: '45000' },
      ],
      pack: { id: '430225/dibao/2025-01-01', version: '1', example: true },
      legalBasis: ['社会救助暂行办法 art 9', '民发〔2021〕57号 art 21-23'],
      citations: [],
    });
    const income: IncomePart[] = [{ kind: 'wages', amount: 100_000, months: 3 }];
    expect(valueOf(dibao.assess(facts({ income }), example), 'monthly-income')).toBe('100000/3');
  });

  it.each([
    ['700.00', 210_000, false, 0, 'yes'],
    ['699.99', 209_997, true, 3, undefined],
    ['1,049.99', 314_997, false, 0, 'yes'],
    ['1,050.00', 315_000, false, 0, 'no'],
  ])('E6, scenario 2: urban at %s per head', (_perHead, amount, eligible, monthlyAmount, marginal) => {
    const income: IncomePart[] = [{ kind: 'wages', amount, months: 1 }];
    const assessment = dibao.assess(facts({ residence: 'urban', income }), example);
    expect(assessment).toMatchObject({ eligible, monthlyAmount });
    expect(valueOf(assessment, 'marginal')).toBe(marginal);
  });

  it('1.5 times the standard is still marginal where the area includes it', () => {
    const income: IncomePart[] = [{ kind: 'wages', amount: 315_000, months: 1 }];
    const pack = packWith({ marginal: { factor: { n: 3, d: 2 }, comparison: '<=' } });
    expect(valueOf(dibao.assess(facts({ residence: 'urban', income }), pack), 'marginal')).toBe('yes');
  });

  it('E12: the central basic pension is left out to the end of 2025 and counts from then on', () => {
    const pension: IncomePart[] = [
      { kind: 'transfers', amount: 12_700, months: 1, exemption: 'central-basic-pension' },
      { kind: 'transfers', amount: 8_000, months: 1 },
    ];
    const elders = {
      residence: 'urban',
      members: [member('a'), member('b')],
      income: [...pension, ...pension],
    } as const;
    const on = (decidedOn: string) => dibao.assess(facts({ ...elders, decidedOn }), example);
    expect(on('2025-12-31')).toMatchObject({ monthlyAmount: 124_000 });
    expect(on('2025-12-31').trace.filter(({ step }) => step === 'income-left-out')).toHaveLength(2);
    expect(on('2026-01-01')).toMatchObject({ monthlyAmount: 98_600 });
  });

  it('government assistance is no income', () => {
    const income = [
      aYear(10_800),
      { kind: 'transfers', amount: 22_000, months: 1, exemption: 'government-assistance' },
    ] as const;
    expect(dibao.assess(facts({ income }), example).monthlyAmount).toBe(45_000);
  });

  it('supplements count the highest rate of each member, and tell the outcome but not the fact', () => {
    const pack = packWith({
      supplements: [
        { ground: 'minor', rate: { n: 1, d: 10 } },
        { ground: 'severe-disability', rate: { n: 1, d: 5 } },
        { ground: 'elder', rate: { n: 1, d: 10 } },
      ],
    });
    const members = [
      member('a', { birthDate: '1960-02-03', disability: { category: 'hearing-speech', level: 1 } }),
      member('b', { birthDate: '1980-04-05', disability: { category: 'physical', level: 3 } }),
      member('c', { birthDate: '2011-06-07' }),
    ];
    const assessment = dibao.assess(facts({ members }), pack);
    expect(assessment.monthlyAmount).toBe(45_000 + 9_000 + 4_500);
    expect(assessment.citations).toEqual([
      { personId: 'a', streamId: 'person-a', revision: '3', outcome: 'severe-disability: yes' },
      { personId: 'c', streamId: 'person-c', revision: '3', outcome: 'minor: yes' },
    ]);
    for (const fact of ['1960', '2011', 'hearing', 'level']) expect(JSON.stringify(assessment)).not.toContain(fact);
  });

  it('who files alone gets it by their own income, where the family lies below 1.5 times the standard', () => {
    const alone = (income: number) =>
      dibao.assess(
        facts({ members: [member('son')], income: [], family: { members: 3, income: [aYear(income)] } }),
        standard700,
      );
    expect(alone(36_000)).toMatchObject({ eligible: true, monthlyAmount: 70_000 });
    expect(valueOf(alone(36_000), 'family-income-per-head')).toBe('100000');
    expect(alone(37_800)).toMatchObject({ eligible: false, reasons: ['FAMILY_NOT_MARGINAL'], monthlyAmount: 0 });
    expect(valueOf(alone(37_800), 'monthly-amount')).toBe('0');
  });

  it('a household without members gets nothing', () => {
    expect(dibao.assess(facts({ members: [] }), example)).toMatchObject({ eligible: false, reasons: ['NO_MEMBERS'] });
  });

  it.each([
    ['month-after-decision', '2026-01'],
    ['month-of-decision', '2025-12'],
    ['month-of-application', '2025-11'],
  ] as const)('pays from the %s', (firstMonth, expected) => {
    const dates = { appliedOn: '2025-11-30', decidedOn: '2025-12-31' };
    expect(dibao.firstMonth(facts(dates), packWith({ firstMonth }))).toBe(expected);
  });

  it('is paid from the fund of the household’s register', () => {
    expect(dibao.fund('urban').code).toBe('2081901');
    expect(dibao.fund('rural').code).toBe('2081902');
  });
});
