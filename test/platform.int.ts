import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Body, Controller, Get, Global, Module, Param, Query } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { IsInt, IsOptional, IsString } from 'class-validator';
import { Pool } from 'pg';
import { AccessModule, Allow, DevelopmentIssuer, isRole, type Role } from '#libs/access';
import { areaMigrations, AreasModule, AreaTree } from '#libs/areas';
import {
  Clock,
  EventStore,
  MemoryEventStore,
  OutcomeUnknown,
  Positions,
  RefusedCommand,
  refuse,
  RevisionConflict,
  type CommandAnswer,
} from '#libs/event-sourcing';
import {
  Caller,
  Changes,
  checkServer,
  CommandId,
  configureApp,
  createAdapter,
  createLogger,
  createPool,
  Creates,
  IdempotencyKeys,
  IdPipe,
  IsAmount,
  KnownAt,
  Meta,
  PageQuery,
  PlatformModule,
  platformMigrations,
  ProblemCatalogue,
  Reads,
  readSettings,
  SeenRevision,
  type Known,
} from '#libs/platform';

/** What the next command does; each test sets it. */
let act: () => Promise<void> | void = () => undefined;
let carriedOut = 0;

class NoteDto {
  @IsString()
  text!: string;

  @IsOptional()
  @IsAmount()
  amount?: number;
}

class NotesQuery extends PageQuery {
  @IsOptional()
  @IsString()
  q?: string;
}

class RenameDto {
  @IsInt()
  number!: number;
}

@Controller('notes')
class NotesController {
  @Creates()
  @Allow('township-officer')
  async create(@Body() _note: NoteDto, @CommandId() id: string): Promise<CommandAnswer> {
    carriedOut++;
    await act();
    return { id, revision: '0', position: '1' };
  }

  @Changes(':id/rename')
  @Allow('township-officer', 'county-reviewer')
  async rename(
    @Param('id', IdPipe) id: string,
    @Body() _body: RenameDto,
    @SeenRevision() seen: bigint,
    @Meta() meta: { actor: string; commandId: string; causationId: string },
  ): Promise<CommandAnswer & { by: string }> {
    carriedOut++;
    await act();
    expect(meta.commandId).toBe(meta.causationId);
    return { id, revision: String(seen + 1n), position: '2', by: meta.actor };
  }

  @Changes(':id/close')
  @Allow('township-officer')
  close(@Param('id', IdPipe) id: string): CommandAnswer {
    return { id, revision: '2', position: '3' };
  }

  @Get()
  @Reads('notes')
  @Allow()
  list(@Query() { limit, q }: NotesQuery, @Caller() { area }: Caller) {
    return { limit, q, area };
  }

  @Get(':id')
  @Reads()
  @Allow('inspector')
  one(@Param('id') id: string, @KnownAt() known: Known | undefined) {
    return { id, known };
  }

  @Get('unopened/by-nobody')
  closedRoute(): string {
    return 'never';
  }
}

const positions = {
  current: async () => '7',
  reached: async (_: string[], position: string) => Number(position) <= 7,
  isPosition: (text: string) => /^\d+$/.test(text),
};

@Global()
@Module({
  providers: [
    { provide: Positions, useValue: positions },
    { provide: EventStore, useFactory: () => new MemoryEventStore(() => '2025-09-01T00:00:00.000Z') },
    { provide: Clock, useValue: { now: async () => '2025-09-01T00:00:00.000Z' } },
  ],
  exports: [Positions, EventStore, Clock],
})
class KernelStub {}

@Module({ controllers: [NotesController] })
class NotesModule {
  constructor(catalogue: ProblemCatalogue) {
    catalogue.add({ NOTE_LOCKED: { status: 422, en: 'Locked until {until}.', zh: '锁定至 {until}。' } });
  }
}

let app: NestFastifyApplication;
let dataDir: string;
let admin: Pool;
let issuer: DevelopmentIssuer;
const database = `platform_${randomUUID().replaceAll('-', '')}`;

function serverUrl(): string {
  const url = process.env['TEST_PG_URL'];
  if (url === undefined) throw new Error('TEST_PG_URL is missing');
  return url;
}

