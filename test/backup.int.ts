import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';
import { basename, join, resolve } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  catchUp,
  DatabaseClock,
  DatabaseRunningNumbers,
  engineParts,
  PostgresEventStore,
  Progress,
  WakeUp,
  type Sealing,
} from '#libs/event-sourcing';
import { LocalKeyService, openKeyedIndex, SubjectKeys } from '#libs/people';
import { createPool, type Schema } from '#libs/platform';
import { manifestText, readManifest, type FileEntry, type Manifest } from '../apps/almoner/src/backup/format.js';
import { openBackup } from '../apps/almoner/src/backup/open-backup.js';
import { restoreBackup } from '../apps/almoner/src/backup/restore-backup.js';
import { writeBackup } from '../apps/almoner/src/backup/write-backup.js';
import { runCommandLine } from '../apps/almoner/src/commands.js';
import { codec, projections, schema } from '../apps/api/src/registers.js';
import { caseGolden } from './golden/case.js';
import { householdGolden } from './golden/household.js';
import { payRunGolden } from './golden/payrun.js';
import { createTestDatabase, type TestDatabase } from './support/database.js';

jest.setTimeout(60_000);

let source: TestDatabase;
let store: PostgresEventStore;
let folder: string;
let whole: string;
const made: TestDatabase[] = [];
/** Characters of a file of events: small, so that there are several. */
const fileSize = 40_000;

/** A database that was never used; nothing is connected to it. */
async function emptyDatabase(): Promise<TestDatabase> {
  const database = await createTestDatabase('restored', []);
  made.push(database);
  return database;
}

/** Ends the connections of the test itself, which look like those of a service. */
async function disconnect(target: TestDatabase): Promise<void> {
  await source.pool.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [
    new URL(target.url).pathname.slice(1),
  ]);
}

