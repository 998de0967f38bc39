import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import {
  catchUp,
  derivedId,
  engineParts,
  EventCodec,
  kernelMigrations,
  PostgresEventStore,
  rebuild,
  verifyProjection,
  WakeUp,
  personal,
  type EngineParts,
} from '#libs/event-sourcing';
import {
  keysMigrations,
  LocalKeyService,
  openKeyedIndex,
  PersonalData,
  personEventTypes,
  PersonSearch,
  personSearch,
  PersonSearchRow,
  readSearch,
  searchStatement,
  SubjectKeys,
  type KeyedIndex,
  type PersonQuery,
} from '#libs/people';
import type { Role } from '#libs/access';
import { createDataSource } from '#libs/platform';
import { createTestDatabase, type TestDatabase } from './support/database.js';

const namespace = '0f6a2b7e-91c4-4d43-8f0a-6f6b0a2d7c15';
const codec = new EventCodec(personEventTypes, {
  HouseholdRegistered: 1,
  MemberJoined: 1,
  MemberLeft: 1,
  HouseholdSplit: 1,
  HouseholdMerged: 1,
  HouseholdFactWithdrawn: 1,
  ApplicationSubmitted: 1,
  SubjectKeyDestroyed: 1,
});
const county = '430000.430200.430225';
const township = `${county}.430225100`;
const village = `${township}.430225100201`;
const elsewhere = '430000.430200.430281.430281100.430281100201';

let folder: string;
let database: TestDatabase;
let store: PostgresEventStore;
let parts: EngineParts;
let keys: SubjectKeys;
let sealing: PersonalData;
let index: KeyedIndex;
let dataSource: DataSource;
let search: PersonSearch;

const idOf = (who: string): string => derivedId(namespace, who);
const revisions = new Map<string, number>();
let facts = 0;

/** Where a fact comes from; each has a name of its own unless one is given. */
const fact = (happenedOn = '2025-09-01', factId = idOf(`fact ${++facts}`)) => ({
  factId,
  happenedOn,
  knownOn: happenedOn,
  source: 'declared',
});

/** Appends an event as the service does: its personal fields sealed. */
async function record(streamId: string, type: string, data: object): Promise<void> {
  const revision = revisions.get(streamId) ?? -1;
  const id = derivedId(idOf(streamId), revision + 1);
  const fields = codec.personalFieldsOf(type);
  const [sealed = data] = fields ? await sealing.seal([{ place: { streamId, eventId: id }, fields, data }]) : [data];
  const event = codec.encode({ type, data: sealed }, id, { actor: 'officer-1', role: 'township-officer' });
  await store.append(streamId, revision < 0 ? 'no_stream' : BigInt(revision), [event]);
  revisions.set(streamId, revision + 1);
}

interface Someone {
  readonly name: string;
  readonly otherName?: string;
  readonly path?: string;
  readonly identityHash?: string;
  readonly birthDate?: string;
}

const register = (
  who: string,
  { name, otherName, path = village, identityHash, birthDate = '1960-02-03' }: Someone,
  factId?: string,
) =>
  record(`person-${idOf(who)}`, 'PersonRegistered', {
    ...fact('2025-09-01', factId),
    area: path.split('.').at(-1),
    areaPath: path,
    identity: personal({ name, ...(otherName && { otherName }), document: { kind: 'none' }, birthDate }),
    ...(identityHash !== undefined && { identityHash }),
  });

/** Names of those who are found, the best first. */
async function found(text: string, more: Partial<PersonQuery> = {}): Promise<(string | null)[]> {
  await catchUp(parts, personSearch);
  const { items } = await search.find({ text, areaPath: county, limit: 50, ...more });
  return items.map(({ name }) => name);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'almoner-search-'));
  database = await createTestDatabase('person_search', [...kernelMigrations, ...keysMigrations]);
  const keyService = new LocalKeyService(folder);
  keys = new SubjectKeys(database.pool, keyService);
  sealing = new PersonalData(keys);
  index = await openKeyedIndex(database.pool, keyService);
  const wakeUp = new WakeUp();
  store = new PostgresEventStore(database.pool, wakeUp);
  parts = engineParts({ pool: database.pool, store, codec, wakeUp, sealing });
  dataSource = await createDataSource(database.url, { entities: [PersonSearchRow], migrations: [] }).initialize();
  search = new PersonSearch(dataSource, index);
}, 60_000);

afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

