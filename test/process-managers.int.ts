import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  catchUp,
  DatabaseClock,
  derivedId,
  engineParts,
  EventCodec,
  kernelMigrations,
  notesOf,
  PostgresEventStore,
  ProcessManagerRunner,
  Progress,
  WakeUp,
  type EngineParts,
  type ProcessManager,
} from '#libs/event-sourcing';
import { createTestDatabase, type TestDatabase } from './support/database.js';
import { until } from './support/until.js';

type Promised = { type: 'Promised'; data: { at: string } };

const codec = new EventCodec({ Noted: 1, Promised: 1 });
const namespace = 'c1b9f2d4-1d61-4a0b-8f0e-7f1d2c3b4a59';
const failures: { manager: string; error: unknown }[] = [];

let database: TestDatabase;
let store: PostgresEventStore;
let clock: DatabaseClock;
let parts: EngineParts;

beforeAll(async () => {
  database = await createTestDatabase('process_managers', kernelMigrations);
  clock = new DatabaseClock(database.pool);
  const wakeUp = new WakeUp();
  store = new PostgresEventStore(database.pool, wakeUp);
  parts = engineParts({ pool: database.pool, store, codec, wakeUp, progress: new Progress() });
}, 60_000);

afterAll(() => database.drop());

beforeEach(() => {
  failures.length = 0;
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
const note = (text: string) => ({ type: 'Noted', data: { note: text } });

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
    const runner = () =>
      new ProcessManagerRunner(database.pool, manager as ProcessManager, parts.progress, {
        failed: (name, _what, error) => failures.push({ manager: name, error }),
      });
    const run = async () => {
      await catchUp(parts, notesOf(manager as ProcessManager));
      return runner().catchUp();
    };
    return { manager, runner, run, sent };
  }
  const timersOf = ({ name }: ProcessManager<Promised>) =>
    ask<{ attempts: number; done: boolean; last_error: string | null }>(
      'select attempts, done_at is not null as done, last_error from process_timer where manager = $1 order by due_at',
      [name],
    );
  const promise = (at: string): Promised => ({ type: 'Promised', data: { at } });
  /** Only what this test promises: earlier promises lie before the manager's position. */
  const fromHere = async ({ name }: ProcessManager<Promised>) =>
    database.pool.query('insert into proj_checkpoint (projection, build, shard, position) values ($1, 0, 0, $2)', [
      `process:${name}`,
      await store.head(),
    ]);

  it('does what is due by the program’s clock, once', async () => {
    const { manager, run, sent } = keeper();
    await fromHere(manager);
    await record(promise('2025-10-01T00:00:00.000Z'), promise('2025-09-01T00:00:00.000Z'));
    expect(await run()).toBe(1);
    expect(await run()).toBe(0);
    await clock.advanceTo('2025-09-30T23:59:00.000Z');
    expect(await run()).toBe(0);
    await clock.advanceTo('2025-10-01T00:00:00.000Z');
    expect(await run()).toBe(1);
    expect(sent).toHaveLength(2);
    expect(new Set(sent.map(({ commandId }) => commandId)).size).toBe(2);
    expect(await timersOf(manager)).toEqual([
      { attempts: 1, done: true, last_error: null },
      { attempts: 1, done: true, last_error: null },
    ]);
  });

  it('keeps its word through a restart between the note and the command', async () => {
    const { manager, run, sent } = keeper();
    await fromHere(manager);
    await record(promise('2025-10-05T00:00:00.000Z'));
    await run();
    expect(sent).toEqual([]);
    await clock.advanceTo('2025-10-05T00:00:00.000Z');
    expect(await run()).toBe(1);
    expect(sent).toHaveLength(1);
  });

  it('sends the same command id on every try, and says why it failed', async () => {
    let failing = true;
    const { manager, run, sent } = keeper(() => failing);
    await fromHere(manager);
    await record(promise('2025-09-02T00:00:00.000Z'));
    await run();
    expect(await timersOf(manager)).toEqual([{ attempts: 1, done: false, last_error: 'TypeError' }]);
    expect(failures).toMatchObject([{ manager: manager.name, error: { message: 'not now' } }]);
    failing = false;
    expect(await run()).toBe(0);
    await database.pool.query('update process_timer set retry_at = clock_timestamp() where manager = $1', [
      manager.name,
    ]);
    expect(await run()).toBe(1);
    expect(sent).toHaveLength(2);
    expect(sent[1]).toEqual(sent[0]);
    expect(await timersOf(manager)).toMatchObject([{ attempts: 2, done: true }]);
  });

  it('goes on trying, and lets the others be done, however often a command has failed', async () => {
    const { manager, run, sent } = keeper(() => true);
    await fromHere(manager);
    await record(promise('2025-09-02T00:00:00.000Z'), promise('2025-09-03T00:00:00.000Z'));
    await run();
    await database.pool.query(
      `update process_timer set retry_at = null, attempts = case when due_at < '2025-09-03' then 5000 else 1 end where manager = $1`,
      [manager.name],
    );
    await run();
    expect(sent).toHaveLength(4);
    expect(await timersOf(manager)).toMatchObject([{ attempts: 5001 }, { attempts: 2 }]);
  });

  it('sends each command from one of several processes only', async () => {
    const { manager, runner, sent } = keeper();
    await fromHere(manager);
    await record(...Array.from({ length: 20 }, () => promise('2025-09-02T00:00:00.000Z')));
    await catchUp(parts, notesOf(manager as ProcessManager));
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
