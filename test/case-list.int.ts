import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { areaMigrations } from '#libs/areas';
import { caseEventTypes, caseList, CaseListReader, CaseRow, CaseVersionRow, cutOfCursor } from '#libs/cases';
import {
  catchUp,
  derivedId,
  engineParts,
  EventCodec,
  kernelMigrations,
  PostgresEventStore,
  rebuild,
  WakeUp,
  type EngineParts,
} from '#libs/event-sourcing';
import { createDataSource } from '#libs/platform';
import { createTestDatabase, type TestDatabase } from './support/database.js';

const namespace = '5d0f1c0e-3a5e-4c8f-9b77-0c6a2f8e1d42';
const codec = new EventCodec(caseEventTypes);

let database: TestDatabase;
let store: PostgresEventStore;
let parts: EngineParts;
let dataSource: DataSource;
let reader: CaseListReader;

beforeAll(async () => {
  database = await createTestDatabase('case_list', [...kernelMigrations, ...areaMigrations]);
  const wakeUp = new WakeUp();
  store = new PostgresEventStore(database.pool, wakeUp);
  parts = engineParts({ pool: database.pool, store, codec, wakeUp });
  const entities = [CaseRow, CaseVersionRow];
  dataSource = await createDataSource(database.url, { entities, migrations: [] }).initialize();
  reader = new CaseListReader(dataSource);
}, 60_000);

afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

/** The statuses that a case shows in the list, event by event. */
async function statusesOf(...types: (keyof typeof caseEventTypes.types)[]): Promise<string[]> {
  const id = derivedId(namespace, types.join());
  const application = { number: id, scheme: 'dibao', area: '430225', areaPath: '430000.430225', householdId: id };
  const data = { ...application, happenedOn: '2025-09-01', proposal: 'award', endsOn: '2025-09-17' };
  const statuses: string[] = [];
  for (const [index, type] of types.entries()) {
    const event = codec.encode({ type, data }, derivedId(id, index), { actor: 'officer', role: 'township-officer' });
    await store.append(`case-${id}`, index === 0 ? 'no_stream' : BigInt(index - 1), [event]);
    await catchUp(parts, caseList);
    const { rows } = await database.pool.query<{ status: string }>('select status from read.case_file where id = $1', [
      id,
    ]);
    statuses.push(rows[0]?.status ?? 'none');
  }
  return statuses;
}

const toNotice = [
  'ApplicationSubmitted',
  'ApplicationAccepted',
  'InvestigationStarted',
  'PreliminaryOpinionIssued',
  'NoticePosted',
] as const;

describe('the cases of somebody', () => {
  it('are those of the household, and of them the person’s own', async () => {
    const [householdId, personId] = [derivedId(namespace, 'household'), derivedId(namespace, 'person')];
    const ids = [derivedId(namespace, 'whole'), derivedId(namespace, 'own')];
    for (const [index, id] of ids.entries()) {
      const data = {
        ...{ number: id, scheme: 'dibao', area: '430225', areaPath: '430000.430225', happenedOn: '2025-09-01' },
        ...{ householdId, ...(index === 1 && { personId }) },
      };
      const event = codec.encode({ type: 'ApplicationSubmitted', data }, derivedId(id, 0), { actor: 'officer' });
      await store.append(`case-${id}`, 'no_stream', [event]);
    }
    await catchUp(parts, caseList);
    expect(await reader.idsOf({ householdId })).toEqual(ids);
    expect(await reader.idsOf({ personId })).toEqual(ids.slice(1));
    expect(await reader.idsOf({ personId: householdId })).toEqual([]);
  });
});

describe('the caseload', () => {
  it('shows a case as it goes to the county after its notice', async () => {
    expect(await statusesOf(...toNotice, 'NoticeExpiredClean')).toEqual([
      'submitted',
      'accepted',
      'investigating',
      'opinion-issued',
      'on-notice',
      'with-county',
    ]);
  });

  it('keeps a case on its way straight to the county when it is visited again after an objection', async () => {
    const after = ['NoticeObjected', 'InvestigationStarted', 'PreliminaryOpinionIssued'] as const;
    const statuses = await statusesOf(...toNotice, ...after);
    expect(statuses.slice(-3)).toEqual(['reinvestigating', 'reinvestigating', 'with-county']);
  });
});