async function almoner(
  database: TestDatabase,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<string> {
  const printed: string[] = [];
  await runCommandLine(args, {
    env: { DATABASE_URL: database.url, DATA_DIR: folder, NODE_ENV: 'test', ...env },
    language: 'en',
    print: (line) => void printed.push(line),
  });
  return printed.join('\n');
}

const odd = (text: string | Uint8Array, metadata: Record<string, string> = {}) => ({
  id: randomUUID(),
  type: 'Odd',
  schemaVersion: 7,
  data: typeof text === 'string' ? Buffer.from(text) : text,
  metadata: { actor: 'officer', ...metadata },
});

/** Nobody has the keys of envelopes that were made up: what is in them reads as erased. */
const noKeys: Sealing = {
  seal: (parts) => parts.map(({ data }) => data),
  open: (parts) => parts.map(({ data }) => data),
};

/** In one stream every fact has an id of its own. */
const asFactOfItsOwn = (data: object): object => ('factId' in data ? { ...data, factId: randomUUID() } : data);

/** Every event that the libs write, in streams that the read models show, and payloads that nobody would write. */
async function fillLog(): Promise<void> {
  const streams = { household: householdGolden, case: caseGolden, payrun: payRunGolden };
  for (const [category, golden] of Object.entries(streams)) {
    const events = Object.entries(golden).map(([type, [data]]) =>
      codec.encode({ type, data: asFactOfItsOwn(data as object) }, randomUUID(), {
        actor: 'officer',
        role: 'finance',
        commandId: randomUUID(),
      }),
    );
    await store.append(`${category}-7b0a8f5e-9a51-5a0e-8a08-2d5f4c1f7a01`, 'no_stream', events);
  }
  await store.append('odd-1', 'no_stream', [
    odd('{"text":"李 𠮷 é e\\u0301 \\u0000 \\u2028"}', { 说明: '𠮷\u2028"\\' }),
    odd('{"a":1}\n{"b":2}\r\n'),
    odd('\ufeff{}'),
    odd(''),
    odd(Uint8Array.from({ length: 256 }, (_, byte) => byte)),
    odd(Buffer.alloc(512 * 1024, 0xff)),
    odd(`{"much":"${'多'.repeat(170_000)}"}`),
  ]);
  for (let stream = 0; stream < 300; stream++)
    await store.append(`many-${stream}`, 'no_stream', [odd(`{"n":${stream}}`), odd('{}')]);
  await source.pool.query("insert into es_closed_stream values ('many-7'), ('many-8')");
}

beforeAll(async () => {
  source = await createTestDatabase('backup', schema.migrations);
  store = new PostgresEventStore(source.pool, new WakeUp());
  folder = mkdtempSync(join(tmpdir(), 'almoner-backup-'));
  whole = join(folder, 'whole');
  await new DatabaseClock(source.pool).advanceTo('2031-05-05T00:00:00.000Z');
  await fillLog();
  const numbers = new DatabaseRunningNumbers(source.pool);
  for (const prefix of ['430225-2025', '430225-2025', '430226-2025']) await numbers.next(prefix);
  await source.pool.query(`
    insert into process_timer (id, manager, due_at, payload, done_at) values
      ('b5f8a9a0-6a3e-4b7e-8f55-0d1d5a1f0c01', 'notice-clock', '2031-06-01T00:00:00.123456Z', '{"caseId": "𠮷", "n": "9007199254740993"}', null),
      ('b5f8a9a0-6a3e-4b7e-8f55-0d1d5a1f0c02', 'notice-clock', '2025-06-01', '{}', now());
    insert into http_idempotency (command_id, digest, state, status, headers, body)
      values ('b5f8a9a0-6a3e-4b7e-8f55-0d1d5a1f0c03', '\\x00ff', 'done', 201, '{"etag": "\\"0\\""}', '{"big": 9007199254740993}');
    insert into area (code, parent, level, name_en, name_zh, time_zone, currency, valid_from, valid_until, source) values
      ('43', null, 'province', 'P', '省', 'Asia/Shanghai', 'CNY', '1949-10-01', null, 'own'),
      ('4302', '43', 'city', 'C', '市', 'Asia/Shanghai', 'CNY', '1949-10-01', null, 'own');
    insert into proj_checkpoint (projection, build, shard, position) values ('process:notice-clock', 0, 0, '20')`);
  await new SubjectKeys(source.pool, new LocalKeyService(join(folder, 'keys'))).forSealing([
    { subject: 'person-1', purpose: 'identity', retention: 'management-file' },
    { subject: 'person-2', purpose: 'identity', retention: 'management-file' },
  ]);
  await openKeyedIndex(source.pool, new LocalKeyService(join(folder, 'keys')));
  await source.pool.query(`
    insert into read_log.reading (reader, role, area, purpose, kind, persons, households, area_path, search_by, search_hash, hits, request_id)
      values ('reader', 'inspector', '43', 'audit', 'person', array[gen_random_uuid(), gen_random_uuid()], '{}', '43', null, null, null, gen_random_uuid()),
        ('𠮷', 'inspector', '43', 'audit', 'search', '{}', '{}', '43', 'name', sha256('x'), 3, gen_random_uuid())`);
  await buildReadModels(source);
  await writeBackup(source.pool, {
    folder: whole,
    withLog: true,
    dataDir: folder,
    keysDir: join(folder, 'keys'),
    onProgress: () => undefined,
    fileSize,
  });
});

afterAll(async () => {
  await Promise.all([source, ...made].map((database) => database.drop()));
  rmSync(folder, { recursive: true, force: true });
});

/** Folds the log into every read model, as the service does at its start. */
async function buildReadModels({ pool }: TestDatabase): Promise<void> {
  const wakeUp = new WakeUp();
  const failed = (_name: string, _at: string, error: unknown) => {
    throw error;
  };
  const observer = { stopped: failed, parked: failed, fenceLost: () => undefined };
  const store = new PostgresEventStore(pool, wakeUp);
  const parts = engineParts({ pool, store, codec, sealing: noKeys, progress: new Progress(), observer, wakeUp });
  for (const projection of projections) await catchUp(parts, projection);
}

async function rows({ pool }: TestDatabase, query: string): Promise<string[]> {
  const found = await pool.query<{ row: string }>(`select t::text as row from (${query}) t`);
  return found.rows.map(({ row }) => row);
}

/** Everything that a restore promises to bring back, row by row as text. */
const kept = {
  events: 'select e.*, e.recorded_at::text from es_event e order by global_position',
  closed: 'select * from es_closed_stream order by stream_id',
  clock: 'select * from program_clock',
  numbers: 'select * from running_number order by prefix',
  readings: 'select * from read_log.reading order by id',
  timers: 'select * from process_timer order by id',
  answers: 'select * from http_idempotency order by command_id',
  areas: 'select * from area order by code',
  positions: `select projection, position from proj_checkpoint where projection like 'process:%'`,
};

async function readModels(database: TestDatabase): Promise<Record<string, string[]>> {
  const tables = await rows(
    database,
    `select table_name from information_schema.tables where table_schema = 'read' order by 1`,
  );
  const found: Record<string, string[]> = {};
  for (const table of tables.map((row) => row.slice(1, -1)))
    found[table] = await rows(database, `select * from read.${table} r order by r::text`);
  return found;
}

const manifestOf = (of: string): Manifest => readManifest(readFileSync(join(of, 'manifest.json'), 'utf8'));

const emptied = async (database: TestDatabase) => (await rows(database, 'select 1 from es_event limit 1')).length === 0;

describe('a backup', () => {
  it('is restored to the byte, with closed streams, clock, numbers, timers and answers', async () => {
    const target = await emptyDatabase();
    expect(await almoner(target, ['restore', whole])).toContain('every byte as it was');
    for (const query of Object.values(kept)) expect(await rows(target, query)).toEqual(await rows(source, query));
    expect(await new DatabaseRunningNumbers(target.pool).next('430225-2025')).toBe(3);
    const next = await new PostgresEventStore(target.pool, new WakeUp()).append('odd-1', 6n, [odd('{}')]);
    expect(next.position).toBe(String((await rows(source, kept.events)).length));
    await expect(new PostgresEventStore(target.pool, new WakeUp()).append('many-7', 1n, [odd('{}')])).rejects.toThrow(
      'many-7',
    );
  });

  it('gives the same read models again', async () => {
    const target = await emptyDatabase();
    await almoner(target, ['restore', whole]);
    const before = await readModels(source);
    expect(Object.values(before).filter((table) => table.length > 0).length).toBeGreaterThan(4);
    expect(Object.values(await readModels(target)).flat()).toEqual([]);
    await buildReadModels(target);
    expect(await readModels(target)).toEqual(before);
  });

  it('is whole up to one position while others go on appending', async () => {
    const place = join(folder, 'while-appending');
    let ending = false;
    const appending = (async () => {
      for (let stream = 0; !ending; stream++)
        await store.append(`later-${stream}`, 'no_stream', [odd('{}'), odd('{}')]);
    })();
    const printed = await almoner(source, ['backup', place, '--json']);
    ending = true;
    await appending;
    const { log } = manifestOf(place);
    expect(JSON.parse(printed)).toMatchObject({ log: { events: log?.events } });
    const target = await emptyDatabase();
    await almoner(target, ['restore', place]);
    const before = `select * from es_event where global_position < ${log?.events} order by global_position`;
    expect(await rows(target, before)).toEqual(await rows(source, before));
    expect(await rows(target, kept.events)).toHaveLength(log?.events ?? -1);
    const torn = 'select stream_id from es_event group by stream_id having count(*) <> max(revision) + 1';
    expect(await rows(target, torn)).toEqual([]);
  });

  it('shows everything as it was at one moment, whatever happens meanwhile', async () => {
    const place = join(folder, 'one-moment');
    const before = { numbers: await rows(source, kept.numbers), events: await rows(source, kept.events) };
    const numbers = new DatabaseRunningNumbers(source.pool);
    await writeBackup(source.pool, {
      folder: place,
      withLog: true,
      dataDir: folder,
      onProgress: async (done) => {
        await numbers.next('430225-2025');
        await store.append(`meanwhile-${done}`, 'no_stream', [odd('{}')]);
      },
    });
    const target = await emptyDatabase();
    await almoner(target, ['restore', place]);
    expect(await rows(target, kept.numbers)).toEqual(before.numbers);
    expect(await rows(target, kept.events)).toEqual(before.events);
    expect(await rows(source, kept.numbers)).not.toEqual(before.numbers);
  });

  it('lies in files of bounded size that only their owner can read, and says where the keys are', () => {
    const manifest = manifestOf(whole);
    expect(manifest.log?.files.length).toBeGreaterThan(2);
    for (const name of readdirSync(whole)) expect(statSync(join(whole, name)).mode & 0o077).toBe(0);
    expect(statSync(whole).mode & 0o077).toBe(0);
    expect(manifest.keys).toEqual({ included: false, folder, files: ['keys/key-encryption-keys.json'] });
    expect(manifest.tables.map(({ table }) => table).filter((table) => /key/.test(table))).toEqual([]);
    for (const name of readdirSync(whole)) expect(name).not.toMatch(/key/);
    expect(manifest.readers).toContainEqual({ reader: 'case-list', position: manifest.log?.head });
  });

  it('of a log in EventStoreDB holds what that server does not', async () => {
    const place = join(folder, 'without-log');
    const env = { EVENT_STORE: 'esdb' };
    expect(await almoner(source, ['backup', place], env)).toContain('the tools of that server');
    expect(manifestOf(place).log).toBeNull();
    const target = await emptyDatabase();
    await expect(almoner(target, ['restore', place])).rejects.toThrow('EVENT_STORE');
    await almoner(target, ['restore', place], env);
    expect(await rows(target, kept.numbers)).toEqual(await rows(source, kept.numbers));
    expect(await emptied(target)).toBe(true);
    await disconnect(target);
    await expect(almoner(target, ['restore', place], env)).rejects.toThrow('in use');
  });
});

describe('the table of keys', () => {
  const tables = ['subject_key order by key_id', 'destroyed_subject order by subject, retention', 'index_key'];
  const keysOf = (database: TestDatabase) =>
    Promise.all(tables.map((each) => rows(database, `select * from keys.${each}`)));
  const restored = async () => {
    const target = await emptyDatabase();
    await almoner(target, ['restore', whole]);
    return target;
  };

  it('has a copy of its own, for its owner alone, and comes back beside the log', async () => {
    const file = join(folder, 'keys.gz');
    expect(await almoner(source, ['keys', 'backup', file])).toContain('2 keys');
    expect(statSync(file).mode & 0o077).toBe(0);
    await expect(almoner(source, ['keys', 'backup', file])).rejects.toThrow('there already');
    const target = await restored();
    expect((await keysOf(target)).flat()).toEqual([]);
    await almoner(target, ['keys', 'restore', file]);
    expect(await keysOf(target)).toEqual(await keysOf(source));
    await expect(almoner(target, ['keys', 'restore', file])).rejects.toThrow('keys already');
  });

  it('brings back nothing that the log says is erased, however old the copy is', async () => {
    const file = join(folder, 'old-keys.gz');
    await almoner(source, ['keys', 'backup', file]);
    const target = await restored();
    const log = new PostgresEventStore(target.pool, new WakeUp());
    const data = Buffer.from(JSON.stringify({ subject: 'person-1', retentions: ['management-file'], keyIds: [] }));
    await log.append('erasure-1', 'no_stream', [{ ...odd(data), type: 'SubjectKeyDestroyed' }]);
    await log.close();
    expect(await almoner(target, ['keys', 'restore', file])).toContain('1 erasures');
    const alive = 'select subject from keys.subject_key where wrapped is not null';
    expect(await rows(target, alive)).toEqual(['(person-2)']);
    expect(await rows(target, 'select subject from keys.destroyed_subject')).toEqual(['(person-1)']);
  });

  it('is not brought back from a copy that is not whole, nor into a database without a log', async () => {
    const file = join(folder, 'cut-keys.gz');
    await almoner(source, ['keys', 'backup', file]);
    const target = await restored();
    const whole = readFileSync(file);
    writeFileSync(file, whole.subarray(0, -20));
    await expect(almoner(target, ['keys', 'restore', file])).rejects.toThrow('cannot be read');
    const lines = gunzipSync(whole).toString().split('\n');
    writeFileSync(file, gzipSync(lines.toSpliced(1, 1).join('\n')));
    await expect(almoner(target, ['keys', 'restore', file])).rejects.toThrow('not whole');
    await expect(almoner(target, ['keys', 'restore', join(folder, 'none.gz')])).rejects.toThrow('cannot be read');
    writeFileSync(file, whole);
    await expect(almoner(await emptyDatabase(), ['keys', 'restore', file])).rejects.toThrow(
      'restore the backup of the log first',
    );
    expect((await keysOf(target)).flat()).toEqual([]);
  });
});

describe('from the terminal', () => {
  it('goes into a machine that has nothing yet, and out of one whose service is stopped', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'almoner-restored-'));
    chmodSync(dataDir, 0o755);
    const again = join(folder, 'again');
    const script = resolve(import.meta.dirname, '../scripts/almoner.mjs');
    const env = { ...process.env, NODE_OPTIONS: '', DATABASE_URL: '', DATA_DIR: dataDir, LANG: 'zh_CN.UTF-8' };
    const run = (...args: string[]) => promisify(execFile)(process.execPath, [script, ...args], { env });
    try {
      await expect(run('backup', again)).rejects.toMatchObject({
        code: 1,
        stderr: expect.stringContaining('no data in'),
      });
      const { stdout } = await run('restore', whole);
      expect(stdout).toContain(`已恢复 ${manifestOf(whole).log?.events} 个事件`);
      await run('backup', again);
      expect(manifestOf(again).log?.root).toBe(manifestOf(whole).log?.root);
      await expect(run('restore', whole)).rejects.toMatchObject({
        code: 1,
        stderr: expect.stringContaining('not empty'),
      });
      expect(readdirSync(dataDir)).toEqual(['postgres']);
    } finally {
      rmSync(dataDir, { recursive: true, force: true });
    }
  });
});

