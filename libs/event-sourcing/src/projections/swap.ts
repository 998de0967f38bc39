import type { Pool } from 'pg';
import { endBuild, findBuilds, makeLive, type Build } from './builds.js';
import { shardPositions } from './checkpoints.js';
import type { Projection, Queryable } from './follower.js';
import { knownFrom, namesOf, quoted, type ReadTable } from './read-table.js';
import { inTransaction, unhurried } from './transaction.js';

/** What came of looking whether a build can take the place of the live one. */
export type SwapOutcome =
  | { readonly kind: 'behind' }
  | { readonly kind: 'live'; readonly position: string; readonly differences: number | undefined };

/**
 * Puts a build in the place of the live one, in one transaction: the live one is held still, the new one follows up to
 * where it stands, both are compared, and the views turn. Nobody ever reads an older state than before.
 *
 * @param catchUp brings the new build up to a position
 * @returns `differences`: rows that only one of the two has; undefined where their versions or positions differ
 */
export async function swap(
  pool: Pool,
  projection: Projection,
  build: Build,
  catchUp: (upTo: string) => Promise<void>,
  formerBecomes: 'retired' | 'withdrawn' = 'retired',
): Promise<SwapOutcome> {
  return inTransaction(
    pool,
    async (db) => {
      const live = (await findBuilds(db, projection.name)).find(({ status }) => status === 'live');
      if (live === undefined || live.build === build.build) return { kind: 'behind' };
      const stands = await positionsOf(db, live, 'for update');
      const target = stands.at(-1) as bigint;
      if (target < 0n) {
        await turn(db, projection, live, build, formerBecomes);
        return { kind: 'live', position: 'start', differences: undefined };
      }
      await catchUp(String(target));
      const reached = await positionsOf(db, build, 'for update');
      if ((reached[0] as bigint) < target) return { kind: 'behind' };
      const same = live.version === build.version && stands[0] === target && reached.at(-1) === target;
      const differences = same ? await countDifferences(db, projection.tables, live.schema, build.schema) : undefined;
      await turn(db, projection, live, build, formerBecomes);
      return { kind: 'live', position: String(target), differences };
    },
    `begin; set local statement_timeout to 0; set local lock_timeout to '2s'`,
  );
}

/**
 * Counts the rows that only one of two schemas has.
 * @param onlyIn the rows of the second are a part: only those that the first lacks count
 */
export async function countDifferences(
  db: Queryable,
  tables: readonly ReadTable[],
  first: string,
  second: string,
  { partOnly = false }: { readonly partOnly?: boolean } = {},
): Promise<number> {
  let differences = 0;
  for (const table of tables)
    for (const name of namesOf(table)) {
      const [left = '', right = ''] = [first, second].map((schema) => `${quoted(schema)}.${quoted(name)}`);
      if (!partOnly && (await sameDigest(db, left, right))) continue;
      const text = partOnly
        ? missingByKey(left, right, name === table.name ? keyColumns(table) : [...keyColumns(table), knownFrom])
        : `(table ${left} except all table ${right}) union all (table ${right} except all table ${left})`;
      const { rows } = await db.query<{ count: string }>(unhurried(`select count(*) as count from (${text}) d`));
      differences += Number(rows[0]?.count);
    }
  return differences;
}

/** Rows of a part that the whole lacks: each is looked up by its key, since the whole may be large and stands still meanwhile. */
const missingByKey = (whole: string, part: string, key: readonly string[]): string =>
  `select 1 from ${part} p where not exists (
     select from ${whole} w where ${key.map((name) => `w.${quoted(name)} = p.${quoted(name)}`).join(' and ')} and w = p)`;

const keyColumns = ({ key }: ReadTable): readonly string[] => key.map(({ name }) => name);

/** Whether two tables hold as many rows with the same sum of their hashes: one look at each, whatever their order. */
async function sameDigest(db: Queryable, first: string, second: string): Promise<boolean> {
  const digest = (table: string) =>
    `(select row(count(*), sum(hash_record_extended(t, 0)::numeric), sum(hash_record_extended(t, 1)::numeric))::text from ${table} t)`;
  const { rows } = await db.query<{ same: boolean }>(unhurried(`select ${digest(first)} = ${digest(second)} as same`));
  return rows[0]?.same === true;
}

/** Where the shards of a build stand, ascending; -1 before the first event. */
async function positionsOf(db: Queryable, build: Build, lock: 'for update' | '' = ''): Promise<bigint[]> {
  return (await shardPositions(db, build, lock))
    .map(({ position }) => (position === 'start' ? -1n : BigInt(position)))
    .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

async function turn(
  db: Queryable,
  projection: Projection,
  former: Build,
  build: Build,
  formerBecomes: 'retired' | 'withdrawn',
): Promise<void> {
  await endBuild(db, former, formerBecomes);
  await makeLive(db, projection, build);
}
