import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Pool } from 'pg';
import { derivedId, EventCodec, PostgresEventStore, WakeUp } from '#libs/event-sourcing';
import { commandIdOf } from '#libs/platform';
import { checkCharacter } from '../libs/people/src/domain/identity/resident-number.js';
import { Officer, type Answer } from './support/officer.js';
import { startService, type RunningService } from './support/service.js';
import { until } from './support/until.js';

jest.setTimeout(180_000);

const village = '430225100201';
const township = '430225100';
const neighbour = '430225101';

let service: RunningService;
let pool: Pool;
let officer: Officer;
let county: Officer;
let finance: Officer;
let inspector: Officer;

beforeAll(async () => {
  service = await startService('people_privacy', '2025-09-01');
  pool = new Pool({ connectionString: service.databaseUrl });
  officer = await Officer.of(service, 'township-officer', township, 'township');
  county = await Officer.of(service, 'county-reviewer', '430225', 'county');
  finance = await Officer.of(service, 'finance', '430225', 'finance');
  inspector = await Officer.of(service, 'inspector', '430225', 'inspector');
});
afterAll(async () => {
  await pool.end();
  await service.stop();
});

let serial = 500;
/** A number that nobody has: 19 is no province. */
function madeUp(): string {
  const digits = `19022519710302${String((serial += 1)).padStart(3, '0')}`;
  return digits + checkCharacter(digits);
}
const somebody = (name: string, more: object = {}) => ({
  ...{ name, document: { kind: 'resident-number', number: madeUp() } },
  ...more,
});
const done = ({ status, body }: Answer): Readonly<Record<string, unknown>> => {
  if (status >= 300) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body;
};
const rows = async <Row extends object>(sql: string, ...values: unknown[]): Promise<Row[]> =>
  (await pool.query<Row>(sql, values)).rows;
const itemsOf = ({ body }: Answer) => body['items'] as readonly Readonly<Record<string, unknown>>[];
const householdOf = (...members: readonly object[]) => ({ area: village, residence: 'rural', members });

describe('A command', () => {
  it('leaves no fingerprint of what it says that could be tried out', async () => {
    const body = { ...somebody('示例甲'), area: village };
    const key = 'registration-1';
    const first = await officer.post('/persons', body, { key });
    expect((await officer.post('/persons', body, { key })).body).toEqual(done(first));
    const other = await officer.post('/persons', { ...body, name: '示例乙' }, { key });
    expect([other.status, other.body['code']]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
    const kept = await rows<{ digest: string }>(`select encode(digest, 'hex') digest from http_idempotency`);
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.map(({ digest }) => digest)).not.toContain(
      createHash('sha256').update(JSON.stringify(body)).digest('hex'),
    );
  });

  it('that registers a household and was given up meanwhile is carried out when it comes again', async () => {
    const [{ actor = '' } = {}] = await rows<{ actor?: string }>(
      `select convert_from(metadata, 'utf8')::jsonb ->> 'actor' actor from es_event where event_type = 'PersonRegistered' limit 1`,
    );
    const commandId = commandIdOf(actor, 'POST', '/households', 'given-up');
    const store = new PostgresEventStore(pool, new WakeUp());
    const codec = new EventCodec({ RegistrationAbandoned: 1 });
    // As the settling of reservations leaves it behind when nothing was heard of a command for five minutes.
    for (const [stream, of] of [
      [`person-${derivedId(commandId, 'person-0')}`, derivedId(commandId, 'register-person-0')],
      [`household-${derivedId(commandId, 0)}`, commandId],
    ] as const) {
      const abandoned = { type: 'RegistrationAbandoned', data: { commandId: of } };
      await store.append(stream, 'no_stream', [
        codec.encode(abandoned, derivedId(of, 'abandoned'), { actor: 'claims' }),
      ]);
    }
    const body = householdOf({ relation: 'applicant', person: somebody('示例丙') });
    const first = await officer.post('/households', body, { key: 'given-up' });
    expect(done(first)).toMatchObject({ id: derivedId(commandId, 0), members: [{ existing: false }] });
    await pool.query('delete from http_idempotency'); // as after 48 hours: the log knows the answer
    expect((await officer.post('/households', body, { key: 'given-up' })).body).toEqual(first.body);
  });
});

