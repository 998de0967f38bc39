import type { Pool } from 'pg';
import { UnknownEventType, type EventCodec, type StoredEvent } from '../event-codec.js';
import type { EventStore, GlobalPosition, RecordedEvent } from '../event-store.js';
import { failpoint } from '../failpoints.js';
import { nothingSealed, openEvents, SealingUnavailable, type Sealing } from '../sealing.js';
import { Progress, WakeUp } from '../wake-up.js';
import { FenceLost, move, park, shardOf, takeOver, type BuildKey, type OwnedShard } from './checkpoints.js';
import { LogTail, pageSize } from './log-tail.js';
import { EventFailed, type Follower, type Fold } from './follower.js';
import { inTransaction, isTransient } from './transaction.js';

/** What everything that follows the log works with. */
export interface EngineParts {
  readonly pool: Pool;
  readonly store: EventStore;
  readonly codec: EventCodec;
  /** Opens personal fields for the followers that need them. */
  readonly sealing: Sealing;
  readonly tail: LogTail;
  /** Rings when the log has grown. */
  readonly wakeUp: WakeUp;
  /** Rings when a position has moved. */
  readonly progress: WakeUp;
  readonly observer: EngineObserver;
  /** How many events must be left for the log to be read in bulk; 2,000 unless said. */
  readonly bulkFrom?: number;
}

/** What is told about the work, for logs and figures. */
export interface EngineObserver {
  /** A follower stopped before an event, or could not work; it tries again. */
  stopped(follower: string, position: string, error: unknown): void;
  /** A stream stands still from an event on. */
  parked(follower: string, streamId: string, position: string, error: unknown): void;
  fenceLost(follower: string): void;
}

const silent: EngineObserver = { stopped: () => undefined, parked: () => undefined, fenceLost: () => undefined };

/** The parts of an engine, with what is not given made here. */
export function engineParts(
  given: Pick<EngineParts, 'pool' | 'store' | 'codec'> & Partial<EngineParts> & { readonly gapFound?: () => void },
): EngineParts {
  const { pool, store, codec, gapFound, tail = new LogTail(store, codec, gapFound) } = given;
  const { wakeUp = new WakeUp(), progress = new Progress(), observer = silent } = given;
  const { bulkFrom, sealing = nothingSealed } = given;
  return { pool, store, codec, sealing, tail, wakeUp, progress, observer, ...(bulkFrom !== undefined && { bulkFrom }) };
}

/** An event that stops everything: what moves money, and builds, go no further. */
export class Halted extends Error {
  constructor(
    readonly position: GlobalPosition,
    cause: unknown,
  ) {
    super(describe(cause), { cause });
  }
}

/** How far to catch up, and who hears of it. */
export interface CatchUp {
  readonly upTo?: GlobalPosition;
  readonly signal?: AbortSignal;
  /** Called after each batch; the next one waits for it. */
  readonly moved?: () => Promise<void>;
}

/** The least that is behind for reading in bulk to pay. */
const standardBulkFrom = 2_000;
/** Events that one transaction takes while much is to be caught up. */
const bulkBatch = 20_000;
/** So many portions of the log are held at most, however large its events are. */
const bulkPortions = 8;

/**
 * Moves the shards of one follower that this process owns. Rows and position commit together, and only while nobody else
 * has taken the shard over.
 */
export class FollowerRunner {
  private shards: OwnedShard[] = [];
  private count = 1;
  private readonly fold: Fold;
  private readonly categories: ReadonlySet<string>;
  private bulk:
    { readonly portions: AsyncGenerator<readonly RecordedEvent[]>; at: GlobalPosition | 'start' } | undefined;

  constructor(
    private readonly parts: EngineParts,
    private readonly follower: Follower,
    readonly key: BuildKey,
    schema: string,
    /** A build that is not shown yet takes no event that fails. */
    private readonly onPoison: Follower['onPoison'] = follower.onPoison,
    private readonly takesStream: (streamId: string) => boolean = () => true,
  ) {
    this.fold = follower.fold(schema);
    this.categories = parts.codec.categoriesOf([...follower.types]);
  }

  /** The shards that are owned now. */
  get owned(): readonly number[] {
    return this.shards.map(({ shard }) => shard);
  }

  /** Takes over these shards of `count`, and no others. */
  async own(shards: readonly number[], count: number): Promise<void> {
    const owned = await Promise.all(shards.map((shard) => takeOver(this.parts.pool, this.key, shard)));
    this.count = count;
    this.shards = owned.filter((shard) => shard !== undefined);
    await this.forget();
  }

