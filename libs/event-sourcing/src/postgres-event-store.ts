import { Batch } from './batch.js';
import type { Pool, QueryConfig } from 'pg';
import { AppendBatcher, batchLimits, type BatchLimits, type Verdict } from './append-batcher.js';
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
import { prepare, PostgresWriter, type PreparedAppend } from './postgres-writer.js';
import { scanLog } from './postgres-scan.js';
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
/** A stream is short by design: nearly all are read whole at once. */
const firstPageSize = 100;
const firstPagesAtOnce = { streams: 128, queries: 2 };
/** How long an append waits for its answer before its outcome is unknown. */
const defaultDeadlineMs = 10_000;
const largestPosition = 9_223_372_036_854_775_807n;

/** Hears what becomes of appends: for measuring. */
export interface AppendObserver {
  /** An append was answered, so many seconds after it was asked for. */
  appended(outcome: Verdict['outcome'] | 'unavailable' | 'unknown', seconds: number): void;
  /** A batch of so many appends is sent. */
  batch(size: number): void;
}

export interface PostgresEventStoreOptions {
  readonly observer?: AppendObserver;
  /** How long a batch waits for its turn among the processes before it is given up; 5,000 ms. */
  readonly lockTimeoutMs?: number;
  readonly limits?: BatchLimits;
}

/**
 * The log in PostgreSQL. Appends that come while others are being written go together in one batch, which
 * functions of the database judge and write in one round trip, or two where one does not fit. One advisory lock, held to commit, gives gapless positions
 * that become visible in order.
 */
export class PostgresEventStore extends EventStore {
  readonly capabilities: ReadonlySet<Capability> = new Set([
    'tells-duplicates',
    'unique-event-ids',
    'gapless-positions',
  ]);

  private readonly writer: PostgresWriter;
  /** Decimal digits of the greatest position that was seen. */
  private digits = 0;
  private readonly batcher: AppendBatcher<PreparedAppend>;
  private readonly observer: AppendObserver | undefined;

  /** Writes over a connection of its own, with the options of the pool; a pool that ends need not wait for it. */
  private readonly firstPages = new Batch<string, EventRow[]>(
    (streams) => this.readFirstPages(streams),
    firstPagesAtOnce.streams,
    firstPagesAtOnce.queries,
  );

  constructor(
    private readonly pool: Pool,
    private readonly wakeUp: WakeUp,
    { observer, lockTimeoutMs = 5_000, limits = batchLimits }: PostgresEventStoreOptions = {},
  ) {
    super();
    this.observer = observer;
    this.writer = new PostgresWriter(pool, { lockTimeoutMs });
    this.batcher = new AppendBatcher(async (batch, deadlineMs) => {
      observer?.batch(batch.length);
      const outcomes = await this.writer.send(batch, deadlineMs);
      this.wakeUp.ring();
      return outcomes;
    }, limits);
  }

  async append(
    stream: string,
    expected: ExpectedRevision,
    events: readonly NewEvent[],
    { deadlineMs = defaultDeadlineMs }: { readonly deadlineMs?: number } = {},
  ): Promise<Appended> {
    checkSize(events);
    const begun = performance.now();
    try {
      const verdict = await this.batcher.add(prepare(stream, expected, events), deadlineMs);
      this.grownTo(verdict.position);
      this.observer?.appended(verdict.outcome, (performance.now() - begun) / 1000);
      return this.answer(stream, expected, verdict);
    } catch (error) {
      const outcome = outcomeOf(error);
      if (outcome) this.observer?.appended(outcome, (performance.now() - begun) / 1000);
      throw error;
    }
  }

  /** Takes no more appends, waits for those that were taken, and closes the connection for writing. */
  async close(): Promise<void> {
    await this.batcher.close();
    await this.writer.close();
  }

