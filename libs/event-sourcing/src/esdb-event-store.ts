import type { EventStoreDBClient, ReadRevision, ResolvedEvent, StreamingRead } from '@eventstore/db-client';
import { setMaxListeners } from 'node:events';
import { NotCanonical } from './canonical-json.js';
import { credentialsOf } from './esdb/connection-string.js';
import { failureOf, NoAnswer, type Failure } from './esdb/failures.js';
import { Instants } from './esdb/instants.js';
import { fromStored, isSystemEvent, positionOf, toStored } from './esdb/records.js';
import { collected, pause, SharedClient, within, type Client } from './esdb/shared-client.js';
import {
  checkSize,
  EventStore,
  followPages,
  OutcomeUnknown,
  RevisionConflict,
  StreamClosed,
  TooLarge,
  Unavailable,
  type Appended,
  type Capability,
  type ExpectedRevision,
  type GlobalPosition,
  type NewEvent,
  type Page,
  type RecordedEvent,
  type SubscriptionMessage,
} from './event-store.js';
import type { WakeUp } from './wake-up.js';

type Place = GlobalPosition | 'start';

/** How the store is opened. */
export interface EsdbOptions {
  /** The program's clock, RFC 3339 in UTC with milliseconds. */
  readonly now: () => string | Promise<string>;
  /** Rung whenever the log grows, here or elsewhere. */
  readonly wakeUp: WakeUp;
  /** How long one try may be silent. */
  readonly tryMs?: number;
  /** How long reads, and appends whose caller names no deadline, are tried again. */
  readonly budgetMs?: number;
  /** How long the subscription may be silent before it is made anew. */
  readonly probeMs?: number;
}

/** What each event of an append adds to the time of a try: the client sends them one by one. */
const perEventMs = 2;
const standard = { tryMs: 2_000, budgetMs: 30_000, probeMs: 30_000 };
const backOff = { firstMs: 50, longestMs: 500 };
const confirmedWithinMs = 3_000;
const idleMs = 1_000;
const pageSize = 500;
const largestPosition = 9_223_372_036_854_775_807n;

/**
 * The log in EventStoreDB. Everything that is particular to its client is here and in `esdb/`; ADR 0019 says why it is done so.
 *
 * Positions are commit positions: whole numbers that grow, with gaps. A repetition is answered `ok`, with the first revision
 * and position. An id is compared only at the revision expected. `recordedAt` is stamped by the writer, so two that write at
 * once may be stored the other way round; `positionAt` cuts in the order of the log all the same.
 */
export class EsdbEventStore extends EventStore {
  readonly capabilities: ReadonlySet<Capability> = new Set();
  private readonly instants = new Instants((after, options) => this.readAll(after, options));
  private readonly closing = new AbortController();
  private readonly calls: SharedClient;
  private readonly subscribing: SharedClient;
  private readonly common: {
    readonly credentials: { username: string; password: string };
    readonly requiresLeader: true;
  };
  private readonly settings: typeof standard;
  private readonly listening: Promise<void>;
  private latest = '';

  private constructor(
    private readonly client: Client,
    url: string,
    private readonly options: EsdbOptions,
  ) {
    super();
    this.settings = { ...standard, ...options };
    this.calls = new SharedClient(client, url);
    this.subscribing = new SharedClient(client, url);
    // With credentials on the call the client appends one by one. Its other way, in batches, mixes up the calls of a process.
    this.common = { credentials: { ...credentialsOf(url) }, requiresLeader: true };
    setMaxListeners(0, this.closing.signal);
    this.listening = this.listen();
  }

  /**
   * Opens the log at a connection string, `esdb://…`; several hosts, or `esdb+discover://…`, are a cluster. Connects when it
   * is first used. Loads the client.
   * @throws Error for a connection string that the client does not understand
   */
  static async open(url: string, options: EsdbOptions): Promise<EsdbEventStore> {
    return new EsdbEventStore(await import('@eventstore/db-client'), url, options);
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.listening;
    this.calls.close();
    this.subscribing.close();
  }

  async append(
    stream: string,
    expected: ExpectedRevision,
    events: readonly NewEvent[],
    { deadlineMs = this.settings.budgetMs }: { readonly deadlineMs?: number } = {},
  ): Promise<Appended> {
    checkSize(events);
    const end = performance.now() + deadlineMs;
    if (expected !== 'stream_exists') return this.appendAt(stream, expected, events, end);
    for (;;) {
      const { at, known } = await this.placeFor(stream, events, end);
      try {
        return await this.appendAt(stream, at, events, end);
      } catch (error) {
        if (!(error instanceof RevisionConflict)) throw error;
        if (known || performance.now() > end) throw new RevisionConflict(stream, expected, error.actual);
      }
    }
  }

  readStream(
    stream: string,
    options: Parameters<EventStore['readStream']>[1] & object = {},
  ): AsyncGenerator<RecordedEvent> {
    return this.eventsOf(stream, options, Infinity);
  }

