import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { caughtUp, runChecker } from './faults/support/checker.js';
import { rowsOf } from './faults/support/shared-server.js';
import { madeUpNumber } from './support/made-up.js';
import { Officer, type Answer } from './support/officer.js';
import { startService, type RunningService } from './support/service.js';
import { until } from './support/until.js';

jest.setTimeout(180_000);

const village = '430225100201';
const neighbourTownship = '430225101';

const withX = (birth: string): string =>
  Array.from({ length: 11 }, (_, serial) => madeUpNumber(birth, 900 + serial)).find((number) => number.endsWith('X')) ??
  '';

let serial = 0;
/** Somebody new with a number of their own. */
const somebody = (name: string, birth = '1971-03-02') => ({
  name,
  document: { kind: 'resident-number', number: madeUpNumber(birth, (serial += 1)) },
});
const householdOf = (...members: readonly object[]) => ({
  ...{ area: village, residence: 'rural', happenedOn: '2025-06-01' },
  members,
});
const applicant = (person: object) => ({ relation: 'applicant', person });
const again = (personId: string, relation: string) => ({ relation, personId });

let service: RunningService;
const officers = {} as Record<
  'helper' | 'township' | 'neighbour' | 'county' | 'payment' | 'finance' | 'supervisor' | 'protection' | 'inspector',
  Officer
>;
let administrator: Officer;

beforeAll(async () => {
  service = await startService('people', '2025-09-01');
  const wanted = {
    helper: ['village-helper', village],
    township: ['township-officer', '430225100'],
    neighbour: ['township-officer', neighbourTownship],
    county: ['county-reviewer', '430225'],
    payment: ['county-payment-officer', '430225'],
    finance: ['finance', '430225'],
    supervisor: ['supervisor', '430225'],
    protection: ['data-protection-officer', '430225'],
    inspector: ['inspector', '430225'],
  } as const;
  for (const [name, [role, area]] of Object.entries(wanted) as [keyof typeof wanted, readonly [string, string]][])
    officers[name] = await Officer.of(service, role, area, name);
  administrator = await Officer.of(service, 'administrator', '430000');
});
afterAll(() => service.stop());

const done = ({ status, body }: Answer): Readonly<Record<string, unknown>> => {
  if (status >= 300) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body;
};
const textOf = (body: Readonly<Record<string, unknown>>, key = 'id'): string => String(body[key]);
const refused = ({ status, body }: Answer) => `${status} ${String(body['code'])}`;
const detail = ({ body }: Answer, name: string): unknown =>
  (body['details'] as Record<string, unknown> | undefined)?.[name];

interface Registered {
  readonly id: string;
  readonly number: string;
  readonly members: readonly { readonly personId: string; readonly existing: boolean }[];
}
async function register(...members: readonly object[]): Promise<Registered> {
  return done(await officers.township.post('/households', householdOf(...members))) as unknown as Registered;
}
async function registerPerson(person: object, officer = officers.township, area = village): Promise<string> {
  return textOf(done(await officer.post('/persons', { ...person, area })));
}

/** Changes a file at the revision that it has now. */
async function change(officer: Officer, file: string, what: string, body: object, reader = officer): Promise<Answer> {
  const { revision } = done(await reader.get(file));
  return officer.post(`${file}/${what}`, body, { seen: String(revision) });
}
const household = async (id: string, query = '', officer = officers.county) =>
  done(await officer.get(`/households/${id}${query}`));
const person = async (id: string, query = '', officer = officers.county) =>
  done(await officer.get(`/persons/${id}${query}`));

interface ShownMember {
  readonly personId: string;
  readonly relation: string;
  readonly counts: boolean;
  readonly person: Readonly<Record<string, unknown>>;
}
const membersOf = (body: Readonly<Record<string, unknown>>) => body['members'] as readonly ShownMember[];
const standings = (body: Readonly<Record<string, unknown>>) =>
  membersOf(body).map(({ personId, relation, counts }) => [personId, relation, counts]);
const valueOf = (body: Readonly<Record<string, unknown>>, topic: string): unknown =>
  (body[topic] as { value: unknown } | undefined)?.value;

/** Moves the program's clock; the machine's own stays. */
const at = async (to: string) => done(await administrator.post('/development/clock', { to }));
const countOf = async (type: string, where = 'true') => {
  const query = `select count(*)::int as count from es_event where event_type = $1 and ${where}`;
  return (await rowsOf<{ count: number }>(service.databaseUrl, query, [type]))[0]?.count;
};