describe('a place', () => {
  it('that is not empty is not written to', async () => {
    const place = join(folder, 'taken');
    mkdirSync(place);
    writeFileSync(join(place, 'mine'), '');
    await expect(almoner(source, ['backup', place])).rejects.toThrow('is not empty');
    await expect(almoner(source, ['backup', join(place, 'mine')])).rejects.toThrow('is no folder');
    expect(readdirSync(place)).toEqual(['mine']);
  });

  it('that another run is writing to is left to it; what a killed run left is replaced', async () => {
    const place = join(folder, 'shared');
    const draft = join(folder, '.shared.unfinished');
    mkdirSync(draft);
    writeFileSync(join(draft, 'lock'), String(process.pid));
    await expect(almoner(source, ['backup', place])).rejects.toThrow(`process ${process.pid} is writing`);
    writeFileSync(join(draft, 'lock'), '999999999');
    await almoner(source, ['backup', place]);
    expect([existsSync(draft), existsSync(join(place, 'lock'))]).toEqual([false, false]);
    expect(manifestOf(place).log?.events).toBeGreaterThan(600);
  });

  it('that holds events is not restored to', async () => {
    await source.pool.query('select 1');
    await expect(almoner(source, ['restore', whole])).rejects.toThrow('the service runs on this database');
    const target = await emptyDatabase();
    await almoner(target, ['restore', whole]);
    await expect(almoner(target, ['restore', whole])).rejects.toThrow('its log is not empty');
  });
});

