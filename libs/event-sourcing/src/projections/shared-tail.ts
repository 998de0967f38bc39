import type { EventCodec } from '../event-codec.js';
import type { EventStore, GlobalPosition, RecordedEvent } from '../event-store.js';
import { LogTail } from './log-tail.js';

type Portion = readonly RecordedEvent[];

/** How many portions may wait for the slowest reader; whoever is slower still goes on by a reading of its own. */
const mostWaiting = 16;

/** One reading of the log, handed to several readers that begin at the same place. None ever waits for another. */
export class SharedScan {
  private readonly waiting = new Map<number, Portion[]>();
  private joined = 0;
  private reading = 0;
  private over = false;
  private pulling: Promise<void> | undefined;

  constructor(
    private readonly source: AsyncGenerator<Portion>,
    private readonly readers: number,
  ) {
    for (let reader = 0; reader < readers; reader++) this.waiting.set(reader, []);
  }

  /** False once all readers have come, or the reading is over. */
  get isOpen(): boolean {
    return this.joined < this.readers && !this.over;
  }

  /** Everything from the beginning; ends early for a reader that fell too far behind. */
  async *read(): AsyncGenerator<Portion> {
    const reader = this.joined++;
    this.reading += 1;
    try {
      for (;;) {
        const own = this.waiting.get(reader);
        if (own === undefined) return;
        const portion = own.shift();
        if (portion !== undefined) yield portion;
        else if (this.over) return;
        else await (this.pulling ??= this.pull().finally(() => (this.pulling = undefined)));
      }
    } finally {
      this.waiting.delete(reader);
      this.reading -= 1;
      if (this.reading === 0) {
        this.over = true;
        await this.source.return(undefined);
      }
    }
  }

  private async pull(): Promise<void> {
    const next = await this.source.next();
    if (next.done === true) {
      this.over = true;
      return;
    }
    for (const [reader, portions] of this.waiting) {
      if (portions.length >= mostWaiting) this.waiting.delete(reader);
      else portions.push(next.value);
    }
  }
}

/** The end of the log for the shards of one build: what they read in bulk from the same place on is read once. */
export class SharedTail extends LogTail {
  private last:
    | { readonly after: GlobalPosition | 'start'; readonly upTo: GlobalPosition | undefined; readonly scan: SharedScan }
    | undefined;

  constructor(
    store: EventStore,
    codec: EventCodec,
    gapFound: () => void,
    private readonly readers: number,
  ) {
    super(store, codec, gapFound);
  }

  override scan(after: GlobalPosition | 'start', upTo?: GlobalPosition): AsyncGenerator<Portion> {
    const { last } = this;
    if (last !== undefined && last.after === after && last.upTo === upTo && last.scan.isOpen) return last.scan.read();
    const scan = new SharedScan(super.scan(after, upTo), this.readers);
    this.last = { after, upTo, scan };
    return scan.read();
  }
}
