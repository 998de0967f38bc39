import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { findBuilds } from './builds.js';
import {
  createCheckpoints,
  shardOf,
  shardPositions,
  shardsOf,
  type BuildKey,
  type ShardPosition,
} from './checkpoints.js';
import { FollowerRunner, type EngineParts } from './follower-runner.js';
import type { Projection } from './follower.js';
import { createTable, namesOf, quoted } from './read-table.js';
import { countDifferences } from './swap.js';
import { beginUnhurried, inTransaction } from './transaction.js';

/** How a fold made afresh compares with the live tables. */
export interface Verification {
  readonly projection: string;
  /** Where both stood when they were compared. */
  readonly position: string;
  /** Rows of the fresh fold. */
  readonly rows: number;
  /** Rows that only one of the two has; of a sample, rows that the live tables lack or have otherwise. */
  readonly differences: number;
  /** One stream of so many was folded; 1 where all were. */
  readonly sample: number;
  /** Streams that stand still in the live tables, and were left out. */
  readonly parked: number;
}

/** Which streams a verification folds: all of them, or one of `oneOf`, chosen by `seed`. */
export interface Sample {
  readonly oneOf: number;
  readonly seed: number;
}

const everything: Sample = { oneOf: 1, seed: 0 };
/** How often the live tables may have moved on while the fold came near before they are held still. */
const rounds = 5;

/**
 * Folds the log afresh beside the live tables and compares row by row, while commands go on: the live tables are held still
 * for the comparison alone. Rows of streams that stand still differ by nature and are reported as parked.
 */
export async function verifyProjection(
  parts: EngineParts,
  projection: Projection,
  asked: Sample = everything,
  /** Waited for after each batch, for a fold that should not press. */
  pace?: () => Promise<void>,
): Promise<Verification> {
  const { pool } = parts;
  const sample = projection.acrossStreams === true ? everything : asked;
  const live = (await findBuilds(pool, projection.name)).find(({ status }) => status === 'live');
  if (live === undefined) throw new Error(`${projection.name} has no live build`);
  if (live.version !== projection.version)
    throw new Error(
      `the live ${projection.name} is of version ${live.version}, this program knows ${projection.version}`,
    );
  await dropLeft(pool);
  const key = { projection: `verify:${randomUUID()}`, build: 0 };
  const schema = schemaOf(key);
  const { rows: standing } = await pool.query<{ stream_id: string }>(
    'select stream_id from proj_parked where projection = $1 and build = $2',
    [projection.name, live.build],
  );
  const parked = new Set(standing.map(({ stream_id }) => stream_id));
  const wanted = (streamId: string) =>
    !parked.has(streamId) && (sample.oneOf === 1 || shardOf(`${sample.seed}:${streamId}`, sample.oneOf) === 0);
  try {
    const shards = (await shardsOf(pool, live)).length;
    await inTransaction(pool, async (db) => {
      await db.query(`create schema ${quoted(schema)}`);
      for (const table of projection.tables) await db.query(createTable(table, schema));
      await createCheckpoints(db, key, shards);
    });
    const runners: FollowerRunner[] = [];
    for (let shard = 0; shard < shards; shard++) {
      const runner = new FollowerRunner(parts, projection, key, schema, 'halt', wanted);
      await runner.own([shard], shards);
      runners.push(runner);
    }
    const follow = async (stands: readonly ShardPosition[]) => {
      for (const { shard, position } of stands)
        if (position !== 'start') await runners[shard]?.catchUp({ upTo: position, ...(pace && { moved: pace }) });
    };
    for (let round = 0; round < rounds; round++) await follow(await shardPositions(pool, live));
    return await inTransaction(
      pool,
      async (db) => {
        const stands = await shardPositions(db, live, 'for update');
        await follow(stands);
        const partOnly = sample.oneOf > 1 || parked.size > 0;
        let rows = 0;
        for (const name of projection.tables.flatMap(namesOf)) {
          const counted = await db.query<{ count: string }>(
            `select count(*) as count from ${quoted(schema)}.${quoted(name)}`,
          );
          rows += Number(counted.rows[0]?.count);
        }
        const differences = await countDifferences(db, projection.tables, live.schema, schema, { partOnly });
        const position = stands
          .map((stand) => stand.position)
          .reduce((lowest, each) => (parts.store.compare(each, lowest) < 0 ? each : lowest));
        return { projection: projection.name, position, rows, differences, sample: sample.oneOf, parked: parked.size };
      },
      beginUnhurried,
    );
  } finally {
    await drop(pool, key).catch(() => undefined);
  }
}

const schemaOf = ({ projection }: BuildKey): string => projection.replaceAll(/[:-]/g, '_');

async function drop(pool: Pool, key: BuildKey): Promise<void> {
  await pool.query(`drop schema if exists ${quoted(schemaOf(key))} cascade`);
  await pool.query('delete from proj_checkpoint where projection = $1 and build = $2', [key.projection, key.build]);
}

/** Removes what comparisons of processes that were killed left behind: none stands still for an hour. */
async function dropLeft(pool: Pool): Promise<void> {
  const { rows } = await pool.query<BuildKey>(
    `select projection, build from proj_checkpoint where projection like 'verify:%'
      group by projection, build having max(updated_at) < clock_timestamp() - interval '1 hour'`,
  );
  for (const key of rows) await drop(pool, key).catch(() => undefined);
}
