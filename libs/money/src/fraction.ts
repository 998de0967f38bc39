const greatestCommonDivisor = (a: bigint, b: bigint): bigint => (b === 0n ? a : greatestCommonDivisor(b, a % b));

const whole = (value: bigint | number): bigint => {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) throw new RangeError(`not a safe integer: ${value}`);
  return BigInt(value);
};

/**
 * An exact ratio of two integers, always in lowest terms with a positive denominator. Amounts stay fractions (of fen)
 * until the one rounding at the end, so that neither a comparison nor a sum depends on the order of the steps.
 * Immutable; every method returns a new value.
 */
export class Fraction {
  static readonly zero = new Fraction(0n, 1n);

  private constructor(
    readonly numerator: bigint,
    readonly denominator: bigint,
  ) {}

  /** `numerator / denominator`. Throws RangeError for a number that is no safe integer and for a zero denominator. */
  static of(numerator: bigint | number, denominator: bigint | number = 1n): Fraction {
    const n = whole(numerator);
    const d = whole(denominator);
    if (d === 0n) throw new RangeError('denominator is zero');
    const divisor = greatestCommonDivisor(n < 0n ? -n : n, d < 0n ? -d : d);
    const signed = d < 0n ? -divisor : divisor;
    return new Fraction(n / signed, d / signed);
  }

  /** Reads what `toString` wrote, or a bare integer. Throws RangeError for anything else. */
  static parse(text: string): Fraction {
    const [, n, d = '1'] = /^(-?\d+)(?:\/(\d+))?$/.exec(text) ?? [];
    if (n === undefined) throw new RangeError(`not a fraction: ${text}`);
    return Fraction.of(BigInt(n), BigInt(d));
  }

  plus(other: Fraction): Fraction {
    return Fraction.of(
      this.numerator * other.denominator + other.numerator * this.denominator,
      this.denominator * other.denominator,
    );
  }

  minus(other: Fraction): Fraction {
    return Fraction.of(
      this.numerator * other.denominator - other.numerator * this.denominator,
      this.denominator * other.denominator,
    );
  }

  times(other: Fraction | bigint | number): Fraction {
    const factor = other instanceof Fraction ? other : Fraction.of(other);
    return Fraction.of(this.numerator * factor.numerator, this.denominator * factor.denominator);
  }

  /** Throws RangeError when divided by zero. */
  dividedBy(other: Fraction | bigint | number): Fraction {
    const divisor = other instanceof Fraction ? other : Fraction.of(other);
    return Fraction.of(this.numerator * divisor.denominator, this.denominator * divisor.numerator);
  }

  /** Negative, zero or positive as this is less than, equal to or greater than the other. */
  compare(other: Fraction): -1 | 0 | 1 {
    const left = this.numerator * other.denominator;
    const right = other.numerator * this.denominator;
    return left < right ? -1 : left > right ? 1 : 0;
  }

  isNegative(): boolean {
    return this.numerator < 0n;
  }

  isInteger(): boolean {
    return this.denominator === 1n;
  }

  /** Always `n/d`, e.g. `437500/3` or `90000/1`. */
  toString(): string {
    return `${this.numerator}/${this.denominator}`;
  }

  /** Fractions travel through JSON as strings: nothing that is stored or hashed holds a float. */
  toJSON(): string {
    return this.toString();
  }
}
