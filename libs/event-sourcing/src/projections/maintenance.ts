import { BuildRunner } from './build-runner.js';
import { beginRebuild, ensureBuild, findBuilds, endBuild, type Build, type BuildStatus } from './builds.js';
import { createCheckpoints, FenceLost, shardPositions, shardsOf, type BuildKey } from './checkpoints.js';
import { FollowerRunner, Halted, type EngineParts } from './follower-runner.js';
import { Placement } from './placement.js';
import type { Follower, Projection } from './follower.js';
import { swap, type SwapOutcome } from './swap.js';

/** How a follower stands, build by build. */
export interface FollowerStatus {
  readonly name: string;
  /** Absent for followers without read tables. */
  readonly build?: number;
  readonly version?: number;
  readonly status: BuildStatus | 'process';
  readonly shards: number;
  /** The lowest position of its shards. */
  readonly position: string;
  readonly head: string;
  /** Events that it has not passed yet; undefined where positions do not count events. */
  readonly behind?: number;
  readonly eventsDone: number;
  readonly parkedStreams: number;
  readonly error?: string;
}

/** How far a rebuild has come. */
export interface RebuildProgress {
  readonly position: string;
  readonly head: string;
  /** From 0 to 1. */
  readonly ratio: number;
  readonly eventsPerSecond: number;
  /** Undefined before a rate is known. */
  readonly secondsLeft?: number;
}

/** A rebuild or a way back that came to nothing; the message says why. */
export class MaintenanceRefused extends Error {}

const pollMs = 200;

/** Every build and process, and how far it is. */
export async function statuses({ pool, store }: EngineParts): Promise<FollowerStatus[]> {
  const [head, { rows }] = await Promise.all([
    store.head(),
    pool.query<{
      name: string;
      build: number;
      version: number | null;
      status: BuildStatus | null;
      shards: number;
      position: string;
      done: string;
      parked: number;
      error: string | null;
    }>(`
      select c.projection as name, c.build, b.version, b.status, count(*)::int as shards,
        min(case c.position when 'start' then -1 else c.position::bigint end)::text as position,
        sum(c.events_done) as done, coalesce(max(c.error), max(b.note)) as error,
        (select count(*)::int from proj_parked p where p.projection = c.projection and p.build = c.build) as parked
      from proj_checkpoint c left join proj_build b on b.projection = c.projection and b.build = c.build
      where c.projection not like 'verify:%'
      group by c.projection, c.build, b.version, b.status order by c.projection, c.build desc`),
  ]);
  const counts = store.capabilities.has('gapless-positions');
  return rows.map((row) => ({
    name: row.name,
    ...(row.version !== null && { build: row.build, version: row.version }),
    status: row.status ?? 'process',
    shards: row.shards,
    position: row.position === '-1' ? 'start' : row.position,
    head,
    ...(counts && { behind: Number((head === 'start' ? -1n : BigInt(head)) - BigInt(row.position)) }),
    eventsDone: Number(row.done),
    parkedStreams: row.parked,
    ...(row.error !== null && { error: row.error }),
  }));
}

/** Brings a follower up to the head as it is now, taking every shard over: for tests, benchmarks and commands. */
export async function catchUp(parts: EngineParts, follower: Follower | Projection): Promise<void> {
  await (await ownAll(parts, follower, await placeOf(parts, follower))).catchUp();
}

/**
 * Makes a projection anew beside the live one and puts it in its place. Works itself, or watches where a service works on
 * it already.
 * @throws MaintenanceRefused where an event cannot be folded: the live one stays
 */
export async function rebuild(
  parts: EngineParts,
  projection: Projection,
  tell: (progress: RebuildProgress) => void,
  signal: AbortSignal,
): Promise<(SwapOutcome & { kind: 'live' }) | undefined> {
  const build = await beginRebuild(parts.pool, projection);
  const placement = new Placement(parts.pool);
  const progress = progressOf(parts, build);
  try {
    while (!signal.aborted) {
      const mine = await placement.take(`${build.projection}/${build.build}`);
      const outcome = mine
        ? await work(parts, projection, build, async () => tell(await progress()), signal)
        : undefined;
      if (outcome !== undefined) return outcome;
      const now = (await findBuilds(parts.pool, projection.name)).find((each) => each.build === build.build);
      if (now?.status === 'live')
        return { kind: 'live', position: (await progress()).position, differences: undefined };
      if (now?.status !== 'building') throw new MaintenanceRefused(await noteOf(parts, build));
      tell(await progress());
      await parts.progress.wait(pollMs, signal);
    }
    return undefined;
  } finally {
    await placement.close();
  }
}

