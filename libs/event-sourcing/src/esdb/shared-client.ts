import type { EventStoreDBClient, ResolvedEvent, StreamingRead } from '@eventstore/db-client';
import { connectionStringOf } from './connection-string.js';
import { failureOf, NoAnswer } from './failures.js';

/** The client's module, which is loaded by the store alone. */
export type Client = typeof import('@eventstore/db-client');

/** After this nothing can still be on its way through an old client, so its connection may be closed. */
const retiredMs = 60_000;

let clients = 0;

/** One client for all callers, exchanged for a fresh one when it sticks. */
export class SharedClient {
  private current: EventStoreDBClient;
  private used = false;

  constructor(
    private readonly client: Client,
    private readonly url: string,
  ) {
    this.current = this.made();
  }

  /** Makes a call, which must answer in time. */
  async use<T>(call: (client: EventStoreDBClient) => Promise<T>, withinMs: number): Promise<T> {
    const client = this.current;
    this.used = true;
    try {
      return await within(withinMs, call(client));
    } catch (error) {
      if (failureOf(error).freshClient && client === this.current) {
        this.close();
        this.current = this.made();
      }
      throw error;
    }
  }

  /** Lets what is on its way come to its end before the connection goes: the client dies of a call on a closed one. */
  close(): void {
    const old = this.current;
    if (!this.used) return;
    this.used = false;
    setTimeout(() => {
      void connectionOf(old)
        .then((channel) => channel.close())
        .catch(() => undefined);
    }, retiredMs).unref();
  }

  private made(): EventStoreDBClient {
    clients += 1;
    return this.client.EventStoreDBClient.connectionString(connectionStringOf(this.url, clients));
  }
}

const connectionOf = (client: EventStoreDBClient): Promise<{ close(): void }> =>
  (client as unknown as { getChannel(): Promise<{ close(): void }> }).getChannel();

/** Waits, or until the signal aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
    if (signal.aborted) done();
  });
}

/** The program's own timer, for the client's deadlines do not hold everywhere. @throws NoAnswer */
export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  if (ms === Infinity) return work;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new NoAnswer(`no answer in ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Everything that a read gives; between two events it may be silent for `silenceMs`. @throws NoAnswer */
export function collected(read: StreamingRead<ResolvedEvent>, silenceMs: number): Promise<ResolvedEvent[]> {
  return new Promise((resolve, reject) => {
    const events: ResolvedEvent[] = [];
    const silent = () => {
      void read.cancel().catch(() => undefined);
      reject(new NoAnswer(`silent for ${silenceMs} ms`));
    };
    let timer = setTimeout(silent, silenceMs);
    read.on('data', (event: ResolvedEvent) => {
      events.push(event);
      clearTimeout(timer);
      timer = setTimeout(silent, silenceMs);
    });
    read.on('end', () => {
      clearTimeout(timer);
      resolve(events);
    });
    read.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
  });
}
