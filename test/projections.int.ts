import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import {
  BackgroundVerifier,
  catchUp,
  derivedId,
  engineParts,
  EventCodec,
  findBuilds,
  findParked,
  kernelMigrations,
  MaintenanceRefused,
  Positions,
  PostgresEventStore,
  Progress,
  projection,
  ProjectionHost,
  readTable,
  rebuild,
  retryParked,
  rollBack,
  statuses,
  verifyProjection,
  WakeUp,
  type EngineParts,
  type Projection,
  type Rows,
} from '#libs/event-sourcing';
import { createTestDatabase, type TestDatabase } from './support/database.js';
import { until } from './support/until.js';

type Noted = { type: 'Noted'; data: { note: string } };
type Struck = { type: 'Struck'; data: object };

@Entity({ schema: 'read', name: 'note', comment: "A note, and how often it was written; not a clerk's." })
class NoteRow {
  @PrimaryColumn('text', { name: 'stream_id' })
  streamId!: string;
  @Column('text')
  note!: string;
  @Column('int')
  times!: number;
  @Column('bigint')
  position!: string;
}

const register = {
  category: 'note',
  source: '',
  en: '',
  zh: '',
  types: {
    Noted: { version: 1, en: '', zh: '' },
    Struck: { version: 1, en: '', zh: '' },
    Ignored: { version: 1, en: '', zh: '' },
  },
};
const codec = new EventCodec(register);
const newerCodec = new EventCodec({
  ...register,
  types: { ...register.types, Invented: { version: 1, en: '', zh: '' } },
});
const namespace = 'c1b9f2d4-1d61-4a0b-8f0e-7f1d2c3b4a59';
const told: { kind: string; at: string; error?: unknown }[] = [];

let database: TestDatabase;
let store: PostgresEventStore;
let parts: EngineParts;

beforeAll(async () => {
  database = await createTestDatabase('projections', kernelMigrations, 40);
  const wakeUp = new WakeUp();
  store = new PostgresEventStore(database.pool, wakeUp);
  parts = partsOf({ wakeUp });
}, 60_000);

afterAll(() => database.drop());

beforeEach(() => {
  told.length = 0;
});

function partsOf(given: Partial<EngineParts> = {}): EngineParts {
  return engineParts({
    pool: database.pool,
    store,
    codec,
    progress: new Progress(),
    observer: {
      stopped: (_name, at, error) => told.push({ kind: 'stopped', at, error }),
      parked: (_name, streamId, position) => told.push({ kind: 'parked', at: `${streamId}@${position}` }),
      fenceLost: (name) => told.push({ kind: 'fence lost', at: name }),
    },
    ...given,
  });
}

const builds = {
  swapped: (_name: string, build: number) => void told.push({ kind: 'swapped', at: String(build) }),
  buildFailed: (_name: string, build: number) => void told.push({ kind: 'build failed', at: String(build) }),
};

let streams = 0;
const newStream = () => `note-${++streams}`;
let events = 0;
const write = (streamId: string, after: bigint | 'no_stream', ...written: { type: string; data: object }[]) =>
  store.append(
    streamId,
    after,
    written.map((event) => newerCodec.encode(event, derivedId(namespace, ++events), {})),
  );
const note = (text: string): Noted => ({ type: 'Noted', data: { note: text } });
const struck: Struck = { type: 'Struck', data: {} };

let names = 0;

/** A projection of its own: the last note of each stream; some texts cannot be folded for as long as `failsOn` says so. */
function notes({
  failsOn = () => false,
  name = `notes-${++names}`,
  ...options
}: Partial<Pick<Projection, 'version' | 'shards' | 'onPoison' | 'name'>> & {
  readonly failsOn?: (note: string) => boolean;
} = {}): Projection {
  const keep = (streamId: string, position: string, text: string, table: Rows<NoteRow>) =>
    table.find(streamId, (row) => {
      if (failsOn(text)) throw new Error('no place for it');
      if (row === undefined) table.add({ streamId, note: text, times: 1, position });
      else table.change(streamId, { note: text, times: row.times + 1, position });
    });
  return projection<Noted | Struck, { table: NoteRow }>({
    name,
    version: 1,
    ...options,
    tables: { table: readTable(NoteRow, { indexes: ['(note)'], history: true }) },
    on: {
      Noted: ({ streamId, position, data }, { table }) => keep(streamId, position, data.note, table),
      Struck: ({ streamId }, { table }) => table.remove(streamId),
    },
  });
}

