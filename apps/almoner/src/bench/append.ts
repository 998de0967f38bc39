import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { EventCodec, PostgresEventStore, WakeUp, type NewEvent } from '#libs/event-sourcing';
import { createPool } from '#libs/platform';
import { eventData } from './append-bytes.js';
import { esdbContenders } from './append-esdb.js';
import { appendParts } from './append-parts.js';
import { bulkCopy, insertsOneByOne, pgbenchInserts, typeormSaves } from './append-baselines.js';
import type { Benchmark, Figure, Result } from './benchmark.js';
import { fillLog } from './filled-log.js';
import { compared, inRounds, keepInFlight, type Contender, type Measure } from './rounds.js';
import { findTool, missing } from './tools.js';

const codec = new EventCodec({ Measured: 1 });

const newEvent = (): NewEvent => codec.encode({ type: 'Measured', data: eventData }, randomUUID(), { actor: 'bench' });

/** One event of 400 bytes per command, each to a stream of its own, against ways of writing the same row without a log's rules. */
export const appendBenchmark: Benchmark = async ({ url, quick, sizes, say }) => {
  const [rounds, seconds] = quick ? [1, 0.3] : [5, 2];
  const pool = createPool(url, 10);
  const store = new PostgresEventStore(pool, new WakeUp());
  const appends =
    (inFlight: number): Contender =>
    () =>
      keepInFlight(inFlight, seconds, () => store.append(`bench-${randomUUID()}`, 'no_stream', [newEvent()]));
  const notes: string[] = [
    'All sides write the same 400 bytes of data into tables with the columns and indexes of the log; the baselines have hash and position ready-made.',
  ];
  try {
    const typeorm = await typeormSaves(url, pool, seconds);
    const insert = await insertsOneByOne(url, pool, seconds);
    const pgbench = findTool('pgbench');
    const psql = findTool('psql');
    if (!pgbench) notes.push(missing('pgbench', '64 in flight / pgbench'));
    if (!psql) notes.push(missing('psql', '64 in flight / copy'));
    if (pgbench)
      notes.push(`pgbench: ${pgbench.version}, 64 clients, prepared statements, the better of one and two threads.`);
    if (psql) notes.push(`copy: 100,000 rows by COPY FROM STDIN in one transaction, sent by ${psql.version}.`);
    const esdbUrl = process.env['EVENTSTORE_TEST_URL'] ?? '';
    const esdb = esdbUrl === '' ? undefined : await esdbContenders(esdbUrl, newEvent, seconds);
    notes.push(
      esdb
        ? 'esdb 64 in flight / bare client: both send one event per call to the server of EVENTSTORE_TEST_URL.'
        : 'esdb 64 in flight / bare client is left out: EVENTSTORE_TEST_URL is not set.',
    );
    const contenders: Record<string, Contender> = {
      'ours 64': appends(64),
      ...(pgbench && { pgbench: await pgbenchInserts(pgbench, url, pool, 64, seconds) }),
      ...(psql && { copy: await bulkCopy(psql, url, pool, quick ? 1_000 : 100_000) }),
      'typeorm save': typeorm.contender,
      'ours 1': appends(1),
      insert: insert.contender,
      ...(esdb && { 'esdb ours': esdb.ours, 'bare client': esdb.bare }),
    };
    say('warming up …');
    await appends(64)();
    await typeorm.contender();
    say(`${rounds} rounds of ${Object.keys(contenders).length} contenders …`);
    const measured = await inRounds(rounds, withCheckpoints(pool, contenders));
    await Promise.all([typeorm.end(), insert.end(), esdb?.end()]);
    const against = (inFlight: 1 | 64, name: string): Result[] => {
      const baseline = measured[name];
      if (!baseline) return [];
      const names = { case: `${inFlight} in flight`, against: name, unit: 'events/s' };
      return [compared(names, measured[`ours ${inFlight}`] ?? [], baseline)];
    };
    const results = [
      ...against(64, 'pgbench'),
      ...against(64, 'copy'),
      ...against(1, 'insert'),
      ...against(64, 'typeorm save'),
      ...besideClient(measured),
    ];
    say('what the parts cost …');
    const parts = await appendParts(pool, rounds, quick ? 0.2 : 1);
    const growth = await costAsItGrows(pool, sizes, appends(64), say);
    notes.push(
      'Parts: batches of 64 events, a commit each, written by one statement of the server with and without that part.',
    );
    return { results, figures: [...parts, ...growth], notes };
  } finally {
    await store.close();
    await pool.end();
  }
};

/** The adapter of EventStoreDB beside its client, where a server was there. */
function besideClient(measured: Readonly<Record<string, readonly Measure[]>>): Result[] {
  const [ours, bare] = [measured['esdb ours'], measured['bare client']];
  const names = { case: 'esdb 64 in flight', against: 'bare client', unit: 'events/s' };
  return ours && bare ? [compared(names, ours, bare)] : [];
}

/** Cost per event at each size of the log: it should stay as it is. */
async function costAsItGrows(
  pool: Pool,
  sizes: readonly number[],
  append: Contender,
  say: (text: string) => void,
): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const size of sizes) {
    say(`a log of ${size.toLocaleString('en-US')} events …`);
    await fillLog(pool, size);
    // What was filled in is written out before anything is measured.
    await pool.query('checkpoint').catch(() => undefined);
    const slices: Measure[] = [];
    for (let slice = 0; slice < 3; slice++) slices.push(await append());
    const best = Math.max(...slices.map(({ perSecond }) => perSecond));
    const at = `64 in flight on ${size.toLocaleString('en-US')} events`;
    figures.push({ what: `${at}: cost of an event`, value: 1_000_000 / best, unit: 'us' });
    figures.push({ what: `${at}: memory of the process`, value: process.memoryUsage().rss / 2 ** 20, unit: 'MiB' });
  }
  return figures;
}

/** Each slice begins right after a checkpoint, where the server lets us, so that none pays for another. */
const withCheckpoints = (pool: Pool, contenders: Readonly<Record<string, Contender>>): Record<string, Contender> =>
  Object.fromEntries(
    Object.entries(contenders).map(([name, contender]): [string, Contender] => [
      name,
      async () => {
        await pool.query('checkpoint').catch(() => undefined);
        return contender();
      },
    ]),
  );
