import { FenceLost, shardOf, shardsOf, type BuildKey } from './checkpoints.js';
import { describe, type EngineParts } from './follower-runner.js';
import type { Follower } from './follower.js';
import { openEvents } from '../sealing.js';
import { inTransaction } from './transaction.js';

/** A stream that stands still in a follower. */
export interface ParkedStream {
  readonly projection: string;
  readonly build: number;
  readonly streamId: string;
  /** The event that could not be folded. */
  readonly fromPosition: string;
  readonly error: string;
  readonly attempts: number;
  /** RFC 3339. */
  readonly parkedAt: string;
}

/** What came of trying a parked stream again. */
export interface Retried {
  readonly streamId: string;
  readonly healed: boolean;
  readonly events: number;
  readonly error?: string;
}

/** Streams that stand still, of all followers or one. */
export async function findParked({ pool }: Pick<EngineParts, 'pool'>, projection?: string): Promise<ParkedStream[]> {
  const { rows } = await pool.query<Omit<ParkedStream, 'parkedAt'> & { parkedAt: Date }>(
    `select projection, build, stream_id as "streamId", from_position::text as "fromPosition", error, attempts, parked_at as "parkedAt"
      from proj_parked where $1::text is null or projection = $1 order by projection, from_position`,
    [projection ?? null],
  );
  return rows.map((row) => ({ ...row, parkedAt: row.parkedAt.toISOString() }));
}

/**
 * Folds a parked stream from the event at which it stopped to where its shard stands, in order, and lets it go on. Raising
 * the epoch makes the owner of the shard read anew what is parked.
 */
export async function retryParked(
  parts: EngineParts,
  follower: Follower,
  { key, schema, streamId }: { readonly key: BuildKey; readonly schema: string; readonly streamId: string },
): Promise<Retried> {
  const { pool, store, tail } = parts;
  let events = 0;
  try {
    await inTransaction(pool, async (db) => {
      const shard = shardOf(streamId, (await shardsOf(db, key)).length);
      const { rows } = await db.query<{ position: string }>(
        'update proj_checkpoint set epoch = epoch + 1 where projection = $1 and build = $2 and shard = $3 returning position',
        [key.projection, key.build, shard],
      );
      const { rows: parked } = await db.query<{ from_position: string }>(
        'delete from proj_parked where projection = $1 and build = $2 and stream_id = $3 returning from_position::text',
        [key.projection, key.build, streamId],
      );
      const [at, from] = [rows[0]?.position, parked[0]?.from_position];
      if (at === undefined || from === undefined) throw new FenceLost();
      const fold = follower.fold(schema);
      for await (const recorded of store.readStream(streamId, { upTo: at })) {
        if (store.compare(recorded.position, from) < 0) continue;
        const known = parts.codec.knows(recorded.type, recorded.schemaVersion);
        if (known && !follower.types.has(recorded.type)) continue;
        const decoded = [tail.decode(recorded)];
        await fold.apply(
          db,
          follower.personal === true ? await openEvents(decoded, parts.codec, parts.sealing) : decoded,
        );
        fold.committed();
        events += 1;
      }
    });
    parts.progress.ring();
    parts.wakeUp.ring();
    return { streamId, healed: true, events };
  } catch (error) {
    if (error instanceof FenceLost) return { streamId, healed: true, events: 0 };
    const message = describe((error as Error).cause ?? error);
    await pool.query(
      'update proj_parked set attempts = attempts + 1, error = $4 where projection = $1 and build = $2 and stream_id = $3',
      [key.projection, key.build, streamId, message],
    );
    return { streamId, healed: false, events: 0, error: message };
  }
}
