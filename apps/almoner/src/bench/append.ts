import { createHash, randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { canonicalBytes, EventCodec, PostgresEventStore, WakeUp, type NewEvent } from '#libs/event-sourcing';
import type { Benchmark, Figure } from './benchmark.js';
import { compare, timed } from './compare.js';

/** How much is measured. */
export interface AppendLoad {
  readonly rounds: number;
  /** Events of each side in one round. */
  readonly events: number;
  /** Appends under way at once. */
  readonly inFlight: readonly number[];
  /** Events in the log before the measurement, ascending. */
  readonly logSizes: readonly number[];
}

const usualLoad: AppendLoad = { rounds: 7, events: 100, inFlight: [1, 16, 64], logSizes: [1_000, 10_000, 50_000] };

const codec = new EventCodec({ Measured: 1 });
const eventBytes = 400;
const text = 'x'.repeat(eventBytes - canonicalBytes({ text: '' }).byteLength);
const fillSize = 500;

const newEvent = (): NewEvent => codec.encode({ type: 'Measured', data: { text } }, randomUUID(), { actor: 'bench' });
const newEvents = (count: number): NewEvent[] => Array.from({ length: count }, newEvent);

/**
 * One event per append, each to a stream of its own, against a prepared INSERT of the same row into a table with the same
 * columns and indexes, by the same pool. Both tables grow alike.
 */
export const appendBenchmark =
  ({ rounds, events, inFlight, logSizes }: AppendLoad = usualLoad): Benchmark =>
  async (pool) => {
    const store = new PostgresEventStore(pool, new WakeUp());
    const plain = await PlainTable.create(pool);
    const fill = async (size: number) => {
      while (plain.rows < size) {
        const batch = newEvents(Math.min(fillSize, size - plain.rows));
        await store.append(`fill-${randomUUID()}`, 'no_stream', batch);
        await plain.copyLast(batch.length);
      }
      await pool.query('analyze');
    };
    const comparison = (atOnce: number) =>
      compare(
        { rounds, events },
        () => {
          const appends = newEvents(events).map(
            (event) => () => store.append(`bench-${randomUUID()}`, 'no_stream', [event]),
          );
          return timed(() => atOnceAtMost(atOnce, appends));
        },
        () => {
          const inserts = newEvents(events).map((event) => plain.insertion(event));
          return timed(() => atOnceAtMost(atOnce, inserts));
        },
      );

    // Opens the connections and prepares the statements of both sides; its figures are not kept.
    await comparison(Math.max(...inFlight));
    const bySize: Figure[] = [];
    for (const size of logSizes) {
      await fill(size);
      bySize.push({ eventsInLog: plain.rows, inFlight: 1, ...(await comparison(1)) });
    }
    const byInFlight: Figure[] = [];
    for (const count of inFlight)
      byInFlight.push({ eventsInLog: plain.rows, inFlight: count, ...(await comparison(count)) });
    return {
      measured: `EventStore.append of one event of ${eventBytes} bytes to a stream of its own, ${events} per round`,
      baseline: 'prepared INSERT of the same row into a table with the same columns and indexes, by the same pool',
      figures: { inFlight: byInFlight, logSize: bySize },
    };
  };

/** A table like the log's, written without any of the log's rules. */
class PlainTable {
  private count = 0;

  private constructor(private readonly pool: Pool) {}

  static async create(pool: Pool): Promise<PlainTable> {
    await pool.query('create table plain_event (like es_event including all)');
    return new PlainTable(pool);
  }

  get rows(): number {
    return this.count;
  }

  /** Takes over the last events of the log, so that both tables are equally large. */
  async copyLast(count: number): Promise<void> {
    await this.pool.query(
      `insert into plain_event select $1 + row_number() over (order by global_position) - 1, stream_id, revision, event_id,
          event_type, schema_version, data, metadata, leaf_hash, recorded_at
        from (select * from es_event order by global_position desc limit $2) e`,
      [this.count, count],
    );
    this.count += count;
  }

  /** Makes the row, to be written by calling what it returns. */
  insertion({ id, type, schemaVersion, data, metadata }: NewEvent): () => Promise<unknown> {
    const position = this.count++;
    const stream = `bench-${randomUUID()}`;
    const recordedAt = new Date().toISOString();
    const hash = createHash('sha256').update(data).digest();
    return () =>
      this.pool.query({
        name: 'plain-insert',
        text: `insert into plain_event (global_position, stream_id, revision, event_id, event_type, schema_version, data, metadata, leaf_hash, recorded_at)
          values ($1, $2, 0, $3, $4, $5, $6, $7, $8, $9)`,
        values: [
          position,
          stream,
          id,
          type,
          schemaVersion,
          Buffer.from(data),
          canonicalBytes(metadata),
          hash,
          recordedAt,
        ],
      });
  }
}

/** Does all the work, at most `count` pieces of it at once. */
async function atOnceAtMost(count: number, work: readonly (() => Promise<unknown>)[]): Promise<void> {
  const left = work.values();
  const worker = async () => {
    for (const piece of left) await piece();
  };
  await Promise.all(Array.from({ length: count }, worker));
}
