import { randomUUID } from 'node:crypto';
import { EsdbEventStore, WakeUp, type NewEvent } from '#libs/event-sourcing';
import { keepInFlight, type Contender } from './rounds.js';

/** The adapter and the bare client, on one server. */
export interface EsdbContenders {
  readonly ours: Contender;
  readonly bare: Contender;
  end(): Promise<void>;
}

/**
 * Appends of one event each, 64 in flight, through the adapter and through the client alone: the same server, the same bytes,
 * the same unary call with credentials and a leader required.
 */
export async function esdbContenders(url: string, newEvent: () => NewEvent, seconds: number): Promise<EsdbContenders> {
  const store = await EsdbEventStore.open(url, { now: () => new Date().toISOString(), wakeUp: new WakeUp() });
  const { EventStoreDBClient, NO_STREAM } = await import('@eventstore/db-client');
  const client = EventStoreDBClient.connectionString(url);
  const [, username = '', password = ''] = /^[^:]+:\/\/(?:([^:@/]+):([^@/]+)@)?/.exec(url) ?? [];
  const plain = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const metadata = Buffer.from(JSON.stringify({ actor: 'bench', 'log-schema-version': '1', 'log-recorded-at': '' }));
  return {
    ours: () => keepInFlight(64, seconds, () => store.append(`bench-${randomUUID()}`, 'no_stream', [newEvent()])),
    bare: () =>
      keepInFlight(64, seconds, () => {
        const { id, type, data } = newEvent();
        const event = {
          id,
          type,
          contentType: 'application/octet-stream' as const,
          data: plain(data),
          metadata: plain(metadata),
        };
        return client.appendToStream(`bench-${randomUUID()}`, [event], {
          credentials: { username: decodeURIComponent(username), password: decodeURIComponent(password) },
          requiresLeader: true,
          expectedRevision: NO_STREAM,
          deadline: 2_000,
        });
      }),
    async end() {
      await store.close();
      await client.dispose();
    },
  };
}
