import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Column, Entity, PrimaryColumn, type DataSource } from 'typeorm';
import type { AreaTree } from '#libs/areas';
import { caseEventTypes } from '#libs/cases';
import {
  AggregateStore,
  catchUp,
  derivedId,
  engineParts,
  EventCodec,
  findParked,
  notesOf,
  PostgresEventStore,
  ProcessManagerRunner,
  projection,
  readTable,
  rebuild,
  WakeUp,
  isErased,
  personal,
  valueOr,
  type CommandMeta,
  type Decider,
  type EngineParts,
  type Failpoint,
  type Message,
  type ProcessManager,
  type Projection,
  type Personal,
} from '#libs/event-sourcing';
import {
  accounts,
  claimEventTypes,
  Claims,
  cleanUp,
  ErasureProcess,
  erasureEventTypes,
  erasureList,
  ErasureReader,
  ErasureRow,
  FileHolds,
  finishErasures,
  KeyedIndex,
  KeyForgetter,
  LocalKeyService,
  openKeyedIndex,
  PersonalData,
  personSearch,
  SubjectFiles,
  SubjectKeys,
  type ClaimName,
  type Companions,
  type SubjectKeyDestroyed,
} from '#libs/people';
import { createDataSource, createPool } from '#libs/platform';
import { writeBackup } from '../apps/almoner/src/backup/write-backup.js';
import { schema } from '../apps/api/src/registers.js';
import { householdEventTypes } from '../libs/people/src/domain/household.events.js';
import {
  personEventTypes,
  type AccountRecorded,
  type PersonRegistered,
  type PhoneRecorded,
} from '../libs/people/src/domain/person.events.js';
import {
  ErasureCommandHandler,
  HandleErasureCommand,
  type OfficersCommand,
} from '../libs/people/src/erasure/erasure-command.handler.js';
import { createTestDatabase, type TestDatabase } from './support/database.js';
import { filesWith, tablesWith } from './support/plaintext.js';

jest.setTimeout(60_000);

/** Somebody made up, whose strings stand nowhere else. */
const someone = (mark: string, digits: string) => ({
  name: `示例${mark}魑`,
  number: `19${digits}198001010010`,
  phone: `199${digits}4711`,
  account: `6200${digits}88009900`,
  address: `虚构路${mark}魍九弄`,
});
type Someone = ReturnType<typeof someone>;
const people = { gone: someone('髟鬯', '7531'), stays: someone('黻黼', '8642'), later: someone('鼐鼒', '9753') };
type Name = keyof typeof people;

const namespace = 'a0c6f2d4-7d61-4a0b-9f0e-7f1d2c3b4a59';
const idOf = (name: string) => derivedId(namespace, name);
const personOf = (name: Name) => `person-${idOf(name)}`;
const household = `household-${idOf('household')}`;
const itsCase = `case-${idOf('case')}`;
const place = { area: '430225100', areaPath: '430000.430200.430225.430225100' };

const codec = new EventCodec(personEventTypes, householdEventTypes, claimEventTypes, erasureEventTypes, caseEventTypes);

