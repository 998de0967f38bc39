import { describe } from '@jest/globals';
import fc from 'fast-check';
import {
  EsdbEventStore,
  MemoryEventStore,
  PostgresEventStore,
  WakeUp,
  type EngineParts,
  type EventStore,
} from '#libs/event-sourcing';
import { proveAll } from './support/checker.js';
import { createEngine, type OwnEngine } from './support/engine.js';
import { fault, long, type FaultRun } from './support/fault.js';
import { Journal } from './support/journal.js';
import { codec, commands, drop, Model, type Real } from './support/model.js';
import { StandIn } from '../stand-in/cluster.mjs';

const runs = long ? 2_000 : 100;

/** How a store of one kind is opened and made to fail. */
interface Adapter {
  /** A store on what earlier ones have written. */
  open(): Promise<EventStore>;
  /** Makes the server or the connection die while something is under way; what this gives brings it back. */
  crash(): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

const now = () => '2025-09-01T08:00:00.000Z';

const adapters: Readonly<Record<string, (engine: OwnEngine) => Promise<Adapter>>> = {
  memory: () => {
    const store = new MemoryEventStore(now);
    const nothing = () => Promise.resolve();
    return Promise.resolve({
      open: () => Promise.resolve(store),
      crash: () => Promise.resolve(nothing),
      close: nothing,
    });
  },
  PostgreSQL: ({ pool }) =>
    Promise.resolve({
      open: () => Promise.resolve(new PostgresEventStore(pool, new WakeUp())),
      crash: async () => {
        await pool.query(
          `select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and application_name = 'almoner writer'`,
        );
        return () => Promise.resolve();
      },
      close: () => Promise.resolve(),
    }),
  'EventStoreDB, a stand-in': async () => {
    const server = await StandIn.start();
    return {
      open: () => EsdbEventStore.open(server.url, { now, wakeUp: new WakeUp(), tryMs: 300 }),
      crash: async () => {
        await server.kill();
        return () => server.revive();
      },
      close: () => server.stop(),
    };
  },
};

/** Runs the model against one kind of store; its own engine folds what the store holds. */
async function model(
  [name, start]: readonly [string, (engine: OwnEngine) => Promise<Adapter>],
  { seed, progress }: FaultRun,
): Promise<string> {
  const engine = await createEngine('faults_model');
  const adapter = await start(engine);
  const array = new Model();
  const open = async (): Promise<{ store: EventStore; parts: EngineParts }> => {
    const store = await adapter.open();
    return { store, parts: engine.partsWith({ store, codec, wakeUp: new WakeUp() }) };
  };
  const real: Real = {
    ...(await open()),
    crash: () => adapter.crash(),
    restart: async () => {
      if (name === 'memory') return;
      await real.store.close();
      Object.assign(real, await open());
    },
  };
  let done = 0;
  try {
    await fc.assert(
      fc.asyncProperty(commands, async (chosen) => {
        array.begin();
        await fc.asyncModelRun(() => ({ model: array, real }), chosen);
        if ((done += 1) % 100 === 0) progress(`${name}: ${done} of ${runs} runs, ${array.log.length} events`);
        if (done % 20 === 0) await drop(engine.pool);
      }),
      { numRuns: runs, seed, endOnFailure: false },
    );
    if (name !== 'PostgreSQL') return `${name}: ${array.log.length} events`;
    await engine.catchUp();
    return `${name}: ${proveAll(engine.url, new Journal()).summary}`;
  } catch (error) {
    throw new Error(`${name}: ${(error as Error).message}`, { cause: error });
  } finally {
    await real.store.close();
    await adapter.close();
    await engine.remove();
  }
}

describe('A store and what is folded from it', () => {
  fault({
    id: 'F23',
    title: `a log is an array: ${Object.keys(adapters).join(', ')}`,
    timeoutMs: long ? 3_600_000 : 180_000,
    // Side by side: each mostly waits.
    run: async (run) => (await Promise.all(Object.entries(adapters).map((one) => model(one, run)))).join('; '),
  });
});