describe('A number', () => {
  it('belongs to one person, however it is written', async () => {
    const number = withX('1985-05-05');
    const id = await registerPerson({ name: '示例甲', document: { kind: 'resident-number', number } });
    const written = [number, number.toLowerCase(), `${number.slice(0, 6)} ${number.slice(6)}`];
    const old = `${number.slice(0, 6)}${number.slice(8, 17)}`;
    for (const each of [...written, old]) {
      const document = { kind: 'resident-number', number: each };
      const answer = await officers.township.post('/persons', { name: '示例甲', document, area: village });
      expect([refused(answer), detail(answer, 'personId')]).toEqual(['409 PERSON_REGISTERED', id]);
    }
    const document = { kind: 'resident-number', number: old };
    const { members } = await register(applicant({ name: '示例甲', document }));
    expect(members).toEqual([{ personId: id, existing: true }]);
  });

  it('that an imported file knows too leads to the person as they are, and the import says so', async () => {
    const who = somebody('Made-up Known');
    const id = await registerPerson(who);
    const file = join(service.dataDir, 'known.csv');
    const rows = [
      ['户编号', '城乡类型', '与申请人关系', '姓名', '证件号码', '联系电话'],
      ['H1', '农村', '申请人', who.name, who.document.number, '19912345678'],
      ['H1', '', '配偶', 'Made-up New', somebody('Made-up New').document.number, ''],
    ];
    writeFileSync(file, rows.map((row) => `${row.join(',')}\n`).join(''));
    const load = (...options: string[]) => service.almoner('import', 'households', file, '--area', village, ...options);
    expect(await load('--dry-run')).toContain('1 persons are registered already and would be taken as they are');
    const report = JSON.parse(await load('--json')) as { id: string };
    expect(report).toMatchObject({ registered: 1, rejected: 0, knownPersons: 1 });
    expect(done(await officers.county.get(`/imports/${report.id}`))).toMatchObject({ knownPersons: 1 });
    expect(valueOf(await person(id), 'phone')).toBeUndefined();
  });

  it('that is registered elsewhere is refused without a word about whose it is', async () => {
    const stranger = somebody('Made-up Stranger');
    const id = await registerPerson(stranger);
    const alone = await officers.neighbour.post('/persons', { ...stranger, area: neighbourTownship });
    const together = await officers.neighbour.post('/households', {
      ...householdOf(applicant(stranger)),
      area: neighbourTownship,
    });
    for (const answer of [alone, together]) {
      expect(refused(answer)).toBe('409 NUMBER_REGISTERED');
      expect(JSON.stringify(answer.body)).not.toContain(id);
      expect(JSON.stringify(answer.body)).not.toContain(stranger.name);
    }
    expect((await officers.neighbour.get(`/persons/${id}`)).status).toBe(404);
  });

  it('of a passport counts with its country; whoever is unknown has none and is somebody else each time', async () => {
    const passport = (issuer: string, number: string) => ({
      name: 'Made-up Guest',
      birthDate: '1990-01-01',
      document: { kind: 'passport', issuer, number },
      area: village,
    });
    const id = await registerPerson(passport('FRA', '12AB34567'));
    const same = await officers.township.post('/persons', passport('fra', '12ab34567'));
    expect([refused(same), detail(same, 'personId')]).toEqual(['409 PERSON_REGISTERED', id]);
    expect(await registerPerson(passport('BEL', '12AB34567'))).not.toBe(id);
    const unknown = { name: 'Unknown', document: { kind: 'unknown' } };
    expect(await registerPerson(unknown)).not.toBe(await registerPerson(unknown));
  });

  it('that was mistyped is free again once it is corrected', async () => {
    const [wrong, right] = [somebody('示例乙'), somebody('示例乙')];
    const id = await registerPerson(wrong);
    const answer = await change(officers.township, `/persons/${id}`, 'identity', { identity: right });
    expect(answer.status).toBe(200);
    const other = await registerPerson({ ...wrong, name: 'Made-up Other' });
    expect(other).not.toBe(id);
    const taken = await officers.township.post('/persons', { ...right, area: village });
    expect(detail(taken, 'personId')).toBe(id);
  });
});

