import type { Connection, Pool, PoolClient, Submittable } from 'pg';
import { checkOut } from './connections.js';
import { CopiedEvent, copiedColumns } from './copied-event.js';
import type { RecordedEvent } from './event-store.js';

/** How many positions one COPY goes over: no transaction is long, and an ordinary portion is a few MB. */
const portionPositions = 4096n;
/** What may lie here unread before the server has to wait. */
const unreadBytes = 8 * 1024 * 1024;
const slabBytes = 256 * 1024;
/** Before the first row of a binary COPY: signature, flags and the length of an extension. */
const copyHeader = 19;
const rowFields = 10;

/**
 * All events after one position up to another, in portions, by COPY: nothing is turned into text and back. The next
 * portion is on its way while one is being read. Each has a snapshot of its own, which is as good as one for all, since
 * positions have no gaps and become visible in their order.
 */
export async function* scanLog(pool: Pool, after: bigint, upTo: bigint): AsyncGenerator<readonly RecordedEvent[]> {
  if (after >= upTo) return;
  const client = await checkOut(pool);
  let asked = after;
  const ask = () => {
    const end = asked + portionPositions < upTo ? asked + portionPositions : upTo;
    const copy = client.query(new EventCopy(client, asked, end));
    asked = end;
    return copy;
  };
  let whole = false;
  try {
    const coming = [ask()];
    for (let copy = coming.shift(); copy; copy = coming.shift()) {
      if (asked < upTo) coming.push(ask());
      for (let portion = await copy.take(); portion; portion = await copy.take()) yield portion;
    }
    whole = true;
  } finally {
    client.release(!whole);
  }
}

/** What pg's connections can do beside what their types say. */
type CopyConnection = Connection & { query(text: string): void; stream: { pause(): void; resume(): void } };

/** One COPY of events; pg calls the `handle…` methods as messages arrive. */
class EventCopy implements Submittable {
  /** Set by pg to stop its clock for the query. */
  callback: ((error?: Error) => void) | undefined;
  private connection: CopyConnection | undefined;
  private readonly text: string;
  private events: CopiedEvent[] = [];
  private unread = 0;
  private paused = false;
  private slab = Buffer.alloc(0);
  private filled = 0;
  private begun = false;
  private ended = false;
  private error: Error | undefined;
  private heard: (() => void) | undefined;

  constructor(
    private readonly client: PoolClient,
    after: bigint,
    upTo: bigint,
  ) {
    this.text = `copy (select ${copiedColumns} from es_event where global_position > ${after} and global_position <= ${upTo}
      order by global_position) to stdout (format binary)`;
    client.once('error', this.fail);
    client.once('end', this.fail);
  }

  /** The events that have come, once the COPY has ended or enough of it lies here; undefined when all were taken. */
  async take(): Promise<readonly RecordedEvent[] | undefined> {
    while (!this.ended && !this.paused) await new Promise<void>((resolve) => (this.heard = resolve));
    if (this.error) throw this.error;
    const { events } = this;
    this.events = [];
    this.unread = 0;
    if (this.paused) {
      this.paused = false;
      this.connection?.stream.resume();
    }
    return events.length > 0 ? events : this.ended ? undefined : await this.take();
  }

  submit(connection: Connection): void {
    this.connection = connection;
    this.connection.query(this.text);
  }

  handleCopyData({ chunk }: { readonly chunk: Buffer }): void {
    const row = this.begun ? 0 : copyHeader;
    this.begun = true;
    if (chunk.readInt16BE(row) !== rowFields) return;
    // The chunk lies where pg will soon put other messages.
    const size = chunk.length - row;
    if (this.filled + size > this.slab.length) {
      this.slab = Buffer.allocUnsafeSlow(Math.max(slabBytes, size));
      this.filled = 0;
    }
    chunk.copy(this.slab, this.filled, row);
    this.events.push(new CopiedEvent(this.slab, this.filled));
    this.filled += size;
    this.unread += size;
    if (this.unread >= unreadBytes && !this.paused) {
      this.paused = true;
      this.connection?.stream.pause();
      this.heard?.();
    }
  }

  handleCommandComplete(): void {
    // Said again by ReadyForQuery.
  }

  handleReadyForQuery(): void {
    this.end(undefined);
  }

  handleError(error: Error): void {
    this.end(error);
  }

  private readonly fail = (error?: Error) => this.end(error ?? new Error('the connection to the database ended'));

  private end(error: Error | undefined): void {
    if (this.ended) return;
    this.ended = true;
    this.error = error;
    this.client.off('error', this.fail);
    this.client.off('end', this.fail);
    this.callback?.(error);
    this.heard?.();
  }
}