describe('a restore that is interrupted', () => {
  it('leaves an empty log and can be repeated', async () => {
    const target = await emptyDatabase();
    const order = {
      folder: whole,
      manifest: await openBackup(whole),
      databaseUrl: target.url,
      schema,
      projections: [],
    };
    const cut = () => {
      throw new Error('power cut');
    };
    const pool = createPool(target.url, 1);
    await expect(restoreBackup(pool, { ...order, onProgress: cut })).rejects.toThrow('power cut');
    await pool.end();
    expect(await emptied(target)).toBe(true);
    await disconnect(target);
    await almoner(target, ['restore', whole]);
    expect(await rows(target, kept.events)).toHaveLength(order.manifest.log?.events ?? -1);
  });
});

describe('another version of the program', () => {
  class Later implements MigrationInterface {
    readonly name = 'Later1999999999000';
    async up(db: QueryRunner): Promise<void> {
      await db.query('alter table running_number add column doubled bigint');
      await db.query('update running_number set doubled = 2 * last');
      await db.query('alter table running_number alter column doubled set not null');
    }
    async down(): Promise<void> {}
  }
  const restoreWith = async (migrations: Schema['migrations']) => {
    const target = await emptyDatabase();
    const pool = createPool(target.url, 1);
    const order = { folder: whole, manifest: await openBackup(whole), databaseUrl: target.url };
    try {
      await restoreBackup(pool, { ...order, schema: { ...schema, migrations }, onProgress: () => undefined });
    } finally {
      await pool.end();
    }
    return target;
  };

  it('restores what an older one kept, and brings it up to date', async () => {
    const target = await restoreWith([...schema.migrations, Later]);
    expect(await rows(target, 'select last, doubled from running_number order by 1')).toEqual(['(1,2)', '(2,4)']);
    expect(await rows(target, kept.events)).toEqual(
      await rows(source, `${kept.events} limit ${manifestOf(whole).log?.events}`),
    );
  });

  it('refuses what a newer one kept', async () => {
    await expect(restoreWith(schema.migrations.slice(0, -1))).rejects.toThrow('a newer program made this backup');
  });
});

