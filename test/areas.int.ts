import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  areaMigrations,
  AreaTree,
  changeAreas,
  faultsOf,
  mergeArea,
  planDivisions,
  renameArea,
  splitArea,
  type DivisionList,
} from '#libs/areas';
import { packFor } from '#libs/schemes';
import { createTestDatabase, type TestDatabase } from './support/database.js';
import { Officer } from './support/officer.js';
import { startService, type RunningService } from './support/service.js';
import { until } from './support/until.js';

jest.setTimeout(120_000);

describe('the tree in the database', () => {
  let database: TestDatabase;
  let now = '2025-09-01T02:00:00.000Z';
  const trees: AreaTree[] = [];

  beforeAll(async () => {
    database = await createTestDatabase('areas', areaMigrations);
  });
  afterAll(async () => {
    await Promise.all(trees.map((tree) => tree.onModuleDestroy()));
    await database.drop();
  });

  async function started(): Promise<AreaTree> {
    const tree = new AreaTree(database.pool, { now: async () => now });
    trees.push(tree);
    await tree.onModuleInit();
    return tree;
  }
  const rows = async () =>
    (await database.pool.query<{ rows: string }>('select count(*) as rows from area')).rows[0]?.rows;

  it('is filled once by the division codes, however many processes start at once', async () => {
    const [tree] = await Promise.all([started(), started()]);
    expect(await rows()).toBe('44701');
    expect(faultsOf(tree.dated)).toEqual([]);
    expect(tree.get('430225100201').path).toBe('430000.430200.430225.430225100.430225100201');
    expect([tree.nameOf('430225', '2025-09-01', 'zh'), tree.nameOf('430225', '2025-09-01', 'en')]).toEqual([
      '炎陵县',
      'Yanling County',
    ]);
  });

  it('is not filled again at the next start', async () => {
    const before = await database.pool.query('select * from area_revision');
    await started();
    expect((await database.pool.query('select * from area_revision')).rows).toEqual(before.rows);
    expect(await rows()).toBe('44701');
  });

  it('takes a newer list as a change of its day, which every process sees', async () => {
    const tree = await started();
    const list: DivisionList = {
      ...{ asOf: '2025-06-30', timeZone: 'Asia/Shanghai', currency: 'CNY' },
      covers: ({ code }) => code.startsWith('4302') && code.length === 6,
      divisions: tree.dated
        .within('430200', '2025-06-30')
        .filter((code) => code.length === 6 && code !== '430224')
        .map((code) => tree.get(code))
        .map((area) => (area.code === '430225' ? { ...area, nameZh: '炎陵市' } : area)),
    };
    const below = tree.dated.childrenOf('430224', '2025-06-30').length;
    const outcome = await changeAreas(database.pool, (dated) => planDivisions(dated, list));
    expect(outcome).toEqual({ ended: 2 + below, begun: 1 });
    await until(() => tree.get('430225').nameZh === '炎陵市');
    expect(tree.nameOf('430225', '2025-06-29', 'zh')).toBe('炎陵县');
    expect(tree.get('430224')).toMatchObject({ nameZh: '茶陵县', validUntil: '2025-06-29' });
    expect(await changeAreas(database.pool, (dated) => planDivisions(dated, list))).toEqual({ ended: 0, begun: 0 });
  });

  it('follows the day: a merger that is to come gives no right before', async () => {
    const tree = await started();
    const merger = { code: '430225100', into: '430225101', from: '2025-10-01' };
    await changeAreas(database.pool, (dated) => mergeArea(dated, merger));
    await tree.refresh();
    expect(tree.isWithin('430225100201', '430225101')).toBe(false);
    now = '2025-09-30T16:00:00.000Z';
    await until(() => tree.isWithin('430225100201', '430225101'));
    expect(tree.timeZoneOf('430225100')).toBe('Asia/Shanghai');
    expect(tree.countyOf('430225100')?.code).toBe('430225');
    expect(tree.codesWithin('430225101')).toEqual(expect.arrayContaining(['430225100', '430225100201']));
  });

  it('lets parts of a divided county go on with its parameters', async () => {
    const tree = trees[0]!;
    await tree.refresh();
    const [first = '', ...others] = tree.dated.childrenOf('430225', '2025-10-15').map(({ code }) => code);
    const parts = [
      { code: '430226', nameZh: '新东县', areas: [first] },
      { code: '430227', nameZh: '新西县', areas: others },
    ];
    const before = packFor(tree.pathOf('430225'), 'dibao', '2025-10-15');
    expect(before?.area).toBe('430225');
    const split = { code: '430225', from: '2025-10-15', parts };
    expect(await changeAreas(database.pool, (dated) => splitArea(dated, split))).toEqual({
      ended: 2 + others.length,
      begun: 3 + others.length,
    });
    now = '2025-10-14T16:00:00.000Z';
    await until(() => tree.has('430227'));
    for (const code of ['430226', '430227', first, ...others]) {
      expect(packFor(tree.pathOf(code), 'dibao', '2025-10-15')).toBeUndefined();
      expect(packFor(tree.lineageOf(code), 'dibao', '2025-10-15')).toBe(before);
    }
    expect(packFor(tree.lineageOf('430223'), 'dibao', '2025-10-15')).toBeUndefined();
    expect(tree.dated.on('430227', '2025-10-15')).toMatchObject({ origin: '430225', parent: '430200' });
    expect(tree.nameOf('430225', '2025-10-14', 'zh')).toBe('炎陵市');
  });

  it('is left as it was by a change that cannot be made', async () => {
    const before = await rows();
    const late = { code: '430225100', from: '2025-11-01', nameZh: '甲' };
    await expect(changeAreas(database.pool, (dated) => renameArea(dated, late))).rejects.toThrow('AREA_NOT_IN_FORCE');
    const torn = () => ({ ended: [], begun: [{ ...trees[0]!.get('430223'), code: '430298', parent: '439900' }] });
    await expect(changeAreas(database.pool, torn)).rejects.toThrow('no area above');
    expect(await rows()).toBe(before);
  });
});