describe('A household', () => {
  it('takes members who are registered as they are, under their own name alone', async () => {
    const known = somebody('Made-up Mother');
    const id = await registerPerson(known);
    const other = await officers.township.post('/households', householdOf(applicant({ ...known, name: 'Somebody' })));
    expect([refused(other), detail(other, 'member')]).toEqual(['409 NAME_DIFFERS', 0]);
    const first = await register(applicant(somebody('Made-up Father')), { relation: 'spouse', person: known });
    expect(first.members.map(({ existing }) => existing)).toEqual([false, true]);
    expect(first.members[1]?.personId).toBe(id);
    for (const member of [applicant(known), again(id, 'applicant')]) {
      const second = await officers.township.post('/households', householdOf(member));
      expect(refused(second)).toBe('409 COUNTS_ELSEWHERE');
    }
    const child = { relation: 'child', person: somebody('Made-up Child', '2012-05-01') };
    const apart = { ...again(id, 'other'), notCounted: 'lives-elsewhere' };
    const { members } = await register(applicant(somebody('Made-up Aunt')), child, apart);
    expect(members).toHaveLength(3);
  });

  it('lets members join, stand otherwise and leave; whoever counts no more can count elsewhere', async () => {
    const { id, members } = await register(applicant(somebody('示例丙')), {
      relation: 'spouse',
      person: somebody('示例丁'),
    });
    const [head = '', spouse = ''] = members.map(({ personId }) => personId);
    const joined = done(
      await change(officers.township, `/households/${id}`, 'members', {
        member: { relation: 'child', person: somebody('示例戊', '2006-01-01') },
      }),
    );
    const child = textOf(joined, 'personId');
    const twice = await change(officers.township, `/households/${id}`, 'members', { member: again(child, 'child') });
    expect(refused(twice)).toBe('409 MEMBER_ALREADY');
    const soldier = [{ personId: child, relation: 'child', notCounted: 'conscript' }];
    done(await change(officers.township, `/households/${id}`, 'standings', { standings: soldier }));
    done(
      await change(officers.township, `/households/${id}`, 'departures', { personId: spouse, departure: 'divorced' }),
    );
    expect(standings(await household(id))).toEqual([
      [head, 'applicant', true],
      [child, 'child', false],
    ]);
    const alone = await register(again(spouse, 'applicant'));
    const elsewhere = await register(again(child, 'applicant'));
    expect((await person(child))['householdId']).toBe(elsewhere.id);
    const back = await change(officers.township, `/households/${id}`, 'standings', {
      standings: [{ personId: child, relation: 'child' }],
    });
    expect(refused(back)).toBe('409 COUNTS_ELSEWHERE');
    expect((await person(spouse))['householdId']).toBe(alone.id);
  });

  it('is split and merged again: places, numbers and files follow', async () => {
    const { id, number, members } = await register(
      applicant(somebody('示例己')),
      { relation: 'child', person: somebody('示例庚', '1995-02-03') },
      { relation: 'grandchild', person: somebody('示例辛', '2018-02-03') },
    );
    const [head = '', child = '', grandchild = ''] = members.map(({ personId }) => personId);
    const parted = [
      { personId: child, relation: 'applicant' },
      { personId: grandchild, relation: 'child' },
    ];
    const split = done(await change(officers.township, `/households/${id}`, 'splits', { members: parted }));
    const into = textOf(split, 'into');
    await until(async () => (await officers.county.get(`/households/${into}`)).status === 200);
    const part = await household(into);
    expect(part).toMatchObject({ splitFrom: id, place: { value: { area: village, residence: 'rural' } } });
    expect(part['number']).toMatch(/^430225-2025-\d{6}$/);
    expect(part['number']).not.toBe(number);
    expect(standings(part)).toEqual([
      [child, 'applicant', true],
      [grandchild, 'child', true],
    ]);
    expect(standings(await household(id))).toEqual([[head, 'applicant', true]]);
    expect((await person(child))['householdId']).toBe(into);

    const merge = {
      into: id,
      members: [
        { personId: child, relation: 'child' },
        { personId: grandchild, relation: 'grandchild' },
      ],
    };
    done(await change(officers.township, `/households/${into}`, 'merges', merge));
    await until(async () => membersOf(await household(id)).length === 3);
    expect(await household(into)).toMatchObject({ members: [], ended: { value: { into: id } } });
    expect((await person(grandchild))['householdId']).toBe(id);
    const { items } = done(await officers.inspector.get(`/households?search=${number}`)) as {
      items: readonly Readonly<Record<string, unknown>>[];
    };
    expect(items).toEqual([expect.objectContaining({ id, applicantId: head, memberCount: 3 })]);
  });

  it('is not merged while it has a case', async () => {
    const target = await register(applicant(somebody('示例子')));
    const source = await register(applicant(somebody('示例丑')));
    done(await officers.township.post('/cases', { scheme: 'dibao', householdId: source.id }));
    const members = source.members.map(({ personId }) => ({ personId, relation: 'other' }));
    const merging = { into: target.id, members };
    const refusal = await change(officers.township, `/households/${source.id}`, 'merges', merging);
    expect(refused(refusal)).toBe('409 HOUSEHOLD_HAS_CASE');
  });

  it('moves with its files: the new area sees them, the old one no more', async () => {
    const { id, members } = await register(applicant(somebody('示例壬')), {
      relation: 'other',
      notCounted: 'lives-elsewhere',
      person: somebody('示例癸'),
    });
    const [head = '', apart = ''] = members.map(({ personId }) => personId);
    done(
      await change(officers.township, `/households/${id}`, 'moves', {
        area: neighbourTownship,
        address: '虚构路 9 弄',
        happenedOn: '2025-08-20',
      }),
    );
    expect((await officers.township.get(`/households/${id}`)).status).toBe(404);
    expect(await household(id, '', officers.neighbour)).toMatchObject({
      place: { value: { area: neighbourTownship, address: '虚构路 9 弄' } },
    });
    await until(async () => (await officers.neighbour.get(`/persons/${head}`)).status === 200);
    expect((await officers.township.get(`/persons/${head}`)).status).toBe(404);
    expect((await officers.neighbour.get(`/persons/${apart}`)).status).toBe(404);
    const before = await household(id, '?effective=2025-08-19', officers.neighbour);
    expect(before).toMatchObject({ place: { value: { area: village } } });
    const shown = membersOf(before).map(({ personId, person: { name } }) => [personId, name]);
    expect(shown).toEqual([
      [head, '示例壬'],
      [apart, undefined],
    ]);
    const { number } = await household(id, '', officers.neighbour);
    const applicantOn = async (officer: Officer) => {
      const { items } = done(await officer.get(`/households?search=${String(number)}&effective=2025-08-19`)) as {
        items: readonly Readonly<Record<string, unknown>>[];
      };
      return items.map(({ applicantId, applicantName }) => [applicantId, applicantName]);
    };
    expect(await applicantOn(officers.county)).toEqual([[head, '示例壬']]);
    expect(await applicantOn(officers.township)).toEqual([[head, undefined]]);
    const nextOwn = await change(officers.township, `/households/${id}`, 'endings', {}, officers.county);
    expect(nextOwn.status).toBe(404);
  });

  it('shows on a past day nothing of a member whose file has left the area since, by whatever was known', async () => {
    const account = { bank: '示例银行', number: '6200000000004321', holder: '示例卯' };
    const { id, members } = await register(applicant(somebody('示例寅')), {
      relation: 'child',
      person: { ...somebody('示例卯', '1995-03-02'), account, disability: { category: 'physical', level: 1 } },
    });
    const gone = members[1]?.personId ?? '';
    const position = textOf(await household(id), 'position');
    const departure = { personId: gone, departure: 'moved', happenedOn: '2025-08-01' };
    done(await change(officers.township, `/households/${id}`, 'departures', departure));
    const residence = { residence: { area: neighbourTownship }, happenedOn: '2025-08-01' };
    done(await change(officers.township, `/persons/${gone}`, 'residence', residence, officers.county));
    const wish = { ...account, number: '6200000000008765', reason: 'lost card' };
    done(await change(officers.neighbour, `/persons/${gone}`, 'account-corrections', wish));
    expect((await officers.township.get(`/persons/${gone}`)).status).toBe(404);
    for (const known of ['', `&known=position:${position}`]) {
      const [, member] = membersOf(await household(id, `?effective=2025-07-31${known}`, officers.township));
      expect(member).toEqual({
        ...{ personId: gone, relation: 'child', counts: true, person: {}, factId: expect.any(String) },
        ...{ happenedOn: '2025-06-01', knownOn: expect.any(String), source: 'declared' },
      });
    }
    const [, seen] = membersOf(await household(id, '?effective=2025-07-31'));
    expect(seen?.person).toMatchObject({ name: '示例卯', account: { value: account } });
    expect(seen?.person).not.toHaveProperty('proposedAccount');
  });

  it('goes on without the dead: another applies, and where nobody is left it is over', async () => {
    const couple = await register(
      applicant(somebody('Made-up Grandmother', '1950-01-01')),
      { relation: 'child', person: somebody('Made-up Son', '1975-01-01') },
      { relation: 'spouse', person: somebody('Made-up Grandfather', '1951-01-01') },
    );
    const [she = '', son = '', he = ''] = couple.members.map(({ personId }) => personId);
    done(await change(officers.township, `/persons/${she}`, 'death', { happenedOn: '2025-08-30' }));
    await until(async () => membersOf(await household(couple.id)).length === 2);
    expect(standings(await household(couple.id))).toEqual([
      [son, 'child', true],
      [he, 'applicant', true],
    ]);
    expect(membersOf(await household(couple.id, '?effective=2025-08-29'))).toHaveLength(3);

    const single = await register(applicant(somebody('Made-up Hermit')));
    const [hermit = ''] = single.members.map(({ personId }) => personId);
    done(await change(officers.township, `/persons/${hermit}`, 'death', {}));
    await until(async () => 'ended' in (await household(single.id)));
    expect(await household(single.id)).toMatchObject({ members: [], ended: { value: {} } });
    const late = await change(officers.township, `/persons/${hermit}`, 'phone', { phone: '19912345678' });
    expect(late.status).toBe(200);
  });

  it('counts its others again when the one dies who filed alone', async () => {
    const apart = (relation: string, name: string) => ({
      relation,
      person: somebody(name, '1950-01-01'),
      counts: false,
      notCounted: 'single-filing',
    });
    const filed = await officers.township.post('/households', {
      ...householdOf(
        applicant(somebody('Made-up Disabled Son')),
        apart('parent', 'Made-up Old Mother'),
        apart('parent', 'Made-up Old Father'),
      ),
      singleFiling: 'severe-disability',
    });
    const { id, members } = done(filed) as unknown as Registered;
    const [son = '', mother = '', father = ''] = members.map(({ personId }) => personId);
    done(await change(officers.township, `/persons/${son}`, 'death', { happenedOn: '2025-08-30' }));
    await until(async () => membersOf(await household(id)).length === 2);
    expect(standings(await household(id)).map(([personId, , counts]) => [personId, counts])).toEqual([
      [mother, true],
      [father, true],
    ]);
  });

  it('is over with the last who counted, whoever else belonged to it; they stay where they count', async () => {
    const own = await register(applicant(somebody('Made-up Son')));
    const [son = ''] = own.members.map(({ personId }) => personId);
    const home = await register(applicant(somebody('Made-up Mother')), {
      ...again(son, 'child'),
      notCounted: 'lives-elsewhere',
    });
    const [mother = ''] = home.members.map(({ personId }) => personId);
    done(await change(officers.township, `/persons/${mother}`, 'death', { happenedOn: '2025-08-30' }));
    await until(async () => 'ended' in (await household(home.id)));
    expect(await household(home.id)).toMatchObject({ members: [] });
    expect(standings(await household(own.id))).toEqual([[son, 'applicant', true]]);
  });

  it('goes on with somebody who came, or stands otherwise, since the day of a death that was known late', async () => {
    const couple = await register(applicant(somebody('Made-up Aunt')), {
      relation: 'other',
      person: somebody('Made-up Lodger'),
    });
    const [aunt = '', lodger = ''] = couple.members.map(({ personId }) => personId);
    const standing = { standings: [{ personId: lodger, relation: 'sibling' }], happenedOn: '2025-08-20' };
    done(await change(officers.township, `/households/${couple.id}`, 'standings', standing));
    done(await change(officers.township, `/persons/${aunt}`, 'death', { happenedOn: '2025-08-10' }));
    await until(async () => membersOf(await household(couple.id)).length === 1);
    expect(standings(await household(couple.id))).toEqual([[lodger, 'applicant', true]]);
  });

  it('lets go of somebody who had died before they were written down as a member', async () => {
    const registered = await officers.township.post('/households', {
      ...householdOf(applicant(somebody('Made-up Heir')), { relation: 'parent', person: somebody('Made-up Late') }),
      happenedOn: '2025-09-01',
    });
    const { id, members } = done(registered) as unknown as Registered;
    const [heir = '', late = ''] = members.map(({ personId }) => personId);
    done(await change(officers.township, `/persons/${late}`, 'death', { happenedOn: '2025-08-30' }));
    await until(async () => membersOf(await household(id)).length === 1);
    expect(standings(await household(id))).toEqual([[heir, 'applicant', true]]);
  });
});

