import type { EventCodec, StoredEvent } from '../event-codec.js';
import type { EventStore, GlobalPosition, Page, RecordedEvent } from '../event-store.js';

/** A position is missing in the log: it must never be passed. */
export class EventLogGap extends Error {}

/** How many of the last events stay in memory for the followers of a process. */
const keptEvents = 2_000;
const keptBytes = 32 * 1024 * 1024;
/** How many events a follower at the end of the log is given at most. */
export const pageSize = 1_000;
const scansAtOnce = 2;

/**
 * The end of the log, read once for all followers of a process, and each event decoded once. Also the place where gaps are
 * looked for, on stores whose positions have none.
 */
export class LogTail {
  private readonly gapless: boolean;
  private kept: RecordedEvent[] = [];
  private bytes = 0;
  /** `kept` holds everything after `from` up to `to`. */
  private from: GlobalPosition | 'start' | undefined;
  private to: GlobalPosition | 'start' = 'start';
  private reading: Promise<Page> | undefined;
  private scans = 0;
  private readonly waiting: (() => void)[] = [];
  private readonly decoded = new WeakMap<RecordedEvent, StoredEvent>();

  constructor(
    private readonly store: EventStore,
    private readonly codec: EventCodec,
    readonly gapFound: () => void = () => undefined,
  ) {
    this.gapless = store.capabilities.has('gapless-positions');
  }

  /** Events after a position, some hundred at most. */
  async after(position: GlobalPosition | 'start', max = pageSize): Promise<Page> {
    const kept = this.fromMemory(position, max);
    if (kept !== undefined) return kept;
    if (this.from === undefined || position !== this.to) {
      const page = await this.read(position, max);
      if (this.from === undefined && page.caughtUp) this.keep(position, page);
      return page;
    }
    // All followers at the end wait for the same page.
    this.reading ??= this.readOn(position).finally(() => (this.reading = undefined));
    const page = await this.reading;
    return this.fromMemory(position, max) ?? page;
  }

  /** Everything after a position in large portions, up to the head or `upTo`. */
  async *scan(after: GlobalPosition | 'start', upTo?: GlobalPosition): AsyncGenerator<readonly RecordedEvent[]> {
    let last = after;
    await this.scanSlot();
    try {
      for await (const portion of this.store.scan(after, upTo === undefined ? {} : { upTo })) {
        const events = this.inOrder(last, portion);
        last = events.at(-1)?.position ?? last;
        if (events.length > 0) yield events;
      }
    } finally {
      this.scans -= 1;
      this.waiting.shift()?.();
    }
  }

  /** The event with its data read. @throws UnknownEventType */
  decode(recorded: RecordedEvent): StoredEvent {
    const known = this.decoded.get(recorded);
    if (known !== undefined) return known;
    const event = this.codec.decode(recorded);
    this.decoded.set(recorded, event);
    return event;
  }

  /** A scan holds a connection for as long as its reader takes: few at a time leave enough for everything else. */
  private async scanSlot(): Promise<void> {
    while (this.scans >= scansAtOnce) await new Promise<void>((free) => this.waiting.push(free));
    this.scans += 1;
  }

  /** The page after the end of what is kept; kept before anybody else may ask what follows it. */
  private async readOn(end: GlobalPosition | 'start'): Promise<Page> {
    const page = await this.read(end, pageSize);
    this.keep(end, page);
    return page;
  }

  private async read(after: GlobalPosition | 'start', max: number): Promise<Page> {
    const page = await this.store.readAll(after, { max });
    return { ...page, events: this.inOrder(after, page.events) };
  }

  private fromMemory(position: GlobalPosition | 'start', max: number): Page | undefined {
    if (
      this.from === undefined ||
      this.store.compare(position, this.from) < 0 ||
      this.store.compare(position, this.to) >= 0
    )
      return undefined;
    const first = this.kept.findLastIndex((event) => this.store.compare(event.position, position) <= 0) + 1;
    const events = this.kept.slice(first, first + max);
    const whole = first + max >= this.kept.length;
    return { events, nextPosition: whole ? this.to : (events.at(-1)?.position ?? position), caughtUp: false };
  }

  private keep(after: GlobalPosition | 'start', page: Page): void {
    this.from ??= after;
    this.kept.push(...page.events);
    this.to = page.nextPosition;
    this.bytes += sizeOf(page.events);
    let excess = Math.max(0, this.kept.length - keptEvents);
    this.bytes -= sizeOf(this.kept.slice(0, excess));
    for (; this.bytes > keptBytes; excess++) this.bytes -= this.kept[excess]?.data.byteLength ?? 0;
    if (excess === 0) return;
    this.from = this.kept[excess - 1]?.position ?? this.from;
    this.kept = this.kept.slice(excess);
  }

  /**
   * The events, each after the one before. Where positions count events, anything else is a gap; elsewhere, a server that
   * tells an event again is heard once.
   */
  private inOrder(after: GlobalPosition | 'start', events: readonly RecordedEvent[]): readonly RecordedEvent[] {
    if (this.gapless) {
      this.checkGaps(after, events);
      return events;
    }
    let last = after;
    return events.filter(({ position }) => {
      if (this.store.compare(position, last) <= 0) return false;
      last = position;
      return true;
    });
  }

  private checkGaps(after: GlobalPosition | 'start', events: readonly RecordedEvent[]): void {
    let expected = after === 'start' ? 0n : BigInt(after) + 1n;
    for (const { position } of events) {
      if (BigInt(position) !== expected) {
        this.gapFound();
        throw new EventLogGap(`the log goes on at ${position} where ${expected} was expected`);
      }
      expected += 1n;
    }
  }
}

const sizeOf = (events: readonly RecordedEvent[]): number =>
  events.reduce((bytes, { data }) => bytes + data.byteLength, 0);
