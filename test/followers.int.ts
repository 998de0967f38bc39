import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Pool } from 'pg';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import {
  catchUp,
  derivedId,
  dropOldBuilds,
  engineParts,
  EventCodec,
  EventFailed,
  findBuilds,
  findParked,
  kernelMigrations,
  MaintenanceRefused,
  PostgresEventStore,
  Progress,
  projection,
  ProjectionHost,
  readTable,
  rebuild,
  rollBack,
  shardOf,
  verifyProjection,
  WakeUp,
  type EngineParts,
  type Projection,
  type Queryable,
} from '#libs/event-sourcing';
import { Placement } from '../libs/event-sourcing/src/projections/placement.js';
import { Link } from './stand-in/link.mjs';
import { createTestDatabase, type TestDatabase } from './support/database.js';
import { until } from './support/until.js';

type Counted = { type: 'Counted'; data: { n: number } };

@Entity({ schema: 'read', name: 'tally', comment: 'How often each stream was counted.' })
class TallyRow {
  @PrimaryColumn('text', { name: 'stream_id' })
  streamId!: string;
  @Column('int')
  times!: number;
}

@Entity({ schema: 'read', name: 'tag', comment: 'Texts that came in a stream.' })
class TagRow {
  @PrimaryColumn('text', { name: 'stream_id' })
  streamId!: string;
  @Column('text', { array: true })
  tags!: string[];
}

const codec = new EventCodec({ Counted: 1 });
const namespace = 'c1b9f2d4-1d61-4a0b-8f0e-7f1d2c3b4a59';
const builds = { swapped: () => undefined, buildFailed: () => undefined };
/** More than a follower takes in one transaction, so that a reading in bulk is under way between two of them. */
const manyEvents = 26_000;

let database: TestDatabase;
let store: PostgresEventStore;
let parts: EngineParts;

beforeAll(async () => {
  database = await createTestDatabase('followers', kernelMigrations, 20);
  const wakeUp = new WakeUp();
  store = new PostgresEventStore(database.pool, wakeUp);
  parts = engineParts({ pool: database.pool, store, codec, wakeUp, progress: new Progress() });
  for (let n = 0; n < manyEvents; n += 500)
    await store.append(
      `tally-${n}`,
      'no_stream',
      Array.from({ length: 500 }, (_, index) =>
        codec.encode({ type: 'Counted', data: { n: index } }, derivedId(namespace, n + index), {}),
      ),
    );
}, 60_000);

afterAll(async () => {
  await store.close();
  await database.drop();
}, 20_000);

let names = 0;
const tallies = (options: { shards?: number; indexes?: string[] } = {}): Projection =>
  projection<Counted, { tally: TallyRow }>({
    name: `tallies-${++names}`,
    version: 1,
    shards: options.shards ?? 1,
    tables: { tally: readTable(TallyRow, { indexes: options.indexes ?? [] }) },
    on: {
      Counted: ({ streamId }, { tally }) =>
        tally.find(streamId, (row) => {
          if (row === undefined) tally.add({ streamId, times: 1 });
          else tally.change(streamId, { times: row.times + 1 });
        }),
    },
  });

/** Connections that somebody has and does not give back. */
const taken = () => database.pool.totalCount - database.pool.idleCount;
const nothingTaken = () => until(() => taken() === 0);

describe('a reading in bulk', () => {
  it('gives its connection back when the work is stopped midway', async () => {
    const stop = new AbortController();
    await rebuild(parts, tallies(), () => stop.abort(), stop.signal);
    await nothingTaken();
  }, 30_000);

  it('gives its connection back when the shards of a follower stand at different positions', async () => {
    const live = tallies({ shards: 2 });
    await catchUp(parts, live);
    const build = (await findBuilds(database.pool, live.name))[0];
    if (build === undefined) throw new Error('there is no build');
    const behind = shardOf('tally-0', 2);
    await database.pool.query(`delete from "${build.schema}".tally`);
    await database.pool.query(
      `update proj_checkpoint set position = case shard when $2 then 'start' else '5000' end where projection = $1`,
      [live.name, behind],
    );
    await catchUp(parts, live);
    await nothingTaken();
  }, 30_000);

  it('gives its connection back when the process ends', async () => {
    const live = tallies();
    const host = new ProjectionHost(parts, [live], [], builds);
    const moved = parts.progress.rings;
    await host.start();
    await until(() => parts.progress.rings > moved);
    await host.stop();
    await nothingTaken();
  }, 30_000);
});

const never = new AbortController().signal;
const ask = async <Row extends object>(sql: string, values: unknown[] = []) =>
  (await database.pool.query<Row & Record<string, unknown>>(sql, values)).rows;
const statusesOf = async ({ name }: Projection) => (await findBuilds(database.pool, name)).map(({ status }) => status);