const ask = async <Row extends object>(sql: string, values: unknown[] = []) =>
  (await database.pool.query<Row & Record<string, unknown>>(sql, values)).rows;
const liveOf = async ({ name }: Projection) =>
  (await findBuilds(database.pool, name)).find(({ status }) => status === 'live');
const schemaOf = async (live: Projection) => (await liveOf(live))?.schema ?? 'none';
const rowsOf = async (live: Projection, streamId?: string) =>
  ask<{ note: string; times: number; stream_id: string }>(
    `select stream_id, note, times from "${await schemaOf(live)}".note where $1::text is null or stream_id = $1 order by stream_id`,
    [streamId ?? null],
  );
const positions = () => new Positions(database.pool, store, parts.progress);
const same = async (live: Projection) => (await verifyProjection(parts, live)).differences;

describe('a projection', () => {
  it('folds the log from its start, past what it has no handler for', async () => {
    const [kept, gone] = [newStream(), newStream()];
    await write(kept, 'no_stream', note('first'), { type: 'Ignored', data: {} }, note('second'));
    await write(gone, 'no_stream', note('first'), struck);
    const live = notes();
    await catchUp(parts, live);
    expect(await rowsOf(live)).toEqual([{ stream_id: kept, note: 'second', times: 2 }]);
    expect(await positions().current([live.name])).toBe(await store.head());
  });

  it('is read through a view of the schema `read`, which tells what it is', async () => {
    const live = notes();
    await catchUp(parts, live);
    expect(await ask('select note from read.note')).toEqual([{ note: 'second' }]);
    expect(await ask("select obj_description('read.note'::regclass) as text")).toEqual([
      { text: "A note, and how often it was written; not a clerk's." },
    ]);
  });

  it('comes out the same in one batch as event by event, history included', async () => {
    const [batch, single] = [notes(), notes()];
    await catchUp(parts, single);
    const stream = newStream();
    await write(stream, 'no_stream', note('a'));
    for (const [index, event] of [note('b'), struck, note('c'), note('d')].entries()) {
      await write(stream, BigInt(index), event);
      await catchUp(parts, single);
    }
    await catchUp(parts, batch);
    const history = async (of: Projection) =>
      ask(`select * from "${await schemaOf(of)}".note_history order by stream_id, known_from`);
    expect(await rowsOf(batch)).toEqual(await rowsOf(single));
    expect(await history(batch)).toEqual(await history(single));
    expect((await history(batch)).filter(({ stream_id }) => stream_id === stream)).toMatchObject([
      { note: 'a' },
      { note: 'b' },
      { note: 'c' },
    ]);
    const known = await ask<{ note: string; open: boolean }>(
      'select note, known_until is null as open from read.note_history where stream_id = $1 order by known_from',
      [stream],
    );
    expect(known.map(({ note: text, open }) => `${text}${open ? ' still' : ''}`)).toEqual(['a', 'b', 'c', 'd still']);
  });

  it('goes on beyond many pages, in bulk, and in several shards', async () => {
    const stream = newStream();
    for (let n = 0; n < 3_000; n += 500)
      await write(
        stream,
        n === 0 ? 'no_stream' : BigInt(n - 1),
        ...Array.from({ length: 500 }, (_, index) => note(`${n + index}`)),
      );
    const live = notes({ shards: 3 });
    await catchUp(parts, live);
    expect(await rowsOf(live, stream)).toEqual([{ stream_id: stream, note: '2999', times: 3_000 }]);
    expect(await same(live)).toBe(0);
  }, 20_000);

  it('is waited for by position, and not for ever', async () => {
    const live = notes();
    const head = await store.head();
    expect(await positions().current([live.name])).toBe('start');
    expect(await positions().reached([live.name], head, 60)).toBe(false);
    await catchUp(parts, live);
    expect(await positions().current([live.name])).toBe(head);
    expect(await positions().reached([live.name], head, 0)).toBe(true);
    expect(await positions().current([])).toBe(head);
  });

  it('equals the log folded afresh, row by row, until a row is changed by hand', async () => {
    const live = notes({ shards: 2 });
    await catchUp(parts, live);
    const found = await verifyProjection(parts, live);
    expect(found).toMatchObject({ projection: live.name, differences: 0, sample: 1, parked: 0 });
    expect(found.rows).toBeGreaterThan(3_000);
    await database.pool.query(`update "${await schemaOf(live)}".note set note = 'forged' where note = 'second'`);
    expect(await verifyProjection(parts, live)).toMatchObject({ differences: 2 });
    const samples = await Promise.all([0, 1].map((seed) => verifyProjection(parts, live, { oneOf: 1, seed })));
    expect(samples.map(({ differences }) => differences)).toEqual([2, 2]);
    const halves = await Promise.all(
      Array.from({ length: 5 }, (_, seed) => verifyProjection(parts, live, { oneOf: 2, seed })),
    );
    expect(halves.every(({ differences }) => differences <= 1)).toBe(true);
    expect(halves.some(({ differences }) => differences === 1)).toBe(true);
    expect(await ask("select 1 from pg_namespace where nspname like 'verify%'")).toEqual([]);
    expect(await ask("select 1 from proj_checkpoint where projection like 'verify%'")).toEqual([]);
  }, 20_000);
});

