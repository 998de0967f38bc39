import type { Pool } from 'pg';
import type { Comparison } from './compare.js';

/** One point of a benchmark: how it was measured, and the comparison with the baseline. */
export interface Figure extends Comparison {
  /** Events in the log when it began. */
  readonly eventsInLog: number;
  /** Commands under way at once. */
  readonly inFlight?: number;
}

/** What a benchmark found out. */
export interface Findings {
  /** What was timed, what it is compared with, and how, in a sentence each. */
  readonly measured: string;
  readonly baseline: string;
  readonly figures: Readonly<Record<string, readonly Figure[]>>;
}

/** Measures on an empty database that has the tables of the log and of cases. */
export type Benchmark = (pool: Pool) => Promise<Findings>;
