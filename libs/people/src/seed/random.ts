/** A table to choose from, each entry as often as its weight says. */
export interface Weighted<Value> {
  readonly values: readonly Value[];
  /** Sums of the weights so far; the last is the sum of all. */
  readonly sums: readonly number[];
}

/** Makes a table of entries with weights: whole numbers, not all zero. */
export function weighted<Value>(entries: readonly (readonly [value: Value, weight: number])[]): Weighted<Value> {
  let sum = 0;
  return { values: entries.map(([value]) => value), sums: entries.map(([, weight]) => (sum += weight)) };
}

/**
 * Numbers that look random and are the same on every machine for the same keys: SplitMix with 32 bits. For made-up data
 * alone, never for keys or secrets. Source: Steele, Lea, Flood, Fast Splittable Pseudorandom Number Generators (2014);
 * the mixing step is that of MurmurHash3
 */
export class Random {
  private state = 0x9e3779b9;

  /** Other keys give another sequence, so that one thing can be made without those before it. */
  constructor(...keys: readonly number[]) {
    for (const key of keys) this.state = mix(this.state ^ (key >>> 0)) ^ Math.floor(key / 2 ** 32);
  }

  /** A whole number from 0 to below the limit, which is at most 2^32. */
  below(limit: number): number {
    this.state = (this.state + 0x9e3779b9) | 0;
    return Math.floor(((mix(this.state) >>> 0) / 2 ** 32) * limit);
  }

  /** A whole number, both ends included; the first where they cross. */
  between(first: number, last: number): number {
    return last <= first ? first : first + this.below(last - first + 1);
  }

  /** True so many times in a thousand. */
  chance(perMille: number): boolean {
    return this.below(1000) < perMille;
  }

  /** @throws RangeError for an empty list */
  pick<Value>(values: readonly Value[]): Value {
    return at(values, this.below(values.length));
  }

  choose<Value>({ values, sums }: Weighted<Value>): Value {
    const mark = this.below(sums.at(-1) ?? 0);
    let [low, high] = [0, sums.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (at(sums, middle) > mark) high = middle;
      else low = middle + 1;
    }
    return at(values, low);
  }
}

/** The element at a place that exists. @throws RangeError where it does not */
export function at<Value>(values: readonly Value[], index: number): Value {
  if (index < 0 || index >= values.length) throw new RangeError(`nothing at ${index} of ${values.length}`);
  return values[index] as Value;
}

function mix(value: number): number {
  let mixed = value;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