  /** Lets go of all shards, and of what is being read; what is in hand must be over. */
  async release(): Promise<void> {
    this.shards = [];
    await this.endBulk();
  }

  /** Applies everything up to the head as it is now, or up to a position; stops early where the signal says so. */
  async catchUp({ upTo, signal, moved }: CatchUp = {}): Promise<void> {
    try {
      while (signal?.aborted !== true && (await this.step(upTo))) await moved?.();
    } finally {
      await this.endBulk();
    }
  }

  /**
   * Applies the next events; false when there are none.
   * @throws FenceLost another process owns a shard now · Halted at an event that must not be passed
   */
  async step(upTo?: GlobalPosition): Promise<boolean> {
    const { store } = this.parts;
    const from = this.shards
      .map(({ position }) => position)
      .reduce<GlobalPosition | 'start' | undefined>(
        (lowest, position) => (lowest === undefined || store.compare(position, lowest) < 0 ? position : lowest),
        undefined,
      );
    if (from === undefined || (upTo !== undefined && store.compare(from, upTo) >= 0)) return false;
    const group = this.shards.filter(({ position }) => position === from);
    const next = await this.next(from, upTo);
    if (next.to === from || next.to === 'start') return false;
    await this.apply(group, next.events, next.to);
    return true;
  }

  /** The events after a position that follow next, and how far that goes. */
  private async next(
    from: GlobalPosition | 'start',
    upTo: GlobalPosition | undefined,
  ): Promise<{ readonly events: readonly RecordedEvent[]; readonly to: GlobalPosition | 'start' }> {
    const { store, tail, bulkFrom = standardBulkFrom } = this.parts;
    if (this.bulk?.at !== from) await this.endBulk();
    if (this.bulk === undefined) {
      const page = await tail.after(from);
      const within = page.events.filter(({ position }) => upTo === undefined || store.compare(position, upTo) <= 0);
      const ends = upTo !== undefined && store.compare(page.nextPosition, upTo) > 0;
      const isLast = page.caughtUp || page.events.length < pageSize || within.length < page.events.length;
      if (isLast || (await this.behind(page.nextPosition)) < bulkFrom)
        return { events: within, to: ends ? upTo : page.nextPosition };
      this.bulk = { portions: tail.scan(from, upTo), at: from };
    }
    const events: RecordedEvent[] = [];
    for (let portions = 0; events.length < bulkBatch && portions < bulkPortions; portions++) {
      const portion = await this.bulk.portions.next();
      if (portion.done === true) break;
      for (const event of portion.value) events.push(event);
    }
    const last = events.at(-1);
    if (last === undefined) {
      this.bulk = undefined;
      return this.next(from, upTo);
    }
    this.bulk.at = last.position;
    return { events, to: last.position };
  }

  /** How many events are left after a position; more than enough where positions do not count them. */
  private async behind(position: GlobalPosition | 'start'): Promise<number> {
    const { store, bulkFrom = standardBulkFrom } = this.parts;
    const head = await store.head();
    if (head === 'start' || position === 'start' || !store.capabilities.has('gapless-positions')) return bulkFrom;
    return Number(BigInt(head) - BigInt(position));
  }

  private async apply(
    group: readonly OwnedShard[],
    events: readonly RecordedEvent[],
    to: GlobalPosition,
  ): Promise<void> {
    const relevant = events.filter((event) => this.takes(group, event));
    await this.applyRelevant(group, relevant, to);
  }

  private takes(group: readonly OwnedShard[], { type, schemaVersion, streamId }: RecordedEvent): boolean {
    if (!this.follower.types.has(type) && !this.isStrange(type, schemaVersion, streamId)) return false;
    if (!this.takesStream(streamId)) return false;
    const shard = group.length === this.count && this.count === 1 ? group[0] : this.shardFor(group, streamId);
    return shard !== undefined && !shard.parked.has(streamId);
  }

  private shardFor(group: readonly OwnedShard[], streamId: string): OwnedShard | undefined {
    const number = shardOf(streamId, this.count);
    return group.find(({ shard }) => shard === number);
  }

  /** A newer program wrote it into a stream that this follower reads: who knows what it means for the rows. */
  private isStrange(type: string, schemaVersion: number, streamId: string): boolean {
    if (this.parts.codec.knows(type, schemaVersion)) return false;
    const dash = streamId.indexOf('-');
    return this.categories.has(dash === -1 ? streamId : streamId.slice(0, dash));
  }