function databaseUrl(name: string): string {
  const url = new URL(serverUrl());
  url.pathname = `/${name}`;
  return url.href;
}

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'almoner-platform-'));
  admin = createPool(serverUrl(), 2);
  await admin.query(`create database ${database}`);
  const settings = readSettings({
    NODE_ENV: 'test',
    DATABASE_URL: databaseUrl(database),
    DATA_DIR: dataDir,
    LOG_LEVEL: 'silent',
  });
  const logger = createLogger('silent');
  const migrations = [...platformMigrations, ...areaMigrations];
  const module = await Test.createTestingModule({
    imports: [
      PlatformModule.forRoot({ settings, entities: [], migrations }),
      KernelStub,
      AreasModule,
      AccessModule,
      NotesModule,
    ],
  }).compile();
  app = module.createNestApplication<NestFastifyApplication>(createAdapter(logger), { logger: false });
  await configureApp(app, logger);
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  issuer = await DevelopmentIssuer.open(dataDir);
}, 60_000);

afterAll(async () => {
  await app?.close();
  await admin?.query(`drop database if exists ${database} with (force)`);
  await admin?.end();
  await rm(dataDir, { recursive: true, force: true });
});

beforeEach(() => {
  act = () => undefined;
  carriedOut = 0;
});

interface Sent {
  readonly as?: Role;
  readonly area?: string;
  readonly headers?: Record<string, string>;
  readonly body?: object | string;
}

