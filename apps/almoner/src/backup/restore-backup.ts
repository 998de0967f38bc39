import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool, PoolClient } from 'pg';
import { byteaArray, int2Array, int8Array, textArray, uuidArray } from '#libs/event-sourcing';
import { createDataSource, migrate, type Schema } from '#libs/platform';
import { Failure } from '../command.js';
import { readLines } from './files.js';
import { Damaged, eventOfLine, type BackedUpEvent, type FileEntry, type LogEntry, type Manifest } from './format.js';
import { keptRows, keptTables, positionsTable, quoted } from './kept-tables.js';
import { LogCheck } from './log-check.js';

/** What is restored, and where to. */
export interface RestoreOrder {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly databaseUrl: string;
  /** The tables of this program. */
  readonly schema: Schema;
  /** Told how many of all events are written. */
  readonly onProgress: (done: number, all: number) => void;
}

/** How much goes into one statement. */
const batch = { events: 2_000, bytes: 4 * 1024 * 1024, rows: 1_000 } as const;

/**
 * Writes a backup into an empty place, all of it or nothing: the very events at their positions with bytes, hashes and times, the
 * closed streams, and the tables that the log does not make. Read models stay empty; the service makes them at its start.
 *
 * The tables are first made as they were when the backup was written, and are then brought up to date as in an update.
 * @throws Failure where the place is not empty or in use, or the backup is of a newer program
 * @throws Damaged where the backup is not what it was
 */
export async function restoreBackup(pool: Pool, order: RestoreOrder): Promise<void> {
  const { databaseUrl, schema, manifest } = order;
  await refuseRunningService(pool);
  await migrateTo(databaseUrl, { ...schema, migrations: migrationsOf(manifest, schema) });
  await refuseOtherSchema(pool, manifest);
  await inTransaction(pool, async (db) => {
    await refuseData(db, manifest);
    if (manifest.log !== null) await restoreLog(db, order, manifest.log);
    await restoreTables(db, order);
  });
  await migrateTo(databaseUrl, schema);
  await pool.query('analyze');
}

/** Every process of the program gives its connections this name, this one too. One that is just ending is waited for. */
async function refuseRunningService(pool: Pool): Promise<void> {
  for (let look = 1; ; look++) {
    const { rows } = await pool.query<{ count: number }>(`
      select count(*)::int as count from pg_stat_activity
        where datname = current_database() and application_name like 'almoner%' and pid <> pg_backend_pid()`);
    if (rows[0]?.count === 0) return;
    if (look === 20) throw new Failure('the service runs on this database: stop it first');
    await sleep(100);
  }
}

const nameOf = (migration: Schema['migrations'][number]): string =>
  (new migration() as { readonly name?: string }).name ?? migration.name;

function migrationsOf({ migrations }: Manifest, schema: Schema): Schema['migrations'] {
  const known = new Set(schema.migrations.map(nameOf));
  if (migrations.some((name) => !known.has(name)))
    throw new Failure('a newer program made this backup: update this one');
  return schema.migrations.filter((migration) => migrations.includes(nameOf(migration)));
}

async function migrateTo(databaseUrl: string, schema: Schema): Promise<void> {
  const dataSource = createDataSource(databaseUrl, schema);
  try {
    await migrate(dataSource);
  } finally {
    if (dataSource.isInitialized) await dataSource.destroy();
  }
}

async function refuseOtherSchema(pool: Pool, { migrations }: Manifest): Promise<void> {
  const { rows } = await pool.query<{ name: string }>('select name from schema_migration');
  if (rows.some(({ name }) => !migrations.includes(name)))
    throw new Failure('this database was already used by a newer program than made the backup: restore into a new one');
}

async function inTransaction(pool: Pool, work: (db: PoolClient) => Promise<void>): Promise<void> {
  const db = await pool.connect();
  try {
    await db.query('begin');
    await db.query(`select set_config('idle_in_transaction_session_timeout', '0', true)`);
    await work(db);
    await db.query('commit');
  } finally {
    db.release(true);
  }
}

/** From here on nobody else appends until the restore is committed. */
async function refuseData(db: PoolClient, { log }: Manifest): Promise<void> {
  await db.query('lock table es_event in share row exclusive mode');
  const used =
    log === null
      ? 'select from running_number union all select from process_timer limit 1'
      : 'select from es_event limit 1';
  const { rowCount } = await db.query(used);
  if (rowCount !== 0) throw new Failure('this database is in use: its log is not empty. Restore into a new one');
  const { rowCount: followed } = await db.query(`select from ${positionsTable} where position <> 'start' limit 1`);
  if (followed !== 0) throw new Failure('this database has read models of another log. Restore into a new one');
}