  /** Applies all, or finds the event that fails: by name where the fold knows it, else by halving. */
  private async applyRelevant(
    group: readonly OwnedShard[],
    events: readonly RecordedEvent[],
    to: GlobalPosition,
  ): Promise<void> {
    try {
      return await this.commit(group, events, to);
    } catch (error) {
      await this.forget();
      if (error instanceof FenceLost || error instanceof SealingUnavailable || isTransient(error)) throw error;
      const culprit = culpritOf(error, events);
      if (culprit === undefined) {
        const middle = Math.ceil(events.length / 2);
        await this.applyRelevant(group, events.slice(0, middle), positionOf(events[middle - 1]));
        return this.applyRelevant(group, this.standing(group, events.slice(middle)), to);
      }
      const before = events.slice(0, culprit);
      if (before.length > 0) await this.applyRelevant(group, before, positionOf(before.at(-1)));
      const poison = events[culprit] as RecordedEvent;
      await this.stopAt(group, poison, error);
      return this.applyRelevant(group, this.standing(group, events.slice(culprit + 1)), to);
    }
  }

  private standing(group: readonly OwnedShard[], events: readonly RecordedEvent[]): readonly RecordedEvent[] {
    return events.filter(({ streamId }) => this.shardFor(group, streamId)?.parked.has(streamId) === false);
  }

  private async stopAt(group: readonly OwnedShard[], poison: RecordedEvent, error: unknown): Promise<void> {
    const cause = error instanceof EventFailed ? error.cause : error;
    const { streamId, position } = poison;
    const shard = this.shardFor(group, streamId);
    if (this.onPoison === 'halt' || shard === undefined) throw new Halted(position, cause);
    await this.inTransaction(async (db) => {
      await park(db, this.key, { shard: shard.shard, streamId, position, error: describe(cause) });
      await move(db, this.key, group, position, 0);
    });
    shard.parked.add(streamId);
    this.moved(group, position);
    this.parts.observer.parked(this.follower.name, streamId, position, cause);
  }

  private async commit(
    group: readonly OwnedShard[],
    recorded: readonly RecordedEvent[],
    to: GlobalPosition,
  ): Promise<void> {
    if (group[0]?.position === to) return;
    const decoded = recorded.map((event) => this.decode(event));
    const events =
      this.follower.personal === true ? await openEvents(decoded, this.parts.codec, this.parts.sealing) : decoded;
    await this.inTransaction(async (db) => {
      if (events.length > 0) await this.fold.apply(db, events);
      failpoint('projection.afterRows');
      await move(db, this.key, group, to, events.length);
    });
    failpoint('projection.afterCommit');
    this.fold.committed();
    this.moved(group, to);
  }

  private inTransaction(work: Parameters<typeof inTransaction<void>>[1]): Promise<void> {
    return inTransaction(this.parts.pool, work);
  }

  private decode(event: RecordedEvent): StoredEvent {
    try {
      // What is read in bulk is read by this follower alone: remembering it for others would only cost.
      return this.bulk === undefined ? this.parts.tail.decode(event) : this.parts.codec.decode(event);
    } catch (error) {
      throw new EventFailed(event.position, error);
    }
  }

  private moved(group: readonly OwnedShard[], to: GlobalPosition): void {
    for (const shard of group) shard.position = to;
    this.parts.progress.ring();
  }

  private async forget(): Promise<void> {
    this.fold.reset();
    await this.endBulk();
  }

  /** A reading in bulk that is not ended keeps its connection, and its turn among the readings, for ever. */
  private async endBulk(): Promise<void> {
    const { bulk } = this;
    this.bulk = undefined;
    await bulk?.portions.return(undefined);
  }
}

function culpritOf(error: unknown, events: readonly RecordedEvent[]): number | undefined {
  if (error instanceof EventFailed) return events.findIndex(({ position }) => position === error.position);
  return events.length === 1 ? 0 : undefined;
}

const positionOf = (event: RecordedEvent | undefined): GlobalPosition => {
  if (event === undefined) throw new Error('there is no event');
  return event.position;
};

/** What may be kept of an error: its kind and, of our own, its words; never values, which may be personal. */
export function describe(error: unknown): string {
  if (!(error instanceof Error)) return 'error';
  const code = (error as { code?: unknown }).code;
  if (typeof code === 'string') return `${error.name} ${code}`;
  return error instanceof UnknownEventType
    ? `${error.constructor.name}: ${error.message}`
    : `${error.name}: ${error.message}`.slice(0, 500);
}