async function send(
  method: 'GET' | 'POST',
  url: string,
  { as = 'township-officer', area, headers = {}, body }: Sent = {},
) {
  const token = await issuer.issue({ role: as, area });
  const answer = await app.inject({
    method,
    url,
    headers: {
      authorization: `Bearer ${token}`,
      ...(typeof body === 'string' && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { payload: body }),
  });
  return { status: answer.statusCode, headers: answer.headers, body: parse(answer.body), text: answer.body };
}

const parse = (text: string): Record<string, unknown> => {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
};

const withKey = (key: string = randomUUID(), more: Record<string, string> = {}) => ({
  'idempotency-key': key,
  ...more,
});
const create = (key: string, body: object = { text: 'hello' }, as: Role = 'township-officer') =>
  send('POST', '/notes', { as, headers: withKey(key), body });
const note = '6f2c8c8e-0a53-4c3c-9e58-0f3a4ce6a001';

describe('a command', () => {
  it('is answered with revision, position and place', async () => {
    const { status, headers, body } = await create(randomUUID());
    expect(status).toBe(201);
    expect(headers).toMatchObject({ etag: '"0"', 'almoner-position': '1', location: `/notes/${String(body['id'])}` });
    expect(body).toMatchObject({ revision: '0', position: '1' });
  });

  it('is carried out once and answered alike again', async () => {
    const key = randomUUID();
    const first = await create(key);
    const again = await create(key);
    expect(again.status).toBe(201);
    expect(again.body).toEqual(first.body);
    for (const name of ['etag', 'almoner-position', 'location']) expect(again.headers[name]).toBe(first.headers[name]);
    expect(carriedOut).toBe(1);
  });

  it('needs a key', async () => {
    const none = await send('POST', '/notes', { body: { text: 'x' } });
    expect(none).toMatchObject({ status: 400, body: { code: 'IDEMPOTENCY_KEY_REQUIRED' } });
    const blank = await send('POST', '/notes', { headers: withKey('a b'), body: { text: 'x' } });
    expect(blank.status).toBe(400);
  });

  it('refuses a key with other content, and takes another person with the same key for another command', async () => {
    const key = randomUUID();
    await create(key);
    expect(await create(key, { text: 'other' })).toMatchObject({
      status: 422,
      body: { code: 'IDEMPOTENCY_KEY_REUSED' },
    });
    const token = await issuer.issue({ role: 'township-officer', name: 'another' });
    const other = await send('POST', '/notes', {
      headers: withKey(key, { authorization: `Bearer ${token}` }),
      body: { text: 'other' },
    });
    expect(other.status).toBe(201);
  });

  it('tells that it is still running', async () => {
    const key = randomUUID();
    let finish: () => void = () => undefined;
    let started: () => void = () => undefined;
    const running = new Promise<void>((resolve) => (started = resolve));
    act = () => {
      started();
      return new Promise((resolve) => (finish = resolve));
    };
    const first = create(key);
    await running;
    const second = await create(key);
    expect(second).toMatchObject({
      status: 409,
      body: { code: 'COMMAND_STILL_RUNNING' },
      headers: { 'retry-after': '1' },
    });
    finish();
    expect((await first).status).toBe(201);
    expect((await create(key)).status).toBe(201);
    expect(carriedOut).toBe(1);
  });

  it('is carried out once however many ask at once, each of them by its own key', async () => {
    const keys = Array.from({ length: 12 }, () => randomUUID());
    const asked = keys.flatMap((key) => [create(key), create(key), create(key, { text: 'other' })]);
    const answers = await Promise.all(asked);
    for (const [index, key] of keys.entries()) {
      const statuses = answers.slice(index * 3, index * 3 + 3).map(({ status }) => status);
      expect(statuses.filter((status) => status === 201).length).toBeGreaterThanOrEqual(1);
      expect(statuses.every((status) => [201, 409, 422].includes(status))).toBe(true);
      const again = await Promise.all([create(key), create(key, { text: 'other' })]);
      expect(again.map(({ status }) => status).sort()).toEqual([201, 422]);
    }
    expect(carriedOut).toBe(keys.length);
  });

  it('takes over when a lease ran out', async () => {
    const key = randomUUID();
    act = () => {
      throw new OutcomeUnknown();
    };
    await create(key);
    await app
      .get(Pool)
      .query(
        `update http_idempotency set state = 'running', lease_until = now() - interval '1 s' where state = 'unknown'`,
      );
    act = () => undefined;
    expect((await create(key)).status).toBe(201);
  });

  it('frees its key when refused', async () => {
    const key = randomUUID();
    act = () => {
      throw new RefusedCommand(refuse('NOTE_LOCKED', { until: '2025-09-30' }));
    };
    expect(await create(key)).toMatchObject({
      status: 422,
      body: { code: 'NOTE_LOCKED', detail: 'Locked until 2025-09-30.', details: { until: '2025-09-30' } },
    });
    act = () => undefined;
    expect((await create(key, { text: 'changed' })).status).toBe(201);
  });

  it('keeps the content of a command whose outcome is unknown, and lets it be repeated at once', async () => {
    const key = randomUUID();
    act = () => {
      throw new OutcomeUnknown();
    };
    expect(await create(key)).toMatchObject({ status: 503, body: { code: 'OUTCOME_UNKNOWN' } });
    act = () => undefined;
    expect((await create(key, { text: 'changed' })).status).toBe(422);
    expect((await create(key)).status).toBe(201);
  });

  it('needs the revision that the person saw', async () => {
    const rename = (ifMatch?: string) =>
      send('POST', `/notes/${note}/rename`, {
        headers: withKey(randomUUID(), ifMatch === undefined ? {} : { 'if-match': ifMatch }),
        body: { number: 1 },
      });
    expect(await rename()).toMatchObject({ status: 428, body: { code: 'IF_MATCH_REQUIRED' } });
    for (const wrong of ['*', 'W/"1"', '1', '"1", "2"', '"-1"', '"99999999999999999999"'])
      expect((await rename(wrong)).status).toBe(400);
    const done = await rename('"4"');
    expect(done).toMatchObject({
      status: 200,
      headers: { etag: '"5"' },
      body: { revision: '5', by: 'development:township-officer' },
    });
    act = () => {
      throw new RevisionConflict('note-1', 4n, 9n);
    };
    expect(await rename('"4"')).toMatchObject({
      status: 412,
      headers: { etag: '"9"' },
      body: { code: 'REVISION_STALE', details: { revision: '9' } },
    });
  });

  it('without a body takes no fields, and no parameters', async () => {
    const headers = () => withKey(randomUUID(), { 'if-match': '"1"' });
    expect((await send('POST', `/notes/${note}/close`, { headers: headers() })).status).toBe(200);
    expect(await send('POST', `/notes/${note}/close`, { headers: headers(), body: { why: 1 } })).toMatchObject({
      status: 400,
      body: { code: 'UNKNOWN_FIELD', errors: [{ pointer: '/why' }] },
    });
    expect((await send('POST', `/notes/${note}/close?x=1`, { headers: headers() })).status).toBe(400);
    expect((await send('POST', '/notes/17/close', { headers: headers() })).status).toBe(404);
  });

  it('keeps its answer without reading those of others, however many there are by then', async () => {
    const pool = createPool(databaseUrl(database), 1);
    const keys = new IdempotencyKeys(pool);
    const finish = async (commands: number) => {
      for (let n = 0; n < commands; n++) {
        const id = randomUUID();
        const claim = await keys.claim(id, {});
        if (claim.kind === 'mine') await keys.finish(claim.held, { status: 200, headers: {}, body: {} });
      }
    };
    const rowsRead = async () => {
      await pool.query('select pg_stat_force_next_flush()');
      const { rows } = await pool.query<{ read: string }>(
        `select seq_tup_read as read from pg_stat_user_tables where relname = 'http_idempotency'`,
      );
      return Number(rows[0]?.read);
    };
    await finish(20);
    await pool.query(`insert into http_idempotency (command_id, digest, state)
      select gen_random_uuid(), '', 'done' from generate_series(1, 20000)`);
    const before = await rowsRead();
    await finish(5);
    expect(await rowsRead()).toBe(before);
    await pool.query('truncate http_idempotency');
    await pool.end();
  });

  it('is forgotten after two days, not before', async () => {
    const pool = app.get(Pool);
    await create(randomUUID());
    const count = async () =>
      Number((await pool.query<{ n: string }>('select count(*) n from http_idempotency')).rows[0]?.n);
    const before = await count();
    await app.get(IdempotencyKeys).purge();
    expect(await count()).toBe(before);
    await pool.query(`update http_idempotency set created_at = created_at - interval '49 hours'`);
    await app.get(IdempotencyKeys).purge();
    expect(await count()).toBe(0);
  });
});

describe('a read', () => {
  it('names its position and waits for one', async () => {
    expect(await send('GET', '/notes?waitFor=7')).toMatchObject({ status: 200, headers: { 'almoner-position': '7' } });
    expect(await send('GET', '/notes?waitFor=8')).toMatchObject({
      status: 503,
      headers: { 'retry-after': '1' },
      body: { code: 'POSITION_NOT_REACHED' },
    });
    expect(await send('GET', '/notes?waitFor=soon')).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '?waitFor' }] },
    });
    expect((await send('GET', '/notes?waitFor=1&waitFor=2')).status).toBe(400);
  });

  it('reads its query', async () => {
    expect((await send('GET', '/notes?q=li')).body).toEqual({ limit: 50, q: 'li', area: '430000' });
    expect((await send('GET', '/notes?limit=7')).body).toMatchObject({ limit: 7 });
    for (const wrong of [
      'limit=0',
      'limit=201',
      'limit=1.5',
      'limit=x',
      'limit=',
      'other=1',
      'known=2025-09-01',
      'q=%00',
      'q=1&q=2',
    ])
      expect([wrong, (await send('GET', `/notes?${wrong}`)).status]).toEqual([wrong, 400]);
  });

  it('looks back', async () => {
    const look = async (known: string) =>
      (await send('GET', `/notes/1?known=${known}`, { as: 'inspector' })).body['known'];
    expect(await look('2025-09-01')).toEqual({ kind: 'date', date: '2025-09-01' });
    expect(await look('2025-09-01T08:00:00Z')).toEqual({ kind: 'instant', at: '2025-09-01T08:00:00.000Z' });
    expect(await look('position:12')).toEqual({ kind: 'position', position: '12' });
    for (const wrong of ['2025-02-30', '2025-09-01T08:00:00', 'position:', 'position:x', 'yesterday', ''])
      expect([wrong, (await send('GET', `/notes/1?known=${wrong}`, { as: 'inspector' })).status]).toEqual([wrong, 400]);
    expect((await send('GET', '/notes/1?x=1', { as: 'inspector' })).status).toBe(400);
  });

  it('knows nothing with a name that cannot be stored', async () => {
    expect((await send('GET', '/notes/a%00b', { as: 'inspector' })).status).toBe(404);
  });
});

