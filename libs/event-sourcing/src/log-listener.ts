import { Client, type Pool } from 'pg';
import type { WakeUp } from './wake-up.js';

/** The channel on which every batch says where the log now ends. */
const channel = 'almoner_log';
const shortestPauseMs = 100;
const longestPauseMs = 10_000;

/**
 * Hears of what other processes append, and wakes those who wait in this one. Only a hint: whoever waits also looks by
 * himself from time to time, so nothing is lost while the connection is. It comes back by itself.
 */
export class LogListener {
  private readonly stopping = new AbortController();
  private client: Client | undefined;
  private running: Promise<void> | undefined;

  constructor(
    private readonly pool: Pool,
    private readonly wakeUp: WakeUp,
  ) {}

  /** Begins to listen; does not wait for the connection. */
  start(): void {
    this.running ??= this.run();
  }

  /** Stops listening and closes the connection. */
  async close(): Promise<void> {
    this.stopping.abort();
    await this.client?.end().catch(() => undefined);
    await this.running;
  }

  private async run(): Promise<void> {
    let pause = shortestPauseMs;
    while (!this.stopping.signal.aborted) {
      const begun = performance.now();
      await this.listen().catch(() => undefined);
      pause = performance.now() - begun > longestPauseMs ? shortestPauseMs : Math.min(pause * 2, longestPauseMs);
      await this.rest(pause);
    }
  }

  /** Until the connection ends. */
  private async listen(): Promise<void> {
    const { password } = this.pool.options;
    const client = new Client({
      ...this.pool.options,
      ...(password === undefined ? {} : { password }),
      application_name: 'almoner listener',
    });
    this.client = client;
    const ended = new Promise<void>((resolve) => {
      client.on('error', () => void client.end().catch(() => undefined));
      client.on('end', resolve);
    });
    client.on('notification', () => this.wakeUp.ring());
    try {
      await client.connect();
      await client.query(`listen ${channel}`);
      // What was said while nobody listened.
      this.wakeUp.ring();
      await ended;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  private rest(ms: number): Promise<void> {
    const { signal } = this.stopping;
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener('abort', done, { once: true });
    });
  }
}
