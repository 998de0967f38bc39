import { BuildRunner } from './build-runner.js';
import { dropOldBuilds, endBuild, ensureBuild, findBuilds, type Build } from './builds.js';
import { createCheckpoints, FenceLost, shardsOf, type BuildKey } from './checkpoints.js';
import { FollowerRunner, Halted, type EngineParts } from './follower-runner.js';
import { Placement } from './placement.js';
import type { Follower, Projection } from './follower.js';
import { WakeUp } from '../wake-up.js';

/** What is told of builds. */
export interface HostObserver {
  /** A build took the place of the live one. */
  swapped(projection: string, build: number, differences: number | undefined): void;
  /** A build came to nothing. */
  buildFailed(projection: string, build: number, error: unknown): void;
}

const pause = { placementMs: 1_000, idleMs: 500, firstRetryMs: 250, longestRetryMs: 10_000, cleanUpMs: 600_000 };

/** A follower with the build that it fills, as this process works on it. */
interface Work {
  readonly follower: Follower;
  readonly projection?: Projection;
  readonly build?: Build;
  readonly key: BuildKey;
  readonly runner: FollowerRunner;
  readonly shards: readonly number[];
  wanted: readonly number[];
  readonly stop: AbortController;
  ended: Promise<void>;
}

/**
 * Keeps every follower of the log going in this process: makes what is missing, shares shards with other processes, takes
 * over what a dead one held, and turns to new builds when they are ready.
 */
export class ProjectionHost {
  private readonly stopping = new AbortController();
  private readonly works = new Map<string, Work>();
  private readonly placement: Placement;
  /** Rings when builds or shares may have changed. */
  private readonly changes = new WakeUp();
  private running: Promise<void> | undefined;
  private cleanedUp = 0;

  constructor(
    private readonly parts: EngineParts,
    private readonly projections: readonly Projection[],
    /** Followers without tables of their own: what they write is never made anew. */
    private readonly reactions: readonly Follower[],
    private readonly observer: HostObserver,
    /** `alone` is for tests: takes every shard, whoever has it. */
    private readonly placing: 'shared' | 'alone' = 'shared',
  ) {
    this.placement = new Placement(parts.pool, () => {
      for (const work of this.works.values()) work.wanted = [];
      this.changes.ring();
    });
  }

  /** Makes what is missing; resolves when reads can be answered. Then works until `stop`. */
  async start(): Promise<void> {
    for (const projection of this.projections) await ensureBuild(this.parts.pool, projection);
    for (const { name } of this.reactions) await createCheckpoints(this.parts.pool, { projection: name, build: 0 }, 1);
    this.running ??= this.manage();
  }

  /** Ends after the batches in hand, and lets other processes go on. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    await Promise.all([...this.works.values()].map(endOf));
    await this.placement.close();
  }

  private async manage(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const heard = this.changes.rings;
      try {
        await this.refresh();
        await this.place();
        await this.cleanUp();
      } catch (error) {
        this.parts.observer.stopped('placement', 'unknown', error);
      }
      await this.changes.wait(pause.placementMs, signal, heard);
    }
  }

  /** Starts work on what has come, ends it on what has gone. */
  private async refresh(): Promise<void> {
    const builds = await findBuilds(this.parts.pool);
    const present = new Set<string>();
    for (const projection of this.projections) {
      await ensureBuild(this.parts.pool, projection);
      for (const build of builds) {
        if (build.projection !== projection.name || build.version !== projection.version) continue;
        if (!['live', 'building', 'retired'].includes(build.status)) continue;
        present.add(unitOf(build));
        const known = this.works.get(unitOf(build));
        if (known !== undefined && known.build?.status !== build.status) await this.drop(unitOf(build));
        if (!this.works.has(unitOf(build))) await this.begin(projection, build, build.schema, projection, build);
      }
    }
    for (const reaction of this.reactions) {
      const key = { projection: reaction.name, build: 0 };
      present.add(unitOf(key));
      if (!this.works.has(unitOf(key))) await this.begin(reaction, key, 'public');
    }
    for (const unit of this.works.keys()) if (!present.has(unit)) await this.drop(unit);
  }

  private async begin(
    follower: Follower,
    key: BuildKey,
    schema: string,
    projection?: Projection,
    build?: Build,
  ): Promise<void> {
    const onPoison = build?.status === 'building' ? 'halt' : follower.onPoison;
    const work: Work = {
      follower,
      ...(projection && { projection }),
      ...(build && { build }),
      key,
      runner: new FollowerRunner(this.parts, follower, key, schema, onPoison),
      shards: await shardsOf(this.parts.pool, key),
      wanted: [],
      stop: new AbortController(),
      ended: Promise.resolve(),
    };
    work.ended = this.follow(work).finally(() => work.runner.release());
    this.works.set(unitOf(key), work);
  }

  private async drop(unit: string): Promise<void> {
    const work = this.works.get(unit);
    if (work === undefined) return;
    await endOf(work);
    this.works.delete(unit);
    if (this.placing === 'alone') return;
    for (const name of unitsOf(work)) await this.placement.leave(name);
    await this.placement.quit(unit);
  }

