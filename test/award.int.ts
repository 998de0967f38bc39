import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { areaMigrations } from '#libs/areas';
import { AwardReader, AwardRow, awards, caseEventTypes } from '#libs/cases';
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
import { createDataSource } from '#libs/platform';
import { createTestDatabase, type TestDatabase } from './support/database.js';

const namespace = '0b6f4f62-5a0e-4f5c-8a43-6f0a2a5b9c17';
const codec = new EventCodec(caseEventTypes);
const idOf = (name: string) => derivedId(namespace, name);

let database: TestDatabase;
let dataSource: DataSource;
let reader: AwardReader;
let parts: EngineParts;
let store: PostgresEventStore;

beforeAll(async () => {
  database = await createTestDatabase('award', [...kernelMigrations, ...areaMigrations]);
  dataSource = await createDataSource(database.url, { entities: [AwardRow], migrations: [] }).initialize();
  const wakeUp = new WakeUp();
  store = new PostgresEventStore(database.pool, wakeUp);
  parts = engineParts({ pool: database.pool, store, codec, wakeUp });
  reader = new AwardReader(dataSource);
}, 60_000);

afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

/** A case with the terms of its award: from which month how much, in fen; 0 is a stop. */
async function award(name: string, subject: object, ...terms: (readonly [fromMonth: string, amount: number])[]) {
  const application = { number: name, area: '430225', areaPath: '430000.430225', residence: 'rural', ...subject };
  const events = [
    { type: 'ApplicationSubmitted', data: application },
    ...terms.map(([fromMonth, monthlyAmount]) => ({
      type: monthlyAmount > 0 ? 'CaseConfirmed' : 'AwardStopped',
      data: { fromMonth, decidedOn: '2025-09-18', ...(monthlyAmount > 0 && { monthlyAmount }) },
    })),
  ];
  await store.append(
    `case-${idOf(name)}`,
    'no_stream',
    events.map((event, index) => codec.encode(event, derivedId(idOf(name), index), {})),
  );
  await catchUp(parts, awards);
}

describe('the dibao of a household', () => {
  const household = (name: string) => ({ scheme: 'dibao', householdId: idOf(name) });

  it('is there up to its last month, though its stop is decided', async () => {
    await award('ending', household('ending'), ['2025-10', 45_000], ['2027-01', 0]);
    expect(await reader.firstDibaoMonth(idOf('ending'), '2026-12')).toBe('2025-10');
    expect(await reader.firstDibaoMonth(idOf('ending'), '2027-01')).toBeUndefined();
  });

  it('is as it was decided up to a position', async () => {
    await award('looked-back', household('looked-back'), ['2025-10', 45_000], ['2026-01', 0], ['2026-03', 45_000]);
    const { rows } = await database.pool.query<{ position: string }>(
      'select position from read.award where household_id = $1 order by position',
      [idOf('looked-back')],
    );
    const [first, stop, again] = rows.map(({ position }) => position);
    const asOf = (upTo: string | undefined) => reader.firstDibaoMonth(idOf('looked-back'), '2026-04', upTo);
    expect(await asOf(String(Number(first) - 1))).toBeUndefined();
    expect(await asOf(first)).toBe('2025-10');
    expect(await asOf(stop)).toBeUndefined();
    expect(await asOf(again)).toBe('2026-03');
  });

  it('counts from the month in which it began again', async () => {
    await award('first', household('again'), ['2025-10', 45_000], ['2026-01', 0]);
    await award('second', household('again'), ['2026-03', 45_000]);
    expect(await reader.firstDibaoMonth(idOf('again'), '2026-04')).toBe('2026-03');
  });
});

describe('another case for the same household or person', () => {
  const of = (scheme: string, caseName: string, personId?: string) =>
    reader.paidElsewhere({ caseId: idOf(caseName), scheme, householdId: idOf('family'), personId });

  it('is found with the first month that it does not pay, and is never the case itself', async () => {
    await award('dibao', { scheme: 'dibao', householdId: idOf('family') }, ['2025-10', 45_000]);
    expect(await of('dibao', 'new')).toEqual({ number: 'dibao' });
    expect(await of('dibao', 'dibao')).toBeUndefined();
    const man = { scheme: 'disability-living', householdId: idOf('family'), personId: idOf('man') };
    await award('living', man, ['2025-10', 5_500], ['2026-01', 0]);
    expect(await of('disability-living', 'new', idOf('man'))).toEqual({ number: 'living', endsBefore: '2026-01' });
    expect(await of('disability-living', 'new', idOf('wife'))).toBeUndefined();
    expect(await of('disability-nursing', 'new', idOf('man'))).toBeUndefined();
  });
});
