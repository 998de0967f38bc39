import { EventCodec, EventStore, type GlobalPosition } from '#libs/event-sourcing';
import { SubjectKeys } from '../privacy/subject-keys.js';
import type { SubjectKeyDestroyed } from './erasure.events.js';

/** How often the log is asked. Keys leave the cache by themselves, after minutes, where it cannot be. */
const everyMs = 5_000;
const types: readonly SubjectKeyDestroyed['type'][] = ['SubjectKeyDestroyed'];

/**
 * Lets this process forget unwrapped keys that another one destroyed. Every process that opens or seals has its own: what it
 * has heard of is nobody else's business and is stored nowhere.
 */
export class KeyForgetter {
  private readonly stopping = new AbortController();
  private position: GlobalPosition | 'start' | undefined;
  private running: Promise<void> | undefined;

  constructor(
    private readonly events: EventStore,
    private readonly codec: EventCodec,
    private readonly keys: SubjectKeys,
  ) {}

  start(): void {
    this.running ??= this.follow();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** Forgets what was destroyed since it was last asked; from the first time on, since nothing was in memory before. */
  async look(): Promise<void> {
    this.position ??= await this.events.head();
    for (;;) {
      const page = await this.events.readAll(this.position, { max: 500, types });
      for (const event of page.events)
        this.keys.forget((this.codec.decode(event).data as SubjectKeyDestroyed['data']).keyIds);
      if (page.nextPosition === this.position) return;
      this.position = page.nextPosition;
      if (page.caughtUp) return;
    }
  }

  private async follow(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      // Where the log cannot be read, the next look begins where this one did.
      await this.look().catch(() => undefined);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(done, everyMs);
        signal.addEventListener('abort', done, { once: true });
        function done(): void {
          clearTimeout(timer);
          signal.removeEventListener('abort', done);
          resolve();
        }
      });
    }
  }
}
