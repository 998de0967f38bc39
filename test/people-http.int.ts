import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Officer, type Answer } from './support/officer.js';
import { startService, type RunningService } from './support/service.js';
import { until } from './support/until.js';

jest.setTimeout(180_000);

const VILLAGE = '430225100201';
let service: RunningService;
let township: Officer;
let helper: Officer;
let reviewer: Officer;
let inspector: Officer;
let paying: Officer;
let finance: Officer;
let elsewhere: Officer;

beforeAll(async () => {
  service = await startService('people_http', '2025-09-10T02:00:00.000Z');
  township = await Officer.of(service, 'township-officer', '430225100');
  helper = await Officer.of(service, 'village-helper', VILLAGE);
  reviewer = await Officer.of(service, 'county-reviewer', '430225');
  inspector = await Officer.of(service, 'inspector', '430225');
  paying = await Officer.of(service, 'county-payment-officer', '430225');
  finance = await Officer.of(service, 'finance', '430225');
  elsewhere = await Officer.of(service, 'township-officer', '430225101');
});
afterAll(() => service.stop());

interface Fact {
  readonly factId: string;
  readonly value: unknown;
}
/** What an answer may show, as far as a test looks into it. */
interface Seen {
  readonly revision: string;
  readonly number: string;
  readonly identity: Fact;
  readonly phone: Fact;
  readonly income: Fact;
  readonly account: Fact;
  readonly proposedAccount: Fact;
  readonly householdId?: string;
  readonly mergedInto?: string;
  readonly members: readonly { readonly person: { readonly name: string } }[];
  readonly items: readonly { readonly text?: string; readonly kind?: string }[];
  readonly liableRelatives: readonly object[];
}

const household = (...members: object[]) => ({ area: VILLAGE, residence: 'rural', members });
const adult = (name: string, more: object = {}) => ({ name, birthDate: '1971-03-02', ...more });
const one = (name: string, more: object = {}) => ({ relation: 'applicant', person: adult(name, more) });

async function register(...members: object[]) {
  const answer = await township.post('/households', household(...members));
  expect([answer.status, answer.body]).toEqual([201, expect.anything()]);
  return {
    path: `/households/${String(answer.body['id'])}`,
    id: String(answer.body['id']),
    members: (answer.body['members'] as { personId: string; existing: boolean }[]) ?? [],
  };
}
/** Changes what stands at a path, at the revision that it has. */
async function change(who: Officer, path: string, what: string, body: object): Promise<Answer> {
  const { body: now } = await reviewer.get(path);
  return who.post(`${path}/${what}`, body, { seen: String(now['revision']) });
}
async function changed(who: Officer, path: string, what: string, body: object): Promise<Answer['body']> {
  const answer = await change(who, path, what, body);
  expect([what, answer.status, answer.body]).toEqual([what, 200, expect.anything()]);
  return answer.body;
}
const see = async (who: Officer, path: string): Promise<Seen> => {
  const { status, body } = await who.get(path);
  expect([path, status, body]).toEqual([path, 200, expect.anything()]);
  return body as unknown as Seen;
};