  async *readStream(
    stream: string,
    { from, max = Infinity, direction = 'forwards', upTo }: Parameters<EventStore['readStream']>[1] & object = {},
  ): AsyncGenerator<RecordedEvent> {
    const forwards = direction === 'forwards';
    let next = from ?? (forwards ? 0n : largestPosition);
    let left = max;
    if (forwards && from === undefined && upTo === undefined && max === Infinity) {
      const rows = await this.firstPages.ask(stream);
      for (const row of rows) yield recorded(row);
      if (rows.length < firstPageSize) return;
      next = BigInt(firstPageSize);
    }
    while (left > 0) {
      const { rows } = await this.pool.query<EventRow>({
        name: this.named(`read-stream-${direction}`),
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

  override async wholeStream(stream: string): Promise<readonly RecordedEvent[]> {
    const rows = await this.firstPages.ask(stream);
    return rows.length < firstPageSize ? rows.map(recorded) : super.wholeStream(stream);
  }

  /** The beginnings of several streams: what commands that are under way together ask for is asked once. */
  private async readFirstPages(streams: readonly string[]): Promise<readonly EventRow[][]> {
    // All commands of the process wait for this: a connection that has fallen silent is given up soon, and another is taken.
    const query: QueryConfig & { query_timeout: number } = {
      query_timeout: defaultDeadlineMs,
      name: this.named('first-pages'),
      text: `select s.place, e.* from unnest($1::text[]) with ordinality s(stream, place)
        join lateral (select ${columns} from es_event where stream_id = s.stream order by revision limit ${firstPageSize}) e on true
        order by s.place, e.revision`,
      values: [streams],
    };
    const { rows } = await this.pool.query<EventRow & { place: string }>(query);
    const pages: EventRow[][] = streams.map(() => []);
    for (const row of rows) {
      pages[Number(row.place) - 1]?.push(row);
      this.grownTo(row.global_position);
    }
    return pages;
  }

  async readAll(
    after: GlobalPosition | 'start',
    { max, types }: { max: number; types?: readonly string[] },
  ): Promise<Page> {
    const start = numeric(after);
    const { rows } = await this.pool.query<EventRow & { head: string | null }>({
      name: this.named('read-all'),
      text: `select h.head, e.* from (select max(global_position) as head from es_event) h
        left join lateral (select ${columns} from es_event where global_position > $1 and global_position <= $2
          and ($3::text[] is null or event_type = any ($3)) order by global_position) e on true`,
      values: [start, start + BigInt(max), types ?? null],
    });
    const head = rows[0]?.head ?? null;
    if (head !== null) this.grownTo(head);
    const end = head === null ? start : BigInt(head) < start + BigInt(max) ? BigInt(head) : start + BigInt(max);
    const next = end > start ? end : start;
    return {
      events: rows.filter((row) => row.global_position !== null).map(recorded),
      nextPosition: next < 0n ? 'start' : String(next),
      caughtUp: head === null || next >= BigInt(head),
    };
  }

  override async *scan(
    after: GlobalPosition | 'start',
    { upTo }: { readonly upTo?: GlobalPosition } = {},
  ): AsyncGenerator<readonly RecordedEvent[]> {
    const head = numeric(await this.head());
    const wanted = upTo === undefined ? head : numeric(upTo);
    yield* scanLog(this.pool, numeric(after), wanted < head ? wanted : head);
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
    const { rows } = await this.pool.query<{ known: string }>({
      name: 'position-at',
      // Instants never go back: what was known ends somewhere from `low` to `high`, which each step halves.
      text: `with recursive halving(low, high) as (
          select -1::bigint, coalesce(max(global_position), -1) from es_event
          union all
          select case when e.recorded_at <= $1 then m.middle else h.low end, case when e.recorded_at <= $1 then h.high else m.middle - 1 end
            from halving h cross join lateral (select (h.low + h.high + 1) / 2 as middle) m
              join es_event e on e.global_position = m.middle
            where h.low < h.high)
        select low as known from halving where low = high`,
      values: [instant],
    });
    const [row] = rows;
    if (row === undefined) throw new Error('the log has a gap');
    return row.known === '-1' ? 'start' : row.known;
  }

  compare(a: GlobalPosition | 'start', b: GlobalPosition | 'start'): -1 | 0 | 1 {
    const [left, right] = [numeric(a), numeric(b)];
    return left < right ? -1 : left > right ? 1 : 0;
  }

  isPosition(text: string): boolean {
    return /^(0|[1-9]\d{0,18})$/.test(text) && BigInt(text) <= largestPosition;
  }

  /** Notes how far the log is known to reach. */
  private grownTo(position: string): void {
    if (position.length > this.digits) this.digits = position.length;
  }

  /** A prepared statement of the log's present size: one that is kept from when it was small may read all of it for each row. */
  private named(statement: string): string {
    return `${statement}-${this.digits}`;
  }

  private answer(stream: string, expected: ExpectedRevision, verdict: Verdict): Appended {
    const { outcome, revision, position } = verdict;
    switch (outcome) {
      case 'ok':
      case 'duplicate':
        return { status: outcome, revision, position };
      case 'closed':
        throw new StreamClosed(stream);
      case 'conflict':
        throw new RevisionConflict(stream, expected, revision < 0n ? 'no_stream' : revision);
    }
  }
}

/** How an append that failed is counted; what was wrong before it began is not. */
const outcomeOf = (error: unknown): 'unavailable' | 'unknown' | undefined =>
  error instanceof OutcomeUnknown ? 'unknown' : error instanceof Unavailable ? 'unavailable' : undefined;

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