/**
 * Goes back to the build before the live one, which was kept up to date meanwhile.
 * @throws MaintenanceRefused where there is none, or it has fallen behind
 */
export async function rollBack(parts: EngineParts, projection: Projection): Promise<Build> {
  const builds = await findBuilds(parts.pool, projection.name);
  const before = builds.find(({ status }) => status === 'retired');
  if (before === undefined)
    throw new MaintenanceRefused(`there is no earlier build of ${projection.name} to go back to`);
  const reach = async (upTo: string) => {
    if (before.version === projection.version) await reached(parts, projection, before, upTo);
  };
  const outcome = await swap(parts.pool, projection, before, reach, 'withdrawn');
  if (outcome.kind === 'behind')
    throw new MaintenanceRefused(
      `build ${before.build} of ${projection.name} is behind the live one: run the version that made it`,
    );
  return before;
}

/** Brings a build up to a position. A service that works on it may take it back at any time, and brings it on as well. */
async function reached(parts: EngineParts, projection: Projection, build: Build, upTo: string): Promise<void> {
  for (;;) {
    try {
      return await (await ownAll(parts, projection, build)).catchUp({ upTo });
    } catch (error) {
      if (!(error instanceof FenceLost)) throw error;
    }
  }
}

async function work(
  parts: EngineParts,
  projection: Projection,
  build: Build,
  tell: () => Promise<void>,
  signal: AbortSignal,
): Promise<(SwapOutcome & { kind: 'live' }) | undefined> {
  const runner = await BuildRunner.open(parts, projection, build);
  try {
    for (;;) {
      const outcome = await runner.finish({ signal, moved: tell });
      await tell();
      if (outcome === undefined || outcome.kind === 'live') return outcome;
    }
  } catch (error) {
    if (!(error instanceof Halted)) throw error;
    const note = `at position ${error.position}: ${error.message}`;
    await endBuild(parts.pool, build, 'failed', note.slice(0, 500));
    throw new MaintenanceRefused(note);
  }
}

function progressOf(parts: EngineParts, build: BuildKey): () => Promise<RebuildProgress> {
  let first: { readonly at: number; readonly done: number } | undefined;
  const asNumber = (position: string) => (position === 'start' ? -1 : Number(position));
  return async () => {
    const [head, stands, { rows }] = await Promise.all([
      parts.store.head(),
      shardPositions(parts.pool, build),
      parts.pool.query<{ done: string }>(
        'select coalesce(sum(events_done), 0) as done from proj_checkpoint where projection = $1 and build = $2',
        [build.projection, build.build],
      ),
    ]);
    const position = stands
      .map((stand) => stand.position)
      .reduce<string>((low, each) => (asNumber(each) < asNumber(low) ? each : low), stands[0]?.position ?? 'start');
    const [at, passed] = [performance.now(), asNumber(position) + 1];
    const done = Number(rows[0]?.done);
    first ??= { at, done: passed };
    const seconds = (at - first.at) / 1000;
    const rate = seconds > 0 ? (passed - first.done) / seconds : 0;
    const left = asNumber(head) + 1 - passed;
    return {
      position,
      head,
      ratio: asNumber(head) < 0 ? 1 : Math.min(1, passed / (asNumber(head) + 1)),
      eventsPerSecond: parts.store.capabilities.has('gapless-positions')
        ? Math.round(rate)
        : seconds > 0
          ? Math.round(done / seconds)
          : 0,
      ...(rate > 0 && { secondsLeft: Math.round(left / rate) }),
    };
  };
}

type Place = BuildKey & { readonly schema: string };

/** Where a follower writes: the live build of a projection, or the one place of a process. */
async function placeOf({ pool }: EngineParts, follower: Follower | Projection): Promise<Place> {
  if ('tables' in follower) {
    await ensureBuild(pool, follower);
    const live = (await findBuilds(pool, follower.name)).find(({ status }) => status === 'live');
    if (live !== undefined) return live;
  }
  const key = { projection: follower.name, build: 0 };
  await createCheckpoints(pool, key, 1);
  return { ...key, schema: 'public' };
}

async function ownAll(parts: EngineParts, follower: Follower, place: Place): Promise<FollowerRunner> {
  const shards = await shardsOf(parts.pool, place);
  const runner = new FollowerRunner(parts, follower, place, place.schema);
  await runner.own(shards, shards.length);
  return runner;
}

async function noteOf({ pool }: EngineParts, { projection, build }: BuildKey): Promise<string> {
  const { rows } = await pool.query<{ note: string | null }>(
    'select note from proj_build where projection = $1 and build = $2',
    [projection, build],
  );
  return rows[0]?.note ?? 'the build was given up';
}