/** A read model that shows names in the clear, as a search does. */
@Entity({ schema: 'read', name: 'erasure_test_person' })
class PersonRow {
  @PrimaryColumn('text')
  subject!: string;
  @Column('text', { nullable: true })
  name!: string | null;
  @Column('text', { nullable: true })
  number!: string | null;
  @Column('text', { nullable: true })
  phone!: string | null;
  @Column('text', { nullable: true })
  account!: string | null;
  @Column('text', { nullable: true })
  address!: string | null;
}
type Told = PersonRegistered | PhoneRecorded | AccountRecorded | SubjectKeyDestroyed;
const persons = projection<Told, { person: PersonRow }>({
  name: 'erasure-test-persons',
  version: 1,
  personal: true,
  tables: { person: readTable(PersonRow, { indexes: ['(name)', '(phone)'] }) },
  on: {
    PersonRegistered({ streamId, data }, { person }) {
      const identity = valueOr(data.identity, undefined);
      person.add({
        subject: streamId,
        name: identity?.name ?? null,
        number: identity?.document.kind === 'resident-number' ? identity.document.number : null,
        phone: null,
        account: null,
        address: data.address ? valueOr(data.address, null) : null,
      });
    },
    PhoneRecorded: ({ streamId, data }, { person }) => person.change(streamId, { phone: valueOr(data.phone, null) }),
    AccountRecorded: ({ streamId, data }, { person }) =>
      person.change(streamId, { account: valueOr(data.account, undefined)?.number ?? null }),
    SubjectKeyDestroyed: ({ data: { subject } }, { person }) =>
      person.find(subject, (row) => {
        if (row) person.change(subject, { name: null, number: null, phone: null, account: null, address: null });
      }),
  },
});
/** One that fails at a person, and quotes what it was given. */
const quoting = projection<PhoneRecorded, object>({
  name: 'erasure-test-quoting',
  version: 1,
  personal: true,
  tables: {},
  on: {
    PhoneRecorded({ streamId, data }) {
      if (streamId === personOf('gone')) throw new Error(`cannot take ${valueOr(data.phone, 'what is erased')}`);
    },
  },
});
const projections: readonly Projection[] = [persons, personSearch, accounts, quoting, erasureList];

let folder: string;
let database: TestDatabase;
let dataSource: DataSource;
let parts: EngineParts;
let store: PostgresEventStore;
let keys: SubjectKeys;
let index: KeyedIndex;
let claims: Claims;
let aggregates: AggregateStore;
let handler: ErasureCommandHandler;
let today = '2040-05-05';
const logged: string[] = [];

const anotherProcess = () => new SubjectKeys(database.pool, new LocalKeyService(folder));
/** The household has a case. */
const companions: Companions = { of: async (subject) => (subject === household ? [itsCase] : []) };
const processOf = (itsKeys: SubjectKeys) =>
  new ErasureProcess(aggregates, itsKeys, claims, index, new SubjectFiles(store, codec), companions);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'almoner-erasure-'));
  database = await createTestDatabase('erasure', schema.migrations);
  dataSource = await createDataSource(database.url, { entities: [ErasureRow], migrations: [] }).initialize();
  const wakeUp = new WakeUp();
  store = new PostgresEventStore(database.pool, wakeUp);
  keys = anotherProcess();
  index = await openKeyedIndex(database.pool, new LocalKeyService(folder));
  const sealing = new PersonalData(keys);
  aggregates = new AggregateStore(store, codec, sealing);
  claims = new Claims(store, codec);
  parts = engineParts({ pool: database.pool, store, codec, wakeUp, sealing });
  const areas = { isWithin: () => true, timeZoneOf: () => 'Asia/Shanghai' } as unknown as AreaTree;
  const clock = { now: () => Promise.resolve(`${today}T01:00:00.000Z`) };
  const files = new SubjectFiles(store, codec);
  const holds = new FileHolds(files, areas);
  handler = new ErasureCommandHandler(aggregates, clock, areas, files, holds, new ErasureReader(dataSource));
  await registerAll();
});

afterEach(() => {
  delete process.env['FAIL_AT'];
  jest.restoreAllMocks();
});

afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

const metaOf = (commandId: string, actor = 'officer', role = 'system'): CommandMeta => ({
  commandId,
  correlationId: commandId,
  causationId: commandId,
  actor,
  role,
  area: '430000',
});

/** Records what it is told. */
const told = (events: readonly Message[]): Decider<null, Message, Message, undefined> => ({
  initial: null,
  decide: () => events,
  evolve: () => null,
});
async function record(stream: string, ...events: readonly Message[]): Promise<void> {
  const meta = metaOf(idOf(`record ${stream}`));
  await aggregates.execute(told(events), {
    id: stream,
    stream,
    command: { type: 'Record', data: {} },
    context: undefined,
    seen: 'no_stream',
    meta,
  });
}

