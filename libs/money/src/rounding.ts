import { Fraction } from './fraction.js';

/**
 * Which neighbour a value between two units goes to: `ceil` to the greater, `floor` to the lesser, `half-up` to the
 * nearer with halves away from zero, `half-even` to the nearer with halves to the even unit (banker's rounding).
 */
export type RoundingMode = 'ceil' | 'floor' | 'half-up' | 'half-even';

/** How an area rounds: no national text fixes it, so it belongs to the pack. `unit` is in fen: 1 for fen, 100 for yuan. */
export interface Rounding {
  readonly mode: RoundingMode;
  readonly unit: number;
}

const half = Fraction.of(1, 2);

const floorOf = (value: Fraction): bigint => {
  const quotient = value.numerator / value.denominator;
  return value.isNegative() && !value.isInteger() ? quotient - 1n : quotient;
};

const nearest = (value: Fraction, onHalf: (lower: bigint) => bigint): bigint => {
  const lower = floorOf(value);
  const side = value.minus(Fraction.of(lower)).compare(half);
  return side < 0 ? lower : side > 0 ? lower + 1n : onHalf(lower);
};

const modes: Readonly<Record<RoundingMode, (value: Fraction) => bigint>> = {
  floor: floorOf,
  ceil: (value) => -floorOf(value.times(-1)),
  'half-up': (value) => nearest(value, (lower) => (value.isNegative() ? lower : lower + 1n)),
  'half-even': (value) => nearest(value, (lower) => (lower % 2n === 0n ? lower : lower + 1n)),
};

/**
 * The one rounding of an exact amount in fen, to a whole number of units, again in fen.
 * Throws RangeError when the unit is no positive integer or the result lies beyond 2^53 - 1.
 */
export function roundTo(value: Fraction, rounding: Rounding): number {
  if (!Number.isSafeInteger(rounding.unit) || rounding.unit < 1)
    throw new RangeError(`not a rounding unit: ${rounding.unit}`);
  const rounded = Number(modes[rounding.mode](value.dividedBy(rounding.unit)) * BigInt(rounding.unit));
  if (!Number.isSafeInteger(rounded)) throw new RangeError('amount beyond the safe integers');
  return rounded;
}

/** Fen as yuan with two decimals and no grouping, e.g. 45000 → `450.00`. Throws RangeError for what is no safe integer. */
export function formatAmount(fen: number): string {
  if (!Number.isSafeInteger(fen)) throw new RangeError(`not an amount in fen: ${fen}`);
  const digits = String(Math.abs(fen)).padStart(3, '0');
  return `${fen < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
