import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { kernelMigrations, PostgresEventStore, WakeUp } from '#libs/event-sourcing';
import { checkKeys, keysMigrations, LocalKeyService, openKeyedIndex, ownStreamsMigrations } from '#libs/people';
import { createDataSource, migrate, StartUpError, type Schema } from '#libs/platform';
import { newEvent } from './contracts/event-store.contract.js';
import { createTestDatabase, type TestDatabase } from './support/database.js';

let database: TestDatabase;
let keysDir: string;

beforeEach(async () => {
  database = await createTestDatabase('start_keys', [...kernelMigrations, ...keysMigrations], 4);
  keysDir = await mkdtemp(join(tmpdir(), 'almoner-start-keys-'));
});
afterEach(async () => {
  await database.drop();
  await rm(keysDir, { recursive: true, force: true });
});

async function recordSomething(): Promise<void> {
  const store = new PostgresEventStore(database.pool, new WakeUp());
  await store.append(`household-${randomUUID()}`, 'no_stream', [newEvent()]);
  await store.close();
}

async function migrateWith(migrations: Schema['migrations']): Promise<void> {
  const dataSource = createDataSource(database.url, { entities: [], migrations });
  try {
    await migrate(dataSource);
  } finally {
    await dataSource.destroy();
  }
}

/** What the start says: one line. */
async function refusalOf(start: Promise<void>): Promise<string> {
  const error = await start.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(StartUpError);
  const { message } = error as StartUpError;
  expect(message).not.toContain('\n');
  return message;
}

describe('a start on data from before persons had streams of their own', () => {
  const all = [...kernelMigrations, ...keysMigrations, ...ownStreamsMigrations];

  it('is refused with one line that says how to begin afresh, each time, and changes nothing', async () => {
    await recordSomething();
    const done = async () =>
      (await database.pool.query<{ name: string }>('select name from schema_migration order by id')).rows;
    const before = await done();
    for (const _ of [1, 2])
      expect(await refusalOf(migrateWith(all))).toMatch(/Begin afresh: .* DATA_DIR .* DATABASE_URL/);
    expect(await done()).toEqual(before);
  });

  it('is refused where the log lies elsewhere and read models have followed it', async () => {
    await database.pool.query(
      "insert into proj_checkpoint (projection, build, shard, position) values ('list', 1, 0, '20')",
    );
    await refusalOf(migrateWith(all));
  });

  it('is none where the log was empty, and none later on', async () => {
    await migrateWith(all);
    await recordSomething();
    await migrateWith(all);
  });
});

describe('a start without the keys that the data need', () => {
  it('is refused with one line that names the missing keys and where they should be', async () => {
    await checkKeys(database.pool, { keysDir });
    const service = new LocalKeyService(keysDir);
    await openKeyedIndex(database.pool, service);
    await recordSomething();
    await checkKeys(database.pool, { keysDir });
    const elsewhere = join(keysDir, 'other');
    const said = await refusalOf(checkKeys(database.pool, { keysDir: elsewhere }));
    expect(said).toContain(await service.currentKek());
    expect(said).toContain(elsewhere);
  });

  it('is refused where the log was restored without the schema of keys: no new index key is made', async () => {
    await recordSomething();
    expect(await refusalOf(checkKeys(database.pool, { keysDir }))).toContain('schema keys');
  });

  it('is refused where others may read the file of keys', async () => {
    await openKeyedIndex(database.pool, new LocalKeyService(keysDir));
    await chmod(join(keysDir, 'key-encryption-keys.json'), 0o644);
    expect(await refusalOf(checkKeys(database.pool, { keysDir }))).toContain('key-encryption-keys.json');
  });
});
