import { OutcomeUnknown, Unavailable, type GlobalPosition } from './event-store.js';

/** An append that waits for its turn. */
export interface Append {
  readonly stream: string;
  /** How much of a batch it fills. */
  readonly bytes: number;
}

/** What the log says to one append. `revision` and `position` are those of its last event; else those of the stream. */
export interface Verdict {
  readonly outcome: 'ok' | 'duplicate' | 'conflict' | 'closed';
  readonly revision: bigint;
  readonly position: GlobalPosition;
}

/**
 * Writes a batch and gives, for each of its members, the verdict or why there is none. It has `deadlineMs`, after which
 * nobody waits any more, and never throws.
 */
export type SendBatch<A extends Append> = (
  batch: readonly A[],
  deadlineMs: number,
) => Promise<readonly (Verdict | Error)[]>;

/** How much goes into a batch, and how much may wait. */
export interface BatchLimits {
  /** Two let one be prepared while the other is written, but each then has half as many to share its costs. */
  readonly batchesAtOnce: number;
  readonly batchCommands: number;
  readonly batchBytes: number;
  readonly waitingCommands: number;
  readonly waitingBytes: number;
}

export const batchLimits: BatchLimits = {
  batchesAtOnce: 1,
  batchCommands: 500,
  batchBytes: 4 * 1024 * 1024,
  waitingCommands: 5000,
  waitingBytes: 64 * 1024 * 1024,
};

interface Waiting<A extends Append> {
  readonly append: A;
  /** By the clock of `performance.now()`. */
  readonly deadline: number;
  state: 'waiting' | 'sent' | 'answered';
  answer(outcome: Verdict | Error): void;
}

/**
 * Group commit: what arrives while a batch is being written makes up the next one, so that many share one flush to disk
 * and one alone never waits. A batch holds at most one append of a stream; the others of the stream follow in their order.
 */
export class AppendBatcher<A extends Append> {
  /** The first of each stream. */
  private ready: Waiting<A>[] = [];
  /** The streams with an append that is ready or being written, and those that come after it. */
  private readonly lines = new Map<string, Waiting<A>[]>();
  private waiting = 0;
  private waitingBytes = 0;
  private lanes = 0;
  private readonly running = new Set<Promise<void>>();
  /** Lanes that are about to take a batch. */
  private gathering = 0;
  private closed = false;

  constructor(
    private readonly send: SendBatch<A>,
    private readonly limits: BatchLimits = batchLimits,
  ) {}

  /**
   * Waits for the verdict on an append.
   * @throws OutcomeUnknown when it was sent and not answered in time; Unavailable when it was not sent; what `send` gave.
   */
  add(append: A, deadlineMs: number): Promise<Verdict> {
    const { waitingCommands, waitingBytes } = this.limits;
    if (this.closed) return Promise.reject(new Unavailable('the store is closed'));
    if (this.waiting >= waitingCommands || (this.waiting > 0 && this.waitingBytes + append.bytes > waitingBytes))
      return Promise.reject(new Unavailable('too many appends are waiting', { overloaded: true }));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.giveUp(entry), deadlineMs);
      const entry: Waiting<A> = {
        append,
        deadline: performance.now() + deadlineMs,
        state: 'waiting',
        answer: (outcome) => {
          if (entry.state === 'answered') return;
          entry.state = 'answered';
          clearTimeout(timer);
          if (outcome instanceof Error) reject(outcome);
          else resolve(outcome);
        },
      };
      this.waiting += 1;
      this.waitingBytes += append.bytes;
      const line = this.lines.get(append.stream);
      if (line) line.push(entry);
      else {
        this.lines.set(append.stream, []);
        this.ready.push(entry);
      }
      if (this.gathering === 0 && this.lanes < this.limits.batchesAtOnce) this.openLane();
    });
  }

  /** Takes no more and waits until all that were taken are answered. */
  async close(): Promise<void> {
    this.closed = true;
    await Promise.all(this.running);
  }

  private openLane(): void {
    this.lanes += 1;
    const lane: Promise<void> = this.run().finally(() => this.running.delete(lane));
    this.running.add(lane);
  }

  /** Writes batches as long as there is something to write. */
  private async run(): Promise<void> {
    for (;;) {
      // All that comes in this turn of the event loop comes along; nothing is waited for.
      this.gathering += 1;
      await new Promise((resolve) => setImmediate(resolve));
      this.gathering -= 1;
      const batch = this.take();
      if (batch.length === 0) break;
      await this.write(batch);
    }
    this.lanes -= 1;
  }

  private async write(batch: readonly Waiting<A>[]): Promise<void> {
    const last = batch.reduce((latest, { deadline }) => Math.max(latest, deadline), 0);
    const outcomes = await this.send(
      batch.map(({ append }) => append),
      Math.max(1, last - performance.now()),
    );
    batch.forEach((entry, index) => {
      this.nextOf(entry.append.stream);
      entry.answer(outcomes[index] ?? new OutcomeUnknown('no verdict'));
    });
  }

  /** What goes into the next batch. At least one, however big; those that nobody waits for any more stay out. */
  private take(): Waiting<A>[] {
    const batch: Waiting<A>[] = [];
    let bytes = 0;
    let at = 0;
    for (; at < this.ready.length && batch.length < this.limits.batchCommands; at += 1) {
      const entry = this.ready[at] as Waiting<A>;
      if (entry.state === 'waiting') {
        if (batch.length > 0 && bytes + entry.append.bytes > this.limits.batchBytes) break;
        entry.state = 'sent';
        this.leave(entry);
        bytes += entry.append.bytes;
        batch.push(entry);
      } else this.nextOf(entry.append.stream);
    }
    this.ready.splice(0, at);
    return batch;
  }

  /** Lets the next append of a stream come forward. */
  private nextOf(stream: string): void {
    const next = this.lines.get(stream)?.shift();
    if (next) this.ready.push(next);
    else this.lines.delete(stream);
  }

  private leave({ append }: Waiting<A>): void {
    this.waiting -= 1;
    this.waitingBytes -= append.bytes;
  }

  private giveUp(entry: Waiting<A>): void {
    if (entry.state === 'waiting') {
      this.leave(entry);
      entry.answer(new Unavailable('the append did not get its turn in time', { overloaded: true }));
    } else entry.answer(new OutcomeUnknown('no answer from the database in time'));
  }
}
