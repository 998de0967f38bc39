import type { WakeUp } from './wake-up.js';

/** A place in the log, opaque to callers; compare only through the store. */
export type GlobalPosition = string;

/** The revision an append builds on: that of the stream's last event, none yet, or any existing. */
export type ExpectedRevision = bigint | 'no_stream' | 'stream_exists';

/** Flat text, so that every store keeps it as it is. */
export type EventMetadata = Readonly<Record<string, string>>;

/** An event as it goes in: an id made by the caller and the exact bytes to keep. */
export interface NewEvent {
  readonly id: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: Uint8Array;
  readonly metadata: EventMetadata;
}

/** An event as it lies in the log. */
export interface RecordedEvent {
  readonly streamId: string;
  readonly revision: bigint;
  readonly position: GlobalPosition;
  readonly id: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: Uint8Array;
  readonly metadata: EventMetadata;
  /**
   * RFC 3339, UTC, whole milliseconds, by the program's clock. Never earlier than that of the event before where the store
   * stamps it; EventStoreDB's writers stamp it themselves, so that there it may be, by as much as an append took.
   */
  readonly recordedAt: string;
  readonly leafHash: Uint8Array;
  /** The text of `data`, where the store has it at hand without decoding. */
  readonly text?: string;
}

/** `duplicate`: these very events were already there; revision and position are the original ones. */
export interface Appended {
  readonly status: 'ok' | 'duplicate';
  readonly revision: bigint;
  readonly position: GlobalPosition;
}

/** Events after a position. `nextPosition` goes on also where a filter left nothing. */
export interface Page {
  readonly events: readonly RecordedEvent[];
  readonly nextPosition: GlobalPosition | 'start';
  readonly caughtUp: boolean;
}

/** What a subscription tells, in order. */
export type SubscriptionMessage =
  | { readonly kind: 'event'; readonly event: RecordedEvent }
  | { readonly kind: 'checkpoint'; readonly position: GlobalPosition }
  | { readonly kind: 'caught-up' };

export type Capability = 'tells-duplicates' | 'unique-event-ids' | 'gapless-positions';

/** Limits that hold on every store. Attachments do not belong in the log. */
export const limits = { eventBytes: 512 * 1024, appendBytes: 4 * 1024 * 1024, eventsPerAppend: 500 } as const;

/**
 * The log. Appends to one stream are all or nothing, at a concrete revision; all events have one order.
 * `append` throws RevisionConflict, OutcomeUnknown (repeat with the same ids and revision), StreamClosed, TooLarge or
 * Unavailable, and nothing else.
 */
export abstract class EventStore {
  abstract readonly capabilities: ReadonlySet<Capability>;
  abstract append(
    stream: string,
    expected: ExpectedRevision,
    events: readonly NewEvent[],
    /** After `deadlineMs` without an answer the outcome is unknown. */
    options?: { readonly deadlineMs?: number },
  ): Promise<Appended>;
  /** In the order of revisions, or backwards. Empty where there is no stream. `upTo` cuts at a position, inclusive. */
  abstract readStream(
    stream: string,
    options?: {
      readonly from?: bigint;
      readonly max?: number;
      readonly direction?: 'forwards' | 'backwards';
      readonly upTo?: GlobalPosition | 'start';
    },
  ): AsyncIterable<RecordedEvent>;
  /** A whole stream at once, as commands read it. Stores override it where they can do better. */
  async wholeStream(stream: string): Promise<readonly RecordedEvent[]> {
    const events: RecordedEvent[] = [];
    for await (const event of this.readStream(stream)) events.push(event);
    return events;
  }
  abstract readAll(
    after: GlobalPosition | 'start',
    options: { readonly max: number; readonly types?: readonly string[] },
  ): Promise<Page>;
  /**
   * Everything after a position, in its order and in large portions, up to the head as it is when asked, or `upTo`,
   * inclusive: for folding much of the log at once. Stores override it where they can do better than pages.
   */
  async *scan(
    after: GlobalPosition | 'start',
    { upTo }: { readonly upTo?: GlobalPosition } = {},
  ): AsyncGenerator<readonly RecordedEvent[]> {
    const end = upTo ?? (await this.head());
    for (let position = after; this.compare(position, end) < 0;) {
      const { events, nextPosition } = await this.readAll(position, { max: 1000 });
      const wanted = events.filter((event) => this.compare(event.position, end) <= 0);
      if (wanted.length > 0) yield wanted;
      if (nextPosition === position) return;
      position = nextPosition;
    }
  }
  /** Follows the log from a position until the signal aborts. */
  abstract subscribeAll(
    after: GlobalPosition | 'start',
    options: { readonly types?: readonly string[] },
    signal: AbortSignal,
  ): AsyncIterable<SubscriptionMessage>;
  /** The last position, or `start` while the log is empty. */
  abstract head(): Promise<GlobalPosition | 'start'>;
  /** The position before the first event recorded after the instant: what was known then. */
  abstract positionAt(instant: string): Promise<GlobalPosition | 'start'>;
  abstract compare(a: GlobalPosition | 'start', b: GlobalPosition | 'start'): -1 | 0 | 1;
  /** False for text that this store would never give as a position. */
  abstract isPosition(text: string): boolean;
  /** Lets go of what the store itself holds open: connections of its own, not a pool that it was given. */
  abstract close(): Promise<void>;
}