describe('a problem', () => {
  it('is told in English or Chinese', async () => {
    const wrong = { headers: withKey(), body: { text: 1, amount: -1, extra: true } };
    const en = await send('POST', '/notes', wrong);
    expect(en.headers).toMatchObject({ 'content-type': 'application/problem+json', 'content-language': 'en' });
    expect(en.body).toMatchObject({
      type: 'urn:almoner:problem:validation-failed',
      status: 400,
      code: 'VALIDATION_FAILED',
      errors: [
        { pointer: '/extra', code: 'unknownField' },
        { pointer: '/text', code: 'isString', detail: 'Text is expected.' },
        { pointer: '/amount', code: 'isAmount' },
      ],
    });
    expect(en.body['instance']).toMatch(/^urn:uuid:[0-9a-f-]{36}$/);
    const zh = await send('POST', '/notes', {
      ...wrong,
      headers: { ...wrong.headers, 'accept-language': 'zh-CN,en;q=0.5' },
    });
    expect(zh.headers['content-language']).toBe('zh');
    expect(zh.body).toMatchObject({ title: '请求无效', detail: '部分字段不符合要求。' });
  });

  it('covers what the HTTP layer refuses', async () => {
    const cases: [string, Sent, number, string][] = [
      ['/notes', { headers: withKey(), body: '{"text":' }, 400, 'MALFORMED_JSON'],
      ['/notes', { headers: withKey(), body: '{"text":"x","__proto__":{}}' }, 400, 'MALFORMED_JSON'],
      ['/notes', { headers: withKey(), body: '[]' }, 400, 'VALIDATION_FAILED'],
      ['/notes', { headers: withKey(), body: '{"text":"a\\u0000"}' }, 400, 'VALIDATION_FAILED'],
      ['/notes', { headers: withKey(), body: '{"text":"\\ud800"}' }, 400, 'VALIDATION_FAILED'],
      [
        '/notes',
        { headers: withKey(), body: `{"text":${'['.repeat(100_000)}${']'.repeat(100_000)}}` },
        400,
        'VALIDATION_FAILED',
      ],
      [
        '/notes',
        { headers: withKey(randomUUID(), { 'content-type': 'text/csv' }), body: 'a' },
        415,
        'UNSUPPORTED_MEDIA_TYPE',
      ],
      ['/notes', { headers: withKey(), body: { text: 'x'.repeat(1_100_000) } }, 413, 'PAYLOAD_TOO_LARGE'],
      ['/nowhere', { headers: withKey(), body: {} }, 404, 'NOT_FOUND'],
      ['/%zz', { headers: withKey(), body: {} }, 400, 'BAD_REQUEST'],
    ];
    for (const [url, sent, status, code] of cases) {
      const answer = await send('POST', url, sent);
      expect([url, answer.status, answer.body['code']]).toEqual([url, status, code]);
      expect(answer.headers['content-type']).toBe('application/problem+json');
    }
  });

  it('never leaks what went wrong inside', async () => {
    act = () => {
      throw new Error('secret');
    };
    const answer = await create(randomUUID());
    expect(answer).toMatchObject({ status: 500, body: { code: 'INTERNAL' } });
    expect(answer.text).not.toContain('secret');
  });
});

