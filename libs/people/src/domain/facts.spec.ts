import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addDays } from '#libs/calendar';
import { ERASED, personal } from '#libs/event-sourcing/decider';
import {
  factOn,
  isRepeated,
  provenanceOf,
  refusedFact,
  sameValue,
  withFact,
  withoutFact,
  type Fact,
  type Provenance,
  type Timeline,
} from './facts.js';

const today = '2025-09-01';
const from = (factId: string, happenedOn: string, more: Partial<Provenance> = {}): Provenance => ({
  factId,
  happenedOn,
  knownOn: today,
  source: 'declared',
  ...more,
});
const fact = (factId: string, happenedOn: string, more: Partial<Provenance> = {}): Fact<string> => ({
  ...from(factId, happenedOn, more),
  value: `value of ${factId}`,
});
const timelineOf = (...facts: Fact<string>[]): Timeline<string> => facts.reduce<Timeline<string>>(withFact, []);
const idOn = (timeline: Timeline<string>, day: string) => factOn(timeline, day)?.factId;

describe('a timeline', () => {
  const two = timelineOf(fact('later', '2025-06-01'), fact('earlier', '2025-01-31'));

  it('says what was so on a day, from the very day on', () => {
    expect(idOn(two, '2025-01-31')).toBe('earlier');
    expect(idOn(two, '2025-05-31')).toBe('earlier');
    expect(idOn(two, '2025-06-01')).toBe('later');
    expect(idOn(two, '9999-12-31')).toBe('later');
  });

  it('says nothing of the days before its first fact', () => expect(idOn(two, '2025-01-30')).toBeUndefined());

  it('gives of two facts of one day the one that was recorded last', () =>
    expect(idOn(timelineOf(fact('first', '2025-06-01'), fact('second', '2025-06-01')), '2025-06-01')).toBe('second'));

  it('puts a correction in the place of what it corrects, on its own day', () => {
    const corrected = withFact(two, fact('right', '2025-03-01', { source: 'corrected', corrects: 'later' }));
    expect(corrected.map(({ factId }) => factId)).toEqual(['earlier', 'right']);
    const again = withFact(corrected, fact('righter', '2025-07-01', { source: 'corrected', corrects: 'right' }));
    expect(again.map(({ factId }) => factId)).toEqual(['earlier', 'righter']);
  });

  it('does not bring back what was corrected when the correction is withdrawn: neither was ever so', () => {
    const corrected = withFact(two, fact('right', '2025-03-01', { source: 'corrected', corrects: 'later' }));
    expect(withoutFact(corrected, 'right').map(({ factId }) => factId)).toEqual(['earlier']);
  });

  it('is itself when a fact is withdrawn that it does not have', () => expect(withoutFact(two, 'other')).toBe(two));

  it('is in the order of days whatever the order of recording', () => {
    const days = fc.uniqueArray(fc.nat(1000), { maxLength: 12 });
    fc.assert(
      fc.property(days, (offsets) => {
        const facts = offsets.map((offset) => fact(`fact-${offset}`, addDays('2020-01-01', offset)));
        const sorted = [...facts].sort((one, other) => (one.happenedOn < other.happenedOn ? -1 : 1));
        expect(timelineOf(...facts)).toEqual(sorted);
      }),
      { seed: 21 },
    );
  });
});

describe('what an event says of where its fact comes from', () => {
  it('is taken without the rest of its data, and without what is left out', () => {
    expect(provenanceOf({ ...from('a', today), area: '430225100' } as Provenance)).toEqual(from('a', today));
    const whole = from('b', today, {
      source: 'corrected',
      corrects: 'a',
      document: personal('户口簿'),
      reason: personal('笔误'),
    });
    expect(provenanceOf(whole)).toStrictEqual(whole);
    expect(Object.keys(provenanceOf(from('a', today)))).toEqual(['factId', 'happenedOn', 'knownOn', 'source']);
  });
});

describe('a fact', () => {
  it.each([
    ['of today', from('a', today)],
    ['known long after it happened', from('a', '1999-12-31', { knownOn: '2025-08-31' })],
    ['known on the day it happened', from('a', '2025-08-31', { knownOn: '2025-08-31', source: 'verified' })],
    ['that corrects another', from('a', today, { source: 'corrected', corrects: 'b' })],
  ])('%s is taken', (_, given) => expect(refusedFact(given, today)).toBeUndefined());

  it.each([
    ['happens tomorrow', from('a', '2025-09-02', { knownOn: '2025-09-02' }), 'HAPPENED_IN_FUTURE'],
    ['was known before it happened', from('a', '2025-08-31', { knownOn: '2025-08-30' }), 'KNOWN_BEFORE_HAPPENED'],
    ['is known tomorrow', from('a', '2025-08-31', { knownOn: '2025-09-02' }), 'KNOWN_BEFORE_HAPPENED'],
    ['corrects nothing', from('a', today, { source: 'corrected' }), 'CORRECTION_NEEDS_FACT'],
    ['corrects without saying so', from('a', today, { source: 'verified', corrects: 'b' }), 'CORRECTION_NEEDS_FACT'],
  ])('that %s is refused', (_, given, code) => expect(refusedFact(given, today)).toMatchObject({ code }));
});

describe('a repeated fact', () => {
  const timeline = timelineOf(fact('a', '2025-06-01'));
  const again = (happenedOn: string, more: Partial<Provenance> = {}, value = 'value of a') =>
    isRepeated(from('b', happenedOn, more), value, timeline);

  it('has the day, the kind of source and the value of one that is there', () =>
    expect(again('2025-06-01')).toBe(true));

  it.each([
    ['another day', again('2025-06-02')],
    ['an earlier day', again('2025-05-31')],
    ['another kind of source', again('2025-06-01', { source: 'verified' })],
    ['another value', again('2025-06-01', {}, 'else')],
    ['a fact that it corrects', again('2025-06-01', { source: 'corrected', corrects: 'a' })],
  ])('is none with %s', (_, repeated) => expect(repeated).toBe(false));
});

describe('two values', () => {
  it.each([
    [personal('1'), personal('1')],
    [personal({ bank: 'A', number: '1' }), personal({ number: '1', bank: 'A' })],
    [
      { identity: personal({ name: '示例甲', document: { kind: 'none' } }) },
      { identity: personal({ document: { kind: 'none' }, name: '示例甲' }) },
    ],
    [personal([{ kind: 'rare' }]), personal([{ kind: 'rare' }])],
    [personal(null), personal(null)],
    [{}, {}],
  ])('say the same: %#', (one, other) => expect(sameValue(one, other)).toBe(true));

  it.each([
    [personal('1'), personal('2')],
    [
      { area: '1', address: personal('甲') },
      { area: '1', address: personal('乙') },
    ],
    [{ area: '1', address: personal('甲') }, { area: '1' }],
    [personal([{ kind: 'rare' }, { kind: 'major' }]), personal([{ kind: 'major' }, { kind: 'rare' }])],
    [undefined, personal('1')],
  ])('say something else: %#', (one, other) => expect(sameValue(one, other)).toBe(false));

  it('of which one is erased are never the same', () => {
    expect(sameValue(ERASED, ERASED)).toBe(false);
    expect(sameValue({ area: '1', address: ERASED }, { area: '1', address: ERASED })).toBe(false);
  });
});