async function restoreLog(db: PoolClient, { folder, onProgress }: RestoreOrder, log: LogEntry): Promise<void> {
  const check = new LogCheck();
  let waiting: BackedUpEvent[] = [];
  let bytes = 0;
  const flush = async () => {
    await insertEvents(db, waiting);
    waiting = [];
    bytes = 0;
    onProgress(check.events, log.events);
  };
  for (const file of log.files) {
    for await (const lines of readLines(folder, file)) {
      for (const line of lines) {
        const event = eventOfLine(line);
        check.add(event);
        waiting.push(event);
        bytes += event.data.length + event.metadata.length;
        if (waiting.length >= batch.events || bytes >= batch.bytes) await flush();
      }
    }
  }
  if (waiting.length > 0) await flush();
  if (check.events !== log.events || check.head !== log.head || check.root !== log.root)
    throw new Damaged(`the log is not the one of the manifest: ${check.events} events with the root ${check.root}`);
  await restoreClosedStreams(db, folder, log.closedStreams);
}

async function insertEvents(db: PoolClient, events: readonly BackedUpEvent[]): Promise<void> {
  const column = <T>(of: (event: BackedUpEvent) => T): T[] => events.map(of);
  await db.query({
    name: 'restore-events',
    text: `insert into es_event
        (global_position, stream_id, revision, event_id, event_type, schema_version, data, metadata, leaf_hash, recorded_at)
      select * from unnest($1::bigint[], $2::text[], $3::bigint[], $4::uuid[], $5::text[], $6::smallint[], $7::bytea[],
        $8::bytea[], $9::bytea[], $10::timestamptz[])`,
    values: [
      int8Array(column(({ position }) => position)),
      textArray(column(({ streamId }) => streamId)),
      int8Array(column(({ revision }) => revision)),
      uuidArray(column(({ id }) => id)),
      textArray(column(({ type }) => type)),
      int2Array(column(({ schemaVersion }) => schemaVersion)),
      byteaArray(column(({ data }) => data)),
      byteaArray(column(({ metadata }) => metadata)),
      byteaArray(column(({ leafHash }) => leafHash)),
      column(({ recordedAt }) => recordedAt.toISOString()),
    ],
  });
}

async function restoreClosedStreams(db: PoolClient, folder: string, closedStreams: FileEntry): Promise<void> {
  const { rows } = await db.query<{ stream_id: string }>(`
    select stream_id from es_event group by stream_id having count(*) <> max(revision) + 1 or min(revision) <> 0 limit 1`);
  if (rows[0] !== undefined) throw new Damaged(`the stream ${rows[0].stream_id} has a gap`);
  for await (const lines of readLines(folder, closedStreams))
    await db.query(`insert into es_closed_stream select c ->> 'stream_id' from unnest($1::jsonb[]) c`, [lines]);
}

/** What the migrations or a first start put into these tables goes; the backup has it too. */
async function restoreTables(db: PoolClient, { folder, manifest }: RestoreOrder): Promise<void> {
  const here = new Set([...(await keptTables(db)), positionsTable]);
  for (const { table, ...file } of manifest.tables) {
    if (!here.has(table)) throw new Damaged(`there is no table ${table} here`);
    await db.query(`delete from ${quoted(table)} t where ${keptRows(table)}`);
    for await (const lines of readLines(folder, file)) {
      for (let from = 0; from < lines.length; from += batch.rows)
        await insertRows(db, table, lines.slice(from, from + batch.rows));
    }
    await moveSequences(db, table);
  }
}

async function insertRows(db: PoolClient, table: string, rows: readonly string[]): Promise<void> {
  const name = quoted(table);
  await db.query(
    `insert into ${name} overriding system value
      select r.* from unnest($1::jsonb[]) with ordinality as l(line, n), jsonb_populate_record(null::${name}, l.line) r order by n`,
    [rows],
  );
}

/** A table that numbers its rows goes on after the last one. */
async function moveSequences(db: PoolClient, table: string): Promise<void> {
  const { rows } = await db.query<{ column: string; sequence: string }>(
    `select attname as column, pg_get_serial_sequence($1, attname) as sequence from pg_attribute
      where attrelid = $1::regclass and attnum > 0 and not attisdropped and pg_get_serial_sequence($1, attname) is not null`,
    [quoted(table)],
  );
  for (const { column, sequence } of rows)
    await db.query(`select setval($1, coalesce(max(${quoted(column)}), 0) + 1, false) from ${quoted(table)}`, [
      sequence,
    ]);
}
