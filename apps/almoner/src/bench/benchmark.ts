/** How a benchmark is to be run. */
export interface BenchOptions {
  /** A URL of the scratch database; all benchmarks write only there. */
  readonly url: string;
  /** One short round of each: shows that it works, says nothing about speed. */
  readonly quick: boolean;
  /** Also what takes very long. */
  readonly full: boolean;
  /** Events in the log at which the cost per event is measured, ascending. */
  readonly sizes: readonly number[];
  /** Tells the person at the terminal how far it is. */
  readonly say: (text: string) => void;
}

/** One case against one baseline, both medians over the rounds of one run. */
export interface Result {
  readonly case: string;
  readonly against: string;
  readonly value: number;
  readonly baseline: number;
  readonly unit: string;
  /** value ÷ baseline: above 1 ours is faster. */
  readonly ratio: number;
  /** The smallest and the largest ratio of a single round: how far the noise reaches. */
  readonly ratioRange: readonly [number, number];
  readonly p99Ms?: number;
  readonly baselineP99Ms?: number;
}

/** A figure without a baseline: a part of the cost, or the cost at a size of the log. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
}

/** What a benchmark found out. */
export interface Findings {
  readonly results: readonly Result[];
  readonly figures?: readonly Figure[];
  /** What the reader must know: what each side does, what was left out and why. */
  readonly notes: readonly string[];
}

/** Measures on an empty database that has the tables of the service. */
export type Benchmark = (options: BenchOptions) => Promise<Findings>;
