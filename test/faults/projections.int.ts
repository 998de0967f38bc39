import { describe } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  catchUp,
  EventFailed,
  EventLogGap,
  findBuilds,
  findParked,
  MaintenanceRefused,
  PostgresEventStore,
  ProjectionHost,
  rebuild,
  retryParked,
  WakeUp,
  type Capability,
  type GlobalPosition,
  type Page,
  type Projection,
} from '#libs/event-sourcing';
import { caughtUp, proveAll, runChecker } from './support/checker.js';
import { anotherStore, CaseWriter, createEngine, watched, type OwnEngine } from './support/engine.js';
import { fault, long, type FaultRun } from './support/fault.js';
import { Journal } from './support/journal.js';
import type { Random } from './support/random.js';

/** Runs a fault on a log and read models of its own. */
const onItsOwn =
  (run: (engine: OwnEngine, journal: Journal, random: Random) => Promise<string>) =>
  async ({ random }: FaultRun): Promise<string> => {
    const engine = await createEngine('faults_projections');
    const journal = new Journal();
    try {
      return await run(engine, journal, random);
    } finally {
      await engine.remove();
      journal.remove();
    }
  };

/** A log that tells events again: each up to three times, and now and then up to fifty from before the place asked for. */
class StutteringStore extends PostgresEventStore {
  override capabilities: ReadonlySet<Capability>;
  /** How many events were told that should not have been. */
  repeated = 0;

  constructor(
    private readonly source: OwnEngine,
    private readonly random: Random,
    /** Whether the log has positions without gaps, by which a repetition can be told. */
    gapless: boolean,
    private readonly times = Infinity,
  ) {
    super(source.pool, new WakeUp());
    const { capabilities } = source.store;
    this.capabilities = gapless
      ? capabilities
      : new Set([...capabilities].filter((one) => one !== 'gapless-positions'));
  }

  override async readAll(after: GlobalPosition | 'start', options: { max: number }): Promise<Page> {
    if (this.repeated >= this.times) return this.source.store.readAll(after, options);
    const back = this.random.next() < 0.3 ? BigInt(this.random.integer(0, 50)) : 0n;
    const from = after === 'start' || BigInt(after) < back ? after : String(BigInt(after) - back);
    const page = await this.source.store.readAll(from, { max: options.max + Number(back) });
    const events = page.events.flatMap((event) => Array<typeof event>(this.random.integer(1, 3)).fill(event));
    const honest = page.events.filter(({ position }) => this.compare(position, after) > 0).length;
    this.repeated += events.length - honest;
    return { ...page, events };
  }
}