describe('What was so, and what was known', () => {
  const income = (amount: number) => ({ parts: [{ kind: 'wages', amount, months: 12 }] });
  let id = '';
  let head = '';
  let spouse = '';
  /** Instants between the steps. */
  const known: string[] = [];
  const note = async () => {
    const [row] = await rowsOf<{ now: Date }>(service.databaseUrl, 'select almoner_now() as now');
    known.push(row?.now.toISOString() ?? '');
    // The next step is recorded in a later millisecond.
    await until(async () => {
      const [later] = await rowsOf<{ now: Date }>(service.databaseUrl, 'select almoner_now() as now');
      return (later?.now.toISOString() ?? '') > (known.at(-1) ?? '');
    });
  };

  beforeAll(async () => {
    const registered = await officers.township.post('/households', {
      ...householdOf(applicant({ ...somebody('Old Name'), phone: '19900000001' }), {
        relation: 'spouse',
        person: somebody('示例子'),
      }),
    });
    const body = done(registered) as unknown as Registered;
    id = body.id;
    [head = '', spouse = ''] = body.members.map(({ personId }) => personId);
    await note();
    const file = `/households/${id}`;
    const declared = { ...income(1_200_000), happenedOn: '2025-06-10' };
    done(await change(officers.township, file, 'income-declarations', declared));
    done(
      await change(officers.township, `/persons/${head}`, 'phone', { phone: '19900000002', happenedOn: '2025-07-01' }),
    );
    await note();
    const { factId } = (await household(id))['income'] as { factId: string };
    const correction = { ...income(2_400_000), happenedOn: '2025-06-05', corrects: factId, reason: 'misread' };
    done(await change(officers.township, file, 'income-declarations', correction));
    done(
      await change(officers.township, file, 'departures', {
        personId: spouse,
        departure: 'divorced',
        happenedOn: '2025-08-01',
      }),
    );
    const identity = { ...somebody('New Name'), document: { kind: 'none' }, birthDate: '1971-03-02' };
    done(await change(officers.township, `/persons/${head}`, 'identity', { identity, happenedOn: '2025-07-15' }));
    await note();
    await caughtUp(service.databaseUrl);
  });

  it('is answered of a household at any two times', async () => {
    const said = async (knownAt: string | undefined, effective: string) => {
      const body = await household(id, `?effective=${effective}${knownAt === undefined ? '' : `&known=${knownAt}`}`);
      const parts = valueOf(body, 'income') as readonly { amount: number }[] | undefined;
      return [parts?.[0]?.amount, membersOf(body).map(({ person: { name } }) => name)];
    };
    const [registered, declared, corrected] = known;
    expect(await said(registered, '2025-08-15')).toEqual([undefined, ['Old Name', '示例子']]);
    expect(await said(registered, '2025-05-31')).toEqual([undefined, []]);
    expect(await said(declared, '2025-06-09')).toEqual([undefined, ['Old Name', '示例子']]);
    expect(await said(declared, '2025-08-15')).toEqual([1_200_000, ['Old Name', '示例子']]);
    expect(await said(corrected, '2025-06-04')).toEqual([undefined, ['Old Name', '示例子']]);
    expect(await said(corrected, '2025-06-09')).toEqual([2_400_000, ['Old Name', '示例子']]);
    expect(await said(corrected, '2025-07-20')).toEqual([2_400_000, ['New Name', '示例子']]);
    expect(await said(undefined, '2025-08-15')).toEqual([2_400_000, ['New Name']]);
    const before = await officers.county.get(`/households/${id}?known=2025-08-31`);
    expect(before.status).toBe(404);
  });

  it('is answered of a person at any two times', async () => {
    const said = async (knownAt: string | undefined, effective: string) => {
      const body = await person(head, `?effective=${effective}${knownAt === undefined ? '' : `&known=${knownAt}`}`);
      return [valueOf(body, 'phone'), (valueOf(body, 'identity') as { name: string } | undefined)?.name];
    };
    const [registered, declared, corrected] = known;
    expect(await said(registered, '2025-08-15')).toEqual(['19900000001', 'Old Name']);
    expect(await said(declared, '2025-06-30')).toEqual(['19900000001', 'Old Name']);
    expect(await said(declared, '2025-07-01')).toEqual(['19900000002', 'Old Name']);
    expect(await said(corrected, '2025-07-14')).toEqual(['19900000002', 'Old Name']);
    expect(await said(undefined, '2025-07-15')).toEqual(['19900000002', 'New Name']);
  });

  it('is answered of the households of an area', async () => {
    const listed = async (query: string) => {
      const { number } = await household(id);
      const { items } = done(await officers.county.get(`/households?search=${String(number)}${query}`)) as {
        items: readonly Readonly<Record<string, unknown>>[];
      };
      return items.map(({ memberCount, applicantName }) => [memberCount, applicantName]);
    };
    const [registered, declared, corrected] = known;
    expect(await listed('&effective=2025-05-31')).toEqual([]);
    expect(await listed(`&known=${registered}&effective=2025-08-15`)).toEqual([[2, 'Old Name']]);
    expect(await listed(`&known=${declared}`)).toEqual([[2, 'Old Name']]);
    expect(await listed(`&known=${corrected}&effective=2025-07-20`)).toEqual([[2, 'New Name']]);
    expect(await listed('')).toEqual([[1, 'New Name']]);
  });
});

