import { createReadStream, existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import type { Pool, PoolClient } from 'pg';
import type { EventStore } from '#libs/event-sourcing';
import { LineWriter, syncFolder } from '../backup/files.js';
import { pagesOf } from '../backup/pages.js';
import { Failure } from '../command.js';

const FORMAT = 'almoner-keys';
const FORMAT_VERSION = 1;
/** The tables of the schema `keys`, what comes first being needed by nothing. */
const TABLES = ['subject_key', 'destroyed_subject', 'index_key'] as const;
const BATCH = 1_000;

/** What a copy of the keys consists of. */
export interface KeysCopied {
  /** Data keys, destroyed ones included. */
  readonly keys: number;
}

/** What was put back. */
export interface KeysRestored extends KeysCopied {
  /** Erasures of the log, which were carried out again. */
  readonly erasures: number;
}

interface Line {
  readonly table: (typeof TABLES)[number];
  readonly row: object;
}

/**
 * Writes the wrapped keys into a file of lines, compressed, for its owner alone, as they are at one moment. Without the
 * key-encryption keys nobody can use it.
 * @throws Failure when the file is there already
 */
export async function copyKeys(pool: Pool, path: string): Promise<KeysCopied> {
  const file = resolve(path);
  if (existsSync(file)) throw new Failure(`${path} is there already`);
  const draft = `${basename(file)}.unfinished`;
  await rm(resolve(dirname(file), draft), { force: true });
  const writer = new LineWriter(dirname(file), draft);
  const counts = await inTransaction(pool, 'begin isolation level repeatable read read only', async (db) => {
    await writer.write([
      JSON.stringify({ format: FORMAT, formatVersion: FORMAT_VERSION, at: new Date().toISOString() }),
    ]);
    const found = new Map<string, number>();
    for (const table of TABLES) {
      const text = `select json_build_object('table', '${table}', 'row', to_jsonb(t))::text as line from keys.${table} t`;
      for await (const page of pagesOf<{ line: string }>(db, { text }, ({ line }) => line.length)) {
        await writer.write(page.map(({ line }) => line));
        found.set(table, (found.get(table) ?? 0) + page.length);
      }
    }
    return found;
  });
  await writer.write([JSON.stringify({ end: [...counts.values()].reduce((sum, count) => sum + count, 0) })]);
  await writer.close();
  await rename(resolve(dirname(file), draft), file);
  await syncFolder(dirname(file));
  return { keys: counts.get('subject_key') ?? 0 };
}

/**
 * Puts copied keys back beside the log that needs them, all or none, and destroys again what the log says was destroyed:
 * a copy may be older than an erasure.
 * @throws Failure when there are keys already, or the file is not whole
 */
export async function putBackKeys(pool: Pool, store: Pick<EventStore, 'readAll'>, file: string): Promise<KeysRestored> {
  await refuseKeys(pool);
  const erasures = await erasuresOf(store);
  return inTransaction(pool, 'begin', async (db) => {
    await db.query('lock table keys.subject_key in share row exclusive mode');
    await refuseKeys(db);
    let keys = 0;
    let waiting: Line[] = [];
    for await (const line of linesOf(file)) {
      waiting.push(line);
      if (line.table === 'subject_key') keys++;
      if (waiting.length < BATCH) continue;
      await insert(db, waiting);
      waiting = [];
    }
    await insert(db, waiting);
    for (const { subject, retentions, alongside = [] } of erasures)
      for (const each of [subject, ...alongside])
        await db.query('select keys.destroy_keys($1, $2)', [each, retentions]);
    return { keys, erasures: erasures.length };
  });
}

interface Erasure {
  readonly subject: string;
  readonly retentions: readonly string[];
  readonly alongside?: readonly string[];
}

async function erasuresOf(store: Pick<EventStore, 'readAll'>): Promise<readonly Erasure[]> {
  const erasures: Erasure[] = [];
  for (let position: string = 'start'; ;) {
    const page = await store.readAll(position, { max: 500, types: ['SubjectKeyDestroyed'] });
    for (const { data } of page.events) erasures.push(JSON.parse(Buffer.from(data).toString('utf8')) as Erasure);
    if (page.nextPosition === position) return erasures;
    position = page.nextPosition;
  }
}

async function refuseKeys(db: Pick<PoolClient, 'query'>): Promise<void> {
  const { rows: schema } = await db.query("select from pg_namespace where nspname = 'keys'");
  if (schema.length === 0) throw new Failure('this database has no tables yet: restore the backup of the log first');
  const { rows } = await db.query('select from keys.subject_key union all select from keys.index_key limit 1');
  if (rows.length > 0) throw new Failure('this database has keys already, and nothing was restored');
}

/** @throws Failure when the file is not what was once written */
async function* linesOf(file: string): AsyncGenerator<Line> {
  const source = createReadStream(resolve(file));
  const gunzip = createGunzip();
  source.on('error', (error) => gunzip.destroy(error));
  source.pipe(gunzip);
  let first = true;
  let count = 0;
  let end: number | undefined;
  try {
    for await (const text of createInterface({ input: gunzip, crlfDelay: Infinity })) {
      const line = JSON.parse(text) as Line & { format?: string; formatVersion?: number; end?: number };
      if (first) checkFormat(line);
      else if (line.end !== undefined) end = line.end;
      else {
        count++;
        yield line;
      }
      first = false;
    }
    if (gunzip.errored) throw gunzip.errored;
  } catch (error) {
    if (error instanceof Failure) throw error;
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code?.match(/^(Z_|E[A-Z]+$)/))
      throw new Failure(`${file} cannot be read (${error instanceof Error ? error.message : 'error'})`);
    throw error;
  }
  if (end !== count) throw new Failure(`${file} is not whole, and nothing was restored`);
}

function checkFormat({ format, formatVersion }: { readonly format?: string; readonly formatVersion?: number }): void {
  if (format !== FORMAT || formatVersion === undefined) throw new Failure('this file is no copy of keys');
  if (formatVersion > FORMAT_VERSION) throw new Failure('a newer program made this copy of keys: update this one');
}

async function insert(db: PoolClient, lines: readonly Line[]): Promise<void> {
  for (const table of TABLES) {
    const rows = lines.filter((line) => line.table === table).map(({ row }) => JSON.stringify(row));
    if (rows.length === 0) continue;
    await db.query(
      `insert into keys.${table} select r.* from unnest($1::jsonb[]) line, jsonb_populate_record(null::keys.${table}, line) r`,
      [rows],
    );
  }
}

async function inTransaction<T>(pool: Pool, begin: string, work: (db: PoolClient) => Promise<T>): Promise<T> {
  const db = await pool.connect();
  try {
    await db.query(begin);
    await db.query(`select set_config('idle_in_transaction_session_timeout', '0', true)`);
    const result = await work(db);
    await db.query('commit');
    return result;
  } finally {
    db.release(true);
  }
}