describe('an event that cannot be folded', () => {
  it('parks its stream alone, in order; a retry after the repair heals it', async () => {
    let broken = true;
    const live = notes({ failsOn: (text) => broken && text === 'bad', shards: 2 });
    await catchUp(parts, live);
    const [bad, good] = [newStream(), newStream()];
    await write(bad, 'no_stream', note('fine'), note('bad'), note('later'));
    await write(good, 'no_stream', note('fine'));
    await catchUp(parts, live);
    await write(bad, 2n, note('last'));
    await write(good, 0n, note('finer'));
    await catchUp(parts, live);
    expect(await rowsOf(live, bad)).toMatchObject([{ note: 'fine', times: 1 }]);
    expect(await rowsOf(live, good)).toMatchObject([{ note: 'finer', times: 2 }]);
    expect(told.filter(({ kind }) => kind === 'parked')).toHaveLength(1);
    expect(await findParked(parts, live.name)).toMatchObject([
      { streamId: bad, error: 'Error: no place for it', attempts: 1 },
    ]);
    expect(await verifyProjection(parts, live)).toMatchObject({ differences: 0, parked: 1 });

    const build = await liveOf(live);
    if (build === undefined) throw new Error('there is no live build');
    const retry = () => retryParked(parts, live, { key: build, schema: build.schema, streamId: bad });
    expect(await retry()).toMatchObject({ healed: false, error: 'Error: no place for it' });
    expect(await findParked(parts, live.name)).toMatchObject([{ attempts: 2 }]);
    broken = false;
    expect(await retry()).toEqual({ streamId: bad, healed: true, events: 3 });
    expect(await rowsOf(live, bad)).toMatchObject([{ note: 'last', times: 4 }]);
    expect(await findParked(parts, live.name)).toEqual([]);
    expect(await verifyProjection(parts, live)).toMatchObject({ differences: 0, parked: 0 });
  });

  it('is found by halving where only the database knows that it fails', async () => {
    const live = notes();
    await catchUp(parts, live);
    await database.pool.query(`alter table "${await schemaOf(live)}".note add check (note <> 'forbidden')`);
    const all = Array.from({ length: 9 }, newStream);
    for (const [index, stream] of all.entries())
      await write(stream, 'no_stream', note(index === 5 ? 'forbidden' : 'fine'));
    await catchUp(parts, live);
    expect(await findParked(parts, live.name)).toMatchObject([{ streamId: all[5], error: 'error 23514' }]);
    expect(await rowsOf(live, all[8])).toHaveLength(1);
  });

  it('halts what moves money, loudly, and lets it go on by itself once it can', async () => {
    let broken = true;
    const live = notes({ failsOn: (text) => broken && text === 'stubborn', onPoison: 'halt' });
    const host = new ProjectionHost(parts, [live], [], builds);
    await host.start();
    try {
      const { position } = await write(newStream(), 'no_stream', note('stubborn'));
      const after = await write(newStream(), 'no_stream', note('fine'));
      await until(() => told.some(({ kind, at }) => kind === 'stopped' && at === position));
      expect(await positions().reached([live.name], position, 50)).toBe(false);
      expect(await findParked(parts, live.name)).toEqual([]);
      await until(async () =>
        (await statuses(parts)).some(({ name, error }) => name === live.name && error !== undefined),
      );
      broken = false;
      expect(await positions().reached([live.name], after.position, 10_000)).toBe(true);
    } finally {
      await host.stop();
    }
  }, 20_000);
});

