import { EventStore, PostgresEventStore, WakeUp } from '#libs/event-sourcing';
import { createPool } from '#libs/platform';
import { codec } from '../../../api/src/registers.js';
import type { Benchmark, Figure } from './benchmark.js';
import { fillLog } from './filled-log.js';
import { compared, inRounds, timed, type Contender } from './rounds.js';
import { findTool, missing } from './tools.js';

/** The columns of the store's own scan, in its order. */
const columns = (metadata: string, data: string): string =>
  `global_position, revision, schema_version, recorded_at, event_id, leaf_hash, event_type, stream_id, ${metadata}, ${data}`;
const copyOf = (selected: string): string =>
  `copy (select ${selected} from es_event order by global_position) to stdout`;
const asText = copyOf(columns(`convert_from(metadata, 'UTF8')`, `convert_from(data, 'UTF8')`));
const stored = copyOf(columns('metadata', 'data'));

/** Folding the log in global order in Node, against psql copying the same rows to nowhere. */
export const readBenchmark: Benchmark = async ({ url, quick, sizes, say }) => {
  const rounds = quick ? 1 : 3;
  const pool = createPool(url, 10);
  const store = new PostgresEventStore(pool, new WakeUp());
  const psql = findTool('psql');
  const figures: Figure[] = [];
  const largest = sizes.at(-1) ?? 0;
  try {
    for (const size of sizes) {
      say(`a log of ${size.toLocaleString('en-US')} events …`);
      await fillLog(pool, size);
      const { perSecond } = await fold(store, size)();
      const what = `folded ${size.toLocaleString('en-US')} events`;
      figures.push({ what: `${what}: cost of an event`, value: 1e6 / perSecond, unit: 'us' });
      figures.push({ what: `${what}: memory of the process`, value: process.memoryUsage().rss / 2 ** 20, unit: 'MiB' });
    }
    say(`${rounds} rounds …`);
    const copy = (statement: string): Record<'contender', Contender> | undefined =>
      psql && { contender: () => timed(largest, () => psql.run(url, ['-q', '-c', statement], { discard: true })) };
    const [text, bytes] = [copy(asText), copy(stored)];
    const measured = await inRounds(rounds, {
      ours: fold(store, largest),
      ...(text && { 'psql copy': text.contender }),
      ...(bytes && { 'psql copy stored': bytes.contender }),
    });
    const names = { case: `fold ${largest}`, unit: 'events/s' };
    return {
      results: ['psql copy', 'psql copy stored'].flatMap((against) =>
        measured[against] ? [compared({ ...names, against }, measured['ours'] ?? [], measured[against])] : [],
      ),
      figures,
      notes: [
        'fold: every event read in global order by the store’s scan, its data parsed and decoded as the service does, an amount summed per kind of event, in Node.',
        ...(psql
          ? [
              `psql copy: ${psql.version} running ${asText}, to /dev/null.`,
              `psql copy stored: the same with the stored bytes as they are, ${stored}.`,
            ]
          : [missing('psql', 'psql copy')]),
      ],
    };
  } finally {
    await store.close();
    await pool.end();
  }
};

const fold =
  (store: EventStore, expected: number): Contender =>
  () => {
    let events = 0;
    let sum = 0;
    const counts = new Map<string, number>();
    return timed(expected, async () => {
      for await (const portion of store.scan('start')) {
        for (const recorded of portion) {
          const { type, data } = codec.decode(recorded);
          counts.set(type, (counts.get(type) ?? 0) + 1);
          sum += (data as { monthlyAmount?: number }).monthlyAmount ?? 0;
          events += 1;
        }
      }
      if (events !== expected || (expected > 2_000 && sum === 0)) throw new Error(`${events} of ${expected} were read`);
    });
  };
