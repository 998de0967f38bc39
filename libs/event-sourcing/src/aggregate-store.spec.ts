import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  AggregateStore,
  derivedId,
  NotFound,
  RefusedCommand,
  type CommandMeta,
  type Loaded,
} from './aggregate-store.js';
import { refuse, type Decider } from './decider.js';
import { EventCodec, UnknownEventType } from './event-codec.js';
import { OutcomeUnknown, RevisionConflict, type ExpectedRevision, type NewEvent } from './event-store.js';
import { MemoryEventStore } from './memory-event-store.js';

type Counted = { type: 'Counted'; data: { to: number } };
type Count = { type: 'Count'; data: { by: number } };

const counter: Decider<number, Count, Counted, { limit: number }> = {
  initial: 0,
  decide: ({ data }, count, { limit }) => {
    if (count + data.by > limit) return refuse('OVER_LIMIT', { limit });
    return Array.from({ length: data.by }, (_, n) => ({ type: 'Counted', data: { to: count + n + 1 } }));
  },
  evolve: (_, { data }) => data.to,
};
const codec = new EventCodec({ Counted: 1 });
const namespace = '5f0f2a3e-6c1f-4a49-9a0e-1f3a5d6b7c80';
const metaOf = (name: string): CommandMeta => ({
  commandId: derivedId(namespace, name),
  correlationId: derivedId(namespace, 'correlation'),
  causationId: derivedId(namespace, name),
  actor: 'officer-1',
  role: 'township-officer',
  area: '430225100',
});

/** A store in which appends may fail before or after they are done, or find that another came first. */
class Unsteady extends MemoryEventStore {
  readonly asked: { expected: ExpectedRevision; ids: string[] }[] = [];
  before: (() => Promise<void>)[] = [];
  after: (() => void)[] = [];

  override async append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]) {
    this.asked.push({ expected, ids: events.map(({ id }) => id) });
    await this.before.shift()?.();
    const done = await super.append(stream, expected, events);
    this.after.shift()?.();
    return done;
  }
}

let store: Unsteady;
let aggregates: AggregateStore;

beforeEach(() => {
  store = new Unsteady(() => '2025-09-01T01:00:00.000Z');
  aggregates = new AggregateStore(store, codec);
});

const executed = (name: string, by: number, more: { seen?: bigint | 'no_stream'; limit?: number } = {}) =>
  aggregates.execute(counter, {
    id: 'counter-id',
    stream: 'counter-1',
    command: { type: 'Count', data: { by } },
    context: { limit: more.limit ?? 100 },
    ...(more.seen !== undefined && { seen: more.seen }),
    meta: metaOf(name),
  });
const count = async (...given: Parameters<typeof executed>) => (await executed(...given)).answer;
/** As if another process had been faster. */
const another = (name: string, to: number, expected: bigint) =>
  MemoryEventStore.prototype.append.call(store, 'counter-1', expected, [
    codec.encode({ type: 'Counted', data: { to } }, derivedId(namespace, name), { commandId: name }),
  ]);
const noAnswer = () => {
  throw new OutcomeUnknown('no answer');
};

describe('carrying out a command', () => {
  it('records its events with who, what role and where, under ids derived from the command', async () => {
    expect(await count('first', 2, { seen: 'no_stream' })).toEqual({ id: 'counter-id', revision: '1', position: '1' });
    const { state, events, revision, position } = await aggregates.load<number, Counted>(counter, 'counter-1');
    expect({ state, revision, position }).toEqual({ state: 2, revision: 1n, position: '1' });
    expect(events.map(({ id, data, metadata }) => ({ id, data, metadata }))).toEqual([
      {
        id: derivedId(metaOf('first').commandId, 'event-0'),
        data: { to: 1 },
        metadata: { ...metaOf('first'), schemaVersion: '1' },
      },
      {
        id: derivedId(metaOf('first').commandId, 'event-1'),
        data: { to: 2 },
        metadata: { ...metaOf('first'), schemaVersion: '1' },
      },
    ]);
  });

  it('tells how the aggregate stands after it, also to whoever asks again', async () => {
    expect((await executed('first', 2, { seen: 'no_stream' })).state).toBe(2);
    expect((await executed('second', 3)).state).toBe(5);
    expect((await executed('first', 2, { seen: 'no_stream' })).state).toBe(5);
  });

  it('hands the decision what the stream says', async () => {
    await count('first', 1, { seen: 'no_stream' });
    let told: Loaded<number, Counted> | undefined;
    await aggregates.execute(counter, {
      id: 'counter-id',
      stream: 'counter-1',
      command: { type: 'Count', data: { by: 1 } },
      context: async (loaded) => {
        told = loaded;
        return { limit: 2 };
      },
      meta: metaOf('second'),
    });
    expect(told).toMatchObject({ state: 1, revision: 0n, position: '0' });
  });

  it('answers where the stream stands when there is nothing to record', async () => {
    await count('first', 2, { seen: 'no_stream' });
    expect(await count('quiet', 0)).toEqual({ id: 'counter-id', revision: '1', position: '1' });
  });

  it('throws a refusal and records nothing', async () => {
    await count('first', 1, { seen: 'no_stream' });
    const refused = count('too much', 5, { limit: 3 });
    await expect(refused).rejects.toThrow(RefusedCommand);
    await expect(refused).rejects.toMatchObject({ refusal: { code: 'OVER_LIMIT', details: { limit: 3 } } });
    expect(await store.head()).toBe('0');
  });

  it('finds nothing where there is no stream', async () => {
    await expect(count('change', 1)).rejects.toThrow(NotFound);
    await expect(count('change', 1, { seen: 3n })).rejects.toThrow(NotFound);
  });
});

