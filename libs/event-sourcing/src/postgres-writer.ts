import { Client, type Pool, type QueryConfig, type QueryResultRow } from 'pg';
import type { Append, Verdict } from './append-batcher.js';
import { byteaArray, int2Array, int4Array, int8Array, textArray, uuidArray } from './binary-arrays.js';
import { canonicalBytes } from './canonical-json.js';
import { OutcomeUnknown, TooLarge, Unavailable, type ExpectedRevision, type NewEvent } from './event-store.js';
import { failpoint } from './failpoints.js';

/** An append in the form in which the database takes it. */
export interface PreparedAppend extends Append {
  readonly expected: bigint;
  readonly events: readonly PreparedEvent[];
}

interface PreparedEvent {
  readonly id: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

/** An index of the database takes no longer names. */
const longestName = 1000;
/** What an event takes beside its bytes. */
const eventOverhead = 128;
const largestRevision = 9_223_372_036_854_775_807n;
/** An expected revision that no stream is ever at. */
const never = -5n;

const ofOneEvent =
  'select es_append_event($1::text, $2::bigint, $3::uuid, $4::text, $5::smallint, $6::bytea, $7::bytea) as last';
const ofManyEvents = `select es_append_events(
  $1::text[], $2::bigint[], $3::int[], $4::uuid[], $5::text[], $6::smallint[], $7::bytea[], $8::bytea[]) as last`;
const judging = `select outcomes, revisions, positions
  from es_append_batch($1::text[], $2::bigint[], $3::int[], $4::int[], $5::int[], $6::uuid[], $7::text[], $8::smallint[], $9::bytea[], $10::bytea[], $11)`;
/** The isolation that the function needs, and no plans but those by index, whatever size the log had when they were made. */
const writerSession = `set default_transaction_isolation = 'read committed'; set plan_cache_mode = force_generic_plan;
  set jit = off; set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off`;
const asText = { getTypeParser: () => (text: string) => text };

/**
 * Refuses what would spoil a whole batch, before it is in one.
 * @throws TooLarge; Unavailable for what no log can hold
 */
export function prepare(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): PreparedAppend {
  let bytes = name(stream, 'stream');
  let last: { readonly of: NewEvent['metadata']; readonly bytes: Buffer } | undefined;
  const prepared = events.map(({ id, type, schemaVersion, data, metadata }) => {
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) throw unstorable('an id that is no UUID');
    if (!Number.isInteger(schemaVersion) || schemaVersion < 0 || schemaVersion > 32_767)
      throw unstorable(`schema version ${schemaVersion}`);
    last = last?.of === metadata ? last : { of: metadata, bytes: metadataBytes(metadata) };
    const encoded = last.bytes;
    bytes += name(type, 'event type') + data.byteLength + encoded.byteLength + eventOverhead;
    return { id, type, schemaVersion, data, metadata: encoded };
  });
  return { stream, expected: expectedNumber(expected, events), events: prepared, bytes };
}

function name(text: string, what: string): number {
  if (/[\ud800-\udfff\0]/u.test(text)) throw unstorable(`${what} with characters that text cannot hold`);
  const bytes = Buffer.byteLength(text);
  if (bytes > longestName) throw new TooLarge(`${what} of ${bytes} bytes`);
  return bytes;
}

function metadataBytes(metadata: NewEvent['metadata']): Buffer {
  try {
    return canonicalBytes(metadata);
  } catch (cause) {
    throw unstorable('metadata without canonical form', cause);
  }
}

const unstorable = (what: string, cause?: unknown) => new Unavailable(`the log cannot hold ${what}`, { cause });

/** Events that share an id are in no log, so no revision can be the one before them. */
function expectedNumber(expected: ExpectedRevision, events: readonly NewEvent[]): bigint {
  if (events.length > 1 && new Set(events.map(({ id }) => id.toLowerCase())).size < events.length) return never;
  if (expected === 'no_stream') return -1n;
  if (expected === 'stream_exists') return -4n;
  return expected < 0n || expected > largestRevision - BigInt(events.length) ? never : expected;
}

export interface WriterOptions {
  /** How long a batch waits for its turn among the processes, in milliseconds. */
  readonly lockTimeoutMs: number;
}

