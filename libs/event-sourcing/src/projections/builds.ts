import type { Pool } from 'pg';
import { createCheckpoints, type BuildKey } from './checkpoints.js';
import type { Projection, Queryable } from './follower.js';
import { createIndexes, createTable, createViews, quoted } from './read-table.js';
import { inTransaction, unhurried } from './transaction.js';

/** `withdrawn`: somebody went back to the build before, and this version is not to come live again by itself. */
export type BuildStatus = 'building' | 'live' | 'retired' | 'withdrawn' | 'failed';

/** One making of a projection's tables. */
export interface Build extends BuildKey {
  readonly version: number;
  readonly status: BuildStatus;
  readonly schema: string;
}

/** How long a retired build is kept for going back to. */
const keptHours = 24;
const isOld = (hours: number) =>
  `status in ('retired', 'withdrawn', 'failed') and ended_at <= clock_timestamp() - make_interval(hours => ${hours})`;

const columns = 'projection, build, version, status, schema_name as schema';

/** All builds, or those of one projection, the newest first. */
export async function findBuilds(db: Queryable, projection?: string): Promise<Build[]> {
  const { rows } = await db.query<Build>(
    `select ${columns} from proj_build where $1::text is null or projection = $1 order by projection, build desc`,
    [projection ?? null],
  );
  return rows;
}

/**
 * Makes sure that there is a live build, and one under way where the live one is of an older version. An older program
 * beside a newer one changes nothing.
 */
export async function ensureBuild(pool: Pool, projection: Projection): Promise<void> {
  const enough = (builds: readonly Build[]) => {
    const live = builds.find(({ status }) => status === 'live');
    if (live === undefined) return false;
    return live.version >= projection.version || builds.some(({ version }) => version === projection.version);
  };
  if (enough(await findBuilds(pool, projection.name))) return;
  await inTransaction(pool, async (db) => {
    await lockBuilds(db, projection.name);
    const builds = await findBuilds(db, projection.name);
    if (enough(builds)) return;
    const isFirst = builds.every(({ status }) => status !== 'live');
    const build = await createBuild(db, projection, isFirst ? 'live' : 'building');
    if (isFirst) await showBuild(db, projection, build);
  });
}

/**
 * Begins a build of the version that this program knows beside the live one.
 * @returns the build; the one that is under way already where there is one
 */
export async function beginRebuild(pool: Pool, projection: Projection): Promise<Build> {
  await ensureBuild(pool, projection);
  return inTransaction(pool, async (db) => {
    await lockBuilds(db, projection.name);
    const builds = await findBuilds(db, projection.name);
    const underWay = builds.find(({ status, version }) => status === 'building' && version === projection.version);
    return underWay ?? createBuild(db, projection, 'building');
  });
}

/** Ends a build for good, and says why. */
export async function endBuild(
  db: Queryable,
  { projection, build }: BuildKey,
  status: 'failed' | 'retired' | 'withdrawn',
  note: string | null = null,
): Promise<void> {
  await db.query(
    'update proj_build set status = $3, ended_at = clock_timestamp(), note = $4 where projection = $1 and build = $2',
    [projection, build, status, note],
  );
}

/** Makes a build the live one: the views of `read` show it from this commit on. */
export async function makeLive(db: Queryable, projection: Projection, { build, schema }: Build): Promise<void> {
  await db.query(
    `update proj_build set status = 'live', live_at = clock_timestamp(), ended_at = null where projection = $1 and build = $2`,
    [projection.name, build],
  );
  await showBuild(db, projection, { schema });
}

/**
 * Removes the tables of builds that nobody will go back to: that ended so many hours ago.
 * @returns how many there were
 */
export async function dropOldBuilds(pool: Pool, hours = keptHours): Promise<number> {
  const { rows } = await pool.query<Build>(
    `select ${columns} from proj_build where ${isOld(hours)} and (status <> 'withdrawn' or to_regnamespace(schema_name) is not null)`,
  );
  for (const build of rows) await dropBuild(pool, build, hours);
  return rows.length;
}

/** Removes a build's tables and positions. What was withdrawn stays noted, so that it is not built again. */
async function dropBuild(pool: Pool, { projection, build, status, schema }: Build, hours: number): Promise<void> {
  await inTransaction(pool, async (db) => {
    // Somebody may have gone back to it since it was found.
    const { rowCount } = await db.query(
      `select from proj_build where projection = $1 and build = $2 and ${isOld(hours)} for update`,
      [projection, build],
    );
    if (rowCount === 0) return;
    await db.query(`drop schema if exists ${quoted(schema)} cascade`);
    await db.query('delete from proj_checkpoint where projection = $1 and build = $2', [projection, build]);
    await db.query('delete from proj_parked where projection = $1 and build = $2', [projection, build]);
    if (status !== 'withdrawn')
      await db.query('delete from proj_build where projection = $1 and build = $2', [projection, build]);
  });
}

async function createBuild(db: Queryable, projection: Projection, status: 'live' | 'building'): Promise<Build> {
  const { name, version, tables, shards } = projection;
  const { rows } = await db.query<Build>(
    `insert into proj_build (projection, build, version, status, schema_name, live_at)
      select $1, n, $2, $3, $4 || n, case when $3 = 'live' then clock_timestamp() end
      from (select coalesce(max(build), 0) + 1 as n from proj_build where projection = $1) last returning ${columns}`,
    [name, version, status, `rm_${name.replaceAll('-', '_')}_`],
  );
  const build = rows[0] as Build;
  await db.query(`create schema ${quoted(build.schema)}`);
  for (const table of tables) await db.query(createTable(table, build.schema));
  if (status === 'live') await indexBuild(db, projection, build);
  await createCheckpoints(db, build, shards);
  return build;
}

/** Makes the secondary indexes of a build, which is filled without them. */
export async function indexBuild(
  db: Queryable,
  { tables }: Projection,
  { schema }: Pick<Build, 'schema'>,
): Promise<void> {
  for (const table of tables) {
    const statements = createIndexes(table, schema);
    if (statements !== '') await db.query(unhurried(`set local maintenance_work_mem to '256MB'; ${statements}`));
  }
}

async function showBuild(db: Queryable, { tables }: Projection, { schema }: Pick<Build, 'schema'>): Promise<void> {
  await db.query(`set local lock_timeout to '2s'`);
  for (const table of tables) await db.query(createViews(table, schema));
}

async function lockBuilds(db: Queryable, projection: string): Promise<void> {
  await db.query('select pg_advisory_xact_lock(hashtextextended($1, 4716203312))', [projection]);
}
