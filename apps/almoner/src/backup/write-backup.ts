import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import type { Pool, PoolClient } from 'pg';
import { Failure } from '../command.js';
import { beginFolder } from './draft-folder.js';
import { LineWriter } from './files.js';
import {
  Damaged,
  eventLine,
  FORMAT,
  FORMAT_VERSION,
  MANIFEST,
  manifestText,
  type BackedUpEvent,
  type FileEntry,
  type LogEntry,
  type Manifest,
  type ReaderPosition,
} from './format.js';
import { keptRows, keptTables, positionsTable, quoted } from './kept-tables.js';
import { LogCheck } from './log-check.js';
import { pagesOf } from './pages.js';

/** What is backed up, and how. */
export interface BackupOrder {
  readonly folder: string;
  /** False where the log lies in EventStoreDB. */
  readonly withLog: boolean;
  /** The data folder of the service. */
  readonly dataDir: string;
  /** Where the key-encryption keys are, unless in the data folder. */
  readonly keysDir?: string;
  /** Told how many of all events are written; waited for. */
  readonly onProgress: (done: number, all: number) => void | Promise<void>;
  /** Characters of one file of events, before compression. */
  readonly fileSize?: number;
}

const usualFileSize = 256 * 1024 * 1024;
/** What must be kept apart: names in the data folder, or whole paths. */
const keyFilesOf = ({ dataDir, keysDir = dataDir }: BackupOrder): string[] =>
  ['dev-issuer.json', join(relative(dataDir, keysDir), 'key-encryption-keys.json')]
    .map((name) => (name.startsWith('..') ? resolve(dataDir, name) : name))
    .filter((name) => existsSync(resolve(dataDir, name)));

interface EventRow {
  global_position: string;
  stream_id: string;
  revision: string;
  event_id: string;
  event_type: string;
  schema_version: number;
  data: Buffer;
  metadata: Buffer;
  leaf_hash: Buffer;
  recorded_at: Date;
}

/**
 * Writes a backup of everything as it is at one moment, while the service goes on.
 * @throws Failure when the folder is taken, or the log is damaged
 */
export async function writeBackup(pool: Pool, order: BackupOrder): Promise<Manifest> {
  const draft = beginFolder(order.folder);
  try {
    const manifest = await atOneMoment(pool, (db) => writeFiles(db, draft.path, order));
    const file = await open(join(draft.path, MANIFEST), 'wx', 0o600);
    await file.writeFile(manifestText(manifest));
    await file.sync();
    await file.close();
    await draft.finish();
    return manifest;
  } catch (error) {
    draft.discard();
    if (error instanceof Damaged)
      throw new Failure(
        `the log is damaged, and no backup was made: ${error.message}. Copy it with the tools of the server`,
      );
    throw error;
  }
}

/** One snapshot for everything that is read: the log is then whole up to one position, and the rest belongs to it. */
async function atOneMoment<T>(pool: Pool, read: (db: PoolClient) => Promise<T>): Promise<T> {
  const db = await pool.connect();
  try {
    await db.query('begin isolation level repeatable read read only');
    await db.query(
      `select set_config('idle_in_transaction_session_timeout', '0', true), set_config('timezone', 'UTC', true)`,
    );
    return await read(db);
  } finally {
    db.release(true);
  }
}

async function writeFiles(db: PoolClient, folder: string, order: BackupOrder): Promise<Manifest> {
  const log = order.withLog ? await writeLog(db, folder, order) : null;
  const tables = [];
  for (const table of [...(await keptTables(db)), positionsTable]) {
    // By their text: the keys of our tables come first in it, and with them a parent before what refers to it.
    const text = `select to_jsonb(t)::text as row from ${quoted(table)} t where ${keptRows(table)} order by t::text collate "C"`;
    tables.push({ table, ...(await writeRows(db, folder, `table-${table}`, { text })) });
  }
  const { rows: migrations } = await db.query<{ name: string }>('select name from schema_migration order by id');
  const { rows: readers } = await db.query<ReaderPosition>(
    `select projection as reader, position from ${positionsTable} order by 1, 2`,
  );
  return {
    format: FORMAT,
    formatVersion: FORMAT_VERSION,
    createdAt: new Date().toISOString(),
    log,
    tables,
    migrations: migrations.map(({ name }) => name),
    readers,
    keys: {
      included: false,
      folder: order.dataDir,
      files: keyFilesOf(order),
    },
  };
}

async function writeLog(db: PoolClient, folder: string, order: BackupOrder): Promise<LogEntry> {
  const { rows } = await db.query<{ all: string }>('select coalesce(max(global_position) + 1, 0) as all from es_event');
  const all = Number(rows[0]?.all);
  const check = new LogCheck();
  const files: FileEntry[] = [];
  let writer: LineWriter | undefined;
  const query = {
    text: `select global_position, stream_id, revision, event_id, event_type, schema_version, data, metadata, leaf_hash, recorded_at
      from es_event order by global_position`,
  };
  for await (const page of pagesOf<EventRow>(db, query, (row) => 300 + row.data.length + row.metadata.length)) {
    const events = page.map(eventOfRow);
    for (const event of events) check.add(event);
    writer ??= new LineWriter(folder, `events-${String(files.length + 1).padStart(6, '0')}.jsonl.gz`);
    await writer.write(events.map(eventLine));
    await order.onProgress(check.events, all);
    if (writer.size < (order.fileSize ?? usualFileSize)) continue;
    files.push(await writer.close());
    writer = undefined;
  }
  if (writer !== undefined) files.push(await writer.close());
  if (check.events !== all) throw new Damaged(`${all} events are expected and ${check.events} are there`);
  const closedStreams = await writeRows(db, folder, 'closed-streams', {
    text: `select jsonb_build_object('stream_id', stream_id)::text as row from es_closed_stream order by stream_id`,
  });
  return { events: check.events, head: check.head, root: check.root, files, closedStreams };
}

async function writeRows(
  db: PoolClient,
  folder: string,
  name: string,
  query: { readonly text: string },
): Promise<FileEntry> {
  const writer = new LineWriter(folder, `${name}.jsonl.gz`);
  for await (const page of pagesOf<{ row: string }>(db, query, ({ row }) => row.length))
    await writer.write(page.map(({ row }) => row));
  return writer.close();
}

const eventOfRow = (row: EventRow): BackedUpEvent => ({
  position: BigInt(row.global_position),
  streamId: row.stream_id,
  revision: BigInt(row.revision),
  id: row.event_id,
  type: row.event_type,
  schemaVersion: row.schema_version,
  data: row.data,
  metadata: row.metadata,
  leafHash: row.leaf_hash,
  recordedAt: row.recorded_at,
});
