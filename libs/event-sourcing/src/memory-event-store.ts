import { canonicalBytes } from './canonical-json.js';
import {
  checkSize,
  EventStore,
  followPages,
  RevisionConflict,
  type Appended,
  type Capability,
  type ExpectedRevision,
  type GlobalPosition,
  type NewEvent,
  type Page,
  type RecordedEvent,
  type SubscriptionMessage,
} from './event-store.js';
import { leafHash } from './leaf-hash.js';
import { WakeUp } from './wake-up.js';

/** The log in memory, for specs. It keeps every promise of the port but durability. */
export class MemoryEventStore extends EventStore {
  readonly capabilities: ReadonlySet<Capability> = new Set([
    'tells-duplicates',
    'unique-event-ids',
    'gapless-positions',
  ]);
  private readonly log: RecordedEvent[] = [];
  private readonly streams = new Map<string, RecordedEvent[]>();
  private readonly ids = new Set<string>();
  private readonly wakeUp = new WakeUp();

  /** @param now the program's clock, RFC 3339 in UTC with milliseconds */
  constructor(private readonly now: () => string) {
    super();
  }

  async append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<Appended> {
    checkSize(events);
    const past = this.streams.get(stream) ?? [];
    const actual = past.length === 0 ? 'no_stream' : BigInt(past.length - 1);
    const first = this.repetition(past, expected, events);
    if (first !== undefined) return { status: 'duplicate', revision: first.revision, position: first.position };
    const matches = expected === 'stream_exists' ? actual !== 'no_stream' : expected === actual;
    const known =
      events.some((event) => this.ids.has(event.id)) ||
      (events.length > 1 && new Set(events.map(({ id }) => id)).size < events.length);
    if (!matches || known) throw new RevisionConflict(stream, expected, actual);
    const before = this.log.at(-1)?.recordedAt ?? '';
    const now = this.now();
    const recordedAt = now < before ? before : now;
    if (past.length === 0) this.streams.set(stream, past);
    for (const event of events) {
      const recorded = new MemoryEvent(event, stream, past.length, this.log.length, recordedAt);
      this.log.push(recorded);
      past.push(recorded);
      this.ids.add(event.id);
    }
    this.wakeUp.ring();
    const last = past.at(-1) as RecordedEvent;
    return { status: 'ok', revision: last.revision, position: last.position };
  }

  override async wholeStream(stream: string): Promise<readonly RecordedEvent[]> {
    return this.streams.get(stream)?.slice() ?? [];
  }

  async *readStream(
    stream: string,
    { from, max = Infinity, direction = 'forwards', upTo }: Parameters<EventStore['readStream']>[1] & object = {},
  ): AsyncGenerator<RecordedEvent> {
    const past = (this.streams.get(stream) ?? []).filter(
      (event) => upTo === undefined || this.compare(event.position, upTo) <= 0,
    );
    const ordered = direction === 'forwards' ? past : [...past].reverse();
    const wanted = ordered.filter(
      ({ revision }) => from === undefined || (direction === 'forwards' ? revision >= from : revision <= from),
    );
    yield* wanted.slice(0, max);
  }

  async readAll(
    after: GlobalPosition | 'start',
    { max, types }: { max: number; types?: readonly string[] },
  ): Promise<Page> {
    const first = after === 'start' ? 0 : Number(after) + 1;
    const window = this.log.slice(first, first + max);
    return {
      events: window.filter((event) => types === undefined || types.includes(event.type)),
      nextPosition: window.at(-1)?.position ?? after,
      caughtUp: first + window.length >= this.log.length,
    };
  }

  subscribeAll(
    after: GlobalPosition | 'start',
    options: { types?: readonly string[] },
    signal: AbortSignal,
  ): AsyncIterable<SubscriptionMessage> {
    return followPages(this, after, options, signal, this.wakeUp, 1000);
  }

  async head(): Promise<GlobalPosition | 'start'> {
    return this.log.at(-1)?.position ?? 'start';
  }

  async positionAt(instant: string): Promise<GlobalPosition | 'start'> {
    const next = this.log.findIndex((event) => Date.parse(event.recordedAt) > Date.parse(instant));
    const known = next === -1 ? this.log.length : next;
    return this.log[known - 1]?.position ?? 'start';
  }

  compare(a: GlobalPosition | 'start', b: GlobalPosition | 'start'): -1 | 0 | 1 {
    const [left, right] = [a, b].map((position) => (position === 'start' ? -1 : Number(position))) as [number, number];
    return left < right ? -1 : left > right ? 1 : 0;
  }

  isPosition(text: string): boolean {
    return /^(0|[1-9]\d{0,15})$/.test(text);
  }

  async close(): Promise<void> {
    // Nothing is held open.
  }

  private repetition(
    past: readonly RecordedEvent[],
    expected: ExpectedRevision,
    events: readonly NewEvent[],
  ): RecordedEvent | undefined {
    const start =
      expected === 'stream_exists'
        ? past.findIndex((event) => event.id === events[0]?.id)
        : expected === 'no_stream'
          ? 0
          : Number(expected) + 1;
    if (start < 0 || !events.every((event, index) => past[start + index]?.id === event.id)) return undefined;
    return past[start + events.length - 1];
  }
}

/** An event of the log. Its leaf hash is worked out when it is asked for, which few specs do. */
class MemoryEvent implements RecordedEvent {
  readonly revision: bigint;
  readonly position: string;
  readonly id: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: Uint8Array;
  readonly metadata: RecordedEvent['metadata'];

  constructor(
    event: NewEvent,
    readonly streamId: string,
    revision: number,
    position: number,
    readonly recordedAt: string,
  ) {
    this.revision = BigInt(revision);
    this.position = String(position);
    this.id = event.id;
    this.type = event.type;
    this.schemaVersion = event.schemaVersion;
    this.data = event.data;
    this.metadata = event.metadata;
  }

  get leafHash(): Uint8Array {
    return leafHash({
      position: BigInt(this.position),
      revision: this.revision,
      recordedAt: Date.parse(this.recordedAt),
      streamId: this.streamId,
      eventId: this.id,
      type: this.type,
      data: this.data,
      metadata: canonicalBytes(this.metadata),
    });
  }
}