describe('A search', () => {
  it('confirms nothing to a role that it is not shown, also by the households that it finds', async () => {
    const phone = '19155550001';
    const person = somebody('示例丁', { phone });
    const { id } = done(await officer.post('/households', householdOf({ relation: 'applicant', person })));
    done(await officer.post('/cases', { scheme: 'dibao', householdId: id }));
    const { number } = person.document;
    for (const text of [phone, number]) {
      await until(async () => itemsOf(await officer.get(`/persons?search=${text}`)).length === 1);
      await until(async () => itemsOf(await officer.get(`/households?search=${text}`)).length === 1);
      expect(itemsOf(await finance.get(`/persons?search=${text}`))).toEqual([]);
      await until(async () => itemsOf(await officer.get(`/cases?search=${text}`)).length === 1);
      expect(itemsOf(await finance.get(`/households?search=${text}`))).toEqual([]);
      expect(itemsOf(await finance.get(`/cases?search=${text}`))).toEqual([]);
    }
    const byBody = await officer.post('/persons/searches', { search: number, limit: 1 }, { key: '' });
    expect([byBody.status, itemsOf(byBody)]).toMatchObject([200, [{ name: '示例丁' }]]);
    const [found] = itemsOf(await finance.get(`/persons?search=${encodeURIComponent('示例丁')}`));
    expect(found).toMatchObject({ name: '示*' });
    expect(found).not.toHaveProperty('phone');
  });

  it('for households stands in the read log as one, and equal texts as equal, whatever was found', async () => {
    const nobody = madeUp();
    await finance.get(`/households?search=${nobody}`);
    await officer.post('/persons/searches', { search: nobody }, { key: '' });
    await officer.get(`/cases?search=${nobody}`);
    const searches = itemsOf(await inspector.get('/reads?limit=5')).flatMap(({ kind, search }) =>
      kind === 'search' ? [search as { by: string; textHash: string; hits: number }] : [],
    );
    expect(searches.slice(0, 3)).toEqual([
      { by: 'id-number', textHash: searches[2]?.textHash, hits: 0 },
      { by: 'id-number', textHash: searches[2]?.textHash, hits: 0 },
      { by: 'id-number', textHash: expect.any(String), hits: 0 },
    ]);
  });
});

describe('A household that moved', () => {
  const change = async (file: string, what: string, body: object) => {
    const { revision } = done(await county.get(file));
    return done(await county.post(`${file}/${what}`, body, { seen: String(revision) }));
  };
  const residence = async (personId: string) =>
    (done(await county.get(`/persons/${personId}`))['residence'] as { value: { area: string } }).value.area;
  const place = async (file: string) => done(await county.get(file))['place'] as { factId: string };

  it('takes its files along, back where the move was wrong, and to where it really went', async () => {
    const body = householdOf({ relation: 'applicant', person: somebody('示例戊') });
    const registered = done(await officer.post('/households', { ...body, happenedOn: '2025-06-01' }));
    const file = `/households/${String(registered['id'])}`;
    const [{ personId = '' } = {}] = registered['members'] as { personId?: string }[];
    await change(file, 'moves', { area: neighbour, happenedOn: '2025-08-20' });
    await until(async () => (await residence(personId)) === neighbour);
    const { factId: wrong } = await place(file);
    // To another area, and earlier than was recorded at first.
    const why = { corrects: wrong, reason: 'Made up for the example.' };
    await change(file, 'moves', { area: '430225102', happenedOn: '2025-08-10', ...why });
    await until(async () => (await residence(personId)) === '430225102');
    const { factId } = await place(file);
    await change(file, 'withdrawals', { factId, reason: 'Made up for the example.' });
    await until(async () => (await residence(personId)) === village);
  });
});
