import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  canonicalBytes,
  kernelMigrations,
  leafHash,
  OutcomeUnknown,
  PostgresEventStore,
  StreamClosed,
  Unavailable,
  WakeUp,
} from '#libs/event-sourcing';
import { createPool } from '#libs/platform';
import { listed, newEvent, newEvents } from './contracts/event-store.contract.js';
import { createTestDatabase, type TestDatabase } from './support/database.js';

describe('the log in PostgreSQL', () => {
  let database: TestDatabase;
  let store: PostgresEventStore;

  beforeAll(async () => {
    database = await createTestDatabase('log', kernelMigrations);
    store = new PostgresEventStore(database.pool, new WakeUp());
    await store.append('case-1', 'no_stream', [newEvent({ type: '申请' }), newEvent()]);
  }, 60_000);

  afterAll(() => database.drop());

  it.each(["update es_event set event_type = 'Other'", 'delete from es_event', 'truncate es_event'])(
    'refuses to %s',
    async (statement) => {
      await expect(database.pool.query(statement)).rejects.toMatchObject({ code: '42501' });
      expect(await listed(store.readStream('case-1'))).toHaveLength(2);
    },
  );

  it('refuses to empty the log together with other tables', async () => {
    await expect(database.pool.query('truncate es_stream, es_event cascade')).rejects.toMatchObject({ code: '42501' });
  });

  it('keeps the canonical bytes of data and metadata, and the leaf hash over them', async () => {
    const { rows } = await database.pool.query<{
      global_position: string;
      revision: string;
      recorded_at: Date;
      microseconds: string;
      stream_id: string;
      event_id: string;
      event_type: string;
      data: Buffer;
      metadata: Buffer;
      leaf_hash: Buffer;
    }>('select *, extract(microseconds from recorded_at)::bigint % 1000 as microseconds from es_event order by 1');
    expect(rows).toHaveLength(2);
    for (const row of rows) {
      expect(row.metadata).toEqual(canonicalBytes({ schemaVersion: '1', actor: 'officer-1' }));
      expect(row.microseconds).toBe('0');
      expect(row.leaf_hash).toEqual(
        leafHash({
          position: BigInt(row.global_position),
          revision: BigInt(row.revision),
          recordedAt: row.recorded_at.getTime(),
          streamId: row.stream_id,
          eventId: row.event_id,
          type: row.event_type,
          data: row.data,
          metadata: row.metadata,
        }),
      );
    }
  });

  it('takes no more events on a closed stream, but knows those that it has', async () => {
    const events = newEvents(1);
    const first = await store.append('case-closed', 'no_stream', events);
    await database.pool.query("update es_stream set closed = true where stream_id = 'case-closed'");
    await expect(store.append('case-closed', 0n, newEvents(1))).rejects.toThrow(StreamClosed);
    expect(await store.append('case-closed', 'no_stream', events)).toEqual({ ...first, status: 'duplicate' });
  });

  it('does not know the outcome when the connection breaks, and records once when asked again', async () => {
    const holder = await database.pool.connect();
    const events = newEvents(2);
    try {
      await holder.query('begin');
      await holder.query('select pg_advisory_xact_lock(4716203311)');
      const append = store.append('case-broken', 'no_stream', events);
      const outcome = expect(append).rejects.toThrow(OutcomeUnknown);
      await breakWaiting();
      await outcome;
      await holder.query('rollback');
    } finally {
      holder.release();
    }
    expect(await store.append('case-broken', 'no_stream', events)).toMatchObject({ status: 'ok', revision: 1n });
    expect(await store.append('case-broken', 'no_stream', events)).toMatchObject({ status: 'duplicate' });
  });

  it('waits for its answer no longer than it is told, and finds it when asked again', async () => {
    const holder = await database.pool.connect();
    const events = newEvents(1);
    try {
      await holder.query('begin');
      await holder.query('select pg_advisory_xact_lock(4716203311)');
      const append = store.append('case-slow', 'no_stream', events, { deadlineMs: 50 });
      await expect(append).rejects.toThrow(OutcomeUnknown);
      await holder.query('rollback');
    } finally {
      holder.release();
    }
    expect(await store.append('case-slow', 'no_stream', events)).toMatchObject({ revision: 0n });
    expect(await listed(store.readStream('case-slow'))).toHaveLength(1);
  });

  it('says that nothing was written when the server gives up, or is not there', async () => {
    const holder = await database.pool.connect();
    const url = Object.assign(new URL(database.url), { port: '1' });
    const nobody = createPool(url.href, 1);
    const append = (pool: typeof nobody) =>
      new PostgresEventStore(pool, new WakeUp(), { lockTimeoutMs: 50 }).append('case-late', 'no_stream', newEvents(1));
    try {
      await holder.query('begin');
      await holder.query('select pg_advisory_xact_lock(4716203311)');
      await expect(append(database.pool)).rejects.toThrow(Unavailable);
      await expect(append(nobody)).rejects.toThrow(Unavailable);
      await holder.query('rollback');
    } finally {
      holder.release();
      await nobody.end();
    }
    expect(await listed(store.readStream('case-late'))).toEqual([]);
  });

  /** Ends the connection of the append that waits for the lock, once it does. */
  async function breakWaiting(): Promise<void> {
    for (;;) {
      const { rows } = await database.pool.query(
        `select pg_terminate_backend(pid) from pg_locks
          where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())`,
      );
      if (rows.length > 0) return;
    }
  }
});