const identityOf = ({ number }: Someone): ClaimName => ({ kind: 'identity', hash: index.hash('identity', number) });
const membershipOf = (name: Name): ClaimName => ({ kind: 'membership', hash: index.hash('membership', idOf(name)) });
const fact = (id: string) => ({
  factId: idOf(id),
  source: 'declared',
  happenedOn: '2025-09-01',
  knownOn: '2025-09-01',
});

async function register(name: Name): Promise<void> {
  const who = people[name];
  const stream = personOf(name);
  const identity = { name: who.name, document: { kind: 'resident-number', number: who.number } };
  const data = { ...fact(name), ...place, identity: personal(identity), address: personal(who.address) };
  const account = { bank: '示例银行', number: who.account, holder: who.name };
  const order = { claims: [identityOf(who)], owner: stream, expected: 'no_stream' as const };
  await claims.holding({ ...order, meta: metaOf(idOf(`record ${stream}`)) }, () =>
    record(
      stream,
      { type: 'PersonRegistered', data: { ...data, identityHash: identityOf(who).hash } },
      { type: 'PhoneRecorded', data: { ...fact(`${name} phone`), phone: personal(who.phone) } },
      {
        type: 'AccountRecorded',
        data: { ...fact(`${name} account`), accountId: idOf(`${name} account`), account: personal(account) },
      },
    ),
  );
}

async function registerAll(): Promise<void> {
  const names = Object.keys(people) as Name[];
  for (const name of names) await register(name);
  const order = { claims: names.map(membershipOf), owner: household, expected: 'no_stream' as const };
  const members = names.map((name) => ({ personId: idOf(name), factId: idOf(`${name} member`) }));
  await claims.holding({ ...order, meta: metaOf(idOf(`record ${household}`)) }, () =>
    record(
      household,
      {
        type: 'HouseholdRegistered',
        data: { ...place, number: '430225-2025-000001', happenedOn: '2025-09-01', members },
      },
      { type: 'IncomeDeclared', data: { parts: personal([{ kind: 'wages', amount: 123_456, months: 12 }]) } },
    ),
  );
  await record(itsCase, { type: 'CaseRefused', data: { reason: personal('The uncle sends money.'), reasons: [] } });
  await follow();
}

async function follow(): Promise<void> {
  for (const each of projections) await catchUp(parts, each);
}

const order = (id: string, command: OfficersCommand, by: string, role: string, seen: bigint | 'no_stream') =>
  handler.execute(
    new HandleErasureCommand(idOf(id), command, metaOf(idOf(`${id} ${command.type} ${by}`), by, role), seen),
  );
const all = ['approval-file', 'management-file', 'accounting'] as const;
const request = (id: string, subject: string) =>
  order(
    id,
    { type: 'RequestErasure', data: { subject, retentions: all, ground: 'term-over' } },
    'alpha',
    'supervisor',
    'no_stream',
  );
const approve = (id: string) => order(id, { type: 'ApproveErasure', data: {} }, 'beta', 'data-protection-officer', 0n);

/** Carries out what is approved, as the service does. */
async function carryOut(): Promise<void> {
  const manager = processOf(keys) as ProcessManager;
  await catchUp(parts, notesOf(manager));
  const runner = new ProcessManagerRunner(database.pool, manager, parts.progress, {
    failed: (name, what, error) => void logged.push(`${name} ${what} ${String(error)}`),
  });
  await runner.catchUp();
  await follow();
}

const textsOf = (name: Name): readonly string[] => Object.values(people[name]);
const rowsOf = async () =>
  (await database.pool.query<PersonRow>('select * from read.erasure_test_person order by subject')).rows;
const searchRowsOf = async () =>
  (await database.pool.query<{ person_id: string }>('select * from read.person_search_key order by person_id, key'))
    .rows;
const rowOf = async (name: Name) => (await rowsOf()).find(({ subject }) => subject === personOf(name));
const read = async (name: Name, by = keys) => {
  const [first] = await new AggregateStore(store, codec, new PersonalData(by)).history<PersonRegistered>(
    personOf(name),
  );
  return valueOr(first?.data.identity as Personal<{ name: string }>, undefined)?.name;
};

