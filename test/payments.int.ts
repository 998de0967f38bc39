import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Global, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { Pool } from 'pg';
import { AccessModule, DevelopmentIssuer, type Role } from '#libs/access';
import { areaMigrations, AreasModule, KnownCut } from '#libs/areas';
import {
  AggregateStore,
  Clock,
  DatabaseClock,
  engineParts,
  EventCodec,
  EventStore,
  findOutbox,
  kernelMigrations,
  OutboxRunner,
  Positions,
  PostgresEventStore,
  Progress,
  projection,
  ProjectionHost,
  retryOutbox,
  verifyProjection,
  WakeUp,
  type EngineParts,
} from '#libs/event-sourcing';
import {
  AwardsDue,
  BankFileDelivery,
  bankFileOutbox,
  Payees,
  PayLineReader,
  paymentsEntities,
  PaymentsModule,
  paymentsProjections,
  payRunEventTypes,
  type DueMonth,
} from '#libs/payments';
import { ReadLog, type Reading } from '#libs/people';
import {
  configureApp,
  createAdapter,
  createLogger,
  PlatformModule,
  platformMigrations,
  readSettings,
} from '#libs/platform';
import { createTestDatabase, type TestDatabase } from './support/database.js';
import { until } from './support/until.js';

const county = '430225';
const township = '430225100';
const village = '430225100201';
const householdId = randomUUID();
const cases = {
  husband: { caseId: randomUUID(), personId: randomUUID() },
  wife: { caseId: randomUUID(), personId: randomUUID() },
};

type Accounts = Awaited<ReturnType<Payees['accounts']>>;

/** What cases decided and people confirmed, as the tests set it. */
const outside: { due: readonly DueMonth[]; accounts: Accounts } = { due: [], accounts: new Map() };

class DueAsSet extends AwardsDue {
  override async due({ throughMonth, scheme }: Parameters<AwardsDue['due']>[0]): Promise<readonly DueMonth[]> {
    return scheme === 'disability-nursing' ? outside.due.filter(({ month }) => month <= throughMonth) : [];
  }
}

/** Every account stands in a file of its own, with the id of the account, as if each payee's had been merged into it. */
class PayeesAsSet extends Payees {
  override async accounts(): Promise<Accounts> {
    return outside.accounts;
  }

  override async details(accountIds: readonly string[]): ReturnType<Payees['details']> {
    return new Map(accountIds.map((id) => [id, { personId: id, holder: '某甲', bank: '农商行', number: '6217' }]));
  }
}

const dueTo = (who: keyof typeof cases, month: string): DueMonth => ({
  ...cases[who],
  householdId,
  area: village,
  residence: 'rural',
  month,
  amount: 5500,
});

/** Gives both a new account. */
function setAccounts(confirmedOn?: string): void {
  const account = () => ({ accountId: randomUUID(), ...(confirmedOn !== undefined && { confirmedOn }) });
  outside.accounts = new Map(Object.values(cases).map(({ personId }) => [personId, account()]));
}

const readings: Reading[] = [];
const readLog = { note: async (_: unknown, reading: Reading) => void readings.push(reading) };

const codec = new EventCodec(payRunEventTypes);

/** Read models of other libs that routes wait for. */
const foreignProjections = ['award', 'account'].map((name) => projection({ name, version: 1, tables: {}, on: {} }));

@Global()
@Module({
  providers: [
    WakeUp,
    Progress,
    {
      provide: EventStore,
      useFactory: (pool: Pool, wakeUp: WakeUp) => new PostgresEventStore(pool, wakeUp),
      inject: [Pool, WakeUp],
    },
    { provide: EventCodec, useValue: codec },
    {
      provide: AggregateStore,
      useFactory: (store: EventStore) => new AggregateStore(store, codec),
      inject: [EventStore],
    },
    { provide: Clock, useFactory: (pool: Pool) => new DatabaseClock(pool), inject: [Pool] },
    {
      provide: Positions,
      useFactory: (pool: Pool, store: EventStore, progress: Progress) => new Positions(pool, store, progress),
      inject: [Pool, EventStore, Progress],
    },
    KnownCut,
    { provide: AwardsDue, useClass: DueAsSet },
    { provide: Payees, useClass: PayeesAsSet },
    { provide: ReadLog, useValue: readLog },
  ],
  exports: [
    WakeUp,
    Progress,
    EventStore,
    EventCodec,
    AggregateStore,
    Clock,
    Positions,
    KnownCut,
    AwardsDue,
    Payees,
    ReadLog,
  ],
})
class Kernel {}

