import type { Pool } from 'pg';
import { catchUp, engineParts, PostgresEventStore, WakeUp } from '#libs/event-sourcing';
import { createPool } from '#libs/platform';
import { codec } from '../../../api/src/registers.js';
import type { Benchmark, Figure } from './benchmark.js';
import { caseload, createPlainCaseload, fillPlainCaseload, foldedBatch, upsertBatch } from './caseload.js';
import { fillLog } from './filled-log.js';
import { compared, inRounds, timed, type Contender } from './rounds.js';

const liveBatch = 1_000;
const bulkBatch = 20_000;

/** A caseload kept up by the projection engine, against pure SQL in the server that writes the same rows. */
export const projectBenchmark: Benchmark = async ({ url, quick, sizes, say }) => {
  const rounds = quick ? 1 : 3;
  const pool = createPool(url, 10);
  try {
    await createPlainCaseload(pool);
    const figures: Figure[] = [];
    const events = sizes.filter((size) => size <= 200_000).at(-1) ?? 10_000;
    let measured: Awaited<ReturnType<typeof inRounds>> = {};
    for (const size of [...new Set([...sizes, events])].sort((a, b) => a - b)) {
      say(`a log of ${size.toLocaleString('en-US')} events …`);
      await fillLog(pool, size);
      const { perSecond } = await rebuilt(pool, size)();
      const what = `rebuilt from ${size.toLocaleString('en-US')} events`;
      figures.push({ what: `${what}: cost of an event`, value: 1e6 / perSecond, unit: 'us' });
      figures.push({ what: `${what}: memory of the process`, value: process.memoryUsage().rss / 2 ** 20, unit: 'MiB' });
      if (size !== events) continue;
      say(`${rounds} rounds …`);
      measured = await inRounds(rounds, {
        live: live(pool, events),
        'sql live': plain(pool, events, liveBatch, upsertBatch),
        rebuild: rebuilt(pool, events),
        'sql rebuild': plain(pool, events, bulkBatch, foldedBatch),
      });
    }
    const compare = (name: string) =>
      compared(
        { case: name, against: 'sql upsert', unit: 'events/s' },
        measured[name] ?? [],
        measured[`sql ${name}`] ?? [],
      );
    return {
      results: [compare('live'), compare('rebuild')],
      figures,
      notes: [
        'live: the engine taking at most 1,000 events in a transaction, as while commands come in. sql upsert: INSERT … SELECT … ON CONFLICT in the server, 1,000 events and the position in each transaction, no case twice in one statement.',
        `rebuild: the engine from the start of the log into new tables. sql upsert: the same statement, folded per case first, in transactions of ${bulkBatch.toLocaleString('en-US')} events.`,
        `${events.toLocaleString('en-US')} events, two per case.`,
        'Both sides read the bytes of the log, parse them, write eight columns, a primary key and one index, and flush each transaction. The rows of both are compared at the end of each round.',
      ],
    };
  } finally {
    await pool.end();
  }
};

let made = 0;

/** As while commands come in: a thousand events at a time, never in bulk. */
const live = (pool: Pool, events: number): Contender => follow(pool, events, { bulkFrom: Infinity });
const rebuilt = (pool: Pool, events: number): Contender => follow(pool, events);

/** Brings a new projection to the head of the log. */
function follow(pool: Pool, events: number, how: { readonly bulkFrom?: number } = {}): Contender {
  return async () => {
    const parts = engineParts({ pool, store: new PostgresEventStore(pool, new WakeUp()), codec, ...how });
    const projection = caseload(`bench-${++made}`);
    const measure = await timed(events, () => catchUp(parts, projection));
    await expectRows(pool, 'read.bench_case', events);
    return measure;
  };
}

function plain(pool: Pool, events: number, batch: number, statement: string): Contender {
  return async () => {
    await pool.query('truncate plain_case, plain_position');
    await pool.query('insert into plain_position values (-1)');
    const measure = await timed(events, () => fillPlainCaseload(pool, events, batch, statement));
    await expectRows(pool, 'plain_case', events);
    return measure;
  };
}

/** What the rows must be, whoever wrote them. */
async function expectRows(pool: Pool, table: string, events: number): Promise<void> {
  const { rows } = await pool.query<{ found: string; sum: string }>(
    `select count(number)::text as found, coalesce(sum(revision + last_position), 0)::text as sum from ${table}`,
  );
  const { rows: due } = await pool.query<{ found: string; sum: string }>(
    `select count(*)::text as found, coalesce(sum(revision + position), 0)::text as sum from
      (select max(revision) as revision, max(global_position) as position from es_event where global_position < $1 group by stream_id) e`,
    [events],
  );
  if (rows[0]?.found !== due[0]?.found || rows[0]?.sum !== due[0]?.sum)
    throw new Error(`${table} has ${JSON.stringify(rows[0])}, not ${JSON.stringify(due[0])}`);
}
