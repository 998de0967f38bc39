import { Unavailable } from './event-store.js';

/** So many may wait; what comes then is better told at once than kept. */
const mostWaiting = 5_000;

/**
 * Does together what is asked at about the same time: while one batch is under way, what comes in waits for the next. A
 * lone asker waits for nobody, and under load one statement and one commit serve many requests.
 */
export class Batch<Item, Answer> {
  private waiting: {
    readonly item: Item;
    readonly done: (answer: Answer) => void;
    readonly failed: (error: unknown) => void;
  }[] = [];
  private running = 0;
  /** Lanes that are about to take a batch. */
  private gathering = 0;

  /**
   * @param run gives one answer per item, in their order; when it fails, all its askers hear so
   * @param atOnce so many batches may be under way
   */
  constructor(
    private readonly run: (items: readonly Item[]) => Promise<readonly Answer[]>,
    private readonly most: number = 500,
    private readonly atOnce: number = 1,
  ) {}

  /** @throws Unavailable when too many wait */
  ask(item: Item): Promise<Answer> {
    if (this.waiting.length >= mostWaiting)
      return Promise.reject(new Unavailable('too many requests are waiting', { overloaded: true }));
    return new Promise((done, failed) => {
      this.waiting.push({ item, done, failed });
      if (this.gathering === 0 && this.running < this.atOnce) void this.drain();
    });
  }

  private async drain(): Promise<void> {
    this.running += 1;
    for (;;) {
      // All that comes in this turn of the event loop comes along; nothing is waited for.
      this.gathering += 1;
      await new Promise((resolve) => setImmediate(resolve));
      this.gathering -= 1;
      const batch = this.waiting.splice(0, this.most);
      if (batch.length === 0) break;
      try {
        const answers = await this.run(batch.map(({ item }) => item));
        batch.forEach(({ done }, index) => done(answers[index] as Answer));
      } catch (error) {
        for (const { failed } of batch) failed(error);
      }
    }
    this.running -= 1;
  }
}