let database: TestDatabase;
let dataDir: string;
let app: NestFastifyApplication;
let issuer: DevelopmentIssuer;
let clock: DatabaseClock;
let host: ProjectionHost | undefined;
let parts: EngineParts;
const stops: string[] = [];

beforeAll(async () => {
  const migrations = [...platformMigrations, ...kernelMigrations, ...areaMigrations];
  database = await createTestDatabase('payments', migrations, 4);
  dataDir = await mkdtemp(join(tmpdir(), 'almoner-payments-'));
  const settings = readSettings({
    NODE_ENV: 'test',
    DATABASE_URL: database.url,
    DATA_DIR: dataDir,
    LOG_LEVEL: 'silent',
  });
  const logger = createLogger('silent');
  const platform = PlatformModule.forRoot({ settings, entities: paymentsEntities, migrations });
  const module = await Test.createTestingModule({
    imports: [platform, Kernel, AreasModule, AccessModule, PaymentsModule],
  }).compile();
  app = module.createNestApplication<NestFastifyApplication>(createAdapter(logger), { logger: false });
  await configureApp(app, logger);
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  issuer = await DevelopmentIssuer.open(dataDir);
  clock = new DatabaseClock(database.pool);
  await clock.startAt('2025-10-10T02:00:00.000Z');
  parts = engineParts({
    pool: app.get(Pool),
    store: app.get(EventStore),
    codec,
    wakeUp: app.get(WakeUp),
    progress: app.get(Progress),
    observer: {
      stopped: (...what) => void stops.push(what.join(' ')),
      parked: (...what) => void stops.push(what.join(' ')),
      fenceLost: (...what) => void stops.push(what.join(' ')),
    },
  });
  const builds = { swapped: () => undefined, buildFailed: () => undefined };
  host = new ProjectionHost(parts, [...paymentsProjections, ...foreignProjections], [bankFileOutbox], builds);
  await host.start();
}, 60_000);

afterAll(async () => {
  await host?.stop();
  await app?.close();
  await database?.drop();
  if (dataDir !== undefined) await rm(dataDir, { recursive: true, force: true });
});

interface Line {
  readonly id: string;
  readonly batch?: number;
}

/** What the tests read from answers; which of it is there depends on the route. */
interface Body {
  readonly id: string;
  readonly revision: string;
  readonly position: string;
  readonly code: string;
  readonly items: readonly Line[];
  readonly nextCursor: string;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Partial<Body>;
  readonly text: string;
}

interface Sender {
  readonly area?: string;
  readonly name?: string;
}

interface Sent extends Sender {
  readonly key?: string;
  readonly seen?: string;
  readonly body?: object;
}

async function request(method: 'GET' | 'POST', url: string, role: Role, sent: Sent): Promise<Answer> {
  const { area = county, name, key = randomUUID(), seen, body = {} } = sent;
  const token = await issuer.issue({ role, area, ...(name !== undefined && { name }) });
  const answer = await app.inject({
    method,
    url,
    headers: {
      authorization: `Bearer ${token}`,
      ...(method === 'POST' && { 'idempotency-key': key }),
      ...(seen !== undefined && { 'if-match': `"${seen}"` }),
    },
    ...(method === 'POST' && { payload: body }),
  });
  const isJson = String(answer.headers['content-type']).includes('json');
  return {
    status: answer.statusCode,
    headers: answer.headers,
    body: (isJson ? JSON.parse(answer.body) : {}) as Answer['body'],
    text: answer.body,
  };
}

const get = (url: string, role: Role, sender: Sender = {}) => request('GET', url, role, sender);
const post = (url: string, role: Role, sent: Sent) => request('POST', url, role, sent);

