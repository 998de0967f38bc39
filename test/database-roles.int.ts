import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Pool } from 'pg';
import { kernelMigrations, PostgresEventStore, WakeUp } from '#libs/event-sourcing';
import { createDataSource, createPool, grantService, migrateAnd, platformMigrations, serviceUrl } from '#libs/platform';
import { newEvent } from './contracts/event-store.contract.js';

const migrations = [...platformMigrations, ...kernelMigrations];
const names: string[] = [];
let admin: Pool;

beforeAll(() => {
  admin = new Pool({ connectionString: process.env['TEST_PG_URL'], max: 1 });
});

afterAll(async () => {
  for (const name of names.filter((one) => one.startsWith('test_db'))) {
    const { rows } = await admin.query<{ role: string }>(
      `select 'almoner_app_' || oid as role from pg_database where datname = '${name}'`,
    );
    await admin.query(`drop database ${name} with (force)`);
    await admin.query(`drop role if exists ${rows[0]?.role}`);
  }
  for (const name of names.filter((one) => one.startsWith('test_user'))) await admin.query(`drop role ${name}`);
  await admin.end();
});

const newName = (kind: 'db' | 'user') => {
  const name = `test_${kind}_${process.pid}_${names.length}`;
  names.push(name);
  return name;
};

/** A database, and the URL of its owner. */
async function newDatabase(owner: 'superuser' | 'createrole' | 'nothing') {
  const url = new URL(process.env['TEST_PG_URL'] as string);
  if (owner !== 'superuser') {
    url.username = newName('user');
    await admin.query(
      `create role ${url.username} login password '${url.password}' ${owner === 'createrole' ? 'createrole' : ''}`,
    );
  }
  url.pathname = `/${newName('db')}`;
  await admin.query(
    `create database ${url.pathname.slice(1)} owner ${url.username} template template0 encoding 'UTF8'`,
  );
  return url;
}

/** Migrates and grants as a start of the service does. */
async function started(owner: URL, appUrl?: string) {
  const dataSource = createDataSource(owner.href, { entities: [], migrations });
  try {
    return await migrateAnd(dataSource, (db) => grantService(db, owner.href, appUrl));
  } finally {
    await dataSource.destroy();
  }
}

async function withPool<T>(url: string, act: (pool: Pool) => Promise<T>): Promise<T> {
  const pool = createPool(url, 3);
  try {
    return await act(pool);
  } finally {
    await pool.end();
  }
}

const refused = { code: expect.stringMatching(/^42501$/) as unknown };

/** What the service can do and what it cannot, whatever role it has. */
async function expectRights(url: string): Promise<void> {
  await withPool(url, async (pool) => {
    const store = new PostgresEventStore(pool, new WakeUp());
    expect(await store.append('case-1', 'no_stream', [newEvent()])).toMatchObject({ status: 'ok', revision: 0n });
    expect(await store.append('case-1', 0n, [newEvent()])).toMatchObject({ status: 'ok', revision: 1n });
    await store.close();
    for (const statement of [
      'insert into es_event select global_position + 10, stream_id, revision + 10, gen_random_uuid(), event_type, schema_version, data, metadata, leaf_hash, recorded_at from es_event',
      'update es_event set revision = revision',
      'delete from es_event',
      'truncate es_event',
      "update es_closed_stream set stream_id = 'other'",
      'delete from es_closed_stream',
      'truncate es_closed_stream',
      "insert into es_closed_stream values ('case-1')",
      'alter table es_event disable trigger all',
      'drop table es_closed_stream',
      'create table public.own (id int)',
    ])
      await expect(pool.query(statement)).rejects.toMatchObject(refused);
    await pool.query("insert into running_number values ('A', 1)");
    await pool.query('update running_number set last = 2');
    await pool.query('delete from running_number');
    await pool.query('create schema read_one; create table read_one.list (id int primary key)');
    await pool.query('create or replace view read.list as select * from read_one.list');
    await pool.query('drop view read.list; drop schema read_one cascade');
  });
}

describe('the role of the service', () => {
  it('is made by a superuser, adds to the log and reads it, and owns the read models', async () => {
    const owner = await newDatabase('superuser');
    const access = await started(owner);
    expect(access).toEqual({ url: expect.stringContaining('role%3Dalmoner_app_') as unknown, warning: undefined });
    await expectRights(access.url);
    expect(await serviceUrl(owner.href, undefined)).toBe(access.url);
    expect(await started(owner)).toEqual(access);
  });

  it('holds for repositories too', async () => {
    const { url } = await started(await newDatabase('superuser'));
    const dataSource = await createDataSource(url, { entities: [], migrations: [] }).initialize();
    try {
      expect(await dataSource.query('select current_user as name')).toEqual([
        { name: expect.stringMatching(/^almoner_app_\d+$/) as unknown },
      ]);
    } finally {
      await dataSource.destroy();
    }
  });

  it('is made by a plain owner who may create roles', async () => {
    const access = await started(await newDatabase('createrole'));
    expect(access.warning).toBeUndefined();
    await expectRights(access.url);
  });

  it('takes over the read models that the owner made before', async () => {
    const owner = await newDatabase('createrole');
    await started(owner);
    await withPool(owner.href, (pool) =>
      pool.query('create table read.before (id int); create view read.seen as select * from read.before'),
    );
    const { url } = await started(owner);
    await withPool(url, (pool) => pool.query('drop view read.seen; drop table read.before'));
  });

  it('is the owner, with a warning, where the owner may not make it', async () => {
    const owner = await newDatabase('nothing');
    const access = await started(owner);
    expect(access.url).toBe(owner.href);
    expect(access.warning).toMatch(/^The service works as the owner of its tables.*DATABASE_APP_URL$/);
    expect(await serviceUrl(owner.href, undefined)).toBe(owner.href);
    await withPool(owner.href, async (pool) => {
      const store = new PostgresEventStore(pool, new WakeUp());
      expect(await store.append('case-1', 'no_stream', [newEvent()])).toMatchObject({ status: 'ok' });
      await store.close();
      await expect(pool.query('delete from es_event')).rejects.toMatchObject(refused);
    });
  });

  it('is the user of DATABASE_APP_URL where there is one', async () => {
    const owner = await newDatabase('nothing');
    const app = new URL(owner);
    app.username = newName('user');
    await admin.query(`create role ${app.username} login password '${app.password}'`);
    const access = await started(owner, app.href);
    expect(access).toEqual({ url: app.href, warning: undefined });
    await expectRights(app.href);
    expect(await serviceUrl(owner.href, app.href)).toBe(app.href);
  });
});
