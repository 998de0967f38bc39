import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  derivedId,
  engineParts,
  EventCodec,
  findOutbox,
  kernelMigrations,
  outboxFigures,
  outboxOf,
  OutboxRunner,
  PostgresEventStore,
  Progress,
  projection,
  ProjectionHost,
  rebuild,
  retryOutbox,
  WakeUp,
  type Deliverer,
  type EngineParts,
  type OutboxMessage,
} from '#libs/event-sourcing';
import { createTestDatabase, type TestDatabase } from './support/database.js';
import { until } from './support/until.js';

type Event = { type: 'Posted'; data: { to: readonly string[] } } | { type: 'Noted'; data: { text: string } };

const namespace = '8d2f8f0a-43a1-4a52-9d0b-5c1de7b0a6f1';
const codec = new EventCodec({ Posted: 1, Noted: 1 });
let broken = false;
const letters = outboxOf<Event>({
  name: 'letters',
  on: {
    Posted({ data: { to }, position }) {
      if (broken) throw new Error('cannot be read yet');
      return to.map((target) => ({ kind: 'letter', target, payload: { position } }));
    },
  },
});
const events = { swapped: () => undefined, buildFailed: () => undefined };
const failures: string[] = [];
const log = { failed: (kind: string, _: string, error: unknown) => void failures.push(`${kind}: ${String(error)}`) };

let database: TestDatabase;
let store: PostgresEventStore;
let parts: EngineParts;
let host: ProjectionHost;

/** A place that letters come to, whose failures a test commands. */
class Place implements Deliverer {
  readonly kind = 'letter';
  /** What came, by key, in order. */
  readonly came: { readonly key: string; readonly target: string }[] = [];
  /** Targets where nothing can be delivered. */
  readonly closed = new Set<string>();
  afterwards: () => Promise<void> = () => Promise.resolve();

  async deliver({ target }: OutboxMessage, key: string): Promise<string> {
    if (this.closed.has(target)) throw new Error('the door is closed');
    this.came.push({ key, target });
    await this.afterwards();
    return `received ${key}`;
  }

  /** How often letters came to a target. */
  to(target: string): number {
    return this.came.filter((each) => each.target === target).length;
  }
}

let posted = 0;
/** Records that letters are posted, and waits until they are noted. Gives the event's id. */
async function post(...to: string[]): Promise<string> {
  const id = derivedId(namespace, ++posted);
  const event = codec.encode({ type: 'Posted', data: { to } }, id, {});
  const { position } = await store.append(`post-${posted}`, 'no_stream', [event]);
  if (!broken) await until(async () => (await followed()) === position);
  return id;
}
const followed = async (): Promise<string | undefined> =>
  (
    await database.pool.query<{ position: string }>(`select position from proj_checkpoint where projection = $1`, [
      letters.name,
    ])
  ).rows[0]?.position;
const waiting = () => findOutbox(database.pool, 'waiting', 100);
const delivered = async (target: string) =>
  (await findOutbox(database.pool, 'delivered', 100)).filter((each) => each.target === target);
const runner = (place: Deliverer) => new OutboxRunner(database.pool, place, parts.progress, log);

beforeAll(async () => {
  database = await createTestDatabase('outbox', kernelMigrations);
  const wakeUp = new WakeUp();
  store = new PostgresEventStore(database.pool, wakeUp);
  parts = engineParts({ pool: database.pool, store, codec, wakeUp, progress: new Progress() });
  host = new ProjectionHost(parts, [], [letters], events);
  await host.start();
}, 60_000);

afterAll(async () => {
  await host.stop();
  await database.drop();
});

beforeEach(() => {
  failures.length = 0;
});

describe('the outbox', () => {
  it('holds what events send out, once for each target, under ids that follow from event and target', async () => {
    const event = await post('north', 'south');
    const entries = await waiting();
    expect(entries.map(({ id, target, payload, attempts }) => ({ id, target, payload, attempts }))).toEqual(
      expect.arrayContaining(
        ['north', 'south'].map((target) => ({
          id: derivedId(event, `letter/${target}`),
          target,
          payload: { position: '0' },
          attempts: 0,
        })),
      ),
    );
    expect(entries).toHaveLength(2);
  });

  it('hands them over with their ids as keys, and keeps the receipts', async () => {
    const place = new Place();
    expect(await runner(place).catchUp()).toBe(2);
    expect(place.came.map(({ target }) => target).sort()).toEqual(['north', 'south']);
    const [{ id, receipt, attempts } = { id: '', receipt: '', attempts: 0 }] = await delivered('north');
    expect(place.came).toContainEqual({ key: id, target: 'north' });
    expect([receipt, attempts]).toEqual([`received ${id}`, 1]);
    expect(await waiting()).toEqual([]);
    expect(await runner(place).catchUp()).toBe(0);
  });

  it('leaves to another deliverer what is not of its kind', async () => {
    await post('east');
    expect(await runner({ kind: 'parcel', deliver: () => Promise.resolve('') }).catchUp()).toBe(0);
    expect(await runner(new Place()).catchUp()).toBe(1);
  });

  it('halts before an event that it cannot read, and notes it once it can', async () => {
    broken = true;
    const event = await post('late');
    try {
      await until(async () => {
        const { rows } = await database.pool.query(
          'select 1 from proj_checkpoint where projection = $1 and error is not null',
          [letters.name],
        );
        return rows.length > 0;
      });
      expect(await waiting()).toEqual([]);
    } finally {
      broken = false;
    }
    await until(async () => (await waiting()).length === 1);
    expect(await waiting()).toMatchObject([{ id: derivedId(event, 'letter/late') }]);
    await runner(new Place()).catchUp();
  });

  it('is not written into by a rebuild of a projection of the same events', async () => {
    const list = projection<Event, object>({ name: 'list', version: 1, tables: {}, on: { Posted: () => undefined } });
    await rebuild(parts, list, () => undefined, new AbortController().signal);
    expect(await waiting()).toEqual([]);
  });
});

