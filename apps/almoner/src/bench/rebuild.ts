import { setTimeout as pause } from 'node:timers/promises';
import type { Pool } from 'pg';
import { caseList } from '#libs/cases';
import { catchUp, engineParts, PostgresEventStore, rebuild, WakeUp } from '#libs/event-sourcing';
import { createPool } from '#libs/platform';
import { codec } from '../../../api/src/registers.js';
import type { Benchmark, Figure } from './benchmark.js';
import { fillLog } from './filled-log.js';
import { compared, quantile, type Measure } from './rounds.js';

/** What the nearest public system publishes for its rebuild, in events a second. */
const published = 934;

/** The service's own caseload, with its history, made anew and put in the place of the live one while it is being read. */
export const rebuildBenchmark: Benchmark = async ({ url, quick, sizes, say }) => {
  const pool = createPool(url, 10);
  const parts = engineParts({ pool, store: new PostgresEventStore(pool, new WakeUp()), codec });
  const figures: Figure[] = [];
  const measures = new Map<number, Measure[]>();
  const reads: number[] = [];
  let most = 0;
  try {
    for (const size of sizes) {
      say(`a log of ${size.toLocaleString('en-US')} events …`);
      await fillLog(pool, size);
      await catchUp(parts, caseList);
      const taken: Measure[] = [];
      for (let round = 0; round < (quick || size < 1_000_000 ? 1 : 3); round++) {
        const over = new AbortController();
        const reading = readUntil(over.signal, pool, reads);
        const start = performance.now();
        const outcome = await rebuild(
          parts,
          caseList,
          ({ ratio }) => {
            most = Math.max(most, process.memoryUsage().rss);
            if (ratio === 1) say('caught up: comparing and swapping …');
          },
          new AbortController().signal,
        );
        taken.push({ perSecond: size / ((performance.now() - start) / 1000) });
        over.abort();
        await reading;
        if (outcome === undefined || (outcome.differences ?? 0) > 0) throw new Error('the rebuilt rows differ');
      }
      measures.set(size, taken);
      const best = Math.max(...taken.map(({ perSecond }) => perSecond));
      figures.push({ what: `${size.toLocaleString('en-US')} events: cost of an event`, value: 1e6 / best, unit: 'us' });
      figures.push({
        what: `${size.toLocaleString('en-US')} events: memory of the process at most`,
        value: most / 2 ** 20,
        unit: 'MiB',
      });
    }
    figures.push({ what: 'a read of the caseload meanwhile, p99', value: quantile(reads, 0.99), unit: 'ms' });
    figures.push({ what: 'reads of the caseload meanwhile', value: reads.length, unit: 'reads' });
    const largest = sizes.at(-1) ?? 0;
    const names = { case: `${largest} events`, against: `${published} events a second`, unit: 'events/s' };
    const taken = measures.get(largest) ?? [];
    return {
      results: [
        compared(
          names,
          taken,
          taken.map(() => ({ perSecond: published })),
        ),
      ],
      figures,
      notes: [
        'The caseload of the service with every version of its rows, from the start of the log to the swap: folded into new tables beside the live ones, compared with them row by row, put in their place.',
        `${published} events a second is what another system publishes for its rebuild on its own machine; it was not run here.`,
        'One reader asks for the first page of the caseload up to fifty times a second meanwhile, in the same process; each must be answered.',
      ],
    };
  } finally {
    await pool.end();
  }
};

/** As a county office with many people at it asks. */
const betweenReadsMs = 20;

const firstPage = `select * from read.case_file where area_path like '430000.430200.430225.%' order by first_position desc limit 50`;

/** Asks for the caseload again and again; each must be answered. */
async function readUntil(signal: AbortSignal, pool: Pool, latencies: number[]): Promise<void> {
  while (!signal.aborted) {
    const start = performance.now();
    const { rows } = await pool.query(firstPage);
    if (rows.length === 0) throw new Error('the caseload was empty');
    latencies.push(performance.now() - start);
    await pause(betweenReadsMs);
  }
}