  async readAll(after: Place, { max, types }: { max: number; types?: readonly string[] }): Promise<Page> {
    // One more than wanted tells whether there is more; and the record at a position is read with those after it.
    const read = await this.readFrom(after, max + (after === 'start' ? 1 : 2));
    const rest = read.filter((event) => this.compare(positionOf(event), after) > 0);
    const window = rest.slice(0, max);
    const last = window.at(-1);
    return {
      events: window
        .filter((event) => !isSystemEvent(event) && (types === undefined || types.includes(event.type)))
        .map(fromStored),
      nextPosition: last === undefined ? after : positionOf(last),
      caughtUp: rest.length <= max,
    };
  }

  /** By pages, so that a follower goes on where it has come to, whatever became of a connection; a subscription only wakes it. */
  subscribeAll(
    after: Place,
    options: { types?: readonly string[] },
    signal: AbortSignal,
  ): AsyncIterable<SubscriptionMessage> {
    return followPages(this, after, options, signal, this.options.wakeUp, idleMs);
  }

  async head(): Promise<Place> {
    const { END, BACKWARDS } = this.client;
    for (let maxCount = 1; ; maxCount *= 32) {
      const read = await this.read((client) =>
        client.readAll({ ...this.common, fromPosition: END, direction: BACKWARDS, maxCount }),
      );
      const last = read.flatMap(({ event }) => event ?? []).find((event) => !isSystemEvent(event));
      if (last !== undefined) return positionOf(last);
      if (read.length < maxCount) return 'start';
    }
  }

  positionAt(instant: string): Promise<Place> {
    return this.instants.positionAt(Date.parse(instant));
  }

  compare(a: Place, b: Place): -1 | 0 | 1 {
    const [left, right] = [numeric(a), numeric(b)];
    return left < right ? -1 : left > right ? 1 : 0;
  }

  isPosition(text: string): boolean {
    return /^(0|[1-9]\d{0,18})$/.test(text) && BigInt(text) <= largestPosition;
  }

  private async *eventsOf(
    stream: string,
    { from, max = Infinity, direction = 'forwards', upTo }: Parameters<EventStore['readStream']>[1] & object,
    end: number,
  ): AsyncGenerator<RecordedEvent> {
    const forwards = direction === 'forwards';
    const { START, END, FORWARDS, BACKWARDS } = this.client;
    let next: ReadRevision = from ?? (forwards ? START : END);
    for (let left = max; left > 0;) {
      const maxCount = Math.min(left, pageSize);
      const read = await this.read(
        (client) =>
          client.readStream(stream, {
            ...this.common,
            fromRevision: next,
            maxCount,
            direction: forwards ? FORWARDS : BACKWARDS,
          }),
        end,
      );
      const events = read.flatMap(({ event }) => (event === undefined ? [] : [fromStored(event)]));
      for (const event of events) {
        if (upTo === undefined || this.compare(event.position, upTo) <= 0) {
          yield event;
          left -= 1;
        } else if (forwards) return;
      }
      const last = events.at(-1);
      if (last === undefined || read.length < maxCount || (!forwards && last.revision === 0n)) return;
      next = last.revision + (forwards ? 1n : -1n);
    }
  }

  /** Tries until the server has said yes or no, with the same ids and revision, or until the time is over. */
  private async appendAt(
    stream: string,
    expected: bigint | 'no_stream',
    events: readonly NewEvent[],
    end: number,
  ): Promise<Appended> {
    const tryMs = this.settings.tryMs + perEventMs * events.length;
    let maybeStored = false;
    const again = this.tries(end);
    for (;;) {
      let cause: unknown;
      try {
        const stored = await this.stamped(events);
        const answer = await this.calls.use(
          (client) =>
            client.appendToStream(stream, stored, {
              ...this.common,
              expectedRevision: expected,
              deadline: tryMs,
            }),
          this.silence(end, tryMs),
        );
        this.options.wakeUp.ring();
        return {
          status: 'ok',
          revision: answer.nextExpectedRevision,
          position: String((answer.position as NonNullable<typeof answer.position>).commit),
        };
      } catch (error) {
        if (error instanceof NotCanonical) throw error;
        const failure = error instanceof ClockSilent ? clockSilent : failureOf(error);
        if (failure.kind === 'conflict')
          throw new RevisionConflict(
            stream,
            expected,
            (error as { actualVersion: bigint | 'no_stream' }).actualVersion,
          );
        if (failure.kind === 'closed') throw new StreamClosed(stream, { cause: error });
        if (failure.kind === 'too-large') throw new TooLarge('more than the event store takes', { cause: error });
        maybeStored ||= failure.maybeStored;
        cause = error;
        if (failure.kind !== 'refused' && (await again())) continue;
      }
      throw maybeStored
        ? new OutcomeUnknown('no answer from the event store', { cause })
        : new Unavailable('the event store took nothing', { cause });
    }
  }

  /** The events as they go in. Made before the call and for every try: nothing can fail inside the client, and the time is fresh. */
  private async stamped(events: readonly NewEvent[]) {
    const now = await within(this.settings.tryMs, Promise.resolve(this.options.now())).catch((cause: unknown) => {
      throw new ClockSilent('the clock does not answer', { cause });
    });
    if (now > this.latest) this.latest = now;
    const { latest } = this;
    return events.map((event) => toStored(event, latest));
  }

