import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { monthlyInstalment } from './instalments.js';

const halfUpToFen = { mode: 'half-up', unit: 1 } as const;
const months = Array.from({ length: 12 }, (_, index) => index + 1);

describe('an annual amount paid monthly', () => {
  it('E5: 7,987 a year is 665.58, 665.59, 665.58, 665.58, 665.59 … and adds up', () => {
    const payments = months.map((month) => monthlyInstalment(798_700, month, halfUpToFen));
    expect(payments.slice(0, 5)).toEqual([66_558, 66_559, 66_558, 66_558, 66_559]);
    expect(payments.reduce((sum, one) => sum + one)).toBe(798_700);
  });

  it('E5: 7,314 a year is 609.50 in each month', () => {
    expect(months.every((month) => monthlyInstalment(731_400, month, halfUpToFen) === 60_950)).toBe(true);
  });

  it('adds up for every amount', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 9 }), (annual) => {
        expect(months.reduce((sum, month) => sum + monthlyInstalment(annual, month, halfUpToFen), 0)).toBe(annual);
      }),
      { seed: 7 },
    );
  });

  it('knows twelve months', () => {
    for (const month of [0, 13, 1.5]) expect(() => monthlyInstalment(1, month, halfUpToFen)).toThrow(RangeError);
  });
});
