import type { Pool } from 'pg';
import { canonicalBytes } from './canonical-json.js';
import { checkOut } from './connections.js';
import {
  checkSize,
  EventStore,
  followPages,
  OutcomeUnknown,
  RevisionConflict,
  StreamClosed,
  Unavailable,
  type Appended,
  type Capability,
  type EventMetadata,
  type ExpectedRevision,
  type GlobalPosition,
  type NewEvent,
  type Page,
  type RecordedEvent,
  type SubscriptionMessage,
} from './event-store.js';
import type { WakeUp } from './wake-up.js';

interface EventRow {
  global_position: string;
  stream_id: string;
  revision: string;
  event_id: string;
  event_type: string;
  schema_version: number;
  data: Buffer;
  metadata: Buffer;
  leaf_hash: Buffer;
  recorded_at: Date;
}

const columns =
  'global_position, stream_id, revision, event_id, event_type, schema_version, data, metadata, leaf_hash, recorded_at';
const pageSize = 500;
/** How long an append waits for its answer before its outcome is unknown. */
const defaultDeadlineMs = 10_000;
const largestPosition = 9_223_372_036_854_775_807n;

/**
 * The log in PostgreSQL. One advisory lock, held to commit, gives gapless positions that become visible in order; the
 * function `es_append` judges and writes one append in one round trip.
 */
export class PostgresEventStore extends EventStore {
  readonly capabilities: ReadonlySet<Capability> = new Set(['tells-duplicates', 'unique-event-ids']);

  constructor(
    private readonly pool: Pool,
    private readonly wakeUp: WakeUp,
  ) {
    super();
  }

  async append(
    stream: string,
    expected: ExpectedRevision,
    events: readonly NewEvent[],
    { deadlineMs = defaultDeadlineMs }: { readonly deadlineMs?: number } = {},
  ): Promise<Appended> {
    checkSize(events);
    const result = await this.callAppend(stream, expected, events, deadlineMs);
    switch (result.outcome) {
      case 'ok':
      case 'duplicate':
        this.wakeUp.ring();
        return { status: result.outcome, revision: BigInt(result.at_revision), position: result.at_position };
      case 'closed':
        throw new StreamClosed(stream);
      case 'conflict':
        throw new RevisionConflict(
          stream,
          expected,
          result.at_revision === '-1' ? 'no_stream' : BigInt(result.at_revision),
        );
    }
  }

  async *readStream(
    stream: string,
    { from, max = Infinity, direction = 'forwards', upTo }: Parameters<EventStore['readStream']>[1] & object = {},
  ): AsyncGenerator<RecordedEvent> {
    const forwards = direction === 'forwards';
    let next = from ?? (forwards ? 0n : largestPosition);
    let left = max;
    while (left > 0) {
      const { rows } = await this.pool.query<EventRow>({
        name: `read-stream-${direction}`,
        text: `select ${columns} from es_event where stream_id = $1 and revision ${forwards ? '>=' : '<='} $2 and global_position <= $4
          order by revision ${forwards ? 'asc' : 'desc'} limit $3`,
        values: [stream, next, Math.min(left, pageSize), upTo === undefined ? largestPosition : numeric(upTo)],
      });
      for (const row of rows) yield recorded(row);
      left -= rows.length;
      const last = rows.at(-1);
      if (last === undefined || rows.length < pageSize) return;
      next = BigInt(last.revision) + (forwards ? 1n : -1n);
    }
  }

  async readAll(
    after: GlobalPosition | 'start',
    { max, types }: { max: number; types?: readonly string[] },
  ): Promise<Page> {
    const start = numeric(after);
    const { rows } = await this.pool.query<EventRow & { head: string | null }>({
      name: 'read-all',
      text: `select h.head, e.* from (select max(global_position) as head from es_event) h
        left join lateral (select ${columns} from es_event where global_position > $1 and global_position <= $2
          and ($3::text[] is null or event_type = any ($3)) order by global_position) e on true`,
      values: [start, start + BigInt(max), types ?? null],
    });
    const head = rows[0]?.head ?? null;
    const end = head === null ? start : BigInt(head) < start + BigInt(max) ? BigInt(head) : start + BigInt(max);
    const next = end > start ? end : start;
    return {
      events: rows.filter((row) => row.global_position !== null).map(recorded),
      nextPosition: next < 0n ? 'start' : String(next),
      caughtUp: head === null || next >= BigInt(head),
    };
  }