describe('a build', () => {
  const once: Projection['tables'][number]['indexes'] = ['unique (times)'];

  it('whose rows no index takes comes to nothing', async () => {
    const live = tallies();
    await catchUp(parts, live);
    const changed: Projection = { ...live, tables: live.tables.map((table) => ({ ...table, indexes: once })) };
    await expect(rebuild(parts, changed, () => undefined, never)).rejects.toThrow(MaintenanceRefused);
    expect(await statusesOf(live)).toEqual(['failed', 'live']);
  }, 30_000);

  it('has as long for its indexes as they take', async () => {
    await database.pool.query(`create function slowly(text) returns text immutable language plpgsql as
      $$ begin perform pg_sleep(0.06); return $1; end $$`);
    const hasty = new Pool({ connectionString: database.url, statement_timeout: 2_000, query_timeout: 2_500 });
    try {
      const hurried = engineParts({ pool: hasty, store, codec, wakeUp: parts.wakeUp });
      const live = tallies();
      await catchUp(hurried, live);
      const changed: Projection = {
        ...live,
        tables: live.tables.map((table) => ({ ...table, indexes: ['(public.slowly(stream_id))'] })),
      };
      expect(await rebuild(hurried, changed, () => undefined, never)).toMatchObject({ kind: 'live', differences: 0 });
    } finally {
      await hasty.end();
    }
  }, 30_000);

  it('that cannot even be given up for now does not end the process, and is given up later', async () => {
    const live = tallies();
    await catchUp(parts, live);
    await database.pool.query(`update proj_build set version = 0 where projection = $1`, [live.name]);
    await database.pool.query(`
      create function keep_build() returns trigger language plpgsql as
        $$ begin raise exception 'not now' using errcode = '53100'; end $$;
      create trigger keep before update on proj_build for each row when (new.status = 'failed') execute function keep_build()`);
    const changed: Projection = { ...live, tables: live.tables.map((table) => ({ ...table, indexes: once })) };
    const told: string[] = [];
    const heard = engineParts({
      ...parts,
      observer: { stopped: (name) => told.push(name), parked: () => undefined, fenceLost: () => undefined },
    });
    const host = new ProjectionHost(heard, [changed], [], builds);
    const unhandled: unknown[] = [];
    const note = (error: unknown) => unhandled.push(error);
    process.on('unhandledRejection', note);
    await host.start();
    try {
      await until(() => told.filter((name) => name === live.name).length > 1);
      await database.pool.query('drop trigger keep on proj_build');
      await until(async () => (await statusesOf(live))[0] === 'failed');
    } finally {
      await host.stop();
      process.off('unhandledRejection', note);
    }
    expect(unhandled).toEqual([]);
  }, 30_000);

  it('to which somebody just goes back is not removed, however old it is', async () => {
    const live = tallies();
    await catchUp(parts, live);
    await rebuild(parts, live, () => undefined, never);
    const former = (await findBuilds(database.pool, live.name)).find(({ status }) => status === 'retired');
    if (former === undefined) throw new Error('there is no former build');
    await database.pool.query(`update proj_build set ended_at = ended_at - interval '2 days' where schema_name = $1`, [
      former.schema,
    ]);
    const db = await database.pool.connect();
    try {
      await db.query('begin');
      await db.query(`update proj_build set status = 'withdrawn' where projection = $1 and status = 'live'`, [
        live.name,
      ]);
      await db.query(`update proj_build set status = 'live', ended_at = null where schema_name = $1`, [former.schema]);
      const dropping = dropOldBuilds(database.pool);
      await until(async () => (await ask('select from pg_locks where not granted')).length > 0);
      await db.query('commit');
      await dropping;
    } finally {
      db.release();
    }
    expect(await statusesOf(live)).toEqual(['withdrawn', 'live']);
    expect(await ask(`select from "${former.schema}".tally`)).toHaveLength(manyEvents / 500);
  }, 30_000);
});

describe('going back to the former build', () => {
  it('does not fail where a service takes the build back meanwhile', async () => {
    const live = tallies();
    await catchUp(parts, live);
    await rebuild(parts, live, () => undefined, never);
    await store.append('tally-meanwhile', 'no_stream', [
      codec.encode({ type: 'Counted', data: { n: 0 } }, derivedId(namespace, 'meanwhile'), {}),
    ]);
    await catchUp(parts, live);
    const former = (await findBuilds(database.pool, live.name)).find(({ status }) => status === 'retired');
    let times = 2;
    const contested = Object.create(store, {
      readAll: {
        value: async (...asked: Parameters<typeof store.readAll>) => {
          const page = await store.readAll(...asked);
          if (times-- > 0)
            await ask('update proj_checkpoint set epoch = epoch + 1 where projection = $1 and build = $2', [
              live.name,
              former?.build,
            ]);
          return page;
        },
      },
    }) as typeof store;
    const there = engineParts({ pool: database.pool, store: contested, codec });
    expect((await rollBack(there, live)).build).toBe(former?.build);
    expect(await verifyProjection(parts, live)).toMatchObject({ differences: 0 });
  }, 30_000);
});

