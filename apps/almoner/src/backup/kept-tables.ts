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

/**
 * Positions of readers whose work is not made anew by reading the log again, such as process managers: rows of
 * `proj_checkpoint` that belong to no projection.
 */
export const positionsTable = 'proj_checkpoint';

/** The rows of a kept table as JSON text, in the order of its key; `projections` are the names of all read models. */
export function rowsOf(table: string, projections: readonly string[]): { text: string; values: unknown[] } {
  const where = table === positionsTable ? "where not (t.projection = any ($1) or t.projection like '%@%')" : '';
  return {
    text: `select to_jsonb(t)::text as row from ${quoted(table)} t ${where} order by t::text collate "C"`,
    values: where === '' ? [] : [projections],
  };
}

/** A name as SQL takes it. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