  /** Where events go that may go at any revision: to where the first of them already is, else behind the last one. */
  private async placeFor(stream: string, events: readonly NewEvent[], end: number) {
    let last: bigint | undefined;
    for await (const { id, revision } of this.eventsOf(stream, { direction: 'backwards' }, end)) {
      last ??= revision;
      if (id === events[0]?.id) return { at: revision === 0n ? ('no_stream' as const) : revision - 1n, known: true };
    }
    if (last === undefined) throw new RevisionConflict(stream, 'stream_exists', 'no_stream');
    return { at: last, known: false };
  }

  private async readFrom(after: Place, maxCount: number) {
    const { START } = this.client;
    const commit = after === 'start' ? undefined : BigInt(after);
    const fromPosition = commit === undefined ? START : { commit, prepare: commit };
    try {
      const read = await this.read((client) => client.readAll({ ...this.common, fromPosition, maxCount }));
      return read.flatMap(({ event }) => event ?? []);
    } catch (error) {
      if (!(error instanceof NoRecordThere)) throw error;
      if (this.compare(after, await this.head()) >= 0) return [];
      throw new Unavailable(`no event lies at position ${after}`, { cause: error });
    }
  }

  /** Reads a page, and tries again until the time is over. Empty where there is no such stream. */
  private async read(
    open: (client: EventStoreDBClient) => StreamingRead<ResolvedEvent>,
    end = Infinity,
  ): Promise<readonly ResolvedEvent[]> {
    const last = Math.min(end, performance.now() + this.settings.budgetMs);
    const again = this.tries(last);
    for (;;) {
      try {
        return await this.calls.use((client) => collected(open(client), this.silence(last)), Infinity);
      } catch (error) {
        const { kind } = failureOf(error);
        if (kind === 'no-stream' || kind === 'closed') return [];
        if (kind === 'no-position') throw new NoRecordThere('no record there', { cause: error });
        if (kind === 'refused' || !(await again()))
          throw new Unavailable('the event store cannot be read', { cause: error });
      }
    }
  }

  /** How long a try may be silent. */
  private silence(end: number, tryMs = this.settings.tryMs): number {
    return Math.min(tryMs, Math.max(end - performance.now(), 1));
  }

  /** Waits a little, longer each time; false when the time is over or the store is being closed. */
  private tries(end: number): () => Promise<boolean> {
    let pauseMs = backOff.firstMs;
    return async () => {
      if (performance.now() + pauseMs >= end || this.closing.signal.aborted) return false;
      await pause(pauseMs, this.closing.signal);
      pauseMs = Math.min(pauseMs * 2, backOff.longestMs);
      return !this.closing.signal.aborted;
    };
  }

  /** Rings whenever the log grows. It need not be right: followers look for themselves, only later. */
  private async listen(): Promise<void> {
    const { signal } = this.closing;
    for (let pauseMs = backOff.firstMs; !signal.aborted;) {
      try {
        await this.subscribing.use((client) => this.heardOut(client, () => (pauseMs = backOff.firstMs)), Infinity);
      } catch {
        await pause(pauseMs, signal);
        pauseMs = Math.min(pauseMs * 2, idleMs);
      }
    }
  }

  /** One subscription, to its end: confirmed in time, and made anew when it has been silent for long. */
  private heardOut(client: EventStoreDBClient, confirmed: () => void): Promise<void> {
    const { END, excludeSystemEvents } = this.client;
    const subscription = client.subscribeToAll({ ...this.common, fromPosition: END, filter: excludeSystemEvents() });
    return new Promise<void>((resolve, reject) => {
      const over = (settle: () => void) => {
        clearTimeout(timer);
        this.closing.signal.removeEventListener('abort', ended);
        subscription.on('error', () => undefined);
        void subscription.unsubscribe().catch(() => undefined);
        settle();
      };
      const ended = () => over(resolve);
      const unconfirmed = () => over(() => reject(new NoAnswer('the subscription was not confirmed')));
      let timer = setTimeout(unconfirmed, confirmedWithinMs);
      const heard = () => {
        clearTimeout(timer);
        timer = setTimeout(ended, this.settings.probeMs);
        this.options.wakeUp.ring();
      };
      this.closing.signal.addEventListener('abort', ended, { once: true });
      subscription.on('confirmation', () => {
        confirmed();
        heard();
      });
      subscription.on('data', heard);
      subscription.on('end', () => over(() => reject(new NoAnswer('the subscription ended'))));
      subscription.on('error', (error) => over(() => reject(error)));
    });
  }
}

/** The program's clock failed; nothing was sent. */
class ClockSilent extends Error {}
const clockSilent: Failure = { kind: 'again', maybeStored: false, freshClient: false };

/** A position at which no record begins. */
class NoRecordThere extends Error {}

const numeric = (position: Place): bigint => (position === 'start' ? -1n : BigInt(position));