describe('Read models', () => {
  fault({
    id: 'F10',
    title: 'events that are told again by a log that counts them',
    timeoutMs: 120_000,
    run: onItsOwn(async (engine, journal, random) => {
      const writer = new CaseWriter(engine.store, journal, random);
      let refused = 0;
      let repeated = 0;
      for (let round = 0; round < (long ? 50 : 8); round++) {
        await writer.many(25);
        const store = new StutteringStore(engine, random, true, 100);
        const parts = engine.partsWith({ store });
        for (const projection of watched)
          for (let tries = 0; ; tries++) {
            const gap = await catchUp(parts, projection).then(
              () => undefined,
              (error: unknown) => error,
            );
            if (gap === undefined) break;
            if (!(gap instanceof EventLogGap) || tries > 100) throw gap as Error;
            refused += 1;
          }
        repeated += store.repeated;
        await store.close();
      }
      await caughtUp(engine.url);
      const { summary } = proveAll(engine.url, journal);
      if (repeated === 0) throw new Error('nothing was told again');
      return `${repeated} told again, ${refused} times refused; ${summary}`;
    }),
  });

  fault({
    id: 'F10',
    title: 'events that are told again by a log that does not count them',
    timeoutMs: 120_000,
    run: onItsOwn(async (engine, journal, random) => {
      const writer = new CaseWriter(engine.store, journal, random);
      let repeated = 0;
      for (let round = 0; round < (long ? 50 : 8); round++) {
        await writer.many(25);
        const store = new StutteringStore(engine, random, false);
        for (const projection of watched) await catchUp(engine.partsWith({ store }), projection);
        repeated += store.repeated;
        await store.close();
      }
      await caughtUp(engine.url);
      const { summary, parked } = proveAll(engine.url, journal);
      if (parked.length > 0) throw new Error(`streams were parked: ${parked.slice(0, 3).join('; ')}`);
      if (repeated === 0) throw new Error('nothing was told again');
      return `${repeated} told again; ${summary}`;
    }),
  });

  for (const [how, title] of [
    ['named', 'an event that a projection cannot fold'],
    ['unnamed', 'an event at which a batch fails, nobody says which'],
  ] as const)
    fault({
      id: 'F13',
      title,
      timeoutMs: 120_000,
      run: onItsOwn(async (engine, journal, random) => {
        const writer = new CaseWriter(engine.store, journal, random);
        await writer.many(30);
        await engine.catchUp();
        const poisoned = random.pick(writer.streams);
        const broken = breaking(watched[0], poisoned, how);
        await writer.next(poisoned, { type: 'CaseRefused', data: {} });
        await writer.many(60);
        await writer.next(poisoned, { type: 'RecheckOpened', data: {} });
        await engine.catchUp([broken, watched[1]]);
        await caughtUp(engine.url);
        const parked = await findParked(engine.parts);
        if (parked.length !== 1 || parked[0]?.streamId !== poisoned)
          throw new Error(`parked is ${parked.map(({ streamId }) => streamId).join(', ') || 'nothing'}`);
        const told = proveAll(engine.url, journal).parked;
        if (told.length !== 1) throw new Error(`the checker lists ${told.length} parked streams`);

        const [live] = (await findBuilds(engine.pool, broken.name)).filter(({ status }) => status === 'live');
        if (live === undefined) throw new Error('there is no live build');
        const place = { key: live, schema: live.schema, streamId: poisoned };
        const inVain = await retryParked(engine.parts, broken, place);
        if (inVain.healed) throw new Error('it healed without having been mended');
        const refused = await rebuild(engine.parts, broken, () => undefined, new AbortController().signal).then(
          () => undefined,
          (error: unknown) => error,
        );
        if (!(refused instanceof MaintenanceRefused)) throw new Error('a rebuild took the event that fails');
        proveAll(engine.url, journal);

        const retried = await retryParked(engine.parts, watched[0], place);
        if (!retried.healed) throw new Error(`it did not heal: ${retried.error}`);
        await writer.many(10);
        await engine.catchUp();
        await caughtUp(engine.url);
        const after = proveAll(engine.url, journal);
        if (after.parked.length > 0) throw new Error('it is still parked');
        return `parked alone, ${retried.events} events folded after mending; ${after.summary}`;
      }),
    });

  fault({
    id: 'F14',
    title: 'two owners of every shard',
    timeoutMs: 120_000,
    run: onItsOwn(async (engine, journal, random) => {
      const before = engine.fencesLost();
      const other = anotherStore(engine.url);
      const silent = { swapped: () => undefined, buildFailed: () => undefined };
      const hosts = [
        engine.partsWith({}),
        engine.partsWith({ pool: other.pool, store: other.store, wakeUp: new WakeUp() }),
      ].map((parts) => new ProjectionHost(parts, watched, [], silent, 'alone'));
      try {
        for (const host of hosts) await host.start();
        const writer = new CaseWriter(engine.store, journal, random);
        await writer.many(long ? 2_000 : 200);
        await sleep(500);
        await caughtUp(engine.url);
        const { summary, findings } = runChecker(engine.url, { journal });
        if (findings.length > 0) throw new Error(findings.join('\n'));
        const lost = engine.fencesLost() - before;
        if (lost === 0) throw new Error('no owner ever lost a shard: the fault was not made');
        return `shards were lost ${lost} times; ${summary}`;
      } finally {
        await Promise.all(hosts.map((host) => host.stop()));
        await other.close();
      }
    }),
  });
});

/** The projection with a fault in its code: it cannot fold a refusal of one stream. */
function breaking(projection: Projection, streamId: string, how: 'named' | 'unnamed'): Projection {
  return {
    ...projection,
    fold: (schema) => {
      const fold = projection.fold(schema);
      return {
        apply: async (db, events) => {
          const poison = events.find((event) => event.streamId === streamId && event.type === 'CaseRefused');
          if (poison !== undefined) {
            const cause = new Error('no place for it');
            throw how === 'named' ? new EventFailed(poison.position, cause) : cause;
          }
          await fold.apply(db, events);
        },
        committed: () => fold.committed(),
        reset: () => fold.reset(),
      };
    },
  };
}