describe('What is seen', () => {
  const disability = { category: 'physical', level: 1, number: '19022519710302001011' };
  const account = { bank: '示例银行', number: '6200000000001234', holder: 'Made-up Mother' };
  let id = '';
  let mother = '';
  let child = '';
  beforeAll(async () => {
    const registered = await register(
      applicant({ ...somebody('Made-up Mother'), phone: '19912345678', account, disability }),
      { relation: 'child', person: somebody('示例小儿', '2018-02-03') },
    );
    id = registered.id;
    [mother = '', child = ''] = registered.members.map(({ personId }) => personId);
    done(
      await change(officers.township, `/households/${id}`, 'income-declarations', {
        parts: [{ kind: 'wages', amount: 1, months: 12 }],
      }),
    );
  });

  it('is what the role needs', async () => {
    const seen = async (name: keyof typeof officers) => {
      const body = await person(mother, '', officers[name]);
      const { name: called, document, birthDate } = (valueOf(body, 'identity') ?? {}) as Record<string, unknown>;
      const { number } = (document ?? {}) as { number?: string };
      const [phone, health] = [valueOf(body, 'phone'), valueOf(body, 'disability')];
      return [called, number, birthDate, phone, (valueOf(body, 'account') as typeof account).number, health];
    };
    const { number } = (valueOf(await person(mother), 'identity') as { document: { number: string } }).document;
    const masked = `${number.slice(0, 4)}**********${number.slice(-4)}`;
    const all = ['Made-up Mother', number, '1971-03-02', '19912345678', account.number, disability];
    expect(await seen('township')).toEqual(all);
    expect(await seen('county')).toEqual(all);
    expect(await seen('helper')).toEqual([
      ...['Made-up Mother', masked, '1971-**-**', '19912345678', '****1234', undefined],
    ]);
    expect(await seen('payment')).toEqual([
      ...['Made-up Mother', masked, undefined, '199****5678', account.number, undefined],
    ]);
    expect(await seen('finance')).toEqual(['M*', undefined, undefined, undefined, '****1234', undefined]);
    expect(await seen('inspector')).toEqual([
      ...['M*', masked, '1971-**-**', '199****5678', '****1234', { masked: true }],
    ]);
    expect(valueOf(await household(id, '', officers.helper), 'income')).toBeUndefined();
    expect(valueOf(await household(id, '', officers.inspector), 'income')).toEqual({ masked: true });
  });

  it('of a child under 14 is less, but for those who handle the case', async () => {
    const seen = async (name: keyof typeof officers) => {
      const body = await household(id, '', officers[name]);
      const shown = membersOf(body).find(({ personId }) => personId === child)?.person ?? {};
      return [shown['name'], (shown['document'] as { number?: string } | undefined)?.number, shown['birthDate']];
    };
    expect(await seen('township')).toEqual(['示例小儿', expect.stringMatching(/^190225/), '2018-02-03']);
    expect(await seen('helper')).toEqual(['示*', undefined, undefined]);
    expect(await seen('inspector')).toEqual([undefined, undefined, undefined]);
    expect(await seen('finance')).toEqual([undefined, undefined, undefined]);
  });

  it('is noted with its reader and purpose, which the inspector lists', async () => {
    const told = await officers.supervisor.get(`/persons/${child}`, { 'almoner-purpose': 'complaint' });
    expect(told.status).toBe(200);
    const odd = await officers.supervisor.get(`/persons/${child}`, { 'almoner-purpose': 'curiosity' });
    expect(refused(odd)).toBe('400 PURPOSE_UNKNOWN');
    const { items } = done(await officers.inspector.get(`/reads?person=${child}&limit=100`)) as {
      items: readonly Readonly<Record<string, unknown>>[];
    };
    const [latest] = items;
    expect(latest).toMatchObject({
      ...{ reader: 'development:supervisor', role: 'supervisor', purpose: 'complaint' },
      ...{ kind: 'person', persons: [child] },
    });
    const readers = new Set(items.map(({ reader, kind, purpose }) => [reader, kind, purpose].join(' ')));
    expect(readers).toContain('development:helper household application-handling');
    expect(readers).toContain('development:inspector household audit');
    expect((await officers.county.get('/reads')).status).toBe(403);
    const shown = done(await officers.protection.get(`/persons/${child}/readers?limit=100`)) as {
      items: readonly unknown[];
    };
    // The inspector's own look at the list is one more.
    expect(shown.items).toHaveLength(items.length + 1);
  });

  it('of an account changes when a second person agrees', async () => {
    const next = { ...account, number: '6200000000009876' };
    const file = `/persons/${mother}`;
    const wish = { ...next, reason: 'lost card', document: 'letter' };
    const { accountId } = done(await change(officers.payment, file, 'account-corrections', wish));
    const numbers = async () => {
      const body = await person(mother);
      return [valueOf(body, 'account'), valueOf(body, 'proposedAccount')];
    };
    expect(await numbers()).toEqual([account, next]);
    const alone = await change(officers.payment, file, 'account-confirmations', { accountId });
    expect(refused(alone)).toBe('409 SECOND_PERSON_CONFIRMS_ACCOUNT');
    done(await change(officers.finance, file, 'account-confirmations', { accountId }));
    expect(await numbers()).toEqual([next, undefined]);
    const twice = await change(officers.finance, file, 'account-rejections', { accountId, reason: 'late' });
    expect(refused(twice)).toBe('409 ACCOUNT_NOT_PROPOSED');
  });
});

