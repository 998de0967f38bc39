import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { rowsOf } from './faults/support/shared-server.js';
import { Officer } from './support/officer.js';
import { startService, type RunningService } from './support/service.js';

jest.setTimeout(120_000);

const village = '430225100201';

describe('erasing somebody with a case', () => {
  let service: RunningService;
  let clerk: Officer;
  let supervisor: Officer;
  let administrator: Officer;

  beforeAll(async () => {
    service = await startService(`test_legal_holds_${process.pid}`, '2025-09-01');
    clerk = await Officer.of(service, 'township-officer', '430225100');
    supervisor = await Officer.of(service, 'supervisor', '430225');
    administrator = await Officer.of(service, 'administrator', '430000');
  });
  afterAll(() => service.stop());

  /** Registers a household of two; gives the ids of it and of its members. */
  async function register(names: readonly string[]): Promise<{ household: string; persons: readonly string[] }> {
    const members = names.map((name, index) => ({
      relation: index === 0 ? 'applicant' : 'spouse',
      person: { name, birthDate: `197${index}-03-02` },
    }));
    const answer = await clerk.post('/households', { area: village, residence: 'rural', members });
    const household = String(answer.body['id']);
    const shown = (await clerk.get(`/households/${household}`)).body['members'] as readonly { personId: string }[];
    return { household, persons: shown.map(({ personId }) => personId) };
  }

  /** Requests an erasure; gives what stands against it. */
  async function held(kind: string, id: string): Promise<object> {
    const asked = await supervisor.post('/erasures', { kind, id, ground: 'term-over' });
    expect(asked.status).toBe(201);
    const { status, holds, possibleFrom } = (await supervisor.get(`/erasures/${String(asked.body['id'])}`)).body;
    return { status, holds, possibleFrom };
  }

  const at = async (to: string) => expect((await administrator.post('/development/clock', { to })).status).toBe(200);
  const terms = (...[approval, management, accounting]: readonly string[]) => ({
    status: 'refused',
    holds: [
      { code: 'term-of-approval-file', until: approval },
      { code: 'term-of-management-file', until: management },
      { code: 'term-of-accounting', until: accounting },
    ],
    possibleFrom: accounting,
  });

  it('is refused also where a departure before the case was recorded by mistake', async () => {
    const registered = await clerk.post('/households', {
      area: village,
      residence: 'rural',
      happenedOn: '2025-01-01',
      members: [
        { relation: 'applicant', person: { name: '示例戊', birthDate: '1970-05-02' } },
        { relation: 'spouse', person: { name: '示例己', birthDate: '1971-05-02' } },
      ],
    });
    const household = String(registered.body['id']);
    const file = `/households/${household}`;
    const [, spouse] = (await clerk.get(file)).body['members'] as readonly { personId: string }[];
    const changed = async (what: string, body: object): Promise<void> => {
      const seen = String((await clerk.get(file)).body['revision']);
      expect((await clerk.post(`${file}/${what}`, body, { seen })).status).toBe(200);
    };
    await changed('departures', { personId: spouse?.personId, departure: 'moved', happenedOn: '2025-03-01' });
    const [left] = await rowsOf<{ factId: string }>(
      service.databaseUrl,
      `select convert_from(data, 'UTF8')::json ->> 'factId' "factId" from es_event where event_type = 'MemberLeft'`,
    );
    await changed('withdrawals', { factId: left?.factId, reason: '登记有误' });
    expect((await clerk.post('/cases', { scheme: 'dibao', householdId: household })).status).toBe(201);
    expect(await held('person', spouse?.personId ?? '')).toMatchObject({ holds: [{ code: 'open-case' }] });
  });

  it('is refused as long as the case is open, then until the terms from its end are over', async () => {
    const { household, persons } = await register(['示例甲', '示例乙']);
    const [, spouse = ''] = persons;
    const { persons: others } = await register(['示例丙', '示例丁']);
    const applied = await clerk.post('/cases', { scheme: 'dibao', householdId: household });
    expect(applied.status).toBe(201);
    const open = { status: 'refused', holds: [{ code: 'open-case' }], possibleFrom: undefined };
    expect(await held('person', spouse)).toEqual(open);
    expect(await held('person', others[1] ?? '')).toEqual(terms('2028-09-01', '2030-09-01', '2055-09-01'));

    await at('2025-11-03T02:00:00.000Z');
    const seen = String(applied.body['revision']);
    const dates = { happenedOn: '2025-11-02', knownOn: '2025-11-03' };
    const page = `/cases/${String(applied.body['id'])}`;
    const withdrawn = await clerk.post(`${page}/withdrawal`, { ...dates, reason: '找到工作' }, { seen });
    expect(withdrawn.status).toBe(200);
    const over = terms('2028-11-03', '2030-11-03', '2055-11-03');
    expect(await held('person', spouse)).toEqual(over);

    await at('2055-11-02T02:00:00.000Z');
    expect(await held('person', spouse)).toMatchObject({ status: 'refused', possibleFrom: '2055-11-03' });
    await at('2055-11-03T02:00:00.000Z');
    expect(await held('person', spouse)).toMatchObject({ status: 'requested', holds: [] });
  });
});
