import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Pool } from 'pg';
import { Officer } from './support/officer.js';
import { tablesWith } from './support/plaintext.js';
import { startService, type RunningService } from './support/service.js';

jest.setTimeout(180_000);

interface Decision {
  what: string;
  result: string;
  text: string;
  recorded: { monthlyAmount: number };
  citations: { check: string; fact: string }[];
}
interface DemoResult {
  household: string;
  cases: { id: string; scheme: string; monthlyAmount: number }[];
}

const county = '430225';
let service: RunningService;
let demo: DemoResult;

beforeAll(async () => {
  service = await startService('recomputation', '2025-09-01');
  demo = JSON.parse(await service.almoner('demo', '--json', '--url', service.url)) as DemoResult;
});
afterAll(() => service.stop());

describe('the decisions of a family', () => {
  const decisionsOf = async (officer: Officer, id: string, language = 'en') => {
    const { status, body } = await officer.get(`/cases/${id}/recomputation`, { 'accept-language': language });
    expect(status).toBe(200);
    return body['decisions'] as Decision[];
  };

  it('come to the same when each is made once more from what was known then, though the income has changed since', async () => {
    const inspector = await Officer.of(service, 'inspector', county);
    const all = await Promise.all(demo.cases.map(({ id }) => decisionsOf(inspector, id)));
    expect(all.map((each) => each.map(({ what }) => what))).toEqual([
      ['PreliminaryOpinionIssued', 'CaseConfirmed', 'PreliminaryOpinionIssued', 'AwardIncreased'],
      ...Array<string[]>(4).fill(['PreliminaryOpinionIssued', 'CaseConfirmed']),
    ]);
    expect(new Set(all.flat().map(({ result }) => result))).toEqual(new Set(['same']));
    expect(all[0]?.map(({ recorded }) => recorded.monthlyAmount)).toEqual([45_000, 45_000, 60_000, 60_000]);
    const citations = all.flat().flatMap((each) => each.citations);
    expect(new Set(citations.map(({ fact }) => fact))).toContain('severe-disability');
    expect(new Set(citations.map(({ check }) => check))).toEqual(new Set(['as-cited']));
  });

  it('are told in the language asked for, and to those alone who watch over them', async () => {
    const id = demo.cases[0]?.id ?? '';
    const [opinion] = await decisionsOf(await Officer.of(service, 'supervisor', county), id, 'zh-CN');
    expect(opinion?.text).toBe('重新计算结果一致：每月 450.00 元。');
    const township = await Officer.of(service, 'township-officer', '430225100');
    expect((await township.get(`/cases/${id}/recomputation`)).status).toBe(403);
    const elsewhere = await Officer.of(service, 'inspector', '430224');
    expect((await elsewhere.get(`/cases/${id}/recomputation`)).status).toBe(404);
  });
});

describe('what a family has, and who of it is disabled', () => {
  it.each([
    ['county-reviewer', true],
    ['village-helper', false],
    ['finance', false],
  ])('is in the case as a %s sees it: %s', async (role, seen) => {
    const officer = await Officer.of(service, role, county);
    for (const { id, scheme } of demo.cases) {
      const { body } = await officer.get(`/cases/${id}`);
      expect(body['proposal']).toMatchObject({ proposal: 'award', reasons: [] });
      expect((body['proposal'] as { trace: unknown[] }).trace.length > 0).toBe(seen);
      const history = JSON.stringify((await officer.get(`/cases/${id}/history?limit=200`)).body);
      expect(history.includes('"step"')).toBe(seen);
      expect(history.includes('disability: yes')).toBe(seen && scheme !== 'dibao');
    }
  });

  it('is noted when it is read: the household, and those whose disability its decisions cite', async () => {
    const path = `/cases/${demo.cases.find(({ scheme }) => scheme === 'disability-nursing')?.id}`;
    const reader = await Officer.of(service, 'county-reviewer', county, 'reads-the-case');
    expect((await reader.get(path, { 'almoner-purpose': 'complaint' })).status).toBe(200);
    const inspector = await Officer.of(service, 'inspector', county);
    const { body } = await inspector.get('/reads?reader=development:reads-the-case');
    const decisions = (await inspector.get(`${path}/recomputation`)).body['decisions'] as {
      citations: { personId: string }[];
    }[];
    const cited = new Set(decisions.flatMap(({ citations }) => citations.map(({ personId }) => personId)));
    expect(cited.size).toBeGreaterThan(0);
    expect(body['items']).toEqual([
      expect.objectContaining({ kind: 'history', purpose: 'complaint', households: [demo.household] }),
    ]);
    const [noted] = body['items'] as { persons: string[] }[];
    expect(new Set(noted?.persons)).toEqual(cited);
  });
});

describe('what an officer writes of the family', () => {
  const words = 'The father began work at the quarry.';
  let path: string;
  beforeAll(async () => {
    path = `/cases/${demo.cases[0]?.id}`;
    const reviewer = await Officer.of(service, 'county-reviewer', county, 'county-reviewer-9');
    const { body } = await reviewer.get(path);
    const stop = { reason: words, lastMonth: '2027-12' };
    const { status } = await reviewer.post(`${path}/stop`, stop, { seen: String(body['revision']) });
    expect(status).toBe(200);
  });

  const stopOf = async (role: string) => {
    const { body } = await (await Officer.of(service, role, county)).get(`${path}/history?limit=200`);
    return (body['items'] as { what: string; text: string; data: object }[]).at(-1);
  };

  it('is shown to those who handle the case, and to nobody else', async () => {
    expect(await stopOf('county-reviewer')).toMatchObject({ what: 'AwardStopped', data: { reason: words } });
    expect(await stopOf('inspector')).toMatchObject({ data: { reason: '***' } });
    expect((await stopOf('finance'))?.data).not.toHaveProperty('reason');
    const inspector = await Officer.of(service, 'inspector', county);
    const trail = String((await inspector.get(`${path}/audit-trail`)).body['text']);
    expect(trail).toContain('Stopped from');
    expect(trail).not.toContain(words);
  });

  it('lies nowhere in the database, and who read it stands in the read log', async () => {
    const pool = new Pool({ connectionString: service.databaseUrl });
    try {
      expect(await tablesWith(pool, [words])).toEqual([]);
      const { rows } = await pool.query<{ reader: string }>(
        `select distinct role as reader from read_log.reading where kind = 'history' and households @> array[$1]::uuid[]`,
        [demo.household],
      );
      expect(rows.map(({ reader }) => reader)).toEqual(
        expect.arrayContaining(['county-reviewer', 'finance', 'inspector']),
      );
    } finally {
      await pool.end();
    }
  });
});