describe('persons', () => {
  it('are registered once, and read as roles may', async () => {
    const body = {
      ...adult('示例甲', {
        document: { kind: 'resident-number', number: '19022519710302001X' },
        hukou: { area: VILLAGE, kind: 'rural', address: 'house 1' },
        address: 'house 2',
        phone: '13800001234',
        account: { bank: 'Bank', number: '6200000000000001', holder: '示例甲' },
        disability: { category: 'physical', level: 2, validUntil: '2030-01-01' },
        illnesses: [{ kind: 'rare' }],
        schooling: { stage: 'primary', fullTime: false },
        employment: { status: 'farming' },
        ability: 'partly',
        careNeedMonths: 6,
        guardian: { name: '示例乙', relation: 'sister', phone: '13900001234' },
      }),
      area: VILLAGE,
      happenedOn: '2025-09-01',
    };
    const wrong = await helper.post('/persons', body);
    expect(wrong.body['code']).toBe('ID_NUMBER_CHECK');
    const digits = '19022519710302001';
    let number = '';
    let registered: Answer | undefined;
    for (const last of '0123456789X') {
      number = digits + last;
      registered = await helper.post('/persons', { ...body, document: { kind: 'resident-number', number } });
      if (registered.status === 201) break;
    }
    expect([registered?.status, registered?.body]).toEqual([201, expect.anything()]);
    const path = String(registered?.headers.get('location'));
    expect(path).toBe(`/persons/${String(registered?.body['id'])}`);

    const again = await township.post('/persons', { ...body, document: { kind: 'resident-number', number } });
    expect(again.body).toMatchObject({ code: 'PERSON_REGISTERED', details: { personId: registered?.body['id'] } });
    const neutral = await elsewhere.post('/persons', {
      ...body,
      area: '430225101',
      document: { kind: 'resident-number', number },
    });
    expect(neutral.body).toMatchObject({ code: 'NUMBER_REGISTERED' });
    expect((await elsewhere.get(path)).status).toBe(404);

    const full = await see(township, path);
    expect(full['identity'].value).toMatchObject({ name: '示例甲', document: { kind: 'resident-number', number } });
    const masked = await see(inspector, path);
    expect(JSON.stringify(masked)).not.toContain('13800001234');
    expect(await see(helper, path)).not.toHaveProperty('disability');
    expect((await township.get(`${path}?effective=2025-13-01`)).status).toBe(400);
    expect(await see(township, `${path}?effective=2025-08-31`)).not.toHaveProperty('phone');

    const facts: [string, object][] = [
      ['identity', { identity: { ...adult('示例丙'), document: { kind: 'resident-number', number } } }],
      ['hukou', { hukou: { area: '430225', kind: 'urban' } }],
      ['residence', { residence: { area: '430225100', address: 'house 9' } }],
      ['phone', { phone: null }],
      ['disability-card', { disability: null, document: 'letter 3' }],
      ['illnesses', { illnesses: [] }],
      ['schooling', { schooling: { stage: 'bachelor', fullTime: true, school: 'School' } }],
      ['employment', { employment: { status: 'employed', employer: 'Works' } }],
      ['work-ability', { ability: 'able' }],
      ['care-needs', { months: 0, source: 'verified' }],
      ['guardian', { guardian: null }],
    ];
    for (const [what, fact] of facts) await changed(reviewer, path, what, fact);
    const later = await see(township, path);
    expect(later).toMatchObject({
      identity: { value: { name: '示例丙' } },
      hukou: { value: { area: '430225', kind: 'urban' } },
      residence: { value: { area: '430225100', address: 'house 9' } },
      phone: { value: null },
      disability: { value: null, document: 'letter 3' },
      illnesses: { value: [] },
      careNeed: { value: 0, source: 'verified' },
      guardian: { value: null },
    });
    expect(await see(township, `${path}?effective=2025-09-05`)).toMatchObject({
      phone: { value: '13800001234' },
      identity: { value: { name: '示例甲' } },
    });
    const position = String(registered?.body['position']);
    expect(await see(township, `${path}?known=position:${position}`)).toMatchObject({
      phone: { value: '13800001234' },
    });

    const noDay = await change(reviewer, path, 'phone', { phone: '1', corrects: later.phone.factId });
    expect(noDay.status).toBe(400);
    const wrongPhone = { phone: '13700001234', corrects: later.phone.factId, happenedOn: '2025-09-02', reason: 'typo' };
    await changed(reviewer, path, 'phone', wrongPhone);
    const phone = (await see(township, path)).phone;
    expect(phone).toMatchObject({ value: '13700001234', source: 'corrected', reason: 'typo' });
    await changed(township, path, 'withdrawals', { factId: phone.factId, reason: 'not theirs' });
    expect((await see(township, path)).phone.value).toBe('13800001234');

    const history = await see(inspector, `${path}/history?limit=200`);
    const sentences = history.items.map(({ text }) => text);
    expect(sentences).toEqual(expect.arrayContaining(['Correction: Phone recorded.']));
    expect(JSON.stringify(history)).not.toMatch(/示例|1380/);
  });

  it('change accounts with two people, are merged and parted', async () => {
    const { members } = await register(
      one('示例丁', { account: { bank: 'Bank', number: '6200000000000002', holder: '示例丁' } }),
    );
    const path = `/persons/${members[0]?.personId}`;
    const proposal = { bank: 'Other Bank', number: '6200000000000003', holder: '示例丁', reason: 'card lost' };
    const { accountId } = await changed(paying, path, 'account-corrections', proposal);
    expect((await see(paying, path)).proposedAccount).toMatchObject({
      accountId,
      value: { number: '6200000000000003' },
    });
    expect((await change(paying, path, 'account-confirmations', { accountId })).body['code']).toBe(
      'SECOND_PERSON_CONFIRMS_ACCOUNT',
    );
    await changed(finance, path, 'account-confirmations', { accountId });
    expect((await see(finance, path)).account).toMatchObject({ accountId, value: { number: '****0003' } });
    const second = await changed(paying, path, 'account-corrections', { ...proposal, number: '6200000000000004' });
    await changed(finance, path, 'account-rejections', { accountId: second['accountId'], reason: 'no letter' });
    expect(await see(finance, path)).not.toHaveProperty('proposedAccount');

    const other = await township.post('/persons', { ...adult('示例丁'), area: VILLAGE });
    const into = String(other.body['id']);
    expect((await change(reviewer, path, 'merges', { into: members[0]?.personId, reason: 'x' })).body['code']).toBe(
      'MERGED_INTO_ITSELF',
    );
    await changed(reviewer, path, 'merges', { into, reason: 'same person' });
    expect((await see(township, path)).mergedInto).toBe(into);
    const back = await change(reviewer, `/persons/${into}`, 'merges', { into: members[0]?.personId, reason: 'same' });
    expect(back.body).toMatchObject({ code: 'OTHER_FILE_MERGED' });
    await changed(reviewer, path, 'merge-undoings', { into, reason: 'twins' });
    expect(await see(township, path)).not.toHaveProperty('mergedInto');
  });
});