describe('An application', () => {
  it('is one of its kind at a time, for a household and for a person', async () => {
    const { id, members } = await register(applicant(somebody('示例丑')), {
      relation: 'spouse',
      person: somebody('示例寅'),
    });
    const ask = (scheme: string, personId?: string) =>
      officers.helper.post('/cases', { scheme, householdId: id, ...(personId !== undefined && { personId }) });
    const first = done(await ask('dibao'));
    expect(refused(await ask('dibao'))).toBe('409 CASE_OPEN_ALREADY');
    const seen = String(first['revision']);
    const withdrawal = `/cases/${textOf(first)}/withdrawal`;
    done(await officers.helper.post(withdrawal, { reason: 'Changed their mind' }, { seen }));
    expect((await ask('dibao')).status).toBe(201);
    for (const { personId } of members) expect((await ask('disability-living', personId)).status).toBe(201);
    expect(refused(await ask('disability-living', members[0]?.personId))).toBe('409 CASE_OPEN_ALREADY');
  });
});

describe('A case', () => {
  it('goes on at the office that took it, though the household has moved away since', async () => {
    const { id } = await register(applicant(somebody('示例卯')));
    const opened = done(await officers.helper.post('/cases', { scheme: 'dibao', householdId: id }));
    done(await change(officers.township, `/households/${id}`, 'moves', { area: neighbourTownship }));
    const seen = String(opened['revision']);
    const answer = await officers.helper.post(
      `/cases/${textOf(opened)}/withdrawal`,
      { reason: 'Moved away' },
      { seen },
    );
    expect([answer.status, answer.body['code']]).toEqual([200, undefined]);
    expect(refused(await officers.helper.post('/cases', { scheme: 'dibao', householdId: id }))).toBe('404 NOT_FOUND');
  });
});