describe('a damaged backup', () => {
  const copyOf = (name: string): string => {
    const copy = join(folder, `damaged-${name}`);
    cpSync(whole, copy, { recursive: true });
    return copy;
  };
  const files = ['manifest.json', 'events-000002.jsonl.gz', 'closed-streams.jsonl.gz', 'table-running_number.jsonl.gz'];
  const harm = {
    'has a flipped bit': (path: string) => {
      const bytes = readFileSync(path);
      const middle = bytes.length >> 1;
      bytes[middle] = (bytes[middle] ?? 0) ^ 1;
      writeFileSync(path, bytes);
    },
    'is cut': (path: string) => writeFileSync(path, readFileSync(path).subarray(0, -9)),
    'is missing': (path: string) => rmSync(path),
  };

  it.each(files.flatMap((file) => Object.entries(harm).map(([how, damage]) => ({ file, how, damage }))))(
    'whose $file $how is refused by name, and nothing is restored',
    async ({ file, how, damage }) => {
      const copy = copyOf(`${file} ${how}`);
      damage(join(copy, file));
      const target = await createTestDatabase('damaged', schema.migrations);
      made.push(target);
      await expect(almoner(target, ['restore', copy])).rejects.toThrow(basename(file));
      expect(await emptied(target)).toBe(true);
    },
  );

  /** Changes the lines of a file of events and makes its checksums right again. */
  function forge(copy: string, file: number, change: (lines: string[]) => string[]): void {
    const { log, ...manifest } = manifestOf(copy);
    if (log === null) throw new Error('no log');
    const entry = log.files[file] as FileEntry;
    const path = join(copy, entry.name);
    const lines = change(gunzipSync(readFileSync(path)).toString().trimEnd().split('\n'));
    const bytes = gzipSync(lines.map((line) => `${line}\n`).join(''));
    writeFileSync(path, bytes);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const forged = { ...entry, sha256, bytes: bytes.length, lines: lines.length };
    const changed = log.files.map((each) => (each === entry ? forged : each));
    writeFileSync(join(copy, 'manifest.json'), manifestText({ ...manifest, log: { ...log, files: changed } }));
  }

  it('that was edited with care is refused at the event', async () => {
    const copy = copyOf('edited');
    forge(copy, 2, (lines) => lines.map((line) => line.replace('{\\"n\\":123}', '{\\"n\\":124}')));
    const target = await emptyDatabase();
    const [edited] = await rows(
      source,
      `select global_position from es_event where stream_id = 'many-123' and revision = 0`,
    );
    await expect(almoner(target, ['restore', copy])).rejects.toThrow(`position ${edited?.slice(1, -1)} is not what`);
    expect(await emptied(target)).toBe(true);
  });

  it('from which an event was taken is refused at the gap, and one whose end was cut off by its root', async () => {
    const gap = copyOf('gap');
    forge(gap, 1, (lines) => lines.toSpliced(3, 1));
    await expect(almoner(await emptyDatabase(), ['restore', gap])).rejects.toThrow(
      /position \d+ of the log is not there/,
    );
    const cut = copyOf('tail');
    forge(cut, (manifestOf(cut).log?.files.length ?? 0) - 1, (lines) => lines.slice(0, -1));
    await expect(almoner(await emptyDatabase(), ['restore', cut])).rejects.toThrow('not the one of the manifest');
  });

  it('is not made of a damaged log', async () => {
    const target = await emptyDatabase();
    await almoner(target, ['restore', whole]);
    await target.pool.query(`
      alter table es_event disable trigger es_event_is_for_ever;
      update es_event set data = '{}' where global_position = 40`);
    const place = join(folder, 'of-damaged');
    await expect(almoner(target, ['backup', place])).rejects.toThrow('position 40 ');
    expect(readdirSync(folder).filter((name) => name.includes('of-damaged'))).toEqual([]);
  });
});
