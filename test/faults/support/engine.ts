import { awards, caseList } from '#libs/cases';
import {
  catchUp,
  engineParts,
  PostgresEventStore,
  WakeUp,
  type EngineParts,
  type EventStore,
  type Projection,
} from '#libs/event-sourcing';
import { createPool } from '#libs/platform';
import type { Pool } from 'pg';
import { codec, schema } from '../../../apps/api/src/registers.js';
import { createTestDatabase } from '../../support/database.js';
import { Appender } from './appender.js';
import type { Journal } from './journal.js';
import type { Random } from './random.js';

/** The read models that the checker folds by itself. */
export const watched: readonly [Projection, Projection] = [caseList, awards];

/** The service's own log and read models in a database of a test's own, without the service around them. */
export interface OwnEngine {
  readonly url: string;
  readonly pool: Pool;
  readonly store: PostgresEventStore;
  readonly parts: EngineParts;
  /** How often a shard was found to be another's. */
  readonly fencesLost: () => number;
  /** The same with another source of events, or other parts of its own. */
  readonly partsWith: (given: Partial<EngineParts>) => EngineParts;
  /** Brings the watched read models to the head of the log. */
  catchUp(projections?: readonly Projection[]): Promise<void>;
  remove(): Promise<void>;
}

export async function createEngine(name: string): Promise<OwnEngine> {
  const database = await createTestDatabase(name, schema.migrations);
  const { url, pool } = database;
  const wakeUp = new WakeUp();
  const store = new PostgresEventStore(pool, wakeUp);
  let fencesLost = 0;
  const observer = {
    stopped: () => undefined,
    parked: () => undefined,
    fenceLost: () => void (fencesLost += 1),
  };
  const partsWith = (given: Partial<EngineParts>) => engineParts({ pool, store, codec, wakeUp, observer, ...given });
  const parts = partsWith({});
  return {
    url,
    pool,
    store,
    parts,
    fencesLost: () => fencesLost,
    partsWith,
    catchUp: async (projections = watched) => {
      for (const projection of projections) await catchUp(parts, projection);
    },
    remove: async () => {
      await store.close();
      await database.drop();
    },
  };
}

/** A second process, as it were: a pool of its own and nothing shared but the database. */
export function anotherStore(url: string): { store: PostgresEventStore; pool: Pool; close(): Promise<void> } {
  const pool = createPool(url, 10);
  const store = new PostgresEventStore(pool, new WakeUp());
  return {
    store,
    pool,
    close: async () => {
      await store.close();
      await pool.end();
    },
  };
}

const decided = { by: 'development:county-reviewer', decidedOn: '2025-09-20' };
const award = { ...decided, fromMonth: '2025-10', previousAmount: 0, recheckDueOn: '2026-09-20' };
/** What may come after an application, as the read models take it: shapes are those of the log, the order is anyone's. */
const steps: readonly ((random: Random) => { type: string; data: object })[] = [
  () => ({ type: 'ApplicationAccepted', data: decided }),
  () => ({ type: 'InvestigationStarted', data: {} }),
  () => ({ type: 'VerificationReportIssued', data: {} }),
  (random) => ({ type: 'PreliminaryOpinionIssued', data: { proposal: random.pick(['award', 'refuse'] as const) } }),
  () => ({ type: 'NoticePosted', data: { endsOn: '2055-09-17', endsAt: '2055-09-17T16:00:00.000Z' } }),
  () => ({ type: 'NoticeExpiredClean', data: {} }),
  () => ({ type: 'NoticeObjected', data: {} }),
  () => ({ type: 'CaseReturnedForMore', data: decided }),
  (random) => ({ type: 'CaseConfirmed', data: { ...award, monthlyAmount: random.integer(1, 90_000) } }),
  () => ({ type: 'RecheckOpened', data: decided }),
  (random) => ({ type: 'AwardIncreased', data: { ...award, monthlyAmount: random.integer(1, 90_000) } }),
  (random) => ({ type: 'AwardReduced', data: { ...award, monthlyAmount: random.integer(1, 90_000) } }),
  () => ({ type: 'AwardUnchanged', data: { ...decided, recheckDueOn: '2027-09-20' } }),
  () => ({ type: 'AwardStopped', data: { ...decided, fromMonth: '2026-01', previousAmount: 1 } }),
];

/** Writes whole histories of cases, straight into the log. */
export class CaseWriter {
  private readonly open: { stream: string; revision: bigint }[] = [];
  private readonly appender: Appender;

  constructor(
    store: EventStore,
    journal: Journal,
    private readonly random: Random,
  ) {
    this.appender = new Appender(store, journal, random);
  }

  /** Streams that exist. */
  get streams(): readonly string[] {
    return this.open.map(({ stream }) => stream);
  }

  /** One more event, of a new case or of one that exists. */
  async one(): Promise<void> {
    const known = this.open.length > 0 && this.random.next() < 0.8 ? this.random.pick(this.open) : undefined;
    if (known === undefined) {
      const { stream, event } = this.appender.application();
      if ((await this.appender.append(stream, 'no_stream', [event])) === 'unavailable') throw new Error('unavailable');
      this.open.push({ stream, revision: 0n });
    } else {
      await this.next(known.stream);
    }
  }

  /** The next event of a case. */
  async next(stream: string, { type, data } = this.random.pick(steps)(this.random)): Promise<void> {
    const known = this.open.find((one) => one.stream === stream);
    if (known === undefined) throw new Error(`no case ${stream}`);
    const { revision } = known;
    known.revision += 1n;
    if ((await this.appender.append(stream, revision, [this.appender.event(type, data)])) === 'unavailable')
      throw new Error('unavailable');
  }

  /** So many more events, one after the other. */
  async many(count: number): Promise<void> {
    for (let written = 0; written < count; written++) await this.one();
  }

  /** So many more events, in large appends of new cases: for filling a log. */
  async fill(count: number): Promise<void> {
    for (let written = 0; written < count;) {
      const { stream, event } = this.appender.application();
      const more = Array.from({ length: 49 }, () => this.random.pick(steps)(this.random));
      const events = [event, ...more.map(({ type, data }) => this.appender.event(type, data))];
      await this.appender.append(stream, 'no_stream', events);
      this.open.push({ stream, revision: BigInt(events.length - 1) });
      written += events.length;
    }
  }
}