describe('64 clients at once', () => {
  const clients = Array.from({ length: 64 }, (_, client) => client);
  interface Sent {
    readonly key: string;
    readonly answer: Answer;
  }
  const codesOf = (sent: readonly Sent[]) => new Set(sent.map(({ answer }) => refused(answer)));
  /** Everyone sends at once under a key of their own; who is told that something changed meanwhile sends again. */
  async function together(name: string, path: string, bodyOf: (client: number) => object) {
    const sent = await Promise.all(
      clients.map(async (client): Promise<Sent> => {
        const key = `${name}-${client}`;
        return { key, answer: await officers.township.post(path, bodyOf(client), { key }) };
      }),
    );
    const won = sent.filter(({ answer }) => answer.status < 300);
    const lost: Sent[] = [];
    for (const { key, answer } of sent.filter((each) => !won.includes(each))) {
      const client = Number(key.split('-').at(-1));
      const asked = refused(answer) === '409 CHANGED_MEANWHILE';
      lost.push({ key, answer: asked ? await officers.township.post(path, bodyOf(client), { key }) : answer });
    }
    return { won, lost };
  }
  const counts = async () => ({
    persons: await countOf('PersonRegistered'),
    households: await countOf('HouseholdRegistered'),
  });
  const more = async ({ persons = 0, households = 0 }: Awaited<ReturnType<typeof counts>>) => {
    const now = await counts();
    return [(now.persons ?? 0) - persons, (now.households ?? 0) - households];
  };

  it('register one person', async () => {
    const before = await counts();
    const who = { ...somebody('Made-up Many'), area: village };
    const { won, lost } = await together('one-person', '/persons', () => who);
    expect(won).toHaveLength(1);
    expect(await more(before)).toEqual([1, 0]);
    expect(codesOf(lost)).toEqual(new Set(['409 PERSON_REGISTERED']));
    const id = won[0]?.answer.body['id'];
    expect(new Set(lost.map(({ answer }) => detail(answer, 'personId')))).toEqual(new Set([id]));
  });

  it('register households of one person whom nobody knows yet', async () => {
    const before = await counts();
    const who = somebody('Made-up Sought');
    const { won, lost } = await together('one-new-member', '/households', () => householdOf(applicant(who)));
    expect(won).toHaveLength(1);
    expect(await more(before)).toEqual([1, 1]);
    expect(codesOf(lost)).toEqual(new Set(['409 COUNTS_ELSEWHERE']));
    const { id, members } = won[0]?.answer.body as unknown as Registered;
    expect((await person(members[0]?.personId ?? ''))['householdId']).toBe(id);
  });

  it('register households with one member who is registered', async () => {
    const member = await registerPerson(somebody('Made-up Wanted'));
    const before = await counts();
    const { won, lost } = await together('one-member', '/households', () => householdOf(again(member, 'applicant')));
    expect(won).toHaveLength(1);
    expect(await more(before)).toEqual([0, 1]);
    expect(codesOf(lost)).toEqual(new Set(['409 COUNTS_ELSEWHERE']));
    expect((await person(member))['householdId']).toBe(won[0]?.answer.body['id']);
  });

  it('open cases of one household', async () => {
    const { id } = await register(applicant(somebody('Made-up Asked')));
    const { won, lost } = await together('one-case', '/cases', () => ({ scheme: 'dibao', householdId: id }));
    expect(won).toHaveLength(1);
    expect(codesOf(lost)).toEqual(new Set(['409 CASE_OPEN_ALREADY']));
  });

  it('pull two persons to and fro: each time one household gets both', async () => {
    for (let round = 0; round < 8; round++) {
      const pair = [await registerPerson(somebody('Made-up One')), await registerPerson(somebody('Made-up Two'))];
      const [one = '', two = ''] = pair;
      const answers = await Promise.all(
        [
          [again(one, 'applicant'), again(two, 'spouse')],
          [again(two, 'applicant'), again(one, 'spouse')],
        ].map((members) => officers.township.post('/households', householdOf(...members))),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
      const id = answers.find(({ status }) => status === 201)?.body['id'];
      for (const each of pair) expect((await person(each))['householdId']).toBe(id);
    }
  });

  it('see two households ask for one person: one of them gets them', async () => {
    for (let round = 0; round < 8; round++) {
      const wanted = await registerPerson(somebody('Made-up Asked'));
      const homes = [await register(applicant(somebody('Home A'))), await register(applicant(somebody('Home B')))];
      const body = { member: again(wanted, 'other') };
      const answers = await Promise.all(
        homes.map(({ id }) => officers.township.post(`/households/${id}/members`, body, { seen: 0 })),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
      const found = await Promise.all(homes.map(async ({ id }) => membersOf(await household(id)).length));
      expect(found).toEqual(answers.map(({ status }) => (status === 200 ? 2 : 1)));
    }
  });

  it('keep a household busy that another is merged into: its members arrive', async () => {
    const target = await register(applicant(somebody('Made-up Target')));
    const source = await register(applicant(somebody('Made-up Source')), {
      relation: 'spouse',
      person: somebody('Made-up Follower'),
    });
    let working = true;
    const work = (async () => {
      for (let amount = 1; working && amount < 400; amount++) {
        const body = { parts: [{ kind: 'wages', amount, months: 12 }] };
        await change(officers.township, `/households/${target.id}`, 'income-declarations', body);
      }
    })();
    const members = source.members.map(({ personId }) => ({ personId, relation: 'other' }));
    done(await change(officers.township, `/households/${source.id}`, 'merges', { into: target.id, members }));
    try {
      await until(async () => membersOf(await household(target.id)).length === 3);
    } finally {
      working = false;
      await work;
    }
  });
});

describe('In the end', () => {
  it('a person whose data are erased is told apart from nobody, and their number is free', async () => {
    const who = somebody('Made-up Erased');
    const id = await registerPerson(who);
    await at('2075-09-01T01:00:00.000Z');
    const asked = await officers.supervisor.post('/erasures', { kind: 'person', id, ground: 'term-over' });
    const erasure = textOf(done(asked));
    done(await officers.protection.post(`/erasures/${erasure}/approve`, {}, { seen: 0 }));
    await until(async () => {
      const identity = valueOf(await person(id), 'identity');
      return JSON.stringify(identity) === '{"erased":true}';
    });
    const phone = await change(officers.township, `/persons/${id}`, 'phone', { phone: '19912345678' });
    expect(refused(phone)).toBe('409 SUBJECT_ERASED');
    const other = await registerPerson(somebody('Made-up Other', '1972-03-02'));
    const merge = await change(officers.county, `/persons/${other}`, 'merges', { into: id, reason: 'Made up.' });
    expect(refused(merge)).toBe('409 SUBJECT_ERASED');
    await until(async () => (await officers.township.post('/persons', { ...who, area: village })).status === 201);
  });

  it('nothing is half done, by the log and by what was made of it', async () => {
    const openClaims = async () => rowsOf(service.databaseUrl, 'select * from read.open_claim');
    await until(async () => (await openClaims()).length === 0);
    await caughtUp(service.databaseUrl);
    expect(await openClaims()).toEqual([]);
    expect(runChecker(service.databaseUrl).findings).toEqual([]);
    const report = await service.almoner('projections', 'verify');
    for (const line of report.trim().split('\n')) expect(line).toMatch(/\d+ rows, 0 differences$/);
  });
});
