import type { Pool } from 'pg';
import type { GlobalPosition } from '../event-store.js';
import type { Queryable } from './follower.js';

/** Which making of which follower. Followers that are not projections have the build 0 for ever. */
export interface BuildKey {
  readonly projection: string;
  readonly build: number;
}

/** A shard as its owner knows it. */
export interface OwnedShard {
  readonly shard: number;
  readonly epoch: string;
  position: GlobalPosition | 'start';
  /** Streams that stand still. */
  readonly parked: Set<string>;
}

/** Somebody else has taken the shard over: what was just done is rolled back. */
export class FenceLost extends Error {}

/** An event at which a stream stops. */
export interface Parking {
  readonly shard: number;
  readonly streamId: string;
  readonly position: GlobalPosition;
  readonly error: string;
}

/** Takes a shard over: from now on nobody else can move it. Undefined where there is no such shard. */
export async function takeOver(
  pool: Pool,
  { projection, build }: BuildKey,
  shard: number,
): Promise<OwnedShard | undefined> {
  const { rows } = await pool.query<{ epoch: string; position: string }>(
    `update proj_checkpoint set epoch = epoch + 1 where projection = $1 and build = $2 and shard = $3 returning epoch, position`,
    [projection, build, shard],
  );
  if (rows[0] === undefined) return undefined;
  const { rows: parked } = await pool.query<{ stream_id: string }>(
    'select stream_id from proj_parked where projection = $1 and build = $2 and shard = $3',
    [projection, build, shard],
  );
  return { shard, ...rows[0], parked: new Set(parked.map(({ stream_id }) => stream_id)) };
}

/** Moves shards that stand at one position to another, all or none. @throws FenceLost where one was taken over */
export async function move(
  db: Queryable,
  { projection, build }: BuildKey,
  shards: readonly OwnedShard[],
  to: GlobalPosition,
  events: number,
): Promise<void> {
  const { rowCount } = await db.query({
    name: 'move-checkpoint',
    text: `update proj_checkpoint c set position = $3, events_done = events_done + $4, updated_at = clock_timestamp(), error = null
      from unnest($5::int[], $6::bigint[]) as o(shard, epoch)
      where c.projection = $1 and c.build = $2 and c.shard = o.shard and c.epoch = o.epoch and c.position = $7`,
    values: [
      projection,
      build,
      to,
      events,
      shards.map(({ shard }) => shard),
      shards.map(({ epoch }) => epoch),
      shards[0]?.position,
    ],
  });
  if (rowCount !== shards.length) throw new FenceLost();
}

/** Notes that a stream stands still from an event on. */
export async function park(db: Queryable, { projection, build }: BuildKey, at: Parking): Promise<void> {
  await db.query(
    `insert into proj_parked (projection, build, shard, stream_id, from_position, error) values ($1, $2, $3, $4, $5, $6)
      on conflict (projection, build, stream_id) do nothing`,
    [projection, build, at.shard, at.streamId, at.position, at.error],
  );
}

/** Makes the checkpoints of a follower that has none. */
export async function createCheckpoints(db: Queryable, { projection, build }: BuildKey, shards: number): Promise<void> {
  await db.query(
    `insert into proj_checkpoint (projection, build, shard, position)
      select $1, $2, n, 'start' from generate_series(0, $3::int - 1) n on conflict do nothing`,
    [projection, build, shards],
  );
}

/** Where a shard stands. */
export interface ShardPosition {
  readonly shard: number;
  readonly position: GlobalPosition | 'start';
}

/** Where the shards of a build stand; `for update` holds them still until the transaction ends. */
export async function shardPositions(
  db: Queryable,
  { projection, build }: BuildKey,
  lock: 'for update' | '' = '',
): Promise<ShardPosition[]> {
  const { rows } = await db.query<ShardPosition>(
    `select shard, position from proj_checkpoint where projection = $1 and build = $2 order by shard ${lock}`,
    [projection, build],
  );
  return rows;
}

/** The shards of a build. */
export async function shardsOf(db: Queryable, { projection, build }: BuildKey): Promise<number[]> {
  const { rows } = await db.query<{ shard: number }>(
    'select shard from proj_checkpoint where projection = $1 and build = $2 order by shard',
    [projection, build],
  );
  return rows.map(({ shard }) => shard);
}

/** FNV-1a over the UTF-16 units of a text: the same for ever, in every process. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return hash;
}

/** Which of `count` shards a stream belongs to. */
export const shardOf = (streamId: string, count: number): number => (count === 1 ? 0 : hashOf(streamId) % count);
