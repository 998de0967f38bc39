import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Client } from 'pg';
import { Officer, type Answer } from './support/officer.js';
import { startService, type RunningService } from './support/service.js';
import { until } from './support/until.js';

jest.setTimeout(180_000);

const village = '430225100201';
const household = {
  area: village,
  residence: 'rural',
  members: [
    {
      relation: 'applicant',
      person: {
        name: 'Applicant',
        birthDate: '1971-03-02',
        account: { bank: 'Bank', number: '6200000000000001', holder: 'Applicant' },
      },
    },
    { relation: 'spouse', person: { name: 'Spouse', birthDate: '1974-07-15' } },
    { relation: 'child', person: { name: 'Child', birthDate: '2011-10-01' } },
  ],
};

let service: RunningService;
beforeAll(async () => {
  service = await startService('acceptance', '2025-09-01');
});
afterAll(() => service.stop());

interface DemoResult {
  household: string;
  cases: { id: string; number: string; scheme: string; personId?: string; monthlyAmount: number; fromMonth: string }[];
  payRun: {
    month: string;
    runIds: string[];
    lines: {
      id: string;
      runId: string;
      caseId: string;
      kind: string;
      month: string;
      amount: number;
      state: string;
      replaces?: string;
    }[];
  };
  recheck: { caseId: string; monthlyAmount: number; fromMonth: string };
  events: number;
}

