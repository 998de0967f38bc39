import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, Global, Logger, Module, Param } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import type { Pool } from 'pg';
import { AccessModule, Allow, DevelopmentIssuer, type Role } from '#libs/access';
import { areaMigrations, AreasModule, type AreaTree } from '#libs/areas';
import { Clock, EventCodec, EventStore, kernelMigrations, MemoryEventStore, Positions } from '#libs/event-sourcing';
import {
  grantKeys,
  grantReadLog,
  keysMigrations,
  LocalKeyService,
  openKeyedIndex,
  personEventTypes,
  Reader,
  ReadLog,
  readLogMigrations,
  ReadLogModule,
  ReadLogReader,
  type KeyedIndex,
  type NotedReading,
} from '#libs/people';
import {
  configureApp,
  createAdapter,
  createLogger,
  createPool,
  IdPipe,
  PlatformModule,
  platformMigrations,
  readSettings,
  Reads,
} from '#libs/platform';
import { createTestDatabase, type TestDatabase } from './support/database.js';

const migrations = [
  ...kernelMigrations,
  ...platformMigrations,
  ...areaMigrations,
  ...keysMigrations,
  ...readLogMigrations,
];
const here = '43.4302.430225';
const person = '6f2c8c8e-0a53-4c3c-9e58-0f3a4ce6a001';
const household = '6f2c8c8e-0a53-4c3c-9e58-0f3a4ce6a002';
const readerOf = (subject: string, more: Partial<Reader> = {}): Reader => ({
  subject,
  role: 'county-reviewer',
  area: '430225',
  purpose: 'review',
  requestId: randomUUID(),
  known: undefined,
  effective: undefined,
  ...more,
});

let database: TestDatabase;
let folder: string;
let index: KeyedIndex;
let log: ReadLog;
let readings: ReadLogReader;
/** How many statements went to the database. */
let statements: number;

const areas = { pathOf: () => here.split('.') } as unknown as AreaTree;
const logOn = (pool: Pick<Pool, 'query'>) => new ReadLog(pool as Pool, index, areas);
const by = async (reader: string): Promise<readonly NotedReading[]> =>
  (await readings.page({ reader, limit: 200 })).items;

beforeAll(async () => {
  Logger.overrideLogger(false);
  database = await createTestDatabase('read_log', migrations);
  folder = await mkdtemp(join(tmpdir(), 'almoner-read-log-'));
  index = await openKeyedIndex(database.pool, new LocalKeyService(folder));
  readings = new ReadLogReader(database.pool);
});
beforeEach(() => {
  statements = 0;
  const counted = (...given: Parameters<Pool['query']>) => {
    statements++;
    return database.pool.query(...given);
  };
  log = logOn({ query: counted as unknown as Pool['query'] });
});
afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