describe('a comparison in the background', () => {
  it('takes one projection after the other, one process at a time, and tells of differences', async () => {
    await write(newStream(), 'no_stream', note('true'));
    const [first, second] = [notes(), notes()];
    for (const each of [first, second]) await catchUp(parts, each);
    await database.pool.query(`update "${await schemaOf(second)}".note set note = 'forged' where note = 'true'`);
    const found: string[] = [];
    const verifierOf = () =>
      new BackgroundVerifier(
        parts,
        [first, second],
        {
          verified: ({ projection: name, differences }) => found.push(`${name} ${differences}`),
          failed: (name) => found.push(`${name} failed`),
        },
        1,
      );
    const [one, other] = [verifierOf(), verifierOf()];
    const [mine, theirs] = await Promise.all([one.verifyNext(), other.verifyNext()]);
    expect([mine, theirs].filter((each) => each === undefined)).toHaveLength(1);
    await (mine === undefined ? other : one).verifyNext();
    expect(found).toEqual([`${first.name} 0`, `${second.name} 2`]);
    await Promise.all([one.stop(), other.stop()]);
  }, 20_000);
});

describe('several processes', () => {
  it('share the shards, do nothing twice, and take over what one leaves', async () => {
    const live = notes({ shards: 4 });
    const hosts = [parts, partsOf({ wakeUp: parts.wakeUp }), partsOf()].map(
      (each) => new ProjectionHost(each, [live], [], builds),
    );
    for (const host of hosts) await host.start();
    const stream = newStream();
    try {
      for (let n = 0; n < 30; n++) {
        if (n === 10) await hosts[0]?.stop();
        if (n === 20) await hosts[1]?.stop();
        await write(
          n % 3 === 0 ? newStream() : stream,
          n % 3 === 0 ? 'no_stream' : n === 1 ? 'no_stream' : BigInt(n - Math.floor(n / 3) - 2),
          note(`shared ${n}`),
        );
      }
      expect(await positions().reached([live.name], await store.head(), 10_000)).toBe(true);
    } finally {
      await Promise.all(hosts.map((host) => host.stop()));
    }
    expect(await rowsOf(live, stream)).toMatchObject([{ note: 'shared 29', times: 20 }]);
    expect(await same(live)).toBe(0);
  }, 30_000);

  it('that both believe they own a shard are told apart by the epoch', async () => {
    const live = notes();
    const hosts = [partsOf(), partsOf()].map((each) => new ProjectionHost(each, [live], [], builds, 'alone'));
    for (const host of hosts) await host.start();
    const stream = newStream();
    try {
      for (let n = 0; n < 40; n++) {
        const { position } = await write(stream, n === 0 ? 'no_stream' : BigInt(n - 1), note(`contested ${n}`));
        if (n % 10 === 9) expect(await positions().reached([live.name], position, 10_000)).toBe(true);
      }
    } finally {
      await Promise.all(hosts.map((host) => host.stop()));
    }
    expect(await rowsOf(live, stream)).toMatchObject([{ times: 40 }]);
    expect(told.filter(({ kind }) => kind === 'fence lost').length).toBeGreaterThan(0);
    expect(await same(live)).toBe(0);
  }, 30_000);
});

