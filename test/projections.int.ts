import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  DatabaseClock,
  derivedId,
  EventCodec,
  kernelMigrations,
  Positions,
  PostgresEventStore,
  ProcessManagerRunner,
  projection,
  ProjectionRunner,
  verifyProjection,
  WakeUp,
  type ProcessManager,
  type Projection,
  type ProjectionLog,
} from '#libs/event-sourcing';
import { createTestDatabase, type TestDatabase } from './support/database.js';

type Noted = { type: 'Noted'; data: { note: string } };
type Promised = { type: 'Promised'; data: { at: string } };

const codec = new EventCodec({ Noted: 1, Promised: 1, Ignored: 1 });
const namespace = 'c1b9f2d4-1d61-4a0b-8f0e-7f1d2c3b4a59';
const stops: { name: string; at: string; error: unknown }[] = [];
const log: ProjectionLog = { stopped: (name, at, error) => stops.push({ name, at, error }) };

let database: TestDatabase;
let store: PostgresEventStore;
let wakeUp: WakeUp;
let clock: DatabaseClock;

beforeAll(async () => {
  database = await createTestDatabase('projections', kernelMigrations);
  clock = new DatabaseClock(database.pool);
  wakeUp = new WakeUp();
  store = new PostgresEventStore(database.pool, wakeUp);
}, 60_000);

afterAll(() => database.drop());

beforeEach(() => {
  stops.length = 0;
});

const ask = async <Row extends object>(sql: string, values: unknown[] = []) =>
  (await database.pool.query<Row & Record<string, unknown>>(sql, values)).rows;

let recorded = 0;
async function record(...events: { type: string; data: object }[]) {
  recorded += 1;
  return store.append(
    `note-${recorded}`,
    'no_stream',
    events.map((event, index) => codec.encode(event, derivedId(namespace, `${recorded}-${index}`), {})),
  );
}
const note = (text: string): Noted => ({ type: 'Noted', data: { note: text } });