describe('a comparison', () => {
  it('removes what one left behind that was killed', async () => {
    const live = tallies();
    await catchUp(parts, live);
    const left = (n: number) => `00000000-0000-0000-0000-00000000000${n}`;
    for (const [n, age] of [
      [1, '2 hours'],
      [2, '1 minute'],
    ] as const) {
      await database.pool.query(`create schema "verify_${left(n).replaceAll('-', '_')}" create table tally (n int)`);
      await database.pool.query(
        `insert into proj_checkpoint (projection, build, shard, position, updated_at)
          values ($1, 0, 0, '5', clock_timestamp() - $2::interval)`,
        [`verify:${left(n)}`, age],
      );
    }
    await verifyProjection(parts, live);
    expect(await ask("select nspname as name from pg_namespace where nspname like 'verify%'")).toEqual([
      { name: `verify_${left(2).replaceAll('-', '_')}` },
    ]);
    expect(await ask("select projection from proj_checkpoint where projection like 'verify%'")).toEqual([
      { projection: `verify:${left(2)}` },
    ]);
  }, 20_000);
});

describe('a list of texts', () => {
  it('comes out as it went in, also in the former versions of a row', async () => {
    const odd = ['line\nbreak', 'tab\t', 'back\\slash', '"quoted"', '{a,b}', 'NULL', '', '人'];
    const live = projection<Counted, { tag: TagRow }>({
      name: 'tags',
      version: 1,
      tables: { tag: readTable(TagRow, { history: true }) },
      on: {
        Counted: ({ streamId, data }, { tag }) => {
          if (data.n === 0) tag.add({ streamId, tags: odd });
          if (data.n === 1) tag.change(streamId, { tags: [] });
        },
      },
    });
    await catchUp(parts, live);
    const found = await ask('select distinct tags from read.tag_history where known_until is not null');
    expect(found).toEqual([{ tags: odd }]);
  }, 20_000);
});

describe('a server that takes no writes for now', () => {
  it('parks no stream', async () => {
    const live = tallies();
    await catchUp(parts, live);
    const schema = (await findBuilds(database.pool, live.name))[0]?.schema ?? '';
    await database.pool.query(`
      create function take_nothing() returns trigger language plpgsql as
        $$ begin raise exception 'read only' using errcode = '25006'; end $$;
      create trigger standby before insert on "${schema}".tally execute function take_nothing()`);
    await store.append('tally-standby', 'no_stream', [
      codec.encode({ type: 'Counted', data: { n: 0 } }, derivedId(namespace, 'standby'), {}),
    ]);
    await expect(catchUp(parts, live)).rejects.toMatchObject({ code: '25006' });
    expect(await findParked(parts, live.name)).toEqual([]);
  });
});

describe('a connection that is lost while an event looks for its rows', () => {
  it('is not the fault of the event', async () => {
    const moving = projection<Counted, { tally: TallyRow }>({
      name: 'moving',
      version: 1,
      tables: { tally: readTable(TallyRow) },
      on: { Counted: ({ data }, { tally }) => tally.changeWhere('times', data.n, { times: 0 }) },
    });
    const { events } = await store.readAll('start', { max: 1 });
    const lost = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
    const db = { query: () => Promise.reject(lost) } as unknown as Queryable;
    const failure = await moving
      .fold('any')
      .apply(
        db,
        events.map((event) => codec.decode(event)),
      )
      .catch((error: unknown) => error);
    expect(failure).not.toBeInstanceOf(EventFailed);
    expect(failure).toBe(lost);
  });
});

describe('a process that is frozen, or whose machine is gone', () => {
  it('loses what it holds, so that others go on, and hears of it', async () => {
    const { hostname, port } = new URL(database.url);
    const link = await new Link(Number(port), hostname).open();
    const silentMs = 600;
    let lost = 0;
    const far = new Pool({
      connectionString: Object.assign(new URL(database.url), { host: `127.0.0.1:${link.port}` }).href,
    });
    const [frozen, other] = [
      new Placement(far, () => (lost += 1), silentMs),
      new Placement(database.pool, undefined, silentMs),
    ];
    try {
      expect(await frozen.take('a unit')).toBe(true);
      const end = performance.now() + 2 * silentMs;
      await until(() => performance.now() > end);
      expect(await other.take('a unit')).toBe(false);
      link.forget();
      await until(() => other.take('a unit'));
      await until(() => lost === 1);
      expect(frozen.holds('a unit')).toBe(false);
    } finally {
      await Promise.all([frozen.close(), other.close(), far.end()]);
      await link.close();
    }
  }, 20_000);
});