  /** Each process has some of the shards; a build under way is one piece, so that one process can end it. */
  private async place(): Promise<void> {
    const works = [...this.works.values()];
    if (this.placing === 'alone') {
      for (const work of works) this.want(work, work.shards);
      return;
    }
    for (const { key } of works) await this.placement.join(unitOf(key));
    const units = works.flatMap((work) =>
      unitsOf(work).map((name, index) => ({ work: unitOf(work.key), name, index, of: work })),
    );
    const due = await this.placement.due(units);
    const mine: typeof units = [];
    for (const unit of units) {
      if (!due.includes(unit)) await this.giveBack(unit.of, unit.name, unit.index);
      else if (await this.placement.take(unit.name)) mine.push(unit);
    }
    for (const work of works) {
      const own = mine.filter(({ of }) => of === work);
      this.want(
        work,
        isOnePiece(work) ? (own.length > 0 ? work.shards : []) : own.map(({ index }) => work.shards[index] as number),
      );
    }
  }

  private async giveBack(work: Work, name: string, index: number): Promise<void> {
    if (!this.placement.holds(name)) return;
    const shards = isOnePiece(work) ? work.shards : [work.shards[index] as number];
    this.want(
      work,
      work.wanted.filter((shard) => !shards.includes(shard)),
    );
    await this.placement.leave(name);
  }

  private want(work: Work, shards: readonly number[]): void {
    if (shards.length === work.wanted.length && shards.every((shard) => work.wanted.includes(shard))) return;
    work.wanted = [...shards].sort((a, b) => a - b);
    this.parts.wakeUp.ring();
  }

  private async follow(work: Work): Promise<void> {
    const { signal } = work.stop;
    const { observer, wakeUp } = this.parts;
    let retryMs = pause.firstRetryMs;
    while (!signal.aborted) {
      const heard = wakeUp.rings;
      try {
        if (isOnePiece(work)) {
          if (work.wanted.length > 0 && (await this.finish(work))) return;
        } else if (await this.moved(work)) {
          retryMs = pause.firstRetryMs;
          continue;
        }
        retryMs = pause.firstRetryMs;
        await wakeUp.wait(pause.idleMs, signal, heard);
      } catch (error) {
        await work.runner.release();
        if (error instanceof FenceLost) {
          observer.fenceLost(work.follower.name);
          continue;
        }
        if (error instanceof Halted && work.build?.status === 'building' && (await this.fail(work, error))) return;
        await this.tell(work, error);
        await this.changes.wait(retryMs, signal);
        retryMs = Math.min(retryMs * 2, pause.longestRetryMs);
      }
    }
  }

  private async tell(work: Work, error: unknown): Promise<void> {
    const position = error instanceof Halted ? error.position : 'unknown';
    this.parts.observer.stopped(work.follower.name, position, error);
    if (!(error instanceof Halted)) return;
    await this.parts.pool
      .query('update proj_checkpoint set error = $3 where projection = $1 and build = $2', [
        work.key.projection,
        work.key.build,
        `stopped before ${position}: ${error.message}`.slice(0, 500),
      ])
      .catch(() => undefined);
  }

  private async moved({ runner, wanted, shards }: Work): Promise<boolean> {
    if (!same(wanted, runner.owned)) await runner.own(wanted, shards.length);
    return wanted.length > 0 && runner.step();
  }

  /** Fills a build and puts it in the live one's place; true when there is nothing left to do. */
  private async finish({ projection, build, stop }: Work): Promise<boolean> {
    if (projection === undefined || build === undefined) return true;
    const { signal } = stop;
    const outcome = await (await BuildRunner.open(this.parts, projection, build)).finish({ signal });
    if (outcome === undefined) return true;
    if (outcome.kind === 'behind') return false;
    this.observer.swapped(projection.name, build.build, outcome.differences);
    this.parts.progress.ring();
    this.changes.ring();
    return true;
  }

  /** Gives a build up; false where that cannot be written down now. */
  private async fail({ build }: Work, error: Halted): Promise<boolean> {
    if (build === undefined) return true;
    const note = `at position ${error.position}: ${error.message}`.slice(0, 500);
    try {
      await endBuild(this.parts.pool, build, 'failed', note);
    } catch {
      return false;
    }
    this.observer.buildFailed(build.projection, build.build, error);
    return true;
  }

  private async cleanUp(): Promise<void> {
    if (performance.now() - this.cleanedUp < pause.cleanUpMs && this.cleanedUp > 0) return;
    this.cleanedUp = performance.now();
    await dropOldBuilds(this.parts.pool);
  }
}

const unitOf = ({ projection, build }: BuildKey): string => `${projection}/${build}`;
const isOnePiece = ({ build }: Work): boolean => build?.status === 'building';
const unitsOf = (work: Work): string[] =>
  isOnePiece(work) ? [unitOf(work.key)] : work.shards.map((shard) => `${unitOf(work.key)}/${shard}`);
const same = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((each) => b.includes(each));

async function endOf(work: Work): Promise<void> {
  work.stop.abort();
  await work.ended;
}
