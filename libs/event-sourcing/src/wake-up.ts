/** Lets followers in this process hear of news at once; polling stays the truth. */
export class WakeUp {
  private waiting = new Set<() => void>();
  private rung = 0;

  /** How often it has rung. Noted before looking for news and handed to `wait`, it lets no ring in between be missed. */
  get rings(): number {
    return this.rung;
  }

  /** Wakes everyone who waits. */
  ring(): void {
    this.rung += 1;
    const woken = this.waiting;
    this.waiting = new Set();
    for (const wake of woken) wake();
  }

  /** Resolves on the next ring after the `heard` ones, after `timeoutMs`, or when the signal aborts. */
  wait(timeoutMs: number, signal?: AbortSignal, heard = this.rung): Promise<void> {
    if (signal?.aborted || heard !== this.rung) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.waiting.delete(done);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, timeoutMs);
      this.waiting.add(done);
      signal?.addEventListener('abort', done, { once: true });
    });
  }
}

/** The wake-up that rings when a follower of the log has moved on; a class of its own, to be asked for by type. */
export class Progress extends WakeUp {}
