import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Fraction } from './fraction.js';
import { formatAmount, roundTo, type RoundingMode } from './rounding.js';

const fen = fc
  .tuple(fc.integer({ min: -(10 ** 12), max: 10 ** 12 }), fc.integer({ min: 1, max: 1_200 }))
  .map(([n, d]) => Fraction.of(n, d));
const units = fc.constantFrom(1, 10, 100);
const modes = fc.constantFrom<RoundingMode>('ceil', 'floor', 'half-up', 'half-even');

describe('rounding', () => {
  it('E20: 3.5 % of 700.00 is 25 yuan half-up and 24 by the banker’s rule', () => {
    const value = Fraction.of(70_000).times(Fraction.of(35, 1_000));
    expect(roundTo(value, { mode: 'half-up', unit: 100 })).toBe(2_500);
    expect(roundTo(value, { mode: 'half-even', unit: 100 })).toBe(2_400);
    expect(roundTo(value, { mode: 'half-up', unit: 1 })).toBe(2_450);
  });

  it.each([
    ['ceil', [2, 3, -1, -2]],
    ['floor', [1, 2, -2, -3]],
    ['half-up', [2, 3, -2, -3]],
    ['half-even', [2, 2, -2, -2]],
  ] as const)('%s rounds 3/2, 5/2 and their negatives', (mode, expected) => {
    const values = [Fraction.of(3, 2), Fraction.of(5, 2), Fraction.of(-3, 2), Fraction.of(-5, 2)];
    expect(values.map((value) => roundTo(value, { mode, unit: 1 }))).toEqual(expected);
  });

  it('yields a whole number of units that is less than one unit away, nearest when halves count', () => {
    fc.assert(
      fc.property(fen, modes, units, (value, mode, unit) => {
        const rounded = roundTo(value, { mode, unit });
        expect(Math.abs(rounded % unit)).toBe(0);
        const off = Fraction.of(rounded).minus(value);
        const distance = off.isNegative() ? off.times(-1) : off;
        expect(distance.compare(Fraction.of(unit))).toBe(-1);
        if (mode === 'ceil') expect(off.isNegative()).toBe(false);
        else if (mode === 'floor') expect(off.compare(Fraction.zero)).toBeLessThanOrEqual(0);
        else expect(distance.compare(Fraction.of(unit, 2))).toBeLessThanOrEqual(0);
      }),
      { seed: 3 },
    );
  });

  it('leaves whole units alone', () => {
    fc.assert(
      fc.property(fc.integer(), modes, (value, mode) => {
        expect(roundTo(Fraction.of(value).times(100), { mode, unit: 100 })).toBe(value * 100);
      }),
      { seed: 4 },
    );
  });

  it('refuses a result beyond the safe integers and a unit that is none', () => {
    expect(() => roundTo(Fraction.of(2n ** 53n), { mode: 'floor', unit: 1 })).toThrow(RangeError);
    expect(() => roundTo(Fraction.of(1), { mode: 'floor', unit: 0 })).toThrow(RangeError);
    expect(() => roundTo(Fraction.of(1), { mode: 'floor', unit: 0.5 })).toThrow(RangeError);
  });
});

describe('formatAmount', () => {
  it.each([
    [45_000, '450.00'],
    [0, '0.00'],
    [5, '0.05'],
    [-5, '-0.05'],
    [-123_456, '-1234.56'],
    [Number.MAX_SAFE_INTEGER, '90071992547409.91'],
  ])('writes %d fen as %s', (amount, text) => expect(formatAmount(amount)).toBe(text));

  it('refuses what is no amount', () => {
    for (const amount of [0.5, NaN, Infinity, 2 ** 53]) expect(() => formatAmount(amount)).toThrow(RangeError);
  });
});