describe('a delivery that fails', () => {
  it('is tried again later and longer each time, without holding up others, until it succeeds', async () => {
    const place = new Place();
    place.closed.add('shut');
    await post('shut', 'open');
    await database.pool.query('update outbox set attempts = 4 where delivered_at is null');
    expect(await runner(place).catchUp()).toBe(2);
    expect([place.to('open'), place.to('shut')]).toEqual([1, 0]);
    expect(failures).toEqual(['letter: Error: the door is closed']);
    const delays: number[] = [];
    for (let attempts = 5; attempts <= 7; attempts++) {
      const [entry] = await waiting();
      expect(entry).toMatchObject({ target: 'shut', attempts, lastError: 'Error: the door is closed' });
      delays.push(Math.round(Math.log2(((entry?.dueAt.getTime() ?? 0) - Date.now()) / 1000)));
      expect(await runner(place).catchUp()).toBe(0);
      expect(await retryOutbox(database.pool)).toBe(1);
      if (attempts === 7) place.closed.clear();
      expect(await runner(place).catchUp()).toBe(1);
    }
    expect(delays).toEqual([4, 5, 6]);
    expect(place.to('shut')).toBe(1);
    expect(await delivered('shut')).toMatchObject([{ attempts: 8, lastError: null }]);
  });

  it('never waits longer than ten minutes, however often it failed', async () => {
    const place = new Place();
    place.closed.add('lost');
    await post('lost');
    await database.pool.query(`update outbox set attempts = 5000 where target = 'lost'`);
    await runner(place).catchUp();
    const [entry] = await waiting();
    expect(Math.round(((entry?.dueAt.getTime() ?? 0) - Date.now()) / 60_000)).toBe(10);
    expect(await outboxFigures(database.pool)).toEqual([
      { kind: 'letter', waiting: 1, oldestSeconds: expect.any(Number) },
    ]);
    expect(await retryOutbox(database.pool, entry?.id)).toBe(1);
    expect(await runner(new Place()).catchUp()).toBe(1);
    expect(await retryOutbox(database.pool, entry?.id)).toBe(0);
  });
});

describe('a process that dies', () => {
  it('between delivery and mark has it delivered again, under the same key', async () => {
    const place = new Place();
    await post('twice');
    const kill = jest.spyOn(process, 'kill').mockImplementation(() => {
      throw new Error('killed');
    });
    process.env['FAIL_AT'] = 'outbox.afterDelivery';
    try {
      await expect(runner(place).catchUp()).rejects.toThrow('killed');
    } finally {
      kill.mockRestore();
      delete process.env['FAIL_AT'];
    }
    expect(await waiting()).toMatchObject([{ target: 'twice', attempts: 0 }]);
    expect(await runner(place).catchUp()).toBe(1);
    expect(new Set(place.came.map(({ key }) => key)).size).toBe(1);
    expect(place.to('twice')).toBe(2);
  });

  it('or whose connection breaks while it delivers leaves the message to others', async () => {
    const place = new Place();
    await post('cut off');
    place.afterwards = async () => {
      await database.pool.query(
        `select pg_terminate_backend(l.pid) from pg_locks l
          where l.relation = 'outbox'::regclass and l.pid <> pg_backend_pid()`,
      );
    };
    await expect(runner(place).catchUp()).rejects.toThrow();
    const other = new Place();
    expect(await runner(other).catchUp()).toBe(1);
    expect(other.came.map(({ key }) => key)).toEqual(place.came.map(({ key }) => key));
  });

  it('has its messages delivered by the next start', async () => {
    const place = new Place();
    place.closed.add('later');
    const first = runner(place);
    first.start();
    await post('later');
    await until(async () => (await waiting())[0]?.attempts === 1);
    await first.stop();
    place.closed.clear();
    await retryOutbox(database.pool);
    expect(await waiting()).toHaveLength(1);
    const second = runner(place);
    second.start();
    try {
      await until(() => place.to('later') === 1);
      await until(async () => (await waiting()).length === 0);
    } finally {
      await second.stop();
    }
  });
});

describe('several processes', () => {
  it('share the work: each message is delivered by one of them', async () => {
    const places = [new Place(), new Place()];
    let open = (): void => undefined;
    const bothWork = new Promise<void>((resolve) => (open = resolve));
    for (const [index, place] of places.entries())
      place.afterwards = () => {
        if (places[1 - index]?.came.length) open();
        return bothWork;
      };
    const runners = places.map(runner);
    for (const each of runners) each.start();
    try {
      const targets = Array.from({ length: 30 }, (_, n) => `house ${n}`);
      for (let n = 0; n < targets.length; n += 10) await post(...targets.slice(n, n + 10));
      await until(async () => (await waiting()).length === 0);
      expect(places.flatMap(({ came }) => came.map(({ target }) => target)).sort()).toEqual(targets.sort());
      for (const { came } of places) expect(came.length).toBeGreaterThan(0);
    } finally {
      await Promise.all(runners.map((each) => each.stop()));
    }
  });
});
