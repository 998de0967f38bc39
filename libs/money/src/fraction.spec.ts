import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Fraction } from './fraction.js';

const fractions = fc
  .tuple(fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), fc.bigInt({ min: 1n, max: 10n ** 6n }))
  .map(([n, d]) => Fraction.of(n, d));

describe('Fraction', () => {
  it('stands in lowest terms with a positive denominator', () => {
    expect(String(Fraction.of(6, -4))).toBe('-3/2');
    expect(String(Fraction.of(0, -7))).toBe('0/1');
    expect(String(Fraction.of(90_000))).toBe('90000/1');
  });

  it('refuses a zero denominator, a float and division by zero', () => {
    expect(() => Fraction.of(1, 0)).toThrow(RangeError);
    expect(() => Fraction.of(0.5)).toThrow(RangeError);
    expect(() => Fraction.of(2 ** 53)).toThrow(RangeError);
    expect(() => Fraction.of(1).dividedBy(0)).toThrow(RangeError);
  });

  it('adds, subtracts, multiplies and divides exactly', () => {
    const third = Fraction.of(1, 3);
    expect(String(third.plus(third).plus(third))).toBe('1/1');
    expect(String(third.minus(Fraction.of(1, 2)))).toBe('-1/6');
    expect(String(third.times(7))).toBe('7/3');
    expect(String(third.dividedBy(Fraction.of(2, 3)))).toBe('1/2');
  });

  it('compares by value', () => {
    expect(Fraction.of(1, 3).compare(Fraction.of(1, 2))).toBe(-1);
    expect(Fraction.of(2, 4).compare(Fraction.of(1, 2))).toBe(0);
    expect(Fraction.of(-1, 3).compare(Fraction.of(-1, 2))).toBe(1);
    expect(Fraction.of(-1, 3).isNegative()).toBe(true);
    expect(Fraction.zero.isNegative()).toBe(false);
  });

  it('reads what it writes and goes through JSON as a string', () => {
    fc.assert(
      fc.property(fractions, (value) => {
        expect(Fraction.parse(value.toString()).compare(value)).toBe(0);
        expect(JSON.stringify({ value })).toBe(`{"value":"${value.toString()}"}`);
      }),
      { seed: 1 },
    );
    expect(String(Fraction.parse('-45000'))).toBe('-45000/1');
    for (const text of ['', '1/', '1.5', '1/-2', ' 1', '1/2/3']) expect(() => Fraction.parse(text)).toThrow(RangeError);
  });

  it('obeys the laws of arithmetic', () => {
    fc.assert(
      fc.property(fractions, fractions, fractions, (a, b, c) => {
        expect(a.plus(b).toString()).toBe(b.plus(a).toString());
        expect(a.times(b.plus(c)).toString()).toBe(a.times(b).plus(a.times(c)).toString());
        expect(a.plus(b).minus(b).toString()).toBe(a.toString());
        expect(a.compare(b) + b.compare(a)).toBe(0);
        if (b.compare(Fraction.zero) !== 0) expect(a.times(b).dividedBy(b).toString()).toBe(a.toString());
      }),
      { seed: 2 },
    );
  });
});