describe('entering', () => {
  const plain = (authorization?: string) =>
    app.inject({ method: 'GET', url: '/notes', headers: authorization === undefined ? {} : { authorization } });

  it('needs a token of the issuer', async () => {
    const none = await plain();
    expect([none.statusCode, none.headers['www-authenticate']]).toEqual([401, 'Bearer']);
    const other = await DevelopmentIssuer.open(await mkdtemp(join(dataDir, 'other-')));
    const foreign = await plain(`Bearer ${await other.issue({ role: 'inspector' })}`);
    expect([foreign.statusCode, foreign.headers['www-authenticate']]).toEqual([401, 'Bearer error="invalid_token"']);
    expect((await plain('Bearer a.b.c')).statusCode).toBe(401);
    expect((await plain('Basic eDp5')).statusCode).toBe(401);
  });

  it('needs a known role and area, and a role that may', async () => {
    const as = async (role: string, area: string) => {
      const token = await issuer.issue({ role: role as Role, area });
      return parse((await plain(`Bearer ${token}`)).body)['code'];
    };
    expect(isRole('king')).toBe(false);
    expect(await as('king', '430000')).toBe('ROLE_UNKNOWN');
    expect(await as('inspector', '999999')).toBe('AREA_UNKNOWN');
    expect(await as('inspector', '430225')).toBeUndefined();
    expect(await create(randomUUID(), { text: 'x' }, 'inspector')).toMatchObject({
      status: 403,
      body: { code: 'FORBIDDEN' },
    });
    expect((await send('GET', '/notes/unopened/by-nobody', { as: 'administrator' })).status).toBe(403);
  });

  it('keeps the key to the owner', async () => {
    expect((await stat(join(dataDir, 'dev-issuer.json'))).mode & 0o777).toBe(0o600);
  });
});