describe('areas beside a running service', () => {
  let service: RunningService;
  let folder: string;
  let administrator: Officer;
  const village = '430225100201';

  beforeAll(async () => {
    service = await startService(`test_areas_${process.pid}`, '2025-09-01');
    folder = mkdtempSync(join(tmpdir(), 'almoner-areas-'));
    administrator = await Officer.of(service, 'administrator', '430000');
  });
  afterAll(async () => {
    await service.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const file = (name: string, lines: readonly string[]) => {
    const path = join(folder, name);
    writeFileSync(path, `\ufeff${lines.join('\r\n')}\r\n`);
    return path;
  };
  const at = async (to: string) => expect((await administrator.post('/development/clock', { to })).status).toBe(200);
  const items = async (officer: Officer, path: string) =>
    ((await officer.get(path)).body['items'] ?? []) as readonly Readonly<Record<string, unknown>>[];
  const codes = async (officer: Officer, path: string) => (await items(officer, path)).map(({ code }) => code);

  it('are listed by page, by what lies below, by name and code, in the language asked for', async () => {
    const city = await Officer.of(service, 'inspector', '430200');
    expect(await codes(city, '/areas?parent=430225')).toHaveLength(12);
    expect(await codes(city, '/areas?parent=430000')).toEqual(['430200']);
    expect(await codes(city, '/areas?parent=110000')).toEqual([]);
    expect(await codes(city, '/areas?level=county')).toHaveLength(9);
    expect(await codes(city, `/areas?search=${encodeURIComponent('霞阳')}`)).toEqual(['430225100']);
    expect(await codes(city, '/areas?search=yanling')).toEqual(['430225']);
    expect(await codes(city, '/areas?search=43022510&limit=2')).toEqual(['430225100', '430225100201']);
    const first = await city.get('/areas?limit=3');
    const next = await codes(city, `/areas?limit=2&cursor=${String(first.body['nextCursor'])}`);
    expect(next).toEqual((await codes(city, '/areas?limit=5')).slice(3));
    const chinese = await city.get('/areas/430225', { 'accept-language': 'zh' });
    expect([chinese.body['name'], (await city.get('/areas/430225')).body['name']]).toEqual([
      '炎陵县',
      'Yanling County',
    ]);
    expect((await city.get('/areas/430100')).status).toBe(404);
    expect((await city.get('/areas?asOf=yesterday')).status).toBe(400);
  });

  it('come from a file, with every bad line told and the good ones taken', async () => {
    const own = file('own.csv', [
      'code,parent,level,name_zh,name_en,time_zone,currency,valid_from,valid_until',
      '430299,430200,county,新设县,New County,,,2025-01-01,',
      '430299100,430299,township,新设镇,,,,2025-01-01,',
      '4302,430000,city,错,,,,2025-01-01,',
      '430298,439900,county,孤县,,,,2025-01-01,',
    ]);
    const failed = await service.almoner('areas', 'import', own).then(
      () => undefined,
      (error: unknown) => error as { readonly code: number; readonly stdout: string; readonly stderr: string },
    );
    expect(failed?.code).toBe(1);
    expect(failed?.stdout).toMatch(/^line 4, 4302: CODE_FORM: .+\nline 5, 430298: PARENT_NOT_THERE: .+\n2 areas/);
    expect(failed?.stderr).toContain('2 lines were not taken');
    const city = await Officer.of(service, 'inspector', '430200');
    await until(async () => (await city.get('/areas/430299100')).status === 200);
    const villages = file('villages.csv', [
      'code,name,streetCode,provinceCode,cityCode,areaCode',
      '430225100001,"东区社区居委会",430225100,43,4302,430225',
      '430225999001,"无乡村",430225999,43,4302,430225',
      '110101001001,"他省社区",110101001,11,1101,110101',
    ]);
    const loaded = await service.almoner('areas', 'load', '--villages', '43', '--file', villages, '--json');
    expect(JSON.parse(loaded)).toEqual({ ended: 0, begun: 1, leftOut: 1 });
    await until(async () => (await codes(city, '/areas?parent=430225100')).length === 2);
  });

  it('hand what lies in them to their successors, and keep the names of before', async () => {
    const township = await Officer.of(service, 'township-officer', '430225100');
    const members = [{ relation: 'applicant', person: { name: 'Applicant', birthDate: '1971-03-02' } }];
    const household = await township.post('/households', { area: village, residence: 'rural', members });
    const householdId = String(household.body['id']);
    const applied = await township.post('/cases', { scheme: 'dibao', householdId });
    const page = `/cases/${String(applied.body['id'])}`;
    expect((await township.get(page)).body).toMatchObject({ areaName: 'Example village' });

    await service.almoner('areas', 'rename', village, '--from', '2025-09-15', '--zh', '更名村', '--en', 'Renamed');
    await service.almoner('areas', 'merge', '430225100', '430225101', '--from', '2025-10-01');
    const heir = await Officer.of(service, 'township-officer', '430225101');
    expect([(await heir.get(page)).status, await items(heir, '/cases')]).toEqual([404, []]);
    await at('2025-10-02T00:00:00.000Z');
    await until(async () => (await heir.get(page)).status === 200);
    expect((await heir.get(page)).body).toMatchObject({ area: village, areaName: 'Example village' });
    expect(await items(heir, '/cases')).toHaveLength(1);
    expect(await items(heir, '/households')).toHaveLength(1);

    const taken = service.almoner('areas', 'recode', '430225', '430212', '--from', '2025-11-01');
    await expect(taken).rejects.toMatchObject({
      stderr: expect.stringContaining('430212: AREA_CODE_IN_USE') as unknown,
    });
    await service.almoner('areas', 'recode', '430225', '430295', '--from', '2025-11-01', '--zh', '炎陵区');
    await at('2025-11-02T00:00:00.000Z');
    const city = await Officer.of(service, 'county-reviewer', '430200');
    await until(async () => (await city.get('/areas/430295')).status === 200);
    const county = await Officer.of(service, 'county-reviewer', '430295');
    const neighbour = await Officer.of(service, 'county-reviewer', '430224');
    expect((await county.get(page)).body).toMatchObject({ area: village, areaName: 'Example village' });
    expect([(await items(county, '/cases')).length, (await items(city, '/cases')).length]).toEqual([1, 1]);
    expect([(await neighbour.get(page)).status, await items(neighbour, '/cases')]).toEqual([404, []]);
    expect(await codes(county, '/areas?level=county')).toEqual(['430295']);
    expect(await codes(county, '/areas?level=county&asOf=2025-10-31')).toEqual(['430225']);
    expect((await county.get('/areas/430225?asOf=2025-10-31')).body).toMatchObject({ nameZh: '炎陵县' });
    expect((await items(county, `/areas/${village}/versions`)).map(({ nameZh, path }) => [nameZh, path])).toEqual([
      ['示例村', '430000.430200.430225.430225100.430225100201'],
      ['更名村', '430000.430200.430225.430225100.430225100201'],
      ['更名村', '430000.430200.430225.430225101.430225100201'],
    ]);
    const clerk = await Officer.of(service, 'township-officer', '430295');
    const again = await clerk.post('/households', { area: '430295100201', residence: 'rural', members });
    expect(String(again.body['number'])).toMatch(/^430295-2025-/);
  });

  it('are divided, each village to its part; a file kept at the divided area itself is moved by hand', async () => {
    const members = [{ relation: 'applicant', person: { name: 'Somebody', birthDate: '1972-03-02' } }];
    const clerk = await Officer.of(service, 'township-officer', '430295101');
    const [applied] = await items(clerk, '/cases');
    const files = (await items(clerk, '/households')).length;
    const own = await clerk.post('/households', { area: '430295101', residence: 'rural', members });
    const page = `/households/${String(own.body['id'])}`;
    const split = ['areas', 'split', '430295101', '--from', '2025-12-01'];
    const into = ['--into', '430295111=东镇/East,430295112=西镇', '--assign', '430295111=430295100001'];
    await expect(service.almoner(...split, ...into)).rejects.toMatchObject({
      stderr: expect.stringMatching(/430295100201: AREA_NOT_ASSIGNED: every area below goes to one/) as unknown,
    });
    await service.almoner(...split, ...into, '--assign', '430295112=430295100201');
    const east = await Officer.of(service, 'township-officer', '430295111');
    const west = await Officer.of(service, 'township-officer', '430295112');
    expect([await items(east, '/households'), await items(west, '/households')]).toEqual([[], []]);
    await at('2025-12-02T00:00:00.000Z');
    await until(async () => (await items(west, '/households')).length === files);
    expect(await items(west, '/cases')).toEqual([applied]);
    expect((await west.get(`/cases/${String(applied?.['id'])}`)).body).toMatchObject({
      ...{ area: village, areaName: 'Example village' },
    });
    expect([await items(east, '/cases'), (await east.get(page)).status]).toEqual([[], 200]);
    expect((await west.get(page)).status).toBe(404);
    expect((await east.get('/areas/430295111')).body).toMatchObject({ name: 'East', origin: '430295101' });

    const seen = String((await east.get(page)).body['revision']);
    const facts = { happenedOn: '2025-12-02', knownOn: '2025-12-02' };
    const moved = await east.post(`${page}/moves`, { area: '430295112', ...facts }, { seen });
    expect(moved.status).toBe(200);
    await until(async () => (await items(west, '/households')).length === files + 1);
    expect([(await west.get(page)).status, (await east.get(page)).status]).toEqual([200, 404]);
  });
});