describe('erasing a person', () => {
  let serverFolder: string;
  let otherDatabase: (path: string) => boolean;

  /** Everywhere that one of these texts is found. */
  const placesWith = async (texts: readonly string[]) => [
    ...(await tablesWith(database.pool, texts)),
    ...filesWith(serverFolder, texts, otherDatabase),
  ];

  beforeAll(async () => {
    const { rows } = await database.pool.query<{ folder: string; own: string }>(
      `select current_setting('data_directory') as folder, oid::text as own from pg_database where datname = current_database()`,
    );
    const { folder: data = '', own = '' } = rows[0] ?? {};
    // The folder of the server: its data and, beside them, its log.
    serverFolder = dirname(data);
    otherDatabase = (path) => dirname(path) === join(data, 'base') && path !== join(data, 'base', own);
  });

  it('begins with the text in tables, statistics, files and write-ahead segments: the search finds them', async () => {
    await rebuild(parts, persons, () => undefined, new AbortController().signal);
    const { pool } = database;
    await pool.query(`insert into http_idempotency (command_id, digest, state, body) values ($1, '', 'done', $2)`, [
      idOf('answer'),
      JSON.stringify({ name: people.gone.name }),
    ]);
    await pool.query('delete from http_idempotency; analyze; checkpoint');
    const found = (await placesWith(textsOf('gone'))).join('\n');
    for (const place of [
      'rm_erasure_test_persons_1.',
      'rm_erasure_test_persons_2.',
      'rm_person_search_1.',
      'proj_parked',
      'pg_wal',
      'base',
    ])
      expect(found).toContain(place);
    expect(await findParked(parts)).toMatchObject([{ error: expect.stringContaining(people.gone.phone) }]);
    // In the log itself it is sealed.
    expect(found).not.toContain('es_event');
  });

  it('waits until the terms of the law are over, and says when that is', async () => {
    today = '2027-01-01';
    expect(await request('too-early', personOf('gone'))).toMatchObject({ status: 'refused' });
    await follow();
    const { rows } = await database.pool.query<{ status: string; from: string }>(
      'select status, possible_from::text as "from" from read.erasure',
    );
    const recorded = (await aggregates.history(personOf('gone'))).at(-1)?.recordedAt.slice(0, 4);
    expect(rows.map(({ status, from }) => [status, from.slice(0, 4)])).toEqual([
      ['refused', String(Number(recorded) + 30)],
    ]);
    await expect(approve('too-early')).rejects.toThrow();
    today = '2090-05-05';
  });

  it('is requested and approved by two, carried out, and cleaned up after', async () => {
    const other = anotherProcess();
    const forgetter = new KeyForgetter(store, codec, other);
    await forgetter.look();
    expect(await read('gone', other)).toBe(people.gone.name);
    await request('gone', personOf('gone'));
    await approve('gone');
    await carryOut();
    expect(await rowOf('gone')).toMatchObject({ name: null, phone: null, account: null, address: null });
    // Its key is at hand there until it hears of the erasure.
    expect(await read('gone', other)).toBe(people.gone.name);
    await forgetter.look();
    expect(await read('gone', other)).toBeUndefined();
    const report = await finishErasures({ owner: database.pool, parts, projections });
    expect(report).toMatchObject({
      completed: [idOf('gone')],
      waiting: [],
      hindrances: [],
      left: [],
      buildsRemoved: 1,
    });
    expect(report.tables.map(({ name }) => name)).toContain('keys.subject_key');
    await follow();
    expect((await database.pool.query(`select status from read.erasure where id = $1`, [idOf('gone')])).rows).toEqual([
      { status: 'completed' },
    ]);
    expect(await finishErasures({ owner: database.pool, parts, projections })).toMatchObject({ tables: [] });
  });

  it('leaves none of the text in any table, statistic, file, segment or log of the server, nor in a backup', async () => {
    expect(await placesWith(textsOf('gone'))).toEqual([]);
    const backup = join(folder, 'backup');
    await writeBackup(database.pool, {
      folder: backup,
      withLog: true,
      dataDir: folder,
      onProgress: () => undefined,
    });
    expect(filesWith(folder, textsOf('gone'))).toEqual([]);
    expect(logged.filter((line) => textsOf('gone').some((text) => line.includes(text)))).toEqual([]);
    expect((await placesWith(textsOf('stays'))).join('\n')).toContain('rm_erasure_test_persons_2.');
  });

  it('leaves the others readable, the log whole, and what is built anew the same', async () => {
    expect([await read('gone'), await read('stays'), await read('later')]).toEqual([
      undefined,
      people.stays.name,
      people.later.name,
    ]);
    const all = async () => [await rowsOf(), await searchRowsOf()];
    const before = await all();
    expect(before.map((rows) => rows.length > 0)).toEqual([true, true]);
    for (const each of projections.filter(({ name }) => name !== quoting.name))
      await rebuild(parts, each, () => undefined, new AbortController().signal);
    expect(await all()).toEqual(before);
    expect(await placesWith(textsOf('gone'))).toEqual([]);
    for await (const { type, data } of store.readStream(personOf('gone')))
      expect([type, Buffer.from(data).includes('$enc')]).toEqual([type, true]);
  });

  it('sets the number and the place in a household free, of this person only', async () => {
    expect(await claims.find(identityOf(people.gone))).toBeUndefined();
    expect(await claims.find(membershipOf('gone'))).toBeUndefined();
    expect(await claims.find(identityOf(people.stays))).toMatchObject({ owner: personOf('stays') });
    expect(await claims.find(membershipOf('stays'))).toMatchObject({ owner: household });
  });
});