describe('areas', () => {
  it('are listed from the caller’s own down', async () => {
    const codes = async (area: string) => {
      const answer = await send('GET', '/areas?limit=200', { area });
      return (JSON.parse(answer.text) as { items: { code: string }[] }).items.map(({ code }) => code);
    };
    expect((await codes('430000'))[0]).toBe('430000');
    expect((await codes('430225')).slice(0, 3)).toEqual(['430225', '430225100', '430225100201']);
  });

  it('know where they lie', () => {
    const tree = app.get(AreaTree);
    expect(tree.countyOf('430225100201')?.code).toBe('430225');
    expect(tree.countyOf('430200')).toBeUndefined();
    expect(tree.isWithin('430225100', '430200')).toBe(true);
    expect(tree.isWithin('430200', '430225100')).toBe(false);
    expect(tree.isWithin('nowhere', '430000')).toBe(false);
    expect(tree.timeZoneOf('430225')).toBe('Asia/Shanghai');
    expect(() => tree.get('1')).toThrow();
  });
});

describe('operations', () => {
  it('tell health and figures without a token, with safe headers', async () => {
    const get = (url: string) => app.inject({ method: 'GET', url });
    expect((await get('/health/live')).json()).toEqual({ status: 'ok' });
    expect((await get('/health/ready')).json()).toEqual({ status: 'ok' });
    const metrics = await get('/metrics');
    expect(metrics.body).toContain('almoner_http_request_seconds_bucket');
    expect(metrics.headers).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none';frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
    });
  });

  it('refuse a server that cannot be used, in one line', async () => {
    const check = async (url: string, durable = false) => {
      const pool = createPool(url, 1);
      return checkServer(pool, { durable })
        .then(
          () => 'fine',
          ({ message }: Error) => message,
        )
        .finally(() => pool.end());
    };
    expect(await check(serverUrl())).toBe('fine');
    expect(await check(serverUrl(), true)).toMatch(/^The database at \S+ has fsync off/);
    expect(await check(databaseUrl('nowhere'))).toMatch(
      /^There is no database of that name at \S+: check DATABASE_URL$/,
    );
    expect(await check('postgres://a:secret@127.0.0.1:1/x')).toMatch(
      /^The database at 127.0.0.1:1\/x cannot be reached \(ECONNREFUSED\)/,
    );
    const wrong = new URL(serverUrl());
    wrong.password = 'wrong';
    expect(await check(wrong.href)).toMatch(/refuses the user or the password/);
    const name = `${database}_c`;
    await admin.query(`create database ${name} lc_ctype 'C' template template0`);
    expect(await check(databaseUrl(name))).toMatch(/LC_CTYPE C/);
    await admin.query(`drop database ${name}`);
    await admin.query(
      `create database ${name} encoding 'SQL_ASCII' locale_provider libc locale 'C' template template0`,
    );
    expect(await check(databaseUrl(name))).toMatch(/must have encoding UTF8; it has SQL_ASCII$/);
    await admin.query(`drop database ${name}`);
    const old = { options: {}, query: async () => ({ rows: [['140011']] }) } as unknown as Pool;
    await expect(checkServer(old, { durable: false })).rejects.toThrow(/^PostgreSQL 15 or newer is needed; \S+ is 14$/);
  });
});