describe('a rebuild', () => {
  const quiet = () => undefined;
  const never = new AbortController().signal;

  it('is made beside the live tables, compared with them, and takes their place', async () => {
    const live = notes();
    await catchUp(parts, live);
    const before = await liveOf(live);
    const rows = await rowsOf(live);
    const told: number[] = [];
    const outcome = await rebuild(parts, live, ({ ratio }) => told.push(ratio), never);
    expect(outcome).toMatchObject({ kind: 'live', differences: 0 });
    expect(told.at(-1)).toBe(1);
    expect((await liveOf(live))?.build).toBe((before?.build ?? 0) + 1);
    expect(await rowsOf(live)).toEqual(rows);
    expect((await findBuilds(database.pool, live.name)).map(({ status }) => status)).toEqual(['live', 'retired']);
  }, 20_000);

  it('repairs tables that somebody changed, and says by how many rows they differed', async () => {
    const live = notes();
    await catchUp(parts, live);
    await database.pool.query(`delete from "${await schemaOf(live)}".note where note = 'second'`);
    expect(await rebuild(parts, live, quiet, never)).toMatchObject({ differences: 1 });
    expect(await same(live)).toBe(0);
  }, 20_000);

  it('goes back to the build before, once, and stays there', async () => {
    const live = notes();
    await catchUp(parts, live);
    const first = await liveOf(live);
    await rebuild(parts, live, quiet, never);
    const { position } = await write(newStream(), 'no_stream', note('since'));
    await catchUp(parts, live);
    expect((await rollBack(parts, live)).build).toBe(first?.build);
    expect((await liveOf(live))?.build).toBe(first?.build);
    expect(await positions().reached([live.name], position, 0)).toBe(true);
    await expect(rollBack(parts, live)).rejects.toThrow(MaintenanceRefused);
    await catchUp(parts, live);
    expect((await findBuilds(database.pool, live.name)).map(({ status }) => status)).toEqual(['withdrawn', 'live']);
  }, 20_000);

  it('that meets an event it cannot fold comes to nothing, and the live tables stay', async () => {
    let broken = false;
    const live = notes({ failsOn: (text) => broken && text === 'since' });
    await catchUp(parts, live);
    broken = true;
    await expect(rebuild(parts, live, quiet, never)).rejects.toThrow(/no place for it/);
    expect((await findBuilds(database.pool, live.name)).map(({ status }) => status)).toEqual(['failed', 'live']);
    broken = false;
    expect(await same(live)).toBe(0);
  }, 20_000);

  it('begins by itself when the version is raised; an older program goes on beside the newer one', async () => {
    const old = notes();
    const newer = notes({ name: old.name, version: 2, shards: 2 });
    const host = new ProjectionHost(parts, [old], [], builds);
    const newerHost = new ProjectionHost(partsOf(), [newer], [], builds);
    await host.start();
    expect(await positions().reached([old.name], await store.head(), 10_000)).toBe(true);
    await newerHost.start();
    try {
      for (let n = 0; n < 5; n++) await write(newStream(), 'no_stream', note('meanwhile'));
      await until(async () => (await liveOf(old))?.version === 2);
      const { position } = await write(newStream(), 'no_stream', note('after'));
      expect(await positions().reached([old.name], position, 10_000)).toBe(true);
      await until(async () => (await statuses(parts)).every(({ name, behind }) => name !== old.name || behind === 0));
    } finally {
      await Promise.all([host.stop(), newerHost.stop()]);
    }
    expect(await same(newer)).toBe(0);
  }, 30_000);
});

describe('an event that only a newer program knows', () => {
  it('parks its stream where that is of a kind that the projection reads; elsewhere it passes', async () => {
    const live = notes();
    const [mine, other] = [newStream(), `other-${++streams}`];
    await write(mine, 'no_stream', note('fine'));
    await write(other, 'no_stream', { type: 'Invented', data: {} });
    await write(mine, 0n, { type: 'Invented', data: {} }, note('after'));
    await catchUp(parts, live);
    expect(await findParked(parts, live.name)).toMatchObject([{ streamId: mine, error: 'UnknownEventType: Invented' }]);
    const newer = partsOf({ codec: newerCodec });
    const build = await liveOf(live);
    if (build === undefined) throw new Error('there is no live build');
    const healed = await retryParked(newer, live, { key: build, schema: build.schema, streamId: mine });
    expect(healed).toMatchObject({ healed: true, events: 1 });
    expect(await rowsOf(live, mine)).toMatchObject([{ note: 'after', times: 2 }]);
    await write(mine, 2n, struck);
  });
});