/** What pg's clients can do beside what their types say: whether they keep the process from ending. */
interface WriterClient extends Client {
  ref(): void;
  unref(): void;
}

/** The one connection through which a process writes to the log. It opens when needed and by itself once more. */
export class PostgresWriter {
  private client: WriterClient | undefined;
  private opening: Promise<WriterClient> | undefined;
  private sending = 0;
  private idle: NodeJS.Timeout | undefined;

  constructor(
    private readonly pool: Pool,
    private readonly options: WriterOptions,
  ) {}

  /** Writes a batch in a transaction of its own: one round trip. For each member its verdict, or why there is none. */
  async send(batch: readonly PreparedAppend[], deadlineMs: number): Promise<readonly (Verdict | Error)[]> {
    const until = performance.now() + deadlineMs;
    this.sending += 1;
    try {
      return await this.write(batch, until);
    } finally {
      this.sending -= 1;
      if (this.sending === 0) this.rest();
    }
  }

  private async write(
    batch: readonly PreparedAppend[],
    until: number,
    careful = false,
  ): Promise<readonly (Verdict | Error)[]> {
    let client;
    try {
      client = await this.connected();
    } catch (cause) {
      const error = new Unavailable('the database cannot be reached', { cause });
      return batch.map(() => error);
    }
    try {
      const verdicts =
        (careful ? undefined : await appendWhereAllFit(client, batch, until)) ??
        (await judge(client, batch, careful, until));
      failpoint('append.afterCommit');
      return verdicts;
    } catch (cause) {
      if (!refusedByServer(cause)) {
        this.drop(client);
        const error = new OutcomeUnknown('no answer from the database', { cause });
        return batch.map(() => error);
      }
      if (!careful && !concernsAll(cause)) return await this.oneByOne(batch, until);
      const error = new Unavailable(`the database refused the append (${codeOf(cause)})`, { cause });
      return batch.map(() => error);
    }
  }

  /** Closes the connection. Whoever waits for it does so even where nothing else keeps the process from ending. */
  async close(): Promise<void> {
    const { client } = this;
    this.client = undefined;
    clearTimeout(this.idle);
    client?.ref();
    await client?.end().catch(() => undefined);
  }

  /** One of them spoils the batch, or brings an id that the log has: the others shall not suffer. */
  private async oneByOne(batch: readonly PreparedAppend[], until: number): Promise<readonly (Verdict | Error)[]> {
    const outcomes: (Verdict | Error)[] = [];
    for (const one of batch) {
      const late = performance.now() >= until;
      outcomes.push(
        ...(late ? [new Unavailable('the append was not begun in time')] : await this.write([one], until, true)),
      );
    }
    return outcomes;
  }

  private async connected(): Promise<WriterClient> {
    clearTimeout(this.idle);
    this.client ??= await (this.opening ??= this.connect().finally(() => (this.opening = undefined)));
    this.client.ref();
    return this.client;
  }

  private async connect(): Promise<WriterClient> {
    const { password } = this.pool.options;
    const client = new Client({
      ...this.pool.options,
      ...(password === undefined ? {} : { password }),
      application_name: 'almoner writer',
      statement_timeout: 10_000,
      lock_timeout: this.options.lockTimeoutMs,
      pipeline: true,
    }) as WriterClient;
    client.on('error', () => this.drop(client));
    client.on('end', () => this.drop(client));
    await client.connect();
    await client.query(writerSession);
    return client;
  }

  /** What nobody uses keeps neither the process nor, for long, the connection. */
  private rest(): void {
    const { client } = this;
    if (!client) return;
    client.unref();
    clearTimeout(this.idle);
    this.idle = setTimeout(() => void this.close(), 10_000).unref();
  }

  private drop(client: Client): void {
    if (this.client === client) this.client = undefined;
    client.end().catch(() => undefined);
  }
}

interface Question {
  readonly name: string;
  readonly text: string;
  readonly values: unknown[];
}

async function ask<Row extends QueryResultRow>(client: Client, question: Question, until: number): Promise<Row> {
  const timed: QueryConfig & { query_timeout: number } = {
    ...question,
    types: asText,
    query_timeout: Math.max(1, until - performance.now()),
  };
  const { rows } = await client.query<Row>(timed);
  if (rows[0] === undefined) throw new Error(`${question.name} gave no row`);
  return rows[0];
}