  subscribeAll(
    after: GlobalPosition | 'start',
    options: { types?: readonly string[] },
    signal: AbortSignal,
  ): AsyncIterable<SubscriptionMessage> {
    return followPages(this, after, options, signal, this.wakeUp, 250);
  }

  async head(): Promise<GlobalPosition | 'start'> {
    const { rows } = await this.pool.query<{ head: string | null }>(
      'select max(global_position) as head from es_event',
    );
    return rows[0]?.head ?? 'start';
  }

  async positionAt(instant: string): Promise<GlobalPosition | 'start'> {
    const { rows } = await this.pool.query<{ known: string | null }>(
      `select coalesce(
         (select global_position - 1 from es_event where recorded_at > $1 order by recorded_at, global_position limit 1),
         (select max(global_position) from es_event)) as known`,
      [instant],
    );
    const known = rows[0]?.known ?? null;
    return known === null || known === '-1' ? 'start' : known;
  }

  compare(a: GlobalPosition | 'start', b: GlobalPosition | 'start'): -1 | 0 | 1 {
    const [left, right] = [numeric(a), numeric(b)];
    return left < right ? -1 : left > right ? 1 : 0;
  }

  isPosition(text: string): boolean {
    return /^(0|[1-9]\d{0,18})$/.test(text) && BigInt(text) <= largestPosition;
  }

  private async callAppend(
    stream: string,
    expected: ExpectedRevision,
    events: readonly NewEvent[],
    deadlineMs: number,
  ) {
    let client;
    try {
      client = await checkOut(this.pool);
    } catch (cause) {
      throw new Unavailable('the database cannot be reached', { cause });
    }
    let broken = false;
    try {
      const call = {
        name: 'append',
        text: 'select * from es_append($1, $2, $3::uuid[], $4::text[], $5::smallint[], $6::bytea[], $7::bytea[])',
        values: [
          stream,
          expected === 'no_stream' ? -1n : expected === 'stream_exists' ? -4n : expected,
          events.map(({ id }) => id),
          events.map(({ type }) => type),
          events.map(({ schemaVersion }) => schemaVersion),
          events.map(({ data }) => Buffer.from(data)),
          events.map(({ metadata }) => canonicalBytes(metadata)),
        ],
        query_timeout: deadlineMs,
      };
      const { rows } = await client.query<{
        outcome: 'ok' | 'duplicate' | 'conflict' | 'closed';
        at_revision: string;
        at_position: string;
      }>(call);
      const [answer] = rows;
      if (answer === undefined) throw new Error('es_append gave no row');
      return answer;
    } catch (cause) {
      const code = (cause as { code?: string }).code ?? '';
      // The server said no by itself (disk full, lock or statement time-out): the transaction is gone.
      if (/^[0-9A-Z]{5}$/.test(code) && !/^(08|57P)/.test(code))
        throw new Unavailable(`the database refused the append (${code})`, { cause });
      broken = true;
      throw new OutcomeUnknown('no answer from the database', { cause });
    } finally {
      client.release(broken);
    }
  }
}

const numeric = (position: GlobalPosition | 'start'): bigint => (position === 'start' ? -1n : BigInt(position));

const recorded = (row: EventRow): RecordedEvent => ({
  streamId: row.stream_id,
  revision: BigInt(row.revision),
  position: row.global_position,
  id: row.event_id,
  type: row.event_type,
  schemaVersion: row.schema_version,
  data: row.data,
  metadata: JSON.parse(row.metadata.toString('utf8')) as EventMetadata,
  recordedAt: row.recorded_at.toISOString(),
  leafHash: row.leaf_hash,
});
