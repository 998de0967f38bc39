import type { Pool } from 'pg';
import {
  AggregateStore,
  derivedId,
  dropOldBuilds,
  failpoint,
  findBuilds,
  findParked,
  statuses,
  type EngineParts,
  type Projection,
} from '#libs/event-sourcing';
import { cleanUp, type CleanUpOptions, type CleanUpReport, type Hindrance } from './clean-up.js';
import type { ErasureEvent } from './erasure.events.js';
import { erasureDecider } from './erasure.js';
import { erasureList } from './erasure-list.js';

/** An erasure whose keys are destroyed and whose remains wait for the clean-up. */
export interface WaitingErasure {
  readonly id: string;
  readonly subject: string;
  readonly area: string;
  /** Where the log says that the keys are gone. */
  readonly position: string;
}

/** What came of a run: the clean-up for all, and which erasures it ended. */
export interface FinishReport extends CleanUpReport {
  readonly buildsRemoved: number;
  readonly completed: readonly string[];
  readonly waiting: readonly string[];
}

/** What a run works with. */
export interface FinishParts {
  /** Connects as the owner of the tables. */
  readonly owner: Pool;
  /** Of the service. */
  readonly parts: EngineParts;
  readonly projections: readonly Projection[];
}

export interface FinishOptions extends Omit<CleanUpOptions, 'schemas'> {
  /** How long read models that are behind are waited for. */
  readonly readersMs?: number;
}

const pollMs = 200;

/**
 * Brings every erasure whose keys are destroyed to its end: waits until all read models show it, removes their former builds,
 * cleans the database up, and records the end. What hinders it is told; the erasure then waits for the next run. Stopped
 * anywhere, it can be run again.
 */
export async function finishErasures(
  { owner, parts, projections }: FinishParts,
  { readersMs = 30_000, ...options }: FinishOptions = {},
): Promise<FinishReport> {
  const erasures = await waitingErasures(parts.pool);
  if (erasures.length === 0) return nothingDone;
  const behind = await readersBehind(parts, erasures, readersMs);
  if (behind.length > 0) return { ...nothingDone, waiting: erasures.map(({ id }) => id), hindrances: behind };
  const parked = await parkedAmong(parts, erasures);
  const buildsRemoved = await dropOldBuilds(parts.pool, 0);
  await forgetErrors(owner, parts, erasures);
  const report = await cleanUp(owner, { ...options, schemas: await personalSchemas(parts, projections) });
  failpoint('erasure.afterRewriting');
  const ready = report.hindrances.length > 0 ? [] : erasures.filter(({ id }) => !parked.has(id));
  const aggregates = new AggregateStore(parts.store, parts.codec);
  const { tables, walSegmentsRemoved, left } = report;
  const data = { tablesRewritten: tables.length, buildsRemoved, walSegmentsRemoved, left };
  for (const { id, area } of ready) {
    const commandId = derivedId(id, 'complete');
    await aggregates.execute(erasureDecider, {
      id,
      stream: `erasure-${id}`,
      command: { type: 'CompleteErasure', data },
      context: { today: '', by: actor, role: 'system' },
      meta: { commandId, correlationId: commandId, causationId: commandId, actor, role: 'system', area },
    });
  }
  const completed = ready.map(({ id }) => id);
  return {
    ...report,
    buildsRemoved,
    completed,
    waiting: erasures.map(({ id }) => id).filter((id) => !completed.includes(id)),
    hindrances: [
      ...report.hindrances,
      ...[...parked.values()].map((what): Hindrance => ({ code: 'reader-parked', what })),
    ],
  };
}

const actor = 'erasure-clean-up';

const nothingDone: FinishReport = {
  tables: [],
  walSegmentsRemoved: 0,
  left: [],
  hindrances: [],
  buildsRemoved: 0,
  completed: [],
  waiting: [],
};

/** Erasures that wait for a clean-up, as the read model shows them, the oldest first. */
export async function waitingErasures(pool: Pool): Promise<readonly WaitingErasure[]> {
  const { rows } = await pool.query<WaitingErasure>(
    `select id, subject, area_code as area, destroyed_position::text as position from read.erasure
      where status = 'keys-destroyed' order by first_position`,
  );
  return rows;
}

/** Read models that do not show all of these erasures although they were waited for. */
async function readersBehind(
  parts: EngineParts,
  erasures: readonly WaitingErasure[],
  patienceMs: number,
): Promise<readonly Hindrance[]> {
  const { store } = parts;
  const last = erasures.map(({ position }) => position).reduce((a, b) => (store.compare(a, b) < 0 ? b : a));
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const behind = (await statuses(parts)).filter(
      ({ status, position }) =>
        (status === 'live' || status === 'building') && (position === 'start' || store.compare(position, last) < 0),
    );
    if (behind.length === 0) return [];
    if (performance.now() > deadline) return behind.map(({ name }) => ({ code: 'reader-behind', what: name }));
    await parts.progress.wait(pollMs);
  }
}

/** Erasures that a read model has not taken, with its name: it may still show the subject. */
async function parkedAmong(
  parts: EngineParts,
  erasures: readonly WaitingErasure[],
): Promise<ReadonlyMap<string, string>> {
  const idOf = new Map(erasures.map(({ id }) => [`erasure-${id}`, id]));
  return new Map(
    (await findParked(parts)).flatMap(({ streamId, projection }) => {
      const id = projection === erasureList.name ? undefined : idOf.get(streamId);
      return id === undefined ? [] : [[id, projection] as const];
    }),
  );
}

/** What was noted of failures may quote a value, also in streams whose keys went along with the subject's. */
async function forgetErrors(
  owner: Pool,
  { store, codec }: Pick<EngineParts, 'store' | 'codec'>,
  erasures: readonly WaitingErasure[],
): Promise<void> {
  const streams = erasures.map(({ subject }) => subject);
  for (const { id } of erasures)
    for await (const recorded of store.readStream(`erasure-${id}`)) {
      const { type, data } = codec.decode(recorded) as unknown as ErasureEvent;
      if (type === 'SubjectKeyDestroyed') streams.push(...(data.alongside ?? []));
    }
  await owner.query(`update proj_parked set error = 'erased' where stream_id = any ($1)`, [streams]);
}

/** Schemas of the builds that hold personal text. */
async function personalSchemas(parts: EngineParts, projections: readonly Projection[]): Promise<readonly string[]> {
  const personal = new Set(projections.filter((each) => each.personal === true).map(({ name }) => name));
  return (await findBuilds(parts.pool)).filter((each) => personal.has(each.projection)).map(({ schema }) => schema);
}