describe('a command that comes again', () => {
  it('is given its first answer, also when the stream has moved on', async () => {
    const first = await count('first', 2, { seen: 'no_stream' });
    await count('second', 1);
    expect(await count('first', 2, { seen: 'no_stream' })).toEqual(first);
    expect(await count('first', 99, { limit: 0 })).toEqual(first);
    expect(await store.head()).toBe('2');
  });

  it('after an unknown outcome is asked with the same ids and revision, and recorded once', async () => {
    store.after = [noAnswer];
    expect(await count('first', 2, { seen: 'no_stream' })).toEqual({ id: 'counter-id', revision: '1', position: '1' });
    expect(store.asked).toHaveLength(2);
    expect(store.asked[1]).toEqual(store.asked[0]);
    expect(await store.head()).toBe('1');
  });

  it('is asked three times in all, and then stays unknown', async () => {
    store.after = [noAnswer, noAnswer, noAnswer];
    await expect(count('first', 1, { seen: 'no_stream' })).rejects.toThrow(OutcomeUnknown);
    expect(store.asked).toHaveLength(3);
  });
});

describe('a command that another overtook', () => {
  const overtaken = (times: number) =>
    Array.from({ length: times }, (_, index) => async () => {
      await another(`faster-${index}`, 10, BigInt(index));
    });

  beforeEach(async () => {
    await count('first', 1, { seen: 'no_stream' });
    store.asked.length = 0;
  });

  it('is decided again on what the stream then says, when it saw no screen', async () => {
    store.before = overtaken(2);
    expect(await count('job', 1)).toMatchObject({ revision: '3' });
    const { state } = await aggregates.load<number, Counted>(counter, 'counter-1');
    expect(state).toBe(11);
  });

  it('comes through where nine were faster', async () => {
    store.before = overtaken(9);
    expect(await count('job', 1)).toMatchObject({ revision: '10' });
  });

  it('gives up after ten tries', async () => {
    store.before = overtaken(10);
    await expect(count('job', 1)).rejects.toThrow(RevisionConflict);
    expect(store.asked).toHaveLength(10);
  });

  it('is a conflict at once when a person saw an older state', async () => {
    store.before = overtaken(1);
    await expect(count('person', 1, { seen: 0n })).rejects.toMatchObject({ expected: 0n, actual: 1n });
    expect(store.asked).toHaveLength(1);
  });

  it('is a conflict before it is decided when the state was older already', async () => {
    await expect(count('person', 1, { seen: 5n })).rejects.toMatchObject({ expected: 5n, actual: 0n });
    await expect(count('creation', 1, { seen: 'no_stream' })).rejects.toMatchObject({ actual: 0n });
    expect(store.asked).toHaveLength(0);
  });
});

describe('reading a stream', () => {
  it('stops at a position', async () => {
    await count('first', 3, { seen: 'no_stream' });
    expect((await aggregates.load<number, Counted>(counter, 'counter-1', '1')).state).toBe(2);
    expect(await aggregates.load<number, Counted>(counter, 'counter-1', 'start')).toEqual({
      state: 0,
      events: [],
      revision: 'no_stream',
      position: 'start',
    });
  });

  it('refuses events that this program does not know', async () => {
    await count('first', 1, { seen: 'no_stream' });
    const older = new AggregateStore(store, new EventCodec({ Other: 1 }));
    await expect(older.history('counter-1')).rejects.toThrow(UnknownEventType);
    const newer = new EventCodec({ Counted: 2 }).encode(
      { type: 'Counted', data: { to: 2 } },
      derivedId(namespace, 'n'),
      {},
    );
    await store.append('counter-1', 0n, [newer]);
    await expect(aggregates.history('counter-1')).rejects.toThrow('Counted in version 2');
  });
});
