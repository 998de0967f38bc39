/** How long something takes beside its baseline. Times are medians over the rounds, in microseconds. */
export interface Comparison {
  readonly rounds: number;
  readonly perEventUs: number;
  readonly eventsPerSecond: number;
  readonly baselinePerEventUs: number;
  readonly baselineEventsPerSecond: number;
  /** Median over the rounds of time ÷ time of the baseline in the same round: 1 is as fast, 2 takes twice as long. */
  readonly ratio: number;
  /** The smallest and the largest ratio of a round: how far the machine's noise reaches. */
  readonly ratioRange: readonly [number, number];
}

/** Runs one round and gives the milliseconds that its events took; what it prepares is not timed. */
export type Round = () => Promise<number>;

/** Alternates both, the one that begins changing with each round, so that a slow moment of the machine hits both. */
export async function compare(
  { rounds, events }: { readonly rounds: number; readonly events: number },
  subject: Round,
  baseline: Round,
): Promise<Comparison> {
  const times: { subject: number; baseline: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    if (round % 2 === 0) {
      const first = await subject();
      times.push({ subject: first, baseline: await baseline() });
    } else {
      const first = await baseline();
      times.push({ subject: await subject(), baseline: first });
    }
  }
  const ratios = times.map((time) => time.subject / time.baseline);
  const perEventMs = median(times.map((time) => time.subject)) / events;
  const baselineMs = median(times.map((time) => time.baseline)) / events;
  return {
    rounds,
    perEventUs: rounded(perEventMs * 1000, 1),
    eventsPerSecond: rounded(1000 / perEventMs, 0),
    baselinePerEventUs: rounded(baselineMs * 1000, 1),
    baselineEventsPerSecond: rounded(1000 / baselineMs, 0),
    ratio: rounded(median(ratios), 2),
    ratioRange: [rounded(Math.min(...ratios), 2), rounded(Math.max(...ratios), 2)],
  };
}

/** The milliseconds that `work` takes. */
export async function timed(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** The middle value; of an even number of values, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));
