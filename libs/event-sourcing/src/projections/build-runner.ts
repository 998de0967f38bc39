import type { Build } from './builds.js';
import { indexBuild } from './builds.js';
import { shardPositions, shardsOf } from './checkpoints.js';
import { FollowerRunner, Halted, type CatchUp, type EngineParts } from './follower-runner.js';
import type { Projection } from './follower.js';
import { SharedTail } from './shared-tail.js';
import { swap, type SwapOutcome } from './swap.js';
import { beginUnhurried, inTransaction, isTransient } from './transaction.js';

/**
 * Fills a build that nobody sees yet, each shard for itself: while the database writes one, the next events of another are
 * folded. They read the log together. An event that fails ends it.
 */
export class BuildRunner {
  private constructor(
    private readonly parts: EngineParts,
    private readonly projection: Projection,
    private readonly build: Build,
    private readonly runners: readonly FollowerRunner[],
  ) {}

  /** Takes all shards of the build over. */
  static async open(parts: EngineParts, projection: Projection, build: Build): Promise<BuildRunner> {
    const shards = await shardsOf(parts.pool, build);
    const tail = new SharedTail(parts.store, parts.codec, parts.tail.gapFound, shards.length);
    const runners = shards.map(() => new FollowerRunner({ ...parts, tail }, projection, build, build.schema, 'halt'));
    await Promise.all(runners.map((runner, index) => runner.own([shards[index] as number], shards.length)));
    return new BuildRunner(parts, projection, build, runners);
  }

  /** @throws FenceLost · Halted */
  async catchUp(how: CatchUp = {}): Promise<void> {
    const outcomes = await Promise.allSettled(this.runners.map((runner) => runner.catchUp(how)));
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }

  /**
   * Follows the log to its head, makes the indexes and takes the live build's place, or says that it is not near enough.
   * Undefined where the signal stopped it.
   */
  async finish(how: CatchUp = {}): Promise<SwapOutcome | undefined> {
    await this.catchUp(how);
    if (how.signal?.aborted === true) return undefined;
    await this.makeIndexes();
    await this.catchUp(how);
    return swap(this.parts.pool, this.projection, this.build, (upTo) => this.catchUp({ upTo }));
  }

  /** Rows that an index does not take are no better than an event that cannot be folded: trying again would not help. */
  private async makeIndexes(): Promise<void> {
    const { pool } = this.parts;
    try {
      await inTransaction(pool, (db) => indexBuild(db, this.projection, this.build), beginUnhurried);
    } catch (error) {
      if (isTransient(error)) throw error;
      const [stand] = await shardPositions(pool, this.build);
      throw new Halted(stand?.position ?? 'start', error);
    }
  }
}