describe('the caseload as it was known', () => {
  type Query = Parameters<CaseListReader['page']>[0];
  const all: Query = { areaPath: '430000.430200', householdIds: [], limit: 200 };
  const queries: Query[] = [
    all,
    { ...all, limit: 2 },
    { ...all, areaPath: '430000.430200.430225' },
    { ...all, scheme: 'disability-living' },
    { ...all, officer: 'officer-1' },
    ...['submitted', 'on-notice', 'active', 'stopped'].map((status) => ({ ...all, status })),
    { ...all, search: 'K-1' },
    { ...all, search: 'nobody', householdIds: [householdOf(2)] },
    { ...all, household: householdOf(3) },
  ];
  const story = [
    ...toNotice,
    'NoticeExpiredClean',
    'CaseConfirmed',
    'RecheckOpened',
    'AwardReduced',
    'RecheckOpened',
    'AwardStopped',
  ] as const;
  const schemes = ['dibao', 'disability-living'];
  const revisions = new Map<number, number>();
  /** What each query said when the log ended at a position. */
  const said = new Map<string, Awaited<ReturnType<typeof shown>>[]>();

  function householdOf(which: number): string {
    return derivedId(namespace, `household ${which}`);
  }

  /** One more event of a case, as its story goes. */
  async function goOn(which: number): Promise<string> {
    const revision = revisions.get(which) ?? 0;
    revisions.set(which, revision + 1);
    const id = derivedId(namespace, `known ${which}`);
    const data = {
      number: `K-${which}`,
      scheme: schemes[which % 2] ?? '',
      area: '430225',
      areaPath: which % 3 === 0 ? '430000.430200' : '430000.430200.430225',
      householdId: householdOf(which),
      happenedOn: '2025-09-01',
      proposal: 'award',
      endsOn: '2025-09-17',
      monthlyAmount: 1000 * revision,
      fromMonth: '2025-10',
      recheckDueOn: '2026-10-01',
    };
    const metadata = { actor: `officer-${(which + revision) % 3}`, role: 'township-officer' };
    const event = codec.encode({ type: story[revision] ?? '', data }, derivedId(id, revision), metadata);
    const expected = revision === 0 ? 'no_stream' : BigInt(revision - 1);
    return (await store.append(`case-${id}`, expected, [event])).position;
  }

  const columnsOf = (row: CaseRow): Record<string, unknown> =>
    Object.fromEntries(Object.entries(row).filter(([name]) => name !== 'knownFrom' && name !== 'knownUntil'));

  async function shown(query: Query) {
    const { rows, counts, nextCursor } = await reader.page(query);
    return { rows: rows.map(columnsOf), counts, hasMore: nextCursor !== undefined };
  }

  const shownAt = (upTo: string) => Promise.all(queries.map((query) => shown({ ...query, upTo })));

  beforeAll(async () => {
    // The next case whose story goes on, by a generator with a fixed seed.
    let seed = 20250901;
    const next = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
    const open = new Set([0, 1, 2, 3, 4, 5]);
    while (open.size > 0) {
      const which = [...open][next(open.size)] as number;
      const position = await goOn(which);
      if (revisions.get(which) === story.length) open.delete(which);
      await catchUp(parts, caseList);
      said.set(position, await Promise.all(queries.map(shown)));
    }
  }, 60_000);

  it('is, at every position, what the list said when the log ended there: rows, counts and filters', async () => {
    expect(said.size).toBe(6 * story.length);
    for (const [position, then] of said) expect(await shownAt(position)).toEqual(then);
    const lengths = new Set([...said.values()].map(([first]) => first?.counts.total));
    expect([...lengths]).toEqual([1, 2, 3, 4, 5, 6]);
    for (const [index] of queries.entries())
      expect([...said.values()].some((answers) => (answers[index]?.rows.length ?? 0) > 0)).toBe(true);
  }, 30_000);

  it('is the same after a rebuild, which folds the whole log at once', async () => {
    await rebuild(parts, caseList, () => undefined, new AbortController().signal);
    for (const [position, then] of said) expect(await shownAt(position)).toEqual(then);
  }, 30_000);

  it('is empty before anything was recorded', async () => {
    expect(await shown({ ...all, upTo: 'start' })).toEqual({
      rows: [],
      counts: { total: 0, byStatus: {} },
      hasMore: false,
    });
  });

  it('stays on its position from page to page while the log grows', async () => {
    const upTo = [...said.keys()].at(-1) ?? '';
    const whole = await shown({ ...all, upTo });
    const numbers: string[] = [];
    let which = 6;
    let cursor: string | undefined;
    do {
      const query = { ...all, limit: 2, ...(cursor !== undefined && { cursor }) };
      const page = await reader.page({ ...query, upTo: cursor === undefined ? upTo : cutOfCursor(cursor) });
      expect(page.counts).toEqual(whole.counts);
      numbers.push(...page.rows.map(({ number }) => number));
      cursor = page.nextCursor;
      await goOn(which++);
      await catchUp(parts, caseList);
    } while (cursor !== undefined);
    expect(numbers).toEqual(whole.rows.map(({ number }) => number));
    expect((await shown(all)).counts.total).toBe(which);
  });
});