/** What became of the payments of a case, once the lists have come to a position. */
async function settlement(who: keyof typeof cases, position: string | undefined) {
  await app.get(Positions).reached(['pay-line', 'pay-run'], position ?? '', 5_000);
  return app.get(PayLineReader).settlementOf([cases[who].caseId]);
}

const opening = { area: county, scheme: 'disability-nursing', month: '2025-10' };
const refused = (code: string) => ({ status: 409, body: { code } });
const done = { status: 200 };

describe('a pay run over HTTP', () => {
  /** The run that the tests bring from its opening to its reconciliation. */
  const run = { id: '', revision: '', opener: '' };
  let lines: readonly Line[] = [];
  let again: Line | undefined;

  /** Sends a command at the revision that was seen last. */
  async function step(path: string, role: Role, body: object = {}, sender: Sender = {}): Promise<Answer> {
    const answer = await post(`/pay-runs/${run.id}/${path}`, role, { seen: run.revision, body, ...sender });
    if (answer.status === 200) run.revision = answer.body.revision ?? '';
    return answer;
  }

  it('is not opened while nothing is due', async () => {
    expect(await post('/pay-runs', 'county-payment-officer', { body: opening })).toMatchObject(
      refused('NOTHING_TO_PAY'),
    );
  });

  it('is opened once where two open it at the same time', async () => {
    outside.due = [dueTo('husband', '2025-10'), dueTo('wife', '2025-10')];
    setAccounts();
    const answers = await Promise.all(
      ['officer-a', 'officer-b'].map(async (name) => ({
        name,
        ...(await post('/pay-runs', 'county-payment-officer', { body: opening, name })),
      })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    const opened = answers.find(({ status }) => status === 201);
    expect(opened?.body).toMatchObject({ revision: '1' });
    Object.assign(run, { id: opened?.body.id, revision: opened?.body.revision, opener: opened?.name });
  });

  it('is checked, and released by another person than the one who opened it', async () => {
    const checked = await step('check', 'supervisor');
    expect(checked).toMatchObject(done);
    expect(await step('release', 'finance', {}, { name: run.opener })).toMatchObject(refused('RELEASER_OPENED_RUN'));
    const released = await step('release', 'finance');
    expect(released).toMatchObject(done);
    const list = await get(`/pay-runs/${run.id}/lines?waitFor=${released.body.position}`, 'finance');
    lines = list.body.items ?? [];
    expect(await settlement('husband', released.body.position)).toEqual({ isUnsettled: true });
    expect(await app.get(PayLineReader).settlementOf([randomUUID()])).toEqual({ isUnsettled: false });
    const sent = { batch: 1, state: 'pending', kind: 'regular', month: '2025-10', amount: 5500 };
    expect(lines).toMatchObject([sent, sent]);
  });

  it('goes to the bank as a file whose sum stands in a header', async () => {
    const file = await get(`/pay-runs/${run.id}/batches/1/bank-file`, 'finance');
    expect(file).toMatchObject({
      status: 200,
      headers: { 'almoner-control-sum': '11000', 'content-type': 'text/csv; charset=utf-8' },
    });
    expect(file.text.match(/55\.00,CNY,/g)).toHaveLength(2);
    const noted = readings.flatMap((each) => (each.kind === 'export' ? (each.persons ?? []) : []));
    expect([...noted].sort()).toEqual([...outside.accounts.values()].map(({ accountId }) => accountId).sort());
  });

  it('takes the bank’s answers, and the same answers again without a new event', async () => {
    const answers = {
      batch: 1,
      lines: [
        { lineId: lines[0]?.id, state: 'credited', on: '2025-10-10' },
        { lineId: lines[1]?.id, state: 'returned', reason: 'AC04', on: '2025-10-10' },
      ],
    };
    const before = run.revision;
    const answered = await step('bank-answers', 'finance', answers);
    expect(answered).toMatchObject(done);
    const settled = await Promise.all(
      (['husband', 'wife'] as const).map((who) => settlement(who, answered.body.position)),
    );
    // Which of them is the first line, their random ids say.
    expect(settled).toEqual(
      expect.arrayContaining([{ isUnsettled: false, lastMonth: '2025-10' }, { isUnsettled: true }]),
    );
    const told = run.revision;
    expect(told).not.toBe(before);
    expect(await step('bank-answers', 'finance', answers)).toMatchObject({ ...done, body: { revision: told } });
  });

  it('repeats a returned line to another account only, and after its cooling-off', async () => {
    const failed = lines[1]?.id;
    expect(await step('reissues', 'county-payment-officer', { lineId: failed })).toMatchObject(
      refused('ACCOUNT_NOT_CHANGED'),
    );
    setAccounts('2025-10-10');
    expect(await step('reissues', 'county-payment-officer', { lineId: failed })).toMatchObject(done);
    expect(await step('release', 'finance')).toMatchObject(refused('ACCOUNT_COOLING_OFF'));
    await clock.advanceTo('2025-10-11T02:00:00.000Z');
    const released = await step('release', 'finance');
    expect(released).toMatchObject(done);
    const all = await get(`/pay-lines?household=${householdId}&waitFor=${released.body.position}`, 'inspector');
    expect(all.body.items).toHaveLength(3);
    again = all.body.items?.[2];
    expect(again).toMatchObject({ kind: 're-issue', replaces: failed, batch: 2 });
  });

  it('is reconciled when the bank’s sums are its own', async () => {
    const credited = { lineId: again?.id, state: 'credited', on: '2025-10-11' };
    const answered = await step('bank-answers', 'finance', { batch: 2, lines: [credited] });
    expect(answered).toMatchObject(done);
    for (const who of ['husband', 'wife'] as const)
      expect(await settlement(who, answered.body.position)).toEqual({ isUnsettled: false, lastMonth: '2025-10' });
    const sums = { sent: 16500, credited: 11000, rejected: 0, returned: 5500 };
    expect(await step('reconciliation', 'finance', { ...sums, credited: 11001, returned: 5499 })).toMatchObject(
      refused('BANK_FIGURES_DIFFER'),
    );
    const reconciled = await step('reconciliation', 'finance', sums);
    expect(reconciled).toMatchObject(done);

    const shown = {
      id: run.id,
      status: 'reconciled',
      revision: run.revision,
      lineCount: 2,
      controlSum: 11000,
      sums: { ...sums, pending: 0 },
    };
    expect((await get(`/pay-runs/${run.id}`, 'finance')).body).toMatchObject(shown);
    const query = `area=${county}&month=2025-10&waitFor=${reconciled.body.position}`;
    expect((await get(`/pay-runs?${query}`, 'finance')).body.items).toMatchObject([shown]);
  });

  it('lists payments in pages that go on where the page before ended', async () => {
    const first = await get('/pay-lines?month=2025-10&limit=2', 'finance');
    expect(first.body.items?.map(({ id }) => id)).toEqual(lines.map(({ id }) => id));
    const rest = await get(`/pay-lines?month=2025-10&limit=2&cursor=${first.body.nextCursor}`, 'finance');
    expect(rest.body.items?.map(({ id }) => id)).toEqual([again?.id]);
    expect(rest.body).not.toHaveProperty('nextCursor');
  });

  it('shows its history as it was known at the end of a day', async () => {
    const url = `/pay-runs/${run.id}/history`;
    const dayBefore = await get(`${url}?known=2025-10-10`, 'inspector');
    const whole = await get(url, 'inspector');
    expect(dayBefore.body.items?.length).toBeGreaterThan(0);
    expect(whole.body.items?.slice(0, dayBefore.body.items?.length)).toEqual(dayBefore.body.items);
    expect(whole.body.items).toHaveLength((dayBefore.body.items?.length ?? 0) + 3);
  });

  it('is the county’s; a township sees the payments of its own cases', async () => {
    const sender = { area: township };
    expect(await get(`/pay-runs/${run.id}`, 'supervisor', sender)).toMatchObject({ status: 404 });
    expect((await get('/pay-lines', 'township-officer', sender)).body.items).toHaveLength(3);
  });
});

describe('a supplementary run over HTTP', () => {
  it('is opened once for one key, even when the key is forgotten, and holds only what was not listed', async () => {
    outside.due = ['2025-09', '2025-10'].flatMap((month) => [dueTo('husband', month), dueTo('wife', month)]);
    const body = { ...opening, kind: 'supplementary' };
    const key = randomUUID();
    const opened = await post('/pay-runs', 'county-payment-officer', { body, key });
    expect(opened).toMatchObject({ status: 201 });
    expect(await post('/pay-runs', 'county-payment-officer', { body })).toMatchObject({ status: 409 });
    await database.pool.query('delete from http_idempotency');
    expect(await post('/pay-runs', 'county-payment-officer', { body, key })).toMatchObject({
      status: 201,
      body: opened.body,
    });
    const { id, position } = opened.body;
    const list = await get(`/pay-runs/${id}/lines?waitFor=${position}`, 'finance');
    const arrears = { kind: 'arrears', month: '2025-09', amount: 5500 };
    expect(list.body.items).toMatchObject([arrears, arrears]);
  });
});

describe('bank files of sent batches', () => {
  const folder = () => join(dataDir, 'bank-files');
  const runner = () =>
    new OutboxRunner(parts.pool, app.get(BankFileDelivery), parts.progress, {
      failed: (_, __, error) => void failures.push(String(error)),
    });
  const failures: string[] = [];
  const mode = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);
  let names: string[] = [];

  it('lie in the folder as the route gives them, for the owner alone, with their digests as receipts', async () => {
    await until(async () => (await findOutbox(database.pool, 'waiting', 10)).length === 2);
    expect(await runner().catchUp()).toBe(2);
    expect(failures).toEqual([]);
    names = await readdir(folder());
    expect(names).toHaveLength(2);
    const entries = await findOutbox(database.pool, 'delivered', 10);
    for (const { payload, receipt } of entries) {
      const { runId, batch } = payload;
      const path = join(folder(), `pay-run-${runId}-batch-${batch}.csv`);
      const file = await readFile(path);
      const route = await get(`/pay-runs/${runId}/batches/${batch}/bank-file`, 'finance');
      expect(file.equals(Buffer.from(route.text))).toBe(true);
      expect(receipt).toBe(createHash('sha256').update(file).digest('hex'));
      expect(Object.keys(payload).sort()).toEqual(['batch', 'runId']);
      expect([await mode(folder()), await mode(path)]).toEqual(['700', '600']);
    }
  });

  it('are the same bytes when they are delivered again, and leave nothing else behind', async () => {
    const receipts = async () =>
      (await findOutbox(database.pool, 'delivered', 10)).map(({ id, receipt }) => `${id} ${receipt}`).sort();
    const [name = ''] = names;
    const [before, received] = [await stat(join(folder(), name)), await receipts()];
    await rm(join(folder(), names[1] ?? ''));
    await writeFile(join(folder(), `.${names[1]}.left-by-a-killed-process`), 'half');
    await database.pool.query('update outbox set delivered_at = null, receipt = null, due_at = clock_timestamp()');
    expect(await runner().catchUp()).toBe(2);
    expect(failures).toEqual([]);
    expect(await receipts()).toEqual(received);
    expect((await stat(join(folder(), name))).ino).toBe(before.ino);
    expect((await readdir(folder())).sort()).toEqual([...names].sort());
  });

  it('are never written over a file with other content: that is told, and tried again', async () => {
    const [name = ''] = names;
    const right = await readFile(join(folder(), name));
    await writeFile(join(folder(), name), 'of another system');
    await database.pool.query('update outbox set delivered_at = null, receipt = null, due_at = clock_timestamp()');
    expect(await runner().catchUp()).toBe(2);
    expect(await readFile(join(folder(), name), 'utf8')).toBe('of another system');
    expect(await findOutbox(database.pool, 'waiting', 10)).toMatchObject([
      { lastError: `BankFileDiffers: ${name} is there with other content` },
    ]);
    await rm(join(folder(), name));
    await retryOutbox(database.pool);
    expect(await runner().catchUp()).toBe(1);
    expect((await readFile(join(folder(), name))).equals(right)).toBe(true);
  });
});

describe('the read tables of payments', () => {
  it('come out the same when they are folded again, and never stopped', async () => {
    expect(stops).toEqual([]);
    const verified = await Promise.all(paymentsProjections.map((each) => verifyProjection(parts, each)));
    expect(verified).toMatchObject([
      { rows: 2, differences: 0 },
      { rows: 5, differences: 0 },
    ]);
  });
});