describe('a reading', () => {
  it('stands in the log when it is noted: who, as what, what for, what, when, and the times asked for', async () => {
    const before = Date.now();
    const reader = readerOf('reviewer-1', { known: 'position:7', effective: '2025-09-01' });
    await log.note(reader, {
      kind: 'household',
      households: [household],
      persons: [person],
      areaPath: `${here}.430225100`,
    });
    const [noted, ...others] = await by('reviewer-1');
    expect(others).toEqual([]);
    expect(noted).toMatchObject({
      reader: 'reviewer-1',
      role: 'county-reviewer',
      area: '430225',
      purpose: 'review',
      kind: 'household',
      persons: [person],
      households: [household],
      known: 'position:7',
      effective: '2025-09-01',
      request_id: reader.requestId,
      search_by: null,
    });
    expect(Math.abs((noted?.at.getTime() ?? 0) - before)).toBeLessThan(60_000);
  });

  it('of a search holds no text and nobody, but tells equal searches as equal', async () => {
    const search = (text: string, what: 'name' | 'phone') =>
      log.note(readerOf('searcher'), { kind: 'search', by: what, text, hits: 3 });
    await search('示例甲', 'name');
    await search(' 示例甲', 'name');
    await search('示例乙', 'name');
    await search('示例甲', 'phone');
    const found = [...(await by('searcher'))].reverse();
    expect(found[0]).toMatchObject({ kind: 'search', search_by: 'name', hits: 3, persons: [], households: [] });
    const hashes = found.map(({ search_hash }) => search_hash);
    expect(hashes[1]).toBe(hashes[0]);
    expect(new Set(hashes).size).toBe(3);
    const { rows } = await database.pool.query<{ text: string }>('select r::text text from read_log.reading r');
    expect(rows.map(({ text }) => text).join()).not.toContain('示例');
  });

  it('is noted with the others of its moment: 64 at once in few statements, each of them in its own row', async () => {
    const names = Array.from({ length: 64 }, (_, n) => `crowd-${n}`);
    await Promise.all(names.map((name) => log.note(readerOf(name), { kind: 'person', persons: [person] })));
    expect(statements).toBeLessThanOrEqual(4);
    const { rows } = await database.pool.query<{ reader: string }>(
      "select reader from read_log.reading where reader like 'crowd-%'",
    );
    expect(rows.map(({ reader }) => reader).sort()).toEqual([...names].sort());
  });

  it('that cannot be kept is refused by itself, not with the others of its moment', async () => {
    const outcomes = await Promise.allSettled([
      log.note(readerOf('good-1'), { kind: 'person', persons: [person] }),
      log.note(readerOf('bad\0'), { kind: 'person', persons: [person] }),
      log.note(readerOf('good-2'), { kind: 'person', persons: ['nobody'] }),
      log.note(readerOf('good-3'), { kind: 'person', persons: [person] }),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
  });

  it('is refused while the database is away, and noted again when it is back', async () => {
    const away = createPool('postgres://nobody@127.0.0.1:1/none', 1);
    const reading = { kind: 'person', persons: [person] } as const;
    await expect(logOn(away).note(readerOf('away'), reading)).rejects.toMatchObject({
      status: 503,
      code: 'READ_LOG_UNAVAILABLE',
    });
    await away.end();
    expect(await by('away')).toEqual([]);
    await log.note(readerOf('away'), reading);
    expect(await by('away')).toHaveLength(1);
  });
});

describe('the log of readings', () => {
  it('is listed by reader, person, household, purpose, time and area, the newest first, page by page', async () => {
    const [one, other] = [randomUUID(), randomUUID()];
    const note = (subject: string, persons: string[], areaPath: string, purpose: Reader['purpose'] = 'review') =>
      log.note(readerOf(subject, { purpose }), { kind: 'list', persons, households: persons, areaPath });
    await note('lister-1', [one, other], here);
    await note('lister-2', [one], '43.4302.430226', 'complaint');
    await note('lister-1', [other], `${here}.430225100`);
    const find = async (query: Partial<Parameters<ReadLogReader['page']>[0]>) =>
      (await readings.page({ limit: 50, ...query })).items.map(({ reader, persons }) => [reader, persons.length]);
    expect(await find({ person: one })).toEqual([
      ['lister-2', 1],
      ['lister-1', 2],
    ]);
    expect(await find({ household: other })).toEqual([
      ['lister-1', 1],
      ['lister-1', 2],
    ]);
    expect(await find({ person: one, purpose: 'complaint' })).toEqual([['lister-2', 1]]);
    expect(await find({ person: one, scope: here })).toEqual([['lister-1', 2]]);
    expect(await find({ person: other, scope: here })).toHaveLength(2);
    expect(await find({ person: other, scope: [{ path: here, alone: true }] })).toHaveLength(1);
    expect(await find({ person: one, to: '2020-01-01T00:00:00Z' })).toEqual([]);
    expect(await find({ person: one, from: '2020-01-01T00:00:00Z' })).toHaveLength(2);
    const first = await readings.page({ person: one, limit: 1 });
    expect(first.items[0]?.reader).toBe('lister-2');
    const second = await readings.page({ person: one, limit: 1, cursor: first.nextCursor });
    expect([second.items[0]?.reader, second.nextCursor]).toEqual(['lister-1', undefined]);
  });

  it('is added to by the service and changed by nobody', async () => {
    const role = `read_log_service_${process.pid}`;
    await database.pool.query(`create role ${role} nologin; grant select on program_clock to ${role}`);
    await grantReadLog(database.pool, role);
    const url = new URL(database.url);
    url.searchParams.set('options', `-c role=${role}`);
    const pool = createPool(url.href, 2);
    const changes = [
      "update read_log.reading set reader = 'other'",
      'delete from read_log.reading',
      'truncate read_log.reading',
    ];
    try {
      await logOn(pool).note(readerOf('service'), { kind: 'person', persons: [person] });
      expect((await new ReadLogReader(pool).page({ reader: 'service', limit: 1 })).items).toHaveLength(1);
      const forged = (column: string, value: string) =>
        `insert into read_log.reading (reader, role, area, purpose, kind, persons, households, area_path, request_id, ${column})
          ${column === 'id' ? 'overriding system value' : ''} values ('x', 'x', 'x', 'x', 'person', '{}', '{}', 'x', gen_random_uuid(), ${value})`;
      for (const statement of [
        ...changes,
        forged('at', "'2020-01-01'"),
        forged('id', '1000000'),
        'alter table read_log.reading disable trigger all',
        'drop table read_log.reading',
      ])
        await expect(pool.query(statement)).rejects.toMatchObject({ code: '42501' });
      for (const statement of changes)
        await expect(database.pool.query(statement)).rejects.toThrow('the read log is never changed');
    } finally {
      await pool.end();
      await database.pool.query(`drop owned by ${role}; drop role ${role}`);
    }
  });
});

/** What a controller that shows personal data does. */
@Controller('files')
class FilesController {
  constructor(private readonly readLog: ReadLog) {}

  @Get(':id')
  @Reads()
  @Allow()
  async one(@Param('id', IdPipe) id: string, @Reader() reader: Reader) {
    await this.readLog.note(reader, { kind: 'person', persons: [id] });
    return { id, name: '示例甲' };
  }
}

const store = new MemoryEventStore(() => '2025-09-01T00:00:00.000Z');

@Global()
@Module({
  providers: [
    { provide: Positions, useValue: { current: async () => '0', isPosition: () => true } },
    { provide: EventStore, useValue: store },
    { provide: EventCodec, useValue: new EventCodec(personEventTypes) },
    { provide: Clock, useValue: { now: async () => '2025-09-01T00:00:00.000Z' } },
  ],
  exports: [Positions, EventStore, EventCodec, Clock],
})
class KernelStub {}

describe('an answer with personal data', () => {
  let app: NestFastifyApplication;
  let issuer: DevelopmentIssuer;

  beforeAll(async () => {
    const settings = readSettings({
      NODE_ENV: 'test',
      DATABASE_URL: database.url,
      DATA_DIR: folder,
      LOG_LEVEL: 'silent',
    });
    const module = await Test.createTestingModule({
      imports: [
        PlatformModule.forRoot({ settings, entities: [], migrations, grants: [grantKeys, grantReadLog] }),
        KernelStub,
        AreasModule,
        AccessModule,
        ReadLogModule,
      ],
      controllers: [FilesController],
    }).compile();
    const logger = createLogger('silent');
    app = module.createNestApplication<NestFastifyApplication>(createAdapter(logger), { logger: false });
    await configureApp(app, logger);
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
    issuer = await DevelopmentIssuer.open(folder);
  }, 60_000);
  afterAll(() => app?.close());

  async function get(url: string, role: Role, { area, ...headers }: Record<string, string> = {}) {
    const token = await issuer.issue({ role, area });
    const answer = await app.inject({ method: 'GET', url, headers: { authorization: `Bearer ${token}`, ...headers } });
    return { status: answer.statusCode, body: JSON.parse(answer.body) as Record<string, unknown>, text: answer.body };
  }
  const latest = async () => (await readings.page({ limit: 1 })).items[0];

  it('is noted for what its reader says it is read for, or for what the role ordinarily reads for', async () => {
    expect((await get(`/files/${person}`, 'township-officer')).status).toBe(200);
    expect(await latest()).toMatchObject({
      role: 'township-officer',
      purpose: 'application-handling',
      persons: [person],
    });
    expect((await get(`/files/${person}`, 'township-officer', { 'almoner-purpose': 'complaint' })).status).toBe(200);
    expect(await latest()).toMatchObject({ purpose: 'complaint', kind: 'person' });
  });

  it('is not given to a role without an ordinary purpose that names none, nor for a purpose that there is not', async () => {
    const before = await latest();
    const none = await get(`/files/${person}`, 'administrator');
    expect(none).toMatchObject({ status: 400, body: { code: 'PURPOSE_REQUIRED' } });
    expect(none.body['detail']).toContain('data-subject-request');
    const other = await get(`/files/${person}`, 'inspector', {
      'almoner-purpose': 'toString',
      'accept-language': 'zh',
    });
    expect(other).toMatchObject({ status: 400, body: { code: 'PURPOSE_UNKNOWN' } });
    expect(other.body['detail']).toMatch(/目的.*audit/);
    expect(await latest()).toEqual(before);
    expect((await get(`/files/${person}`, 'administrator', { 'almoner-purpose': 'technical-operation' })).status).toBe(
      200,
    );
  });

  it('is not sent when it cannot be noted', async () => {
    await database.pool.query('alter table read_log.reading rename to away');
    try {
      const refused = await get(`/files/${person}`, 'township-officer');
      expect(refused).toMatchObject({ status: 503, body: { code: 'READ_LOG_UNAVAILABLE' } });
      expect(refused.text).not.toContain('示例甲');
    } finally {
      await database.pool.query('alter table read_log.away rename to reading');
    }
    expect((await get(`/files/${person}`, 'township-officer')).status).toBe(200);
  });

  it('is listed to the inspector of the area where the file lies, who is noted too, and to no officer', async () => {
    const id = randomUUID();
    await get(`/files/${id}`, 'township-officer', { area: '430225100' });
    const asked = await get(`/reads?person=${id}`, 'inspector', { area: '430225' });
    expect(asked.body).toMatchObject({
      items: [{ reader: 'development:township-officer', area: '430225100', kind: 'person', persons: [id] }],
    });
    expect(await latest()).toMatchObject({ role: 'inspector', purpose: 'audit', kind: 'read-log', persons: [id] });
    expect((await get(`/reads?person=${id}`, 'inspector', { area: '430203' })).body).toEqual({ items: [] });
    expect((await get(`/reads?person=${id}`, 'township-officer')).status).toBe(403);
    expect((await get('/reads?purpose=curiosity', 'inspector')).status).toBe(400);
    expect((await get('/reads?from=yesterday', 'inspector')).status).toBe(400);
  });

  it('can be told to the person whose file it is, by an officer who may see them', async () => {
    const id = randomUUID();
    const data = Buffer.from(JSON.stringify({ area: '430225100', areaPath: '43.4302.430225.430225100' }));
    await store.append(`person-${id}`, 'no_stream', [
      { id: randomUUID(), type: 'PersonRegistered', schemaVersion: 1, data, metadata: {} },
    ]);
    await get(`/files/${id}`, 'county-reviewer', { area: '430000' });
    const told = await get(`/persons/${id}/readers`, 'data-protection-officer', { area: '430225' });
    expect(told.body['items']).toMatchObject([{ role: 'county-reviewer', area: '430000', purpose: 'review' }]);
    expect(await latest()).toMatchObject({ kind: 'read-log', purpose: 'data-subject-request', persons: [id] });
    for (const [url, area] of [
      [`/persons/${id}/readers`, '430203'],
      [`/persons/${randomUUID()}/readers`, '430225'],
    ] as const)
      expect((await get(url, 'data-protection-officer', { area })).status).toBe(404);
    expect((await get(`/persons/${id}/readers`, 'county-reviewer')).status).toBe(403);
  });
});