describe('stopped anywhere, an erasure', () => {
  class Died extends Error {}
  const dieAt = (place: Failpoint) => {
    process.env['FAIL_AT'] = place;
    jest.spyOn(process, 'kill').mockImplementation(() => {
      throw new Died(place);
    });
  };
  const live = () => delete process.env['FAIL_AT'];
  const timer = { erasureId: idOf('later'), eventId: idOf('event'), area: '430000' };
  const commandId = idOf('later command');

  beforeAll(async () => {
    await request('later', personOf('later'));
    await approve('later');
  });

  it('goes on at the next try, by whichever process, and comes to the same', async () => {
    expect(await read('later')).toBe(people.later.name);
    for (const place of ['erasure.afterKeys', 'erasure.afterEvent', 'erasure.afterClaims'] as const) {
      dieAt(place);
      await expect(processOf(anotherProcess()).due(timer, commandId)).rejects.toThrow(Died);
      live();
      expect(await read('later', anotherProcess())).toBeUndefined();
    }
    await processOf(anotherProcess()).due(timer, commandId);
    const types = (await aggregates.history(`erasure-${idOf('later')}`)).map(({ type }) => type);
    expect(types).toEqual(['ErasureRequested', 'ErasureApproved', 'SubjectKeyDestroyed']);
    expect(await claims.find(identityOf(people.later))).toBeUndefined();
    expect(await claims.find(membershipOf('later'))).toBeUndefined();
  });

  it('and its clean-up, which does not end what a read model does not show yet', async () => {
    for (const each of [erasureList, personSearch, accounts, quoting]) await catchUp(parts, each);
    const run = () => finishErasures({ owner: database.pool, parts, projections }, { readersMs: 0 });
    expect(await run()).toMatchObject({
      completed: [],
      waiting: [idOf('later')],
      hindrances: [{ code: 'reader-behind', what: persons.name }],
    });
    await follow();
    dieAt('erasure.afterRewriting');
    await expect(run()).rejects.toThrow(Died);
    live();
    expect(await run()).toMatchObject({ completed: [idOf('later')], hindrances: [] });
  });

  it('waits for transactions that may still look at what is gone', async () => {
    await request('held', personOf('stays'));
    await approve('held');
    const run = (patienceMs: number) =>
      finishErasures({ owner: database.pool, parts, projections }, { patienceMs, lockTries: 1 });
    const isHeld = async () => {
      const { hindrances, waiting } = await run(0);
      expect([hindrances.some(({ code }) => code === 'old-transaction'), waiting]).toEqual([true, [idOf('held')]]);
    };
    const reader = await database.pool.connect();
    // One that writes in another database: who looks at this one meanwhile looks as of its beginning.
    const elsewhere = createPool(process.env['TEST_PG_URL'] ?? '', 1);
    const writer = await elsewhere.connect();
    try {
      await reader.query('begin isolation level repeatable read; select count(*) from read.erasure_test_person');
      await carryOut();
      await isHeld();
      await writer.query('begin; select pg_current_xact_id()');
      await reader.query('rollback');
      await isHeld();
    } finally {
      reader.release(true);
      writer.release(true);
      await elsewhere.end();
    }
    expect(await run(30_000)).toMatchObject({ completed: [idOf('held')], hindrances: [] });
  });
});

