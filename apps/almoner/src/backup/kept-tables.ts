import type { PoolClient } from 'pg';

/**
 * Tables that hold what the log does not say: every table of `public` but the log itself (`es_`), the state of the read models
 * (`proj_`) and the list of migrations, and the read log. What is not known to be made anew is kept. The schema `keys` is
 * never in a backup: it would undo erasures.
 */
export async function keptTables(db: Pick<PoolClient, 'query'>): Promise<string[]> {
  const { rows } = await db.query<{ name: string }>(`
    select case nspname when 'public' then '' else nspname || '.' end || relname as name
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where relkind in ('r', 'p') and not relispartition
        and (nspname = 'public' and relname !~ '^(es|proj)_' and relname <> 'schema_migration' or nspname = 'read_log')
      order by nspname = 'public' desc, relname`);
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

/** A name as SQL takes it, with its schema where it is not in `public`. */
export const quoted = (name: string): string =>
  name
    .split('.')
    .map((part) => `"${part.replaceAll('"', '""')}"`)
    .join('.');
