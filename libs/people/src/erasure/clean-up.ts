import type { Pool, PoolClient } from 'pg';
import { removeWal, type RemovedWal } from './remove-wal.js';

/** A table that was written anew, and how long nobody else could use it. */
export interface RewrittenTable {
  readonly name: string;
  readonly lockedMs: number;
}

/** Why what is to be removed is still there; the next clean-up tries it again. */
export interface Hindrance {
  readonly code: 'reader-behind' | 'reader-parked' | 'old-transaction' | 'table-busy' | 'not-permitted';
  /** The read model, table or process of the database that is meant. */
  readonly what: string;
}

export interface CleanUpReport extends RemovedWal {
  readonly tables: readonly RewrittenTable[];
  readonly hindrances: readonly Hindrance[];
}

export interface CleanUpOptions {
  /** Schemas of the builds of read models that hold personal text. */
  readonly schemas: readonly string[];
  /** How long a table's readers may be kept waiting for the lock, and how often it is tried. */
  readonly lockTries?: number;
  /** How long transactions that were there before are waited for. */
  readonly patienceMs?: number;
  readonly onTable?: (table: RewrittenTable) => void;
}

const lockTimeoutMs = 2_000;
const pollMs = 100;
const dayMs = 24 * 3_600_000;

/** Names a process that only it may run. */
const CLEAN_UP_LOCK = 4716203340;

/**
 * Removes what tables, statistics and write-ahead segments still hold of data that are gone: every table that can have held
 * such is written anew (`vacuum full`), which takes an exclusive lock on one table after the other, then the segments are
 * removed. One run serves any number of erasures and can be repeated.
 *
 * @param owner connects as the owner of the tables; what takes a superuser is left out without one, and told
 */
export async function cleanUp(owner: Pool, options: CleanUpOptions): Promise<CleanUpReport> {
  const db = await owner.connect();
  let broken: Error | undefined;
  try {
    await db.query(`select pg_advisory_lock(${CLEAN_UP_LOCK})`);
    await db.query(`set statement_timeout to 0; set lock_timeout to ${lockTimeoutMs}`);
    return await work(db, options);
  } catch (error) {
    broken = error as Error;
    throw error;
  } finally {
    // Settings and lock end with the connection.
    db.release(broken ?? true);
  }
}

async function work(db: PoolClient, options: CleanUpOptions): Promise<CleanUpReport> {
  const { schemas, lockTries = 15, patienceMs = 60_000, onTable = () => undefined } = options;
  const tables: RewrittenTable[] = [];
  const hindrances: Hindrance[] = [...(await olderTransactions(db, patienceMs))];
  const rewrite = async (name: string) => {
    const outcome = await rewriteTable(db, name, lockTries);
    if ('code' in outcome) return void hindrances.push(outcome);
    tables.push(outcome);
    onTable(outcome);
  };
  for (const name of await tablesIn(db, schemas)) await rewrite(name);
  // What was sampled of the old rows: its own old versions go last.
  hindrances.push(...(await olderTransactions(db, patienceMs)));
  for (const name of ['pg_catalog.pg_statistic', 'pg_catalog.pg_statistic_ext_data']) await rewrite(name);
  return { tables, hindrances: onlyOnce(hindrances), ...(await removeWal(db)) };
}

/** Tables beside the log that personal text or wrapped keys may have stood in. In the log itself they are sealed. */
async function tablesIn(db: PoolClient, schemas: readonly string[]): Promise<readonly string[]> {
  const { rows } = await db.query<{ name: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind = 'r' and (n.nspname = any ($1) or n.nspname = 'keys' or n.nspname = 'public' and c.relname !~ '^es_')
      order by pg_table_size(c.oid), 1`,
    [schemas],
  );
  return rows.map(({ name }) => name);
}

async function rewriteTable(db: PoolClient, name: string, lockTries: number): Promise<RewrittenTable | Hindrance> {
  const warnings: string[] = [];
  const listen = ({ severity, code }: { severity?: string | undefined; code?: string | undefined }) => {
    if (severity === 'WARNING') warnings.push(code ?? '');
  };
  db.on('notice', listen);
  try {
    for (let attempt = 1; ; attempt++) {
      const since = performance.now();
      try {
        // In statistics too: they hold samples of the values.
        await db.query({ text: `vacuum (full, analyze) ${name}`, query_timeout: dayMs } as { text: string });
        // The server skips with a warning what the user may not touch.
        if (warnings.length > 0) return { code: 'not-permitted', what: name };
        return { name, lockedMs: Math.round(performance.now() - since) };
      } catch (error) {
        const { code } = error as { code?: string };
        if (code === '42P01' || code === '3F000') return { name, lockedMs: 0 }; // a build that is gone by now
        if (code === '42501') return { code: 'not-permitted', what: name };
        if (code !== '55P03') throw error;
        if (attempt === lockTries) return { code: 'table-busy', what: name };
      }
    }
  } finally {
    db.off('notice', listen);
  }
}

/**
 * Waits for transactions that began before now: as long as one of them may look at old row versions, these are kept. One that writes
 * in another database of the server is waited for too, since whoever looks at ours meanwhile looks as of its beginning.
 * @returns who still did when patience was over
 */
async function olderTransactions(db: PoolClient, patienceMs: number): Promise<readonly Hindrance[]> {
  const { rows: now } = await db.query<{ xid: string }>('select pg_current_xact_id()::xid::text as xid');
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const { rows } = await db.query<{ what: string }>(
      `select distinct what from (
          select 'process ' || pid as what, unnest(array[case when datname = current_database() then backend_xmin end, backend_xid]) as x
            from pg_stat_activity where pid <> pg_backend_pid()
          union all select 'slot ' || slot_name, unnest(array[xmin, catalog_xmin]) from pg_replication_slots
          union all select 'standby ' || pid, backend_xmin from pg_stat_replication
          union all select 'prepared ' || gid, transaction from pg_prepared_xacts
        ) held where x is not null and age(x) > age($1::xid)`,
      [now[0]?.xid],
    );
    if (rows.length === 0) return [];
    if (performance.now() > deadline) return rows.map(({ what }) => ({ code: 'old-transaction', what }));
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

const onlyOnce = (hindrances: readonly Hindrance[]): readonly Hindrance[] => [
  ...new Map(hindrances.map((each) => [`${each.code} ${each.what}`, each])).values(),
];
