import type { PoolClient } from 'pg';

/**
 * Tables that hold what the log does not say: every table outside the schema `read` but the log itself (`es_`), the state
 * of the read models (`proj_`) and the list of migrations. What is not known to be made anew is kept.
 */
export async function keptTables(db: Pick<PoolClient, 'query'>): Promise<string[]> {
  const { rows } = await db.query<{ name: string }>(`
    select relname as name from pg_class
      where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
        and relname !~ '^(es|proj)_' and relname <> 'schema_migration'
      order by relname`);
  return rows.map(({ name }) => name);
}

/** Where readers of the log stand. */
export const positionsTable = 'proj_checkpoint';

/**
 * Which rows of a table are kept, as a condition. Read models are made anew, and so are their positions; readers whose work
 * is not, such as process managers, go on where they stood: they have the build 0.
 */
export const keptRows = (table: string): string =>
  table === positionsTable ? `build = 0 and projection not like 'verify:%'` : 'true';

/** A name as SQL takes it. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