describe('the life of one family', () => {
  let demo: DemoResult;
  /** What the caseload said while the family's life went on, by the position of the log that it showed. */
  const said = new Map<string, Answer['body']>();
  beforeAll(async () => {
    const inspector = await Officer.of(service, 'inspector', '430225');
    const log = new Client({ connectionString: service.databaseUrl });
    await log.connect();
    let [ended, next] = [false, 0];
    const story = service.almoner('demo', '--json', '--url', service.url).finally(() => (ended = true));
    while (!ended) {
      const { status, headers, body } = await inspector.get(`/cases?limit=200&waitFor=${next}`);
      const { rows } = await log.query<{ head: string | null }>('select max(global_position) as head from es_event');
      const position = headers.get('almoner-position');
      // The position was read before the rows, the head after them: where both are one, the rows are of that position.
      if (status === 200 && position !== null && position === rows[0]?.head) said.set(position, body);
      next = Number(rows[0]?.head ?? -1) + 1;
    }
    await log.end();
    demo = JSON.parse(await story) as DemoResult;
  });

  it('grants the allowance by the formula and both subsidies to both parents from the first month', () => {
    expect(demo.cases.map(({ scheme, monthlyAmount, fromMonth }) => [scheme, monthlyAmount, fromMonth])).toEqual([
      ['dibao', 45000, '2025-10'],
      ['disability-living', 5500, '2025-10'],
      ['disability-living', 5500, '2025-10'],
      ['disability-nursing', 5500, '2025-10'],
      ['disability-nursing', 5500, '2025-10'],
    ]);
    for (const { number } of demo.cases) expect(number).toMatch(/^430225-2025-\d{6}$/);
  });

  it('pays five lines in the first month, none of them arrears, and the returned one again', () => {
    const { lines, runIds } = demo.payRun;
    const sum = (state: string) =>
      lines.filter((line) => line.state === state).reduce((total, { amount }) => total + amount, 0);
    expect(lines).toHaveLength(6);
    expect(lines.filter(({ kind }) => kind === 'regular').reduce((total, { amount }) => total + amount, 0)).toBe(67000);
    expect([sum('credited'), sum('returned'), sum('pending'), sum('rejected')]).toEqual([67000, 5500, 0, 0]);
    const returned = lines.find(({ state }) => state === 'returned');
    expect(lines.find(({ kind }) => kind === 're-issue')).toMatchObject({ replaces: returned?.id, amount: 5500 });
    expect(new Set(lines.map(({ runId }) => runId))).toEqual(new Set(runIds));
  });

  it('raises the allowance at the annual re-check from the month after the decision, without arrears', async () => {
    expect(demo.recheck).toEqual({ caseId: demo.cases[0]?.id, monthlyAmount: 60000, fromMonth: '2026-10' });
    const officer = await Officer.of(service, 'inspector', '430225');
    const lines = await allItems(officer, `/pay-lines?case=${demo.cases[0]?.id}`);
    expect(lines.map(({ kind }) => kind)).toEqual(Array(13).fill('regular'));
    expect(
      lines.map(({ month, amount, state }) => `${String(month)} ${String(amount)} ${String(state)}`).sort(),
    ).toEqual([
      ...[
        '2025-10',
        '2025-11',
        '2025-12',
        '2026-01',
        '2026-02',
        '2026-03',
        '2026-04',
        '2026-05',
        '2026-06',
        '2026-07',
        '2026-08',
        '2026-09',
      ].map((month) => `${month} 45000 credited`),
      '2026-10 60000 credited',
    ]);
  });

  it('counts the events of the five cases, as their histories tell them', async () => {
    const inspector = await Officer.of(service, 'inspector', '430225');
    const histories = await Promise.all(demo.cases.map(({ id }) => allItems(inspector, `/cases/${id}/history`)));
    expect(histories.flat()).toHaveLength(demo.events);
    const [dibao = []] = histories;
    expect(dibao.map(({ what }) => what)).toEqual([
      'ApplicationSubmitted',
      'ApplicationAccepted',
      'InvestigationStarted',
      'VerificationReportIssued',
      'PreliminaryOpinionIssued',
      'NoticePosted',
      'NoticeExpiredClean',
      'CaseConfirmed',
      'RecheckOpened',
      'VerificationReportIssued',
      'PreliminaryOpinionIssued',
      'AwardIncreased',
    ]);
    expect(dibao.map(({ revision }) => revision)).toEqual(dibao.map((_, index) => String(index)));
  });

  it('shows the case as it was known: by position, by instant and by date', async () => {
    const inspector = await Officer.of(service, 'inspector', '430225');
    const id = demo.cases[0]?.id ?? '';
    const history = await allItems(inspector, `/cases/${id}/history`);
    const confirmed = history.find(({ what }) => what === 'CaseConfirmed') as { position: string; recordedAt: string };
    const before = await inspector.get(`/cases/${id}?known=position:${Number(confirmed.position) - 1}`);
    expect(before.body['status']).toBe('with-county');
    const then = await inspector.get(`/cases/${id}?known=${confirmed.recordedAt}`);
    expect(then.body).toMatchObject({ status: 'active', award: { monthlyAmount: 45000 } });
    const thatDay = await inspector.get(`/cases/${id}?known=2025-09-01`);
    expect(thatDay.body['status']).toBe('submitted');
    const longBefore = await inspector.get(`/cases/${id}?known=2025-08-31`);
    expect(longBefore.status).toBe(404);
  });

  it('shows the caseload as it was known, word for word as it was then', async () => {
    const inspector = await Officer.of(service, 'inspector', '430225');
    expect(said.size).toBeGreaterThanOrEqual(5);
    expect(new Set([...said.values()].map((body) => JSON.stringify(body))).size).toBeGreaterThanOrEqual(3);
    const every = Math.ceil(said.size / 40);
    for (const [position, body] of [...said].filter((_, index) => index % every === 0)) {
      const known = await inspector.get(`/cases?limit=200&known=position:${position}`);
      expect([known.body, known.headers.get('almoner-position')]).toEqual([body, position]);
    }
  });

  it('cuts the caseload by instant and by the end of a local day, and waits for no position that never comes', async () => {
    const inspector = await Officer.of(service, 'inspector', '430225');
    const history = await allItems(inspector, `/cases/${demo.cases[0]?.id}/history`);
    const confirmed = history.find(({ what }) => what === 'CaseConfirmed') as { position: string; recordedAt: string };
    const then = await inspector.get(`/cases?known=${confirmed.recordedAt}&scheme=dibao`);
    expect(then.body).toMatchObject({
      items: [{ status: 'active', monthlyAmount: 45000 }],
      counts: { total: 1, byStatus: { active: 1 } },
    });
    expect(Number(then.headers.get('almoner-position'))).toBeGreaterThanOrEqual(Number(confirmed.position));
    const before = await inspector.get(`/cases?known=position:${Number(confirmed.position) - 1}&scheme=dibao`);
    expect(before.body).toMatchObject({
      items: [{ status: 'with-county' }],
      counts: { byStatus: { 'with-county': 1 } },
    });
    const thatDay = await inspector.get('/cases?known=2025-09-01');
    expect(thatDay.body['counts']).toEqual({ total: 1, byStatus: { submitted: 1 } });
    const dayBefore = await inspector.get('/cases?known=2025-08-31');
    expect(dayBefore.body).toEqual({ items: [], counts: { total: 0, byStatus: {} } });
    expect(dayBefore.headers.get('almoner-position')).toBe('start');
    const never = await inspector.get('/cases?known=position:999999999');
    expect([never.status, never.headers.get('retry-after')]).toEqual([503, '1']);
    expect((await inspector.get('/cases?known=yesterday')).status).toBe(400);
  });

  it('tells the audit trail in both languages', async () => {
    const inspector = await Officer.of(service, 'inspector', '430225');
    const path = `/cases/${demo.cases[0]?.id}/audit-trail`;
    const english = await inspector.get(path, { 'accept-language': 'en' });
    expect(String(english.body['text'])).toContain('Increased from 450.00 to 600.00 a month from 2026-10.');
    const chinese = await inspector.get(path, { 'accept-language': 'zh-CN', accept: 'text/html' });
    expect(String(chinese.body['text'])).toContain('增发：自 2026-10 起由每月 450.00 元调为 600.00 元。');
  });

  it('delivers every sent batch to the folder of the bank, with the very bytes of the route', async () => {
    const finance = await Officer.of(service, 'finance', '430225');
    const folder = join(service.dataDir, 'bank-files');
    const batches = new Set<string>();
    for (const { runId } of demo.payRun.lines) {
      const { items } = (await finance.get(`/pay-runs/${runId}/lines?limit=200`)).body as {
        items: { batch: number }[];
      };
      for (const { batch } of items) batches.add(`${runId} ${batch}`);
    }
    await until(async () => (await service.almoner('outbox', 'list')).trim() === 'nothing waits');
    expect(batches.size).toBeGreaterThanOrEqual(4);
    for (const each of batches) {
      const [runId, batch] = each.split(' ');
      const route = await finance.get(`/pay-runs/${runId}/batches/${batch}/bank-file`);
      const file = readFileSync(join(folder, `pay-run-${runId}-batch-${batch}.csv`));
      // `fetch` leaves the byte order mark out of a text.
      expect(file.toString().replace(/^\uFEFF/, '')).toBe(route.body['text']);
      expect(file.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
    }
    expect(await (await fetch(`${service.url}/metrics`)).text()).toContain('outbox_oldest_seconds{kind="bank-file"} 0');
  });

  it('notes of a bank file whose account it holds: of dibao the applicant’s, whom its line does not name', async () => {
    const reader = await Officer.of(service, 'finance', '430225', 'reads-the-bank-file');
    const line = demo.payRun.lines.find(({ caseId }) => caseId === demo.cases[0]?.id);
    expect((await reader.get(`/pay-runs/${line?.runId}/batches/1/bank-file`)).status).toBe(200);
    const inspector = await Officer.of(service, 'inspector', '430225');
    const household = await inspector.get(`/households/${demo.household}`);
    const [applicant] = household.body['members'] as { personId: string }[];
    const { body } = await inspector.get('/reads?reader=development:reads-the-bank-file');
    expect(body['items']).toMatchObject([
      { kind: 'export', households: [demo.household], persons: [applicant?.personId] },
    ]);
  });

  it('builds every read table again from the log, row by row the same', async () => {
    const report = await service.almoner('projections', 'verify');
    const lines = report.trim().split('\n');
    expect(lines.length).toBeGreaterThanOrEqual(6);
    for (const line of lines) {
      expect(line).toMatch(/\d+ rows, 0 differences$/);
      // Nothing was left half done, and nothing erased.
      if (!/^(open-claim|erasure-list) /.test(line)) expect(line).toMatch(/[1-9]\d* rows/);
    }
  });

  it('makes a second family on the second run, and goes on paying the first', async () => {
    const second = JSON.parse(await service.almoner('demo', '--json', '--url', service.url)) as DemoResult;
    expect(second.household).not.toBe(demo.household);
    expect(
      second.payRun.lines.filter(({ state }) => state === 'credited').reduce((total, { amount }) => total + amount, 0),
    ).toBe(67000);
    const inspector = await Officer.of(service, 'inspector', '430225');
    const months = (await allItems(inspector, `/pay-lines?case=${demo.cases[0]?.id}`)).map(({ month }) => month).sort();
    expect(months.at(-1)).toBe(second.recheck.fromMonth);
    expect(new Set(months).size).toBe(months.length);
    const [year = 0, month = 0] = second.recheck.fromMonth.split('-').map(Number);
    expect(months).toHaveLength((year - 2025) * 12 + month - 10 + 1);
  });
});

describe('the rules of the API', () => {
  let helper: Officer;
  let township: Officer;
  let registered: Answer;
  beforeAll(async () => {
    helper = await Officer.of(service, 'village-helper', village);
    township = await Officer.of(service, 'township-officer', '430225100', 'township-officer-9');
    registered = await helper.post('/households', household, { key: 'register-once' });
  });

  it('answers a creation with 201, its revision, its position and its place', () => {
    expect(registered.status).toBe(201);
    expect(registered.headers.get('etag')).toBe('"0"');
    expect(registered.headers.get('location')).toBe(`/households/${String(registered.body['id'])}`);
    expect(registered.headers.get('almoner-position')).toBe(registered.body['position']);
    expect(registered.body['number']).toMatch(/^430225-\d{4}-\d{6}$/);
  });

  it('gives the first answer again to the same key, and refuses the key for other content', async () => {
    const again = await helper.post('/households', household, { key: 'register-once' });
    expect([again.status, again.body]).toEqual([201, registered.body]);
    const other = await helper.post('/households', { ...household, residence: 'urban' }, { key: 'register-once' });
    expect([other.status, other.body['code']]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
  });

  it('asks for a key, for the revision seen, and for the present one', async () => {
    const path = `/households/${String(registered.body['id'])}/income-declarations`;
    const income = { parts: [{ kind: 'wages', amount: 1260000, months: 12 }] };
    expect((await helper.post(path, income, { key: '', seen: 0 })).body['code']).toBe('IDEMPOTENCY_KEY_REQUIRED');
    expect((await helper.post(path, income)).status).toBe(428);
    expect((await helper.post(path, income, { seen: 7 })).status).toBe(412);
    const done = await helper.post(path, income, { seen: 0 });
    expect([done.status, done.headers.get('etag')]).toEqual([200, '"1"']);
    const shown = await helper.get(`/households/${String(registered.body['id'])}`);
    expect(shown.headers.get('etag')).toBe('"1"');
    const stale = await helper.post(path, income, { seen: 0 });
    expect([stale.status, stale.body['code']]).toEqual([412, 'REVISION_STALE']);
  });

  it('refuses unknown fields and bad values with a pointer, in the language of the caller', async () => {
    const unknown = await helper.post('/households', { ...household, colour: 'red' });
    expect([unknown.status, unknown.body['errors']]).toEqual([400, [expect.objectContaining({ pointer: '/colour' })]]);
    const members = [{ relation: 'applicant', person: { name: 'Applicant', birthDate: '1971-02-30' } }];
    const bad = await helper.post('/households', { ...household, members }, { 'accept-language': 'zh-CN' });
    expect(bad.status).toBe(400);
    expect(bad.headers.get('content-type')).toContain('application/problem+json');
    expect(bad.body['errors']).toEqual([
      expect.objectContaining({
        pointer: '/members/0/person/birthDate',
        detail: expect.stringMatching(/\p{Script=Han}/u),
      }),
    ]);
  });

  it('lets a role do only what is its work', async () => {
    const inspector = await Officer.of(service, 'inspector', '430225');
    expect((await inspector.post('/households', household)).status).toBe(403);
    const nobody = await fetch(`${service.url}/cases`);
    expect(nobody.status).toBe(401);
  });

  it('hides what lies outside the area: 404, in no list and in no count', async () => {
    const elsewhere = await township.post('/households', { ...household, area: '430225100' });
    const id = String(elsewhere.body['id']);
    const income = { parts: [{ kind: 'wages', amount: 1260000, months: 12 }] };
    const applied = await township.post('/cases', { scheme: 'dibao', householdId: id });
    expect([elsewhere.status, applied.status]).toEqual([201, 201]);
    const waitFor = String(applied.body['position']);
    for (const path of [
      `/households/${id}`,
      `/cases/${String(applied.body['id'])}`,
      `/cases/${String(applied.body['id'])}/history`,
    ]) {
      expect([(await township.get(path)).status, (await helper.get(path)).status]).toEqual([200, 404]);
    }
    expect((await helper.post(`/households/${id}/income-declarations`, income, { seen: 0 })).status).toBe(404);
    const search = `search=${String(applied.body['number'])}&waitFor=${waitFor}`;
    expect((await helper.get(`/cases?${search}`)).body).toMatchObject({ items: [], counts: { total: 0 } });
    expect((await township.get(`/cases?${search}`)).body).toMatchObject({ counts: { total: 1 } });
    expect((await township.get('/cases?area=430000')).body).toMatchObject({ items: [], counts: { total: 0 } });
  });

  it('shows what was just written to a read that waits for it', async () => {
    const seen = await township.get(
      `/households?waitFor=${String(registered.body['position'])}&search=${String(registered.body['number'])}`,
    );
    expect(seen.body['items']).toEqual([expect.objectContaining({ id: registered.body['id'] })]);
    const never = await township.get('/households?waitFor=999999999');
    expect([never.status, never.headers.get('retry-after')]).toEqual([503, '1']);
  });

  it('pages through the caseload without a gap or a repetition, and counts it by status', async () => {
    const county = await Officer.of(service, 'county-reviewer', '430225');
    const whole = await county.get('/cases?limit=200');
    const paged = await allItems(county, '/cases?limit=3');
    expect(paged).toEqual(whole.body['items']);
    const { total, byStatus } = whole.body['counts'] as { total: number; byStatus: Record<string, number> };
    expect(total).toBe(paged.length);
    expect(Object.values(byStatus).reduce((sum, count) => sum + count, 0)).toBe(total);
    expect((await county.get('/cases?cursor=bm9wZQ')).status).toBe(400);
  });

  it('stays on what was known from page to page, while cases come in', async () => {
    const county = await Officer.of(service, 'county-reviewer', '430225');
    const looksBack = '/cases?known=2099-12-31&limit=4';
    const whole = await county.get('/cases?known=2099-12-31&limit=200');
    const first = await county.get(looksBack);
    const newcomer = await township.post('/households', household);
    await township.post('/cases', { scheme: 'dibao', householdId: String(newcomer.body['id']) });
    const rest = await allItems(county, looksBack, String(first.body['nextCursor']));
    expect([...(first.body['items'] as object[]), ...rest]).toEqual(whole.body['items']);
    const second = await county.get(`${looksBack}&cursor=${String(first.body['nextCursor'])}`);
    expect(second.headers.get('almoner-position')).toBe(first.headers.get('almoner-position'));
    expect(second.body['counts']).toEqual(first.body['counts']);
  });

  it('reports health, and figures for Prometheus', async () => {
    expect((await fetch(`${service.url}/health/live`)).status).toBe(200);
    expect((await fetch(`${service.url}/health/ready`)).status).toBe(200);
    expect(await (await fetch(`${service.url}/metrics`)).text()).toContain('proj_lag_events');
    expect((await fetch(`${service.url}/openapi.json`)).status).toBe(200);
  });
});

/** Every item of a list, page by page; after a cursor where one is given. */
async function allItems(officer: Officer, path: string, from?: string): Promise<Record<string, unknown>[]> {
  const items: Record<string, unknown>[] = [];
  let cursor = from;
  do {
    const join = path.includes('?') ? '&' : '?';
    const { status, body } = await officer.get(cursor === undefined ? path : `${path}${join}cursor=${cursor}`);
    if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
    items.push(...(body['items'] as Record<string, unknown>[]));
    cursor = body['nextCursor'] as string | undefined;
  } while (cursor !== undefined);
  return items;
}