describe('a household', () => {
  it('is erased no earlier than its last member', async () => {
    await follow();
    await expect(request('house', household)).resolves.toMatchObject({ status: 'requested' });
    await approve('house');
    await carryOut();
    const events = await aggregates.history<{ type: 'IncomeDeclared'; data: { parts: Personal<object> } }>(household);
    expect(isErased(events.at(-1)?.data.parts as Personal<object>)).toBe(true);
  });

  it('takes with it what officers wrote in its cases, in every process', async () => {
    const [written] = await aggregates.history<{ type: 'CaseRefused'; data: { reason: Personal<string> } }>(itsCase);
    expect(isErased(written?.data.reason as Personal<string>)).toBe(true);
    const told = await aggregates.history<SubjectKeyDestroyed>(`erasure-${idOf('house')}`);
    expect(told.find(({ type }) => type === 'SubjectKeyDestroyed')?.data).toMatchObject({ alongside: [itsCase] });
  });

  it('is refused while a member is not erased', async () => {
    await expect(request('house-2', household)).rejects.toMatchObject({ refusal: { code: 'ALREADY_ERASED' } });
    await record(`household-${idOf('two')}`, {
      type: 'HouseholdRegistered',
      data: {
        ...place,
        number: '430225-2025-000002',
        happenedOn: '2025-09-01',
        members: ['gone', 'nobody erased'].map((name) => ({ personId: idOf(name), factId: idOf(`${name} two`) })),
      },
    });
    await expect(request('house-3', `household-${idOf('two')}`)).rejects.toMatchObject({
      refusal: { code: 'HOUSEHOLD_MEMBERS_NOT_ERASED', details: { members: 1 } },
    });
  });
});

describe('the clean-up', () => {
  const role = `erasure_owner_${process.pid}`;

  /** As a user who is no superuser. */
  async function cleanUpAs(prepare: string) {
    await database.pool.query(`create role ${role} nologin; grant usage on schema keys, public to ${role}; ${prepare}`);
    const url = new URL(database.url);
    url.searchParams.set('options', `-c role=${role}`);
    const pool = createPool(url.href, 1);
    try {
      return await cleanUp(pool, { schemas: [], patienceMs: 30_000 });
    } finally {
      await pool.end();
      await database.pool.query(`reassign owned by ${role} to current_user; drop owned by ${role}; drop role ${role}`);
    }
  }

  it('rewrites the tables of the owner of the database, and says what takes more than that', async () => {
    const { rows } = await database.pool.query<{ name: string }>('select current_database() as name');
    const report = await cleanUpAs(`alter database ${rows[0]?.name} owner to ${role}`);
    expect(report).toMatchObject({ hindrances: [], left: ['no-checkpoint'], walSegmentsRemoved: 0 });
    expect(report.tables.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['keys.subject_key', 'public.http_idempotency', 'pg_catalog.pg_statistic']),
    );
  });

  it('tells of each table that it may not rewrite', async () => {
    const { tables, hindrances } = await cleanUpAs('');
    expect(tables).toEqual([]);
    expect(hindrances).toContainEqual({ code: 'not-permitted', what: 'keys.subject_key' });
  });
});
