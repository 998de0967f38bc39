import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { areaMigrations } from '#libs/areas';
import { caseEventTypes, caseList } from '#libs/cases';
import {
  catchUp,
  derivedId,
  engineParts,
  EventCodec,
  kernelMigrations,
  PostgresEventStore,
  WakeUp,
  type EngineParts,
} from '#libs/event-sourcing';
import { createTestDatabase, type TestDatabase } from './support/database.js';

const namespace = '5d0f1c0e-3a5e-4c8f-9b77-0c6a2f8e1d42';
const codec = new EventCodec(caseEventTypes);

let database: TestDatabase;
let store: PostgresEventStore;
let parts: EngineParts;

beforeAll(async () => {
  database = await createTestDatabase('case_list', [...kernelMigrations, ...areaMigrations]);
  const wakeUp = new WakeUp();
  store = new PostgresEventStore(database.pool, wakeUp);
  parts = engineParts({ pool: database.pool, store, codec, wakeUp });
}, 60_000);

afterAll(() => database.drop());

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
