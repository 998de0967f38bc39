import type { Result } from './benchmark.js';

/** What one contender did in one slice. */
export interface Measure {
  readonly perSecond: number;
  readonly p99Ms?: number | undefined;
}

/** Runs one slice; what it prepares is not in its figure. */
export type Contender = () => Promise<Measure>;

/**
 * Runs all contenders once per round, in turn, another one beginning each time, so that a slow moment of the machine
 * hits all of them. Gives each one's measures, round by round.
 */
export async function inRounds(
  rounds: number,
  contenders: Readonly<Record<string, Contender>>,
): Promise<Readonly<Record<string, readonly Measure[]>>> {
  const names = Object.keys(contenders);
  const measures: Record<string, Measure[]> = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(turn + round) % names.length] as string;
      measures[name]?.push(await (contenders[name] as Contender)());
    }
  }
  return measures;
}

/** Ours beside a baseline measured in the same rounds. */
export function compared(
  names: { readonly case: string; readonly against: string; readonly unit: string },
  ours: readonly Measure[],
  baseline: readonly Measure[],
): Result {
  const value = median(ours.map(({ perSecond }) => perSecond));
  const base = median(baseline.map(({ perSecond }) => perSecond));
  const ratios = ours.map(({ perSecond }, round) => perSecond / (baseline[round]?.perSecond ?? NaN));
  const [p99Ms, baselineP99Ms] = [p99Of(ours), p99Of(baseline)];
  return {
    case: names.case,
    against: names.against,
    value: Math.round(value),
    baseline: Math.round(base),
    unit: names.unit,
    ratio: rounded(value / base),
    ratioRange: [rounded(Math.min(...ratios)), rounded(Math.max(...ratios))],
    ...(p99Ms !== undefined && { p99Ms }),
    ...(baselineP99Ms !== undefined && { baselineP99Ms }),
  };
}

function p99Of(measures: readonly Measure[]): number | undefined {
  const known = measures.flatMap(({ p99Ms }) => (p99Ms === undefined ? [] : [p99Ms]));
  return known.length === 0 ? undefined : rounded(median(known));
}

/** Keeps `inFlight` pieces of work under way for some seconds. Latencies are in milliseconds. */
export async function keepInFlight(inFlight: number, seconds: number, work: () => Promise<unknown>): Promise<Measure> {
  const latencies: number[] = [];
  const start = performance.now();
  const end = start + seconds * 1000;
  const worker = async () => {
    for (let begin = performance.now(); begin < end;) {
      await work();
      const now = performance.now();
      latencies.push(now - begin);
      begin = now;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  const took = (performance.now() - start) / 1000;
  return { perSecond: latencies.length / took, p99Ms: quantile(latencies, 0.99) };
}

/** Counts events a second over the time that `work` takes. */
export async function timed(events: number, work: () => Promise<unknown>): Promise<Measure> {
  const start = performance.now();
  await work();
  return { perSecond: events / ((performance.now() - start) / 1000) };
}

/** The value below which the share `q` of the values lies. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? NaN;
}

/** The middle value; of an even number of values, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

const rounded = (value: number): number => Number(value.toFixed(value < 0.1 ? 4 : 2));