describe('the program’s clock', () => {
  it('is the database’s own until it is set', async () => {
    expect(await clock.offset()).toBe(0);
    expect(Math.abs(Date.parse(await clock.now()) - Date.now())).toBeLessThan(5_000);
    expect(await clock.now()).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it('is set once to any instant while nothing is recorded', async () => {
    expect(await clock.startAt('2025-09-01T01:00:00.000Z')).toBe(true);
    expect((await clock.now()).slice(0, 16)).toBe('2025-09-01T01:00');
    expect(await clock.startAt('2024-01-01T00:00:00.000Z')).toBe(false);
    expect((await clock.now()).slice(0, 4)).toBe('2025');
  });

  it('is what events are recorded by', async () => {
    await record(note('first'));
    const { events } = await store.readAll('start', { max: 1 });
    expect(events[0]?.recordedAt.slice(0, 16)).toBe('2025-09-01T01:00');
  });

  it('moves forward, and never back', async () => {
    await clock.advanceTo('2025-09-10T01:00:00.000Z');
    const moved = await clock.now();
    expect(moved.slice(0, 16)).toBe('2025-09-10T01:00');
    await expect(clock.advanceTo('2025-09-10T00:59:00.000Z')).rejects.toMatchObject({
      code: 'CLOCK_MOVES_FORWARD_ONLY',
    });
    expect((await clock.now()) >= moved).toBe(true);
  });

  it('is not set anew where events are recorded, even if it never was', async () => {
    await database.pool.query('update program_clock set started_by_setting = null');
    expect(await clock.startAt('2030-01-01T00:00:00.000Z')).toBe(false);
  });
});

describe('a projection', () => {
  let names = 0;

  /** A table of its own, with one row per note. */
  async function notes(
    failOn?: () => string | undefined,
  ): Promise<{ live: Projection; rows: () => Promise<string[]> }> {
    const table = `notes_${++names}`;
    await database.pool.query(`create table read.${table} (position bigint not null, note text not null)`);
    const live = projection<Noted>(`notes-${names}`, 1, [table], {
      Noted: async (db, event) => {
        await db.query(`insert into ${table} values ($1, $2)`, [event.position, event.data.note]);
        if (event.data.note === failOn?.()) throw new Error(`no place for ${event.data.note}`);
      },
    });
    const rows = async () =>
      (await ask<{ note: string }>(`select note from read.${table} order by position`)).map((row) => row.note);
    return { live, rows };
  }
  const runnerOf = (live: Projection) => new ProjectionRunner(database.pool, store, codec, live, wakeUp, log);
  const positionOf = async ({ name }: Projection) =>
    (await ask<{ position: string }>('select position from proj_checkpoint where projection = $1', [name]))[0]
      ?.position;

  it('folds the log from its start, past what it has no handler for', async () => {
    await record({ type: 'Ignored', data: {} });
    const { live, rows } = await notes();
    expect(await runnerOf(live).catchUp()).toBe(await store.head());
    expect(await rows()).toEqual(['first']);
    expect(await positionOf(live)).toBe(await store.head());
  });

  it('goes on from any position, beyond a page', async () => {
    const { live, rows } = await notes();
    const { position } = await record(note('before'));
    await database.pool.query(
      'insert into proj_checkpoint (projection, version, shard, position) values ($1, 1, 0, $2)',
      [live.name, position],
    );
    for (let n = 0; n < 3; n++) await record(...Array.from({ length: 400 }, () => note('after')));
    await runnerOf(live).catchUp();
    expect(await rows()).toEqual(Array.from({ length: 1200 }, () => 'after'));
  });

  it('leaves neither rows nor position of a batch in which an event fails, and takes it whole later', async () => {
    let broken: string | undefined;
    const { live, rows } = await notes(() => broken);
    await runnerOf(live).catchUp();
    const [before, had] = [await positionOf(live), (await rows()).length];
    broken = 'bad';
    await record(note('good'), note('bad'), note('next'));
    await expect(runnerOf(live).catchUp()).rejects.toThrow('no place for bad');
    expect(await positionOf(live)).toBe(before);
    expect(await rows()).toHaveLength(had);
    broken = undefined;
    await runnerOf(live).catchUp();
    expect((await rows()).slice(had)).toEqual(['good', 'bad', 'next']);
    expect(await positionOf(live)).toBe(await store.head());
  });

  it('that follows the log tells that it stopped, and goes on by itself', async () => {
    let broken: string | undefined = 'stubborn';
    const { live, rows } = await notes(() => broken);
    const runner = runnerOf(live);
    runner.start();
    try {
      const { position } = await record(note('stubborn'));
      await until(() => stops.length > 0);
      expect(stops[0]).toMatchObject({ name: live.name, at: position, error: { message: 'no place for stubborn' } });
      broken = undefined;
      const positions = new Positions(database.pool, store, wakeUp);
      expect(await positions.reached([live.name], position, 5_000)).toBe(true);
      expect((await rows()).at(-1)).toBe('stubborn');
    } finally {
      await runner.stop();
    }
  });

  it('does nothing twice when two processes run it', async () => {
    const { live, rows } = await notes();
    const runners = [runnerOf(live), runnerOf(live), runnerOf(live)];
    for (const runner of runners) runner.start();
    try {
      const written = await Promise.all(Array.from({ length: 30 }, (_, n) => record(note(`shared ${n}`))));
      const last = written.map(({ position }) => position).reduce((a, b) => (store.compare(a, b) > 0 ? a : b));
      expect(await new Positions(database.pool, store, wakeUp).reached([live.name], last, 10_000)).toBe(true);
    } finally {
      await Promise.all(runners.map((runner) => runner.stop()));
    }
    const shared = (await rows()).filter((text) => text.startsWith('shared'));
    expect(shared).toHaveLength(30);
    expect(new Set(shared).size).toBe(30);
  }, 20_000);

  it('is waited for by position, and not for ever', async () => {
    const { live } = await notes();
    const positions = new Positions(database.pool, store, wakeUp);
    const head = await store.head();
    expect(await positions.current([live.name])).toBe('start');
    expect(await positions.reached([live.name], head, 60)).toBe(false);
    await runnerOf(live).catchUp();
    expect(await positions.current([live.name])).toBe(head);
    expect(await positions.reached([live.name], head, 0)).toBe(true);
    expect(await positions.current([])).toBe(head);
  });

  it('is built anew, from empty tables, when its version is raised', async () => {
    const { live, rows } = await notes();
    await runnerOf(live).catchUp();
    const before = await rows();
    await runnerOf({ ...live, version: 2 }).catchUp();
    expect(before.length).toBeGreaterThan(0);
    expect(await rows()).toEqual(before);
  });

  it('equals the log folded afresh, row by row, until a row is changed by hand', async () => {
    const { live, rows } = await notes();
    await runnerOf(live).catchUp();
    const verify = () => verifyProjection(database.pool, store, codec, live, wakeUp);
    const all = (await rows()).length;
    expect(await verify()).toEqual({ projection: live.name, rows: all, differences: 0 });
    await database.pool.query(`update read.${live.tables[0] ?? ''} set note = 'forged' where note = 'first'`);
    expect(await verify()).toMatchObject({ differences: 2 });
    expect(await ask("select 1 from pg_namespace where nspname like 'verify%'")).toEqual([]);
  });
});

describe('a process manager', () => {
  let managers = 0;

  /** Keeps promises when they are due, unless it is told to fail. */
  function keeper(failing: () => boolean = () => false) {
    const sent: { promise: string; commandId: string }[] = [];
    const manager: ProcessManager<Promised> = {
      name: `keeper-${++managers}`,
      on: { Promised: ({ id, data }) => [{ at: data.at, payload: { promise: id } }] },
      due: async ({ promise = '' }, commandId) => {
        sent.push({ promise, commandId });
        if (failing()) throw new TypeError('not now');
      },
    };
    const runner = () => new ProcessManagerRunner(database.pool, store, codec, manager as ProcessManager, wakeUp, log);
    return { manager, runner, sent };
  }
  const timersOf = ({ name }: ProcessManager<Promised>) =>
    ask<{ attempts: number; done: boolean; last_error: string | null }>(
      'select attempts, done_at is not null as done, last_error from process_timer where manager = $1 order by due_at',
      [name],
    );
  const promise = (at: string): Promised => ({ type: 'Promised', data: { at } });
  /** Only what this test promises: earlier promises lie before the manager's position. */
  const fromHere = async ({ name }: ProcessManager<Promised>) =>
    database.pool.query('insert into proj_checkpoint (projection, version, shard, position) values ($1, 1, 0, $2)', [
      `process:${name}`,
      await store.head(),
    ]);

  it('does what is due by the program’s clock, once', async () => {
    const { manager, runner, sent } = keeper();
    await fromHere(manager);
    await record(promise('2025-10-01T00:00:00.000Z'), promise('2025-09-01T00:00:00.000Z'));
    expect(await runner().catchUp()).toBe(1);
    expect(await runner().catchUp()).toBe(0);
    await clock.advanceTo('2025-09-30T23:59:00.000Z');
    expect(await runner().catchUp()).toBe(0);
    await clock.advanceTo('2025-10-01T00:00:00.000Z');
    expect(await runner().catchUp()).toBe(1);
    expect(sent).toHaveLength(2);
    expect(new Set(sent.map(({ commandId }) => commandId)).size).toBe(2);
    expect(await timersOf(manager)).toEqual([
      { attempts: 1, done: true, last_error: null },
      { attempts: 1, done: true, last_error: null },
    ]);
  });

  it('keeps its word through a restart between the note and the command', async () => {
    const { manager, runner, sent } = keeper();
    await fromHere(manager);
    await record(promise('2025-10-05T00:00:00.000Z'));
    const first = runner();
    await first.catchUp();
    await first.stop();
    expect(sent).toEqual([]);
    await clock.advanceTo('2025-10-05T00:00:00.000Z');
    expect(await runner().catchUp()).toBe(1);
    expect(sent).toHaveLength(1);
  });

  it('sends the same command id on every try, and says why it failed', async () => {
    let failing = true;
    const { manager, runner, sent } = keeper(() => failing);
    await fromHere(manager);
    await record(promise('2025-09-02T00:00:00.000Z'));
    await runner().catchUp();
    expect(await timersOf(manager)).toEqual([{ attempts: 1, done: false, last_error: 'TypeError' }]);
    expect(stops).toMatchObject([{ name: manager.name, error: { message: 'not now' } }]);
    failing = false;
    expect(await runner().catchUp()).toBe(0);
    await database.pool.query('update process_timer set retry_at = clock_timestamp() where manager = $1', [
      manager.name,
    ]);
    expect(await runner().catchUp()).toBe(1);
    expect(sent).toHaveLength(2);
    expect(sent[1]).toEqual(sent[0]);
    expect(await timersOf(manager)).toMatchObject([{ attempts: 2, done: true }]);
  });

  it('sends each command from one of several processes only', async () => {
    const { manager, runner, sent } = keeper();
    await fromHere(manager);
    await record(...Array.from({ length: 20 }, () => promise('2025-09-02T00:00:00.000Z')));
    const runners = [runner(), runner(), runner()];
    for (const one of runners) one.start();
    try {
      await until(async () => (await timersOf(manager)).filter(({ done }) => done).length === 20);
    } finally {
      await Promise.all(runners.map((one) => one.stop()));
    }
    expect(sent).toHaveLength(20);
    expect(new Set(sent.map(({ commandId }) => commandId)).size).toBe(20);
  }, 20_000);
});

/** Waits until something holds; fails after five seconds. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 5_000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error('it did not come to hold in time');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