/** Another event came first: the stream is not at the revision that the caller saw. */
export class RevisionConflict extends Error {
  constructor(
    readonly stream: string,
    readonly expected: ExpectedRevision,
    readonly actual: bigint | 'no_stream',
  ) {
    super(`${stream} is at ${actual}, not at ${expected}`);
  }
}

/** No answer: the events may be there or not. Repeat with the same ids and revision. */
export class OutcomeUnknown extends Error {}
/** The stream takes no more events. */
export class StreamClosed extends Error {}
/** Over `limits`, or nothing at all. */
export class TooLarge extends Error {}
/** The store cannot be reached, or has too much to do; nothing was written. */
export class Unavailable extends Error {
  /** True where too many appends were waiting: trying again after a short while helps. */
  readonly overloaded: boolean;
  constructor(message: string, { overloaded = false, ...options }: ErrorOptions & { overloaded?: boolean } = {}) {
    super(message, options);
    this.overloaded = overloaded;
  }
}

/** Refuses what no store may take: nothing, or more than `limits`. */
export function checkSize(events: readonly NewEvent[]): void {
  if (events.length === 0) throw new TooLarge('an append holds at least one event');
  if (events.length > limits.eventsPerAppend) throw new TooLarge(`${events.length} events in one append`);
  const sizes = events.map((event) => event.data.byteLength);
  const largest = Math.max(...sizes);
  if (largest > limits.eventBytes) throw new TooLarge(`an event of ${largest} bytes`);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total > limits.appendBytes) throw new TooLarge(`an append of ${total} bytes`);
}

/**
 * What is followed from here on by reading pages and waiting for news. A page that cannot be read is read again, for ever:
 * so it goes on from what was last taken, whatever became of a connection.
 */
export async function* followPages(
  store: Pick<EventStore, 'readAll'>,
  after: GlobalPosition | 'start',
  options: { readonly types?: readonly string[] },
  signal: AbortSignal,
  wakeUp: WakeUp,
  idleMs: number,
): AsyncGenerator<SubscriptionMessage> {
  let position = after;
  let toldCaughtUp = false;
  while (!signal.aborted) {
    const heard = wakeUp.rings;
    const page = await unlessAborted(signal, store.readAll(position, { max: 500, ...options }));
    if (page === undefined) {
      await wakeUp.wait(idleMs, signal);
      continue;
    }
    for (const event of page.events) {
      if (signal.aborted) return;
      yield { kind: 'event', event };
    }
    if (page.nextPosition !== position && page.nextPosition !== 'start') {
      position = page.nextPosition;
      toldCaughtUp = false;
      yield { kind: 'checkpoint', position };
    }
    if (!page.caughtUp) continue;
    if (!toldCaughtUp) {
      toldCaughtUp = true;
      yield { kind: 'caught-up' };
    }
    await wakeUp.wait(idleMs, signal, heard);
  }
}

/** The page; undefined when it cannot be read, or the signal aborts first. */
async function unlessAborted(signal: AbortSignal, reading: Promise<Page>): Promise<Page | undefined> {
  let stop = () => {};
  const aborted = new Promise<undefined>((resolve) => {
    stop = () => resolve(undefined);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([reading.catch(() => undefined), aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
