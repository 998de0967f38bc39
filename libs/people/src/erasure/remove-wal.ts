import type { PoolClient } from 'pg';
import type { Leftover } from './erasure.events.js';

/** What became of the write-ahead segments, and what could not be done for good. */
export interface RemovedWal {
  readonly walSegmentsRemoved: number;
  readonly left: readonly Leftover[];
}

/**
 * Has the server write everything to its place and remove the write-ahead segments of before. They hold old row versions; a
 * segment that is recycled keeps them under a new name until it is written over.
 */
export async function removeWal(db: PoolClient): Promise<RemovedWal> {
  const left: Leftover[] = [...(await elsewhere(db))];
  const before = await segments(db);
  const last = await checkpoint(db);
  if (last === undefined) return { walSegmentsRemoved: 0, left: ['no-checkpoint', ...left] };
  const after = await segments(db);
  if (before === undefined || after === undefined) return { walSegmentsRemoved: 0, left: ['wal-unknown', ...left] };
  if (after.some((name) => name.slice(8) <= last.slice(8))) left.unshift('wal-kept');
  if ((await setting(db, 'wal_recycle')) === 'on') left.unshift('wal-recycled');
  return { walSegmentsRemoved: before.filter((name) => !after.includes(name)).length, left };
}

/** Makes all segments so far unneeded; gives the name of the last of them, undefined where that is not permitted. */
async function checkpoint(db: PoolClient): Promise<string | undefined> {
  try {
    await db.query('checkpoint');
    const { rows } = await db.query<{ name: string }>('select pg_walfile_name(pg_switch_wal()) as name');
    await db.query('checkpoint');
    return rows[0]?.name;
  } catch (error) {
    if ((error as { code?: string }).code === '42501') return undefined;
    throw error;
  }
}

/** Names of the segments; undefined where they may not be listed. */
async function segments(db: PoolClient): Promise<readonly string[] | undefined> {
  try {
    const { rows } = await db.query<{ name: string }>(
      `select name from pg_ls_waldir() where name ~ '^[0-9A-F]{24}$' order by name`,
    );
    return rows.map(({ name }) => name);
  } catch (error) {
    if ((error as { code?: string }).code === '42501') return undefined;
    throw error;
  }
}

/** Copies of the segments that other servers or an archive have. */
async function elsewhere(db: PoolClient): Promise<readonly Leftover[]> {
  const { rows } = await db.query<{ standby: boolean }>(
    'select exists (select from pg_stat_replication) or exists (select from pg_replication_slots) as standby',
  );
  return [
    ...((await setting(db, 'archive_mode')) === 'off' ? [] : (['wal-archived'] as const)),
    ...(rows[0]?.standby === true ? (['standby-servers'] as const) : []),
  ];
}

async function setting(db: PoolClient, name: string): Promise<string> {
  const { rows } = await db.query<{ value: string }>('select current_setting($1) as value', [name]);
  return rows[0]?.value ?? '';
}