/** The usual case: undefined, and nothing is written, unless every append is to a revision that is known and fits. */
async function appendWhereAllFit(
  client: Client,
  batch: readonly PreparedAppend[],
  until: number,
): Promise<Verdict[] | undefined> {
  if (batch.some(({ expected }) => expected < -1n)) return undefined;
  const { last } = await ask<{ last: string | null }>(client, oneEvent(batch) ?? manyEvents(batch), until);
  if (last === null) return undefined;
  let position = BigInt(last);
  return batch
    .toReversed()
    .map(({ expected, events }): Verdict => {
      const size = BigInt(events.length);
      const verdict = { outcome: 'ok', revision: expected + size, position: String(position) } as const;
      position -= size;
      return verdict;
    })
    .reverse();
}

function oneEvent([append, ...others]: readonly PreparedAppend[]): Question | undefined {
  if (append === undefined || others.length > 0 || append.events.length !== 1) return undefined;
  const [{ id, type, schemaVersion, data, metadata }] = append.events as [PreparedEvent];
  return {
    name: 'append-event',
    text: ofOneEvent,
    values: [append.stream, String(append.expected + 1n), id, type, schemaVersion, data, metadata],
  };
}

function manyEvents(batch: readonly PreparedAppend[]): Question {
  const events: PreparedEvent[] = [];
  const streams: string[] = [];
  const revisions: bigint[] = [];
  const steps: number[] = [];
  for (const append of batch) {
    let revision = append.expected;
    for (const [step, event] of append.events.entries()) {
      events.push(event);
      streams.push(append.stream);
      revisions.push((revision += 1n));
      steps.push(step);
    }
  }
  return {
    name: 'append-events',
    text: ofManyEvents,
    values: [textArray(streams), int8Array(revisions), int4Array(steps), ...columnsOf(events)],
  };
}

const columnsOf = (events: readonly PreparedEvent[]): Buffer[] => [
  uuidArray(events.map(({ id }) => id)),
  textArray(events.map(({ type }) => type)),
  int2Array(events.map(({ schemaVersion }) => schemaVersion)),
  byteaArray(events.map(({ data }) => data)),
  byteaArray(events.map(({ metadata }) => metadata)),
];

/** Gives each append its own verdict. */
async function judge(
  client: Client,
  batch: readonly PreparedAppend[],
  careful: boolean,
  until: number,
): Promise<Verdict[]> {
  const events = batch.flatMap(({ events }) => events);
  const question: Question = {
    name: 'append-batch',
    text: judging,
    values: [
      textArray(batch.map(({ stream }) => stream)),
      int8Array(batch.map(({ expected }) => expected)),
      int4Array(batch.map(({ events }) => events.length)),
      int4Array(batch.flatMap(({ events }, index) => events.map(() => index + 1))),
      int4Array(batch.flatMap(({ events }) => events.map((_, index) => events.length - 1 - index))),
      ...columnsOf(events),
      careful,
    ],
  };
  const row = await ask<{ outcomes: string; revisions: string; positions: string }>(client, question, until);
  const [outcomes, revisions, positions] = [row.outcomes, row.revisions, row.positions].map(elements) as [
    string[],
    string[],
    string[],
  ];
  return batch.map((_, index) => ({
    outcome: outcomes[index] as Verdict['outcome'],
    revision: BigInt(revisions[index] ?? '-1'),
    position: positions[index] ?? '',
  }));
}

/** Of an array as text whose elements need no quoting. */
const elements = (array: string): string[] => array.slice(1, -1).split(',');

const codeOf = (error: unknown): string => (error as { code?: string }).code ?? '';
const severityOf = (error: unknown): string => (error as { severity?: string }).severity ?? '';

/**
 * The server said no by itself, so the transaction is gone. Not so where it, or the connection, went away: after a PANIC the
 * commit may stand in what is recovered.
 */
const refusedByServer = (error: unknown): boolean =>
  /^(?!08|57P)[0-9A-Z]{5}$/.test(codeOf(error)) && !/^(FATAL|PANIC)$/.test(severityOf(error));

/** No member is to blame: resources, a lock or a statement that took too long, rights, the server's own trouble. */
const concernsAll = (error: unknown): boolean => /^(25|40|42|53|54000|55|57|58|XX)/.test(codeOf(error));