describe('a search for persons', () => {
  it('finds the best match first, inside the area alone', async () => {
    for (const name of ['示例', '示例乙', '示例甲', '甲示例', '视力']) await register(`near ${name}`, { name });
    await register('far', { name: '示例', path: elsewhere });
    expect(await found('示例')).toEqual(['示例', '示例乙', '示例甲', '甲示例', '视力']);
    expect(await found('示例', { areaPath: '430000.430200' })).toHaveLength(6);
    expect(await found('示例', { areaPath: village })).toHaveLength(5);
    expect(await found('示例', { areaPath: `${village.slice(0, -1)}2` })).toEqual([]);
    expect(await found('示例', { areaPath: [] })).toEqual([]);
    expect(await found('shiliyi')).toEqual(['示例乙']);
    expect(await found('sly')).toEqual(['示例乙']);
  });

  it('looks under every path of an area, and in an area that stands alone not below it', async () => {
    await register('county itself', { name: '县例', path: county });
    await register('county below', { name: '县例' });
    await register('former', { name: '县例', path: '430000.430200.430221.430221100' });
    const former = { path: '430000.430200.430221', alone: false };
    expect(await found('县例', { areaPath: [{ path: county, alone: true }] })).toHaveLength(1);
    expect(await found('县例', { areaPath: [{ path: county, alone: true }, former] })).toHaveLength(2);
    expect(await found('县例', { areaPath: [{ path: county, alone: false }, former] })).toHaveLength(3);
    expect(await found('县例', { areaPath: [{ path: '430000.430200', alone: true }] })).toHaveLength(0);
  });

  it('finds by identity number, telephone, and the numbers of household and case', async () => {
    const { identity = '' } = readSearch('190225600101001');
    await register('numbered', { name: '号例', identityHash: index.hash('identity', identity) });
    const stream = `person-${idOf('numbered')}`;
    await record(stream, 'PhoneRecorded', { ...fact(), phone: personal('191-0000-0001') });
    await record(`household-${idOf('home')}`, 'HouseholdRegistered', {
      ...fact(),
      number: '430225-2025-000123',
      members: [{ personId: idOf('numbered'), factId: idOf('membership') }],
    });
    const application = { number: '430225-2025-000456', householdId: idOf('home') };
    await record(`case-${idOf('case')}`, 'ApplicationSubmitted', application);
    for (const text of [
      '190225600101001',
      String((JSON.parse(identity) as string[])[1]),
      '19100000001',
      '1910000',
      '430225-2025-000123',
      '430225-2025-456',
    ])
      expect([text, await found(text)]).toEqual([text, ['号例']]);
    expect(await found('190225600101001', { areaPath: elsewhere })).toEqual([]);
    expect(await search.householdsOf('号例', county, 10, { role: 'township-officer', today: '2025-09-01' })).toEqual([
      idOf('home'),
    ]);
    const [hit] = (await search.find({ text: '号例', areaPath: county, limit: 1 })).items;
    expect(hit).toMatchObject({ householdNumber: '430225-2025-000123', phone: '191-0000-0001', birthYear: 1960 });
    expect(hit).toMatchObject({ caseNumbers: ['430225-2025-000456'], score: 97, matched: 'name' });
  });

  it('finds nobody by what the searcher is not shown, and lets nobody try a telephone digit by digit', async () => {
    const [adult, child] = ['成例', '童例'];
    const numbers = ['190225600101002', '190225600101003'] as const;
    const [hash, hashOfChild] = numbers.map((each) => index.hash('identity', readSearch(each).identity ?? ''));
    await register('adult', { name: adult, ...(hash && { identityHash: hash }) });
    await record(`person-${idOf('adult')}`, 'PhoneRecorded', { ...fact(), phone: personal('19155556666') });
    await register('child', {
      name: child,
      birthDate: '2020-02-03',
      ...(hashOfChild && { identityHash: hashOfChild }),
    });
    const as = (role: Role, text: string) => found(text, { searcher: { role, today: '2025-09-01' } });
    expect(await as('township-officer', '1915555')).toEqual([adult]);
    expect(await as('county-payment-officer', '1915555')).toEqual([]);
    expect(await as('county-payment-officer', '19155556666')).toEqual([adult]);
    expect(await as('finance', '19155556666')).toEqual([]);
    expect(await as('finance', adult)).toEqual([adult]);
    expect(await as('finance', child)).toEqual([]);
    expect(await as('supervisor', child)).toEqual([child]);
    expect(await as('finance', numbers[0])).toEqual([]);
    expect(await as('inspector', numbers[0])).toEqual([adult]);
    expect(await as('inspector', numbers[1])).toEqual([]);
    expect(await as('township-officer', numbers[1])).toEqual([child]);
  });

  it('finds by the whole name alone where the name is shown masked', async () => {
    await register('masked adult', { name: '蒙面例', otherName: 'Covered Face' });
    await register('masked child', { name: '蒙幼例', birthDate: '2020-02-03' });
    const [adult, child] = ['蒙面例', '蒙幼例'];
    const as = (role: Role, text: string) => found(text, { searcher: { role, today: '2025-09-01' } });
    for (const text of [
      '蒙',
      '蒙面',
      '面例',
      '梦面例',
      'meng',
      'mengm',
      'mm',
      'mml',
      'meng ml',
      'mianli',
      'cov',
      'face',
    ])
      for (const role of ['finance', 'inspector'] as const)
        expect([role, text, await as(role, text)]).toEqual([role, text, []]);
    for (const text of [adult, 'mengmianli', 'Meng Mian Li', 'covered face'])
      for (const role of ['finance', 'inspector', 'township-officer'] as const)
        expect([role, text, await as(role, text)]).toEqual([role, text, [adult]]);
    for (const role of ['village-helper', 'supervisor', 'data-protection-officer'] as const) {
      expect([role, await as(role, '蒙')]).toEqual([role, [adult]]);
      for (const text of ['蒙幼', '幼例', 'mengy', 'myl', 'youli'])
        expect([role, text, await as(role, text)]).toEqual([role, text, []]);
      expect([role, await as(role, child)]).toEqual([role, [child]]);
      expect([role, await as(role, 'mengyouli')]).toEqual([role, [child]]);
    }
    expect(await as('investigator', '蒙')).toEqual(expect.arrayContaining([adult, child]));
  });

  it('lets nobody try the telephone of a child digit by digit who is shown it masked', async () => {
    await register('child with telephone', { name: '电童例', birthDate: '2020-02-03' });
    const stream = `person-${idOf('child with telephone')}`;
    await record(stream, 'PhoneRecorded', { ...fact(), phone: personal('19177778888') });
    const as = (role: Role, text: string) => found(text, { searcher: { role, today: '2025-09-01' } });
    expect(await as('investigator', '1917777')).toEqual(['电童例']);
    expect(await as('village-helper', '1917777')).toEqual([]);
    expect(await as('village-helper', '19177778888')).toEqual(['电童例']);
  });

  it('shows the facts as they stand: recorded anew, corrected, withdrawn', async () => {
    await register('changing', { name: '旧例' }, idOf('first name'));
    const stream = `person-${idOf('changing')}`;
    const identity = (name: string) => ({ identity: personal({ name, document: { kind: 'none' } }) });
    await record(stream, 'IdentityRecorded', { ...fact('2025-10-01', idOf('second')), ...identity('新例') });
    expect([await found('旧例'), await found('新例')]).toEqual([[], ['新例']]);
    const correction = { ...fact('2025-10-01', idOf('third')), source: 'corrected', corrects: idOf('second') };
    await record(stream, 'IdentityRecorded', { ...correction, ...identity('正例') });
    expect([await found('新例'), await found('正例')]).toEqual([[], ['正例']]);
    const withdrawal = { factId: idOf('third'), withdrawnOn: '2025-11-01', reason: personal('误登') };
    await record(stream, 'FactWithdrawn', withdrawal);
    expect([await found('正例'), await found('旧例')]).toEqual([[], ['旧例']]);
    await record(stream, 'ResidenceRecorded', { ...fact('2025-11-02'), area: '430281100201', areaPath: elsewhere });
    expect([await found('旧例'), await found('旧例', { areaPath: elsewhere })]).toEqual([[], ['旧例']]);
    await record(stream, 'DeathRecorded', fact('2025-11-03'));
    await record(stream, 'PersonMerged', {
      into: idOf('numbered'),
      decidedOn: '2025-11-04',
      reason: personal('同一人'),
    });
    await catchUp(parts, personSearch);
    const [hit] = (await search.find({ text: 'jiuli', areaPath: elsewhere, limit: 5 })).items;
    expect(hit).toMatchObject({ diedOn: '2025-11-03', mergedInto: idOf('numbered'), areaCode: '430281100201' });
  });

  it('knows the household of today, whatever came first', async () => {
    const [one, other] = [`household-${idOf('one')}`, `household-${idOf('other')}`];
    const person = { personId: idOf('mover'), relation: 'child', counts: true };
    const home = (number: string, factId: string) => ({
      ...fact(),
      number,
      members: [{ ...person, factId }],
    });
    await record(one, 'HouseholdRegistered', home('430225-2025-000001', idOf('in one')));
    await register('mover', { name: '迁例' });
    await record(other, 'HouseholdRegistered', { ...home('430225-2025-000002', ''), members: [] });
    const householdOf = async () => {
      await catchUp(parts, personSearch);
      return (await search.find({ text: '迁例', areaPath: county, limit: 1 })).items[0]?.householdNumber;
    };
    expect(await householdOf()).toBe('430225-2025-000001');
    await record(other, 'MemberJoined', { ...fact('2025-10-01', idOf('in other')), ...person });
    await record(one, 'MemberLeft', { ...fact('2025-10-01'), ...person, departure: 'moved' });
    expect(await householdOf()).toBe('430225-2025-000002');
    expect([await found('430225-2025-000001'), await found('430225-2025-000002')]).toEqual([[], ['迁例']]);
    await record(other, 'HouseholdFactWithdrawn', { factId: idOf('in other'), withdrawnOn: '2025-10-02' });
    expect(await householdOf()).toBeNull();
  });

  it('pages through all matches, each once, while others come and the last one is renamed', async () => {
    const names = Array.from({ length: 60 }, (_, n) => `乐页${String.fromCodePoint(0x4e8c + n)}`);
    for (const name of names) await register(`paged ${name}`, { name });
    await catchUp(parts, personSearch);
    for (const text of ['乐页', 'leye', 'l', 'ly']) {
      const seen: (string | null)[] = [];
      let cursor: string | undefined;
      do {
        const page = await search.find({ text, areaPath: county, limit: 7, cursor });
        seen.push(...page.items.map(({ name }) => name));
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      expect(seen.filter((name) => name?.startsWith('乐页')).sort()).toEqual([...names].sort());
      expect(new Set(seen).size).toBe(seen.length);
    }
    const first = await search.find({ text: '乐页', areaPath: county, limit: 7 });
    expect(Buffer.from(first.nextCursor ?? '', 'base64url').toString()).not.toMatch(/[^\d.a-f-]/);
    await register('in between', { name: `乐页${String.fromCodePoint(0x4e00)}` });
    await catchUp(parts, personSearch);
    const second = await search.find({ text: '乐页', areaPath: county, limit: 7, cursor: first.nextCursor });
    const expected = await search.find({ text: '乐页', areaPath: county, limit: 15 });
    expect(second.items).toEqual(expected.items.slice(8, 15));
    const last = first.items.at(-1)?.personId ?? '';
    await record(`person-${last}`, 'IdentityRecorded', {
      ...fact('2025-10-01'),
      identity: personal({ name: '不在', document: { kind: 'none' } }),
    });
    await catchUp(parts, personSearch);
    const after = await search.find({ text: '乐页', areaPath: county, limit: 80, cursor: first.nextCursor });
    expect(after.items).toHaveLength(60);
    await expect(search.find({ text: '乐页', areaPath: county, limit: 7, cursor: 'bm8' })).rejects.toMatchObject({
      status: 400,
    });
  });
});

describe('a person who is erased', () => {
  const everything = async () =>
    JSON.stringify(
      (
        await database.pool.query(
          `select (select json_agg(p order by p.id) from read.person_search p) as p, (select json_agg(k order by k.person_id, k.key) from read.person_search_key k) as k`,
        )
      ).rows,
    );

  it('is found by nothing of theirs, and reads as erased; a rebuild gives the same rows', async () => {
    const stream = `person-${idOf('gone')}`;
    await register('gone', { name: '消例', otherName: 'Made Up', identityHash: 'f'.repeat(64) });
    await record(stream, 'PhoneRecorded', { ...fact(), phone: personal('19100009999') });
    await record(`household-${idOf('gone')}`, 'HouseholdRegistered', {
      ...fact(),
      number: '430225-2025-009999',
      members: [{ personId: idOf('gone'), factId: idOf('gone member') }],
    });
    expect(await found('xiaoli')).toContain('消例');
    expect(await everything()).toMatch(/消例.*madeup|madeup.*消例/);
    const keyIds = await keys.destroy(stream, ['management-file']);
    await record(`erasure-${idOf('gone')}`, 'SubjectKeyDestroyed', {
      subject: stream,
      retentions: ['management-file'],
      keyIds,
    });
    for (const text of ['消例', 'xiaoli', 'xl', 'made up', '19100009999'])
      expect(await found(text)).not.toContain('消例');
    expect(await everything()).not.toMatch(/消例|[Mm]ade ?[Uu]p|xiao li|19100009999|f{64}/);
    const [hit] = (await search.find({ text: '430225-2025-009999', areaPath: county, limit: 5 })).items;
    expect(hit).toMatchObject({ personId: idOf('gone'), erased: true, name: null, phone: null, birthYear: null });
    const before = await everything();
    const proved = await verifyProjection(parts, personSearch);
    expect(proved).toMatchObject({ differences: 0 });
    await rebuild(parts, personSearch, () => undefined, new AbortController().signal);
    expect(await everything()).toBe(before);
  });
});

describe('what was under way while somebody was erased', () => {
  it('is not shown, though its reader still has the key', async () => {
    const stream = `person-${idOf('late')}`;
    await register('late', { name: '迟例' });
    await record(stream, 'PhoneRecorded', { ...fact(), phone: personal('19100008888') });
    // Another process, which has not heard of the destruction.
    const late = new PersonalData(new SubjectKeys(database.pool, new LocalKeyService(folder)));
    const [id, type] = [derivedId(idOf(stream), 2), 'PhoneRecorded'];
    const fields = codec.personalFieldsOf(type) ?? {};
    const data = { ...fact(), phone: personal('19100007777') };
    const [sealed = data] = await late.seal([{ place: { streamId: stream, eventId: id }, fields, data }]);
    const keyIds = await keys.destroy(stream, ['management-file']);
    const destroyed = { subject: stream, retentions: ['management-file'], keyIds };
    await record(`erasure-${idOf('late')}`, 'SubjectKeyDestroyed', destroyed);
    await store.append(stream, 1n, [codec.encode({ type, data: sealed }, id, { actor: 'officer-1' })]);
    await catchUp({ ...parts, sealing: late }, personSearch);
    const { rows } = await database.pool.query(
      'select name, phone, facts::text, keys from read.person_search where id = $1',
      [idOf('late')],
    );
    expect(rows).toMatchObject([{ name: null, phone: null, keys: [] }]);
    expect(JSON.stringify(rows)).not.toContain('19100007777');
  });
});

describe('the plans of a search', () => {
  it('go along an index, whatever the area and the text', async () => {
    const { rows } = await database.pool.query<{ schema: string }>(
      `select schema_name as schema from proj_build where projection = 'person-search' and status = 'live'`,
    );
    const table = `"${rows[0]?.schema}"`;
    await database.pool.query(
      `insert into ${table}.person_search (id, area_code, area_path, case_numbers, erased, own_cases, facts, keys)
        select gen_random_uuid(), '430225100201', $1, '{}', false, '{}', '{}', '{}' from generate_series(1, 20000)`,
      [village],
    );
    await database.pool.query(
      `insert into ${table}.person_search_key (person_id, key, area_path)
        select id, k || n, area_path from (select id, area_path, row_number() over () as n from ${table}.person_search) p
        cross join unnest(array['n示例', 'pshi li ', 'isl shi li ']) k`,
    );
    await database.pool.query(`analyze ${table}.person_search, ${table}.person_search_key`);
    const indexes = new Map<PersonQuery['areaPath'], number>([
      ['430000.430200', 1],
      [county, 2],
      [[{ path: '430000.430200', alone: true }], 2],
      [township, 3],
      [village, 3],
      [[{ path: county, alone: true }], 3],
    ]);
    for (const [areaPath, index] of indexes)
      for (const text of ['示', '示例甲', 'shi', 'slj', 'shi lj', '19100000001', '430225-2025-000123']) {
        const { sql, values } = searchStatement(readSearch(text).ranges, areaPath, undefined, 21);
        const plan = await database.pool.query<{ 'QUERY PLAN': string }>(`explain ${sql}`, values);
        const lines = plan.rows.map((row) => row['QUERY PLAN']).join('\n');
        expect(lines).toMatch(new RegExp(`Index Scan.*person_search_key_${index}`));
        expect(lines).not.toMatch(/Seq Scan/);
      }
  });
});
