import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  canonicalBytes,
  kernelMigrations,
  leafHash,
  LogListener,
  OutcomeUnknown,
  PostgresEventStore,
  RevisionConflict,
  StreamClosed,
  Unavailable,
  WakeUp,
  type RecordedEvent,
} from '#libs/event-sourcing';
import { createDataSource, createPool, migrate } from '#libs/platform';
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
    await expect(database.pool.query('truncate es_closed_stream, es_event cascade')).rejects.toMatchObject({
      code: '42501',
    });
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
    await database.pool.query("insert into es_closed_stream values ('case-closed')");
    await expect(store.append('case-closed', 0n, newEvents(1))).rejects.toThrow(StreamClosed);
    expect(await store.append('case-closed', 'no_stream', events)).toEqual({ ...first, status: 'duplicate' });
  });

  it('keeps streams closed that an earlier version closed', async () => {
    const own = await createTestDatabase('log_earlier', kernelMigrations.slice(0, 1), 1);
    const log = new PostgresEventStore(own.pool, new WakeUp());
    try {
      const streams = ['case-open', 'case-shut'];
      for (const stream of streams)
        await own.pool.query(
          `select es_append($1, -1, array[gen_random_uuid()], '{Noted}', '{1}', array['{}'::bytea], array['{}'::bytea])`,
          [stream],
        );
      await own.pool.query("update es_stream set closed = true where stream_id = 'case-shut'");
      const dataSource = createDataSource(own.url, { entities: [], migrations: kernelMigrations });
      await migrate(dataSource);
      await dataSource.destroy();
      expect(await log.append('case-open', 0n, newEvents(1))).toMatchObject({ revision: 1n, position: '2' });
      await expect(log.append('case-shut', 0n, newEvents(1))).rejects.toThrow(StreamClosed);
    } finally {
      await log.close();
      await own.drop();
    }
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

  it('takes what several processes append to the same streams, without gap or fork', async () => {
    const other = createPool(database.url, 2);
    const stores = [store, new PostgresEventStore(other, new WakeUp())];
    const before = BigInt(await store.head());
    const outcomes = { ok: 0, conflict: 0 };
    const race = async (racer: PostgresEventStore, first: number) => {
      for (let round = 0; round < 40; round += 1) {
        const stream = `race-${(first + round) % 5}`;
        const [last] = await listed(racer.readStream(stream, { direction: 'backwards', max: 1 }));
        await racer.append(stream, last?.revision ?? 'no_stream', newEvents(1 + (round % 3))).then(
          ({ status }) => (outcomes[status as 'ok'] += 1),
          (error: unknown) => {
            expect(error).toBeInstanceOf(RevisionConflict);
            outcomes.conflict += 1;
          },
        );
      }
    };
    await Promise.all(stores.flatMap((one) => [0, 1, 2, 3].map((first) => race(one, first))));
    expect(outcomes.ok).toBeGreaterThan(0);
    expect(outcomes.ok + outcomes.conflict).toBe(320);
    const { rows } = await database.pool.query<{ gaps: number; forks: number; wrong: number }>(
      `select count(*) filter (where position <> row)::int as gaps, count(*) filter (where revision <> step)::int as forks,
          count(*) filter (where leaf_hash <> made)::int as wrong
        from (select e.global_position - $1 as position, row_number() over (order by e.global_position) as row, e.revision, e.leaf_hash,
            row_number() over (partition by e.stream_id order by e.global_position) - 1 as step,
            es_leaf_hash(e.global_position, e.revision, e.recorded_at, e.stream_id, e.event_id, e.event_type, e.data, e.metadata) as made
          from es_event e where e.global_position > $1 and e.stream_id like 'race-%') log`,
      [before],
    );
    expect(rows).toEqual([{ gaps: 0, forks: 0, wrong: 0 }]);
    await stores[1]?.close();
    await other.end();
  });

  it('writes what comes together in few batches, and tells each its own verdict', async () => {
    const batches: number[] = [];
    const told: string[] = [];
    const observed = new PostgresEventStore(database.pool, new WakeUp(), {
      observer: { batch: (size) => batches.push(size), appended: (outcome) => told.push(outcome) },
    });
    const known = newEvents(2);
    await observed.append('verdict-known', 'no_stream', known);
    batches.length = told.length = 0;
    const twice = newEvent();
    const verdicts = await Promise.allSettled([
      observed.append('verdict-new', 'no_stream', newEvents(3)),
      observed.append('verdict-known', 'no_stream', known),
      observed.append('verdict-stale', 4n, newEvents(1)),
      observed.append('verdict-stolen', 'no_stream', [newEvent(), { ...newEvent(), id: known[0]?.id ?? '' }]),
      observed.append('verdict-twice', 'no_stream', [twice, twice]),
      observed.append('case-closed', 0n, newEvents(1)),
      observed.append('verdict-none', 'stream_exists', newEvents(1)),
      observed.append('verdict-other', 'no_stream', newEvents(1)),
    ]);
    expect(
      verdicts.map((one) => (one.status === 'fulfilled' ? one.value.status : (one.reason as Error).constructor.name)),
    ).toEqual([
      'ok',
      'duplicate',
      'RevisionConflict',
      'RevisionConflict',
      'RevisionConflict',
      'StreamClosed',
      'RevisionConflict',
      'ok',
    ]);
    expect(batches).toEqual([8]);
    expect(told.toSorted()).toEqual([
      'closed',
      'conflict',
      'conflict',
      'conflict',
      'conflict',
      'duplicate',
      'ok',
      'ok',
    ]);
    await observed.close();
  });

  it.each([[[1]], [[3]], [[1, 3, 2, 1]]])(
    'tells where each append of a batch of %j events was written',
    async (sizes) => {
      const streams = sizes.map((size, index) => `where-${sizes.length}-${size}-${index}`);
      for (const expected of ['no_stream', 'next'] as const) {
        const told = await Promise.all(
          streams.map((stream, index) => {
            const size = sizes[index] ?? 0;
            return store.append(stream, expected === 'next' ? BigInt(size - 1) : expected, newEvents(size));
          }),
        );
        for (const [index, stream] of streams.entries()) {
          const [last] = await listed(store.readStream(stream, { direction: 'backwards', max: 1 }));
          expect(told[index]).toEqual({ status: 'ok', revision: last?.revision, position: last?.position });
        }
      }
    },
  );

  it('lets an append that cannot be stored fail alone', async () => {
    const shared = newEvent();
    const verdicts = await Promise.allSettled([
      store.append('alone-1', 'no_stream', newEvents(1)),
      store.append('alone-nul\0', 'no_stream', newEvents(1)),
      store.append('alone-half\ud800', 'no_stream', newEvents(1)),
      store.append('alone-2', 'no_stream', [newEvent({ id: 'no-uuid' })]),
      store.append('alone-3', 'no_stream', [newEvent({ schemaVersion: 40_000 })]),
      store.append('alone-4', 'no_stream', [newEvent({ metadata: { actor: '\udfff' } })]),
      // Each alone could be stored; together they break the uniqueness of ids, and the batch with it.
      store.append('alone-5', 'no_stream', [shared]),
      store.append('alone-6', 'no_stream', [shared]),
      store.append('alone-7', 'no_stream', newEvents(1)),
    ]);
    expect(
      verdicts.map((one) => (one.status === 'fulfilled' ? one.value.status : (one.reason as Error).constructor.name)),
    ).toEqual([
      'ok',
      'Unavailable',
      'Unavailable',
      'Unavailable',
      'Unavailable',
      'Unavailable',
      'ok',
      'RevisionConflict',
      'ok',
    ]);
  });

  it('looks at no more of a large log than of a small one', async () => {
    const own = await createTestDatabase('log_plans', kernelMigrations, 1);
    const counted = async () => {
      await own.pool.query('select pg_stat_force_next_flush()');
      const { rows } = await own.pool.query<{ blocks: number; scanned: number }>(
        `select (select sum(heap_blks_hit + heap_blks_read + idx_blks_hit + idx_blks_read)::int from pg_statio_user_tables
            where relname in ('es_event', 'es_closed_stream')) as blocks,
          (select sum(seq_tup_read)::int from pg_stat_user_tables where relname in ('es_event', 'es_closed_stream')) as scanned`,
      );
      return rows[0] as { blocks: number; scanned: number };
    };
    const sessions =
      "select from pg_stat_activity where application_name = 'almoner writer' and datname = current_database()";
    /** A session writes down what it has looked at when it ends. */
    const costOf = async (writing: PostgresEventStore, words: string) => {
      const before = await counted();
      for (let n = 0; n < 20; n += 1) await writing.append(`${words}-${n}`, 'no_stream', newEvents(1));
      await writing.close();
      while ((await own.pool.query(sessions)).rows.length > 0);
      const after = await counted();
      return { blocks: (after.blocks - before.blocks) / 20, scanned: after.scanned - before.scanned };
    };
    const newStore = () => new PostgresEventStore(own.pool, new WakeUp());
    try {
      const small = await costOf(newStore(), 'small');
      // The plans of this session are made while the log is empty and used when it is large.
      const early = newStore();
      for (let n = 0; n < 12; n += 1) await early.append(`first-${n}`, 'no_stream', newEvents(1));
      await own.pool.query(
        `insert into es_event select n, 'filled-' || n, 0, gen_random_uuid(), 'Noted', 1, '{}', '{}', sha256('x'), now()
          from generate_series((select max(global_position) + 1 from es_event), 30000) n`,
      );
      const large = await costOf(early, 'large');
      expect(small.blocks).toBeGreaterThan(5);
      expect(large.blocks).toBeLessThan(small.blocks * 4);
      expect(large.scanned).toBe(0);
    } finally {
      await own.drop();
    }
  });

  it('finds what was known at an instant, whatever the size of the log', async () => {
    const own = await createTestDatabase('log_instants', kernelMigrations, 1);
    const log = new PostgresEventStore(own.pool, new WakeUp());
    const known = (second: number) => log.positionAt(new Date(Date.UTC(2030, 0, 1, 0, 0, second)).toISOString());
    try {
      expect(await known(0)).toBe('start');
      for (let size = 1; size <= 9; size += 1) {
        // Seconds 1, 1, 3, 3, 5, 5 …: equal instants, and some at which nothing was recorded.
        await own.pool.query(
          `insert into es_event select $1::int, 'instant', $1, gen_random_uuid(), 'Noted', 1, '{}', '{}', sha256('x'),
            timestamptz '2030-01-01T00:00:00Z' + make_interval(secs => 1 + $1 / 2 * 2)`,
          [size - 1],
        );
        const seconds = Array.from({ length: size }, (_, position) => 1 + Math.floor(position / 2) * 2);
        for (let second = 0; second <= 11; second += 1) {
          const last = seconds.findLastIndex((recorded) => recorded <= second);
          expect([size, second, await known(second)]).toEqual([size, second, last < 0 ? 'start' : String(last)]);
        }
      }
    } finally {
      await own.drop();
    }
  });

  it('hears of what another process appends, also after its connection broke', async () => {
    const wakeUp = new WakeUp();
    const listener = new LogListener(database.pool, wakeUp);
    const rung = async (act: () => Promise<unknown>) => {
      const heard = wakeUp.rings;
      await act();
      await wakeUp.wait(10_000, undefined, heard);
      return wakeUp.rings > heard;
    };
    try {
      expect(await rung(async () => listener.start())).toBe(true);
      expect(await rung(() => store.append('heard-1', 'no_stream', newEvents(1)))).toBe(true);
      const broken = () =>
        database.pool.query(
          "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'almoner listener' and datname = current_database()",
        );
      expect(await rung(broken)).toBe(true);
      expect(await rung(() => store.append('heard-2', 'no_stream', newEvents(1)))).toBe(true);
    } finally {
      await listener.close();
    }
  });

  it('gives the same events in one go as page by page, however big, and lets go of the connection', async () => {
    const before = await store.head();
    for (let n = 0; n < 5; n += 1)
      await store.append(`big-${n}`, 'no_stream', newEvents(8, { data: Buffer.alloc(500 * 1024, n), type: '大' }));
    const { events } = await store.readAll(before, { max: 100 });
    const scanned = (await listed(store.scan(before))).flat();
    const plain = (event: RecordedEvent) => ({
      streamId: event.streamId,
      revision: event.revision,
      position: event.position,
      id: event.id,
      type: event.type,
      schemaVersion: event.schemaVersion,
      data: Buffer.from(event.data).toString('hex').slice(0, 100),
      size: event.data.byteLength,
      metadata: event.metadata,
      recordedAt: event.recordedAt,
      leafHash: Buffer.from(event.leafHash).toString('hex'),
    });
    expect(scanned.map(plain)).toEqual(events.map(plain));
    const narrow = createPool(database.url, 1);
    const scanning = new PostgresEventStore(narrow, new WakeUp());
    for await (const portion of scanning.scan(before)) {
      expect(portion.length).toBeLessThan(40);
      break;
    }
    expect(await scanning.head()).toBe(await store.head());
    await narrow.end();
  });

  it('finishes what it has taken when it closes, and then takes no more', async () => {
    const closing = new PostgresEventStore(database.pool, new WakeUp());
    const appends = ['closing-1', 'closing-2'].map((stream) => closing.append(stream, 'no_stream', newEvents(1)));
    await closing.close();
    expect(await Promise.all(appends)).toMatchObject([{ status: 'ok' }, { status: 'ok' }]);
    await expect(closing.append('closing-3', 'no_stream', newEvents(1))).rejects.toThrow(Unavailable);
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