describe('households', () => {
  it('are registered with persons who are there, who count once', async () => {
    const first = await register(one('示例戊'), {
      relation: 'child',
      person: adult('示例己', { birthDate: '2015-01-01' }),
    });
    const [applicant, child] = first.members.map(({ personId }) => personId);
    expect((await see(township, `/persons/${applicant}`)).householdId).toBe(first.id);
    const twice = await township.post('/households', household({ relation: 'applicant', personId: applicant }));
    expect(twice.body).toMatchObject({ code: 'COUNTS_ELSEWHERE' });
    const view = await see(township, first.path);
    expect(view).toMatchObject({
      place: { value: { area: VILLAGE, residence: 'rural' } },
      members: [
        { personId: applicant, relation: 'applicant', counts: true, person: { name: '示例戊' } },
        { personId: child, person: { name: '示例己' } },
      ],
    });
    expect((await see(helper, first.path)).members[1]?.person.name).toBe('示*');
    await until(async () => (await see(township, `/households?search=${view.number}`)).items.length === 1);
  });

  it('change members, split, merge, move and end', async () => {
    const { path, members } = await register(
      one('示例庚'),
      { relation: 'spouse', person: adult('示例辛') },
      { relation: 'child', person: adult('示例壬', { birthDate: '2000-01-01' }) },
    );
    const [applicant = '', spouse = '', child = ''] = members.map(({ personId }) => personId);
    const nobody = await change(township, path, 'departures', { personId: applicant, departure: 'moved' });
    expect(nobody.body).toMatchObject({ code: 'ONE_APPLICANT_NEEDED' });
    await changed(township, path, 'departures', {
      personId: applicant,
      departure: 'divorced',
      standings: [{ personId: spouse, relation: 'applicant' }],
    });
    const joined = await changed(township, path, 'members', {
      member: { relation: 'parent', person: adult('示例癸', { birthDate: '1940-01-01' }) },
    });
    expect((await see(township, `/persons/${String(joined['personId'])}`)).householdId).toBe(path.split('/')[2]);
    const unknown = await change(township, path, 'members', {
      member: { relation: 'parent', personId: crypto.randomUUID() },
    });
    expect(unknown.body).toMatchObject({ code: 'PERSON_UNKNOWN' });
    await changed(township, path, 'standings', {
      standings: [{ personId: joined['personId'], relation: 'parent', notCounted: 'lives-elsewhere' }],
    });
    expect((await see(township, path)).members).toEqual([
      expect.objectContaining({ personId: spouse, relation: 'applicant' }),
      expect.objectContaining({ personId: child }),
      expect.objectContaining({ counts: false, notCounted: 'lives-elsewhere' }),
    ]);

    const noApplicant = await change(township, path, 'splits', { members: [{ personId: child, relation: 'child' }] });
    expect(noApplicant.body).toMatchObject({ code: 'ONE_APPLICANT_NEEDED' });
    const split = await changed(township, path, 'splits', { members: [{ personId: child, relation: 'applicant' }] });
    const other = `/households/${String(split['into'])}`;
    await until(async () => (await township.get(other)).status === 200);
    expect(await see(township, other)).toMatchObject({ splitFrom: path.split('/')[2], members: [{ personId: child }] });

    const wrong = await change(township, other, 'merges', {
      into: split['id'],
      members: [{ personId: child, relation: 'applicant' }],
    });
    expect(wrong.body).toMatchObject({ code: 'ONE_APPLICANT_NEEDED' });
    await changed(township, other, 'merges', { into: split['id'], members: [{ personId: child, relation: 'child' }] });
    await until(async () => (await see(township, path)).members.length === 3);
    expect(await see(township, other)).toMatchObject({ members: [], ended: { value: { into: split['id'] } } });

    await changed(township, path, 'moves', { area: '430225101', address: 'house 4' });
    expect((await township.get(path)).status).toBe(404);
    expect((await township.get(`${path}?known=2025-09-09`)).status).toBe(404);
    expect(await see(elsewhere, path)).toMatchObject({
      place: { value: { area: '430225101', residence: 'rural', address: 'house 4' } },
    });
  });

  it('declare means, single filings and relatives', async () => {
    const { path, members } = await register(one('示例子'), { relation: 'spouse', person: adult('示例丑') });
    const [applicant, spouse] = members.map(({ personId }) => personId);
    await changed(helper, path, 'income-declarations', {
      parts: [{ kind: 'business', amount: -100, months: 12, personId: applicant }],
    });
    const verified = await change(helper, path, 'income-declarations', { parts: [], source: 'verified' });
    expect(verified.status).toBe(403);
    await changed(township, path, 'asset-declarations', { assets: [{ kind: 'vehicle', value: 5, count: 1 }] });
    await changed(township, path, 'spending-declarations', { parts: [{ kind: 'medical', amount: 7, months: 12 }] });
    const relative = { name: '示例寅', relation: 'child', monthlySupport: 100 };
    const { relativeId } = await changed(township, path, 'liable-relatives', { relative });
    await changed(township, path, 'single-filings', {
      personId: applicant,
      ground: 'major-illness',
      standings: [{ personId: spouse, relation: 'spouse', notCounted: 'single-filing' }],
    });
    const view = await see(township, path);
    expect(view).toMatchObject({
      income: { value: [{ amount: -100 }] },
      assets: { value: [{ count: 1 }] },
      spending: { value: [{ amount: 7 }] },
      liableRelatives: [{ relativeId, value: { name: '示例寅' } }],
      singleFiling: { value: { personId: applicant, ground: 'major-illness' } },
    });
    await changed(township, path, 'liable-relatives', { relativeId, relative: null });
    expect((await see(township, path)).liableRelatives).toEqual([]);
    await changed(township, path, 'withdrawals', { factId: view.income.factId, reason: 'not theirs' });
    expect(await see(township, path)).not.toHaveProperty('income');
    expect((await see(inspector, `${path}/history`)).items.length).toBeGreaterThan(5);
    const reads = await see(inspector, `/reads?limit=5`);
    expect(reads.items[0]).toMatchObject({ kind: expect.any(String) });
  });

  it('end when nobody is left', async () => {
    const { path, members } = await register(one('示例卯'));
    expect((await change(township, path, 'endings', {})).body).toMatchObject({ code: 'MEMBERS_LEFT' });
    await changed(township, path, 'departures', { personId: members[0]?.personId, departure: 'moved' });
    await changed(township, path, 'endings', {});
    expect(await see(township, path)).toMatchObject({ ended: { value: {} } });
  });

  it('lose who died', async () => {
    const { path, members } = await register(one('示例辰'), { relation: 'spouse', person: adult('示例巳') });
    await changed(township, `/persons/${members[0]?.personId}`, 'death', {});
    await until(async () => (await see(township, path)).members.length === 1);
    expect((await see(township, path)).members[0]).toMatchObject({ relation: 'applicant', person: { name: '示例巳' } });
  });
});
