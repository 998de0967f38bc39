import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Pool } from 'pg';
import { derivedId } from '#libs/event-sourcing';
import { DoubleCandidates } from '../libs/people/src/doubles/double-candidates.js';
import { areasOf } from '../libs/people/src/seed/household.js';
import { likenessOf, twistOf } from '../libs/people/src/seed/mistakes.js';
import { Officer, type Answer } from './support/officer.js';
import { madeUpNumber } from './support/made-up.js';
import { startService, type RunningService } from './support/service.js';
import { until } from './support/until.js';

jest.setTimeout(240_000);

const [TOWNSHIP, NEXT, COUNTY] = ['430225100', '430225101', '430225'];
const areas = [TOWNSHIP, NEXT];
const plan = { seed: 1258, households: 260, today: '2025-09-10' };
/** Under which the ids of the generator's commands are derived. */
const SEED_NAMESPACE = '6f0f6f0b-8a39-5c1e-9d0b-2b7f5f1c7a19';

let service: RunningService;
let township: Officer;
let next: Officer;
let reviewer: Officer;
let supervisor: Officer;
let townReviewer: Officer;
let inspector: Officer;
/** Where the log stood after the last change: what is read has to show it. */
let position = '';

interface Pair {
  readonly persons: readonly { readonly id: string; readonly name?: string; readonly area: string }[];
  readonly score?: number;
  readonly reasons?: readonly { readonly code: string; readonly en: string; readonly zh: string }[];
  readonly twins?: boolean;
  readonly outside?: object;
}
interface Proposed {
  readonly items: readonly Pair[];
  readonly nextCursor?: string;
  readonly dismissed: readonly object[];
}

beforeAll(async () => {
  service = await startService('doubles', `${plan.today}T02:00:00.000Z`);
  const { seed, households } = plan;
  await service.almoner('seed', '--area', areas.join(','), '--households', `${households}`, '--seed', `${seed}`);
  township = await Officer.of(service, 'township-officer', TOWNSHIP);
  next = await Officer.of(service, 'township-officer', NEXT);
  reviewer = await Officer.of(service, 'county-reviewer', COUNTY);
  supervisor = await Officer.of(service, 'supervisor', COUNTY);
  townReviewer = await Officer.of(service, 'county-reviewer', TOWNSHIP, 'town-reviewer');
  inspector = await Officer.of(service, 'inspector', COUNTY);
});
afterAll(() => service.stop());

const answered = (answer: Answer, status: number): Answer['body'] => {
  expect([answer.status, answer.body]).toEqual([status, expect.anything()]);
  position = typeof answer.body['position'] === 'string' ? answer.body['position'] : position;
  return answer.body;
};
const see = async <View = Record<string, unknown>>(path: string, who: Officer = reviewer): Promise<View> =>
  answered(await who.get(path), 200) as unknown as View;
/** Reads what the log says up to the last change. */
const read = <View = Proposed>(path: string, who: Officer = reviewer): Promise<View> =>
  see<View>(`${path}${path.includes('?') ? '&' : '?'}waitFor=${position}`, who);
const member = (name: string, more: object = {}) => ({
  relation: 'applicant',
  person: { name, birthDate: '1970-03-05', ...more },
});

/** Registers a household; gives its id and the ids of its members. */
async function household(who: Officer, area: string, ...members: object[]): Promise<[string, ...string[]]> {
  const body = answered(await who.post('/households', { area, residence: 'rural', members }), 201);
  return [String(body['id']), ...(body['members'] as { personId: string }[]).map(({ personId }) => personId)];
}
/** Registers a person who belongs to no household. */
const person = async (name: string, birthDate = '1970-03-05', more: object = {}): Promise<string> =>
  String(answered(await township.post('/persons', { area: TOWNSHIP, name, birthDate, ...more }), 201)['id']);

async function change(who: Officer, id: string, what: string, body: object): Promise<Answer> {
  const { revision } = await see(`/persons/${id}`);
  const answer = await who.post(`/persons/${id}/${what}`, body, { seen: String(revision) });
  if (answer.status === 200) position = String(answer.body['position']);
  return answer;
}
const reason = 'looked into';
const merge = (id: string, into: string, more: object = {}): Promise<Answer> =>
  change(reviewer, id, 'merges', { into, reason, ...more });
const othersOf = async (id: string, who?: Officer): Promise<string[]> =>
  (await read(`/persons/${id}/doubles`, who)).items.flatMap(({ persons }) =>
    persons.flatMap((each) => (each.id === id ? [] : [each.id])),
  );

async function allOf(query: string, who?: Officer): Promise<Pair[]> {
  const pairs: Pair[] = [];
  let cursor: string | undefined;
  do {
    const page = await read(`/doubles?${query}${cursor === undefined ? '' : `&cursor=${cursor}`}`, who);
    pairs.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return pairs;
}
const keyOf = (persons: readonly { readonly id: string }[]): string =>
  persons
    .map(({ id }) => id)
    .sort()
    .join(' ');

describe('made-up households', () => {
  const source = { seed: plan.seed, today: plan.today, areas: areasOf(areas.map((code) => ({ code }))) };
  const repeats = Array.from({ length: plan.households }, (_, index) => index).filter((index) => {
    const { alone } = twistOf(source, index);
    // Who was misheard and has a number of their own is not taken for a double; who comes with an old number has no second file.
    return alone !== undefined && (likenessOf(source, index) !== 'misheard' || alone.document !== undefined);
  });
  const householdOf = (index: number): string =>
    derivedId(derivedId(SEED_NAMESPACE, `${plan.seed} ${areas.join(',')} ${index}`), 0);
  let pairs: Pair[];

  beforeAll(async () => {
    position = String((await township.get('/households')).headers.get('almoner-position'));
    pairs = await allOf('');
  });

  it('have doubles, which are found with their reasons, and hardly anybody else is', async () => {
    expect(repeats.length).toBeGreaterThan(5);
    const proposed = new Set(pairs.flatMap(({ persons }) => persons.map(({ id }) => id)));
    for (const index of repeats) {
      const { members } = await see<{ members: { personId: string }[] }>(`/households/${householdOf(index)}`);
      expect([index, members.some(({ personId }) => proposed.has(personId))]).toEqual([index, true]);
    }
    expect(pairs.length).toBeLessThan(2 * repeats.length);
    for (const { persons, score, reasons = [], twins, outside } of pairs) {
      expect([persons.length, twins, outside]).toEqual([2, false, undefined]);
      expect(score).toBeGreaterThanOrEqual(60);
      expect(reasons.length).toBeGreaterThan(1);
      for (const { code, en, zh } of reasons) expect([code, en, zh].every((text) => text.length > 0)).toBe(true);
    }
    expect(pairs.flatMap(({ reasons = [] }) => reasons.map(({ code }) => code))).toEqual(
      expect.arrayContaining(['same-name', 'sound-alike', 'near-birth-date']),
    );
  });

  it('are gone through page by page, each pair once, and by area', async () => {
    const keys = pairs.map(({ persons }) => keyOf(persons));
    expect(new Set(keys).size).toBe(keys.length);
    expect((await allOf('limit=1')).map(({ persons }) => keyOf(persons))).toEqual(keys);
    const here = pairs.filter(({ persons }) => persons.some(({ area }) => area === TOWNSHIP));
    expect((await allOf(`area=${TOWNSHIP}`)).map(({ persons }) => keyOf(persons)).sort()).toEqual(
      here.map(({ persons }) => keyOf(persons)).sort(),
    );
    expect(here.length).toBeLessThan(pairs.length);
    const likeliest = Math.max(...pairs.map(({ score = 0 }) => score));
    for (const { score = 0 } of await allOf(`minScore=${likeliest}`)) expect(score).toBe(likeliest);
    expect(await allOf('area=430224')).toEqual([]);
    for (const wrong of ['minScore=59', 'cursor=bm8', 'area=x'])
      expect([wrong, (await reviewer.get(`/doubles?${wrong}`)).status]).toEqual([wrong, 400]);
    expect((await township.get('/doubles')).status).toBe(403);
  });

  it('are found from each of the two', async () => {
    for (const { persons } of pairs) {
      const [one, other] = persons.map(({ id }) => id);
      expect(await othersOf(one ?? '')).toContain(other);
      expect(await othersOf(other ?? '')).toContain(one);
    }
  });

  it('are listed by command too, without names', async () => {
    const printed = await service.almoner('doubles', '--area', COUNTY, '--json');
    const listed = JSON.parse(printed) as { persons: string[]; score: number; twins: boolean }[];
    expect(listed.map(({ persons, score }) => [[...persons].sort().join(' '), score])).toEqual(
      pairs.map(({ persons, score }) => [keyOf(persons), score]),
    );
    expect(printed).not.toContain(pairs[0]?.persons[0]?.name);
    const lines = (await service.almoner('doubles', '--area', COUNTY)).trim().split('\n');
    expect(lines).toHaveLength(pairs.length + 1);
  });

  it('are noted in the read log, for the quality of data', async () => {
    const [{ persons = [] } = {}] = pairs;
    const { items } = await see<{ items: { reader: string; purpose: string; kind: string }[] }>(
      `/reads?person=${persons[0]?.id}&limit=200`,
      inspector,
    );
    const noted = items.filter(({ purpose }) => purpose === 'data-quality');
    expect(noted.map(({ reader }) => reader)).toEqual(expect.arrayContaining(['almoner doubles']));
    expect(noted.some(({ reader }) => reader.includes('county-reviewer'))).toBe(true);
    expect(noted.every(({ kind }) => kind === 'list')).toBe(true);
  });
});

describe('a file outside the area', () => {
  it('shows as a word to ask a supervisor, and no more', async () => {
    const [, here = ''] = await household(township, TOWNSHIP, member('外例', { phone: '15400000001' }));
    const [, there = ''] = await household(next, NEXT, member('外例', { phone: '15400000002' }));
    const mine = await read(`/persons/${here}/doubles`, townReviewer);
    expect(mine).toEqual({
      items: [
        {
          persons: [{ id: here, area: TOWNSHIP, name: '外例' }],
          outside: { code: 'outside-area', en: expect.any(String), zh: expect.any(String) },
        },
      ],
      dismissed: [],
    });
    const listed = await allOf('', townReviewer);
    expect(listed.filter(({ persons }) => persons[0]?.id === here)).toEqual(mine.items);
    expect(JSON.stringify(listed)).not.toContain(there);
    expect((await townReviewer.get(`/persons/${there}/doubles`)).status).toBe(404);
    expect(await othersOf(here, supervisor)).toEqual([there]);
    const blind = await change(townReviewer, here, 'merges', { into: there, reason });
    expect(blind.body).toMatchObject({ code: 'PERSON_UNKNOWN' });
    const dismissal = await change(townReviewer, here, 'double-dismissals', { other: there, reason });
    expect(dismissal.body).toMatchObject({ code: 'PERSON_UNKNOWN' });
  });
});

describe('a dismissal', () => {
  it('is shown from both sides, and the pair is proposed from neither', async () => {
    const [one, other] = [await person('二例'), await person('二例')];
    expect(await othersOf(one)).toEqual([other]);
    answered(await change(reviewer, one, 'double-dismissals', { other, reason }), 200);
    for (const id of [one, other]) {
      const { items, dismissed } = await read(`/persons/${id}/doubles`);
      expect([items, dismissed]).toEqual([[], [{ persons: [one, other], decidedOn: plan.today, reason }]]);
    }
    expect((await allOf('')).some(({ persons }) => keyOf(persons).includes(one))).toBe(false);
    const third = await person('二例');
    expect(await othersOf(one)).toEqual([third]);
    const itself = await change(reviewer, one, 'double-dismissals', { other: one, reason });
    expect(itself.body).toMatchObject({ code: 'DOUBLE_OF_ITSELF' });
    expect((await change(township, one, 'double-dismissals', { other, reason })).status).toBe(403);
  });
});

describe('a merge', () => {
  it('leads to the file that goes on, through later mergers too, and can be undone', async () => {
    const [first, second, third] = [await person('并例甲'), await person('并例甲'), await person('并例甲')];
    answered(await merge(first, second), 200);
    expect((await merge(second, first)).body).toMatchObject({ code: 'OTHER_FILE_MERGED', details: { into: second } });
    expect((await merge(third, first)).body).toMatchObject({ code: 'OTHER_FILE_MERGED', details: { into: second } });
    expect(await othersOf(second)).toEqual([third]);
    expect(await othersOf(first)).toEqual([]);
    answered(await merge(second, third), 200);
    expect(await see(`/persons/${first}`)).toMatchObject({ mergedInto: second, survivorId: third });
    expect(await see(`/persons/${second}`)).toMatchObject({ mergedInto: third, survivorId: third });
    expect(await see(`/persons/${third}`)).not.toHaveProperty('survivorId');
    const { items } = await read<{ items: { id: string; mergedInto?: string; survivorId?: string }[] }>(
      `/persons?search=${encodeURIComponent('并例甲')}`,
    );
    expect(Object.fromEntries(items.map(({ id, survivorId }) => [id, survivorId]))).toEqual({
      [first]: third,
      [second]: third,
      [third]: undefined,
    });
    expect(await othersOf(third)).toEqual([]);
    answered(await change(reviewer, first, 'merge-undoings', { into: second, reason }), 200);
    expect(await see(`/persons/${first}`)).not.toHaveProperty('mergedInto');
    expect(await othersOf(first)).toEqual([third]);
    answered(await change(reviewer, second, 'merge-undoings', { into: third, reason }), 200);
    expect((await othersOf(third)).sort()).toEqual([first]);
    expect(await othersOf(second)).toEqual([]);
  });

  it('names the file that goes on to those alone who may see it', async () => {
    const [first, second, third] = [await person('隐例甲'), await person('隐例甲'), await person('隐例甲')];
    const [home] = await household(township, TOWNSHIP, member('隐例乙'));
    answered(await merge(first, second), 200);
    const refusals = async (who: Officer, judge: Officer) => {
      const joining = { member: { relation: 'other', personId: first, notCounted: 'other' } };
      const { revision } = await see(`/households/${home}`);
      const body = { area: TOWNSHIP, residence: 'rural', members: [{ relation: 'applicant', personId: first }] };
      const answers = [
        await who.post('/households', body),
        await who.post(`/households/${home}/members`, joining, { seen: String(revision) }),
        await change(who, first, 'phone', { phone: null }),
        await change(judge, first, 'merges', { into: third, reason }),
        await change(judge, third, 'merges', { into: first, reason }),
      ];
      return answers.map(({ body: { code, details } }) => [code, (details as { into?: string } | undefined)?.into]);
    };
    const told = (into?: string) => [
      ...Array.from({ length: 4 }, () => ['PERSON_MERGED', into]),
      ['OTHER_FILE_MERGED', into],
    ];
    expect(await refusals(township, townReviewer)).toEqual(told(second));
    answered(await change(reviewer, second, 'residence', { residence: { area: NEXT } }), 200);
    expect(await refusals(township, townReviewer)).toEqual(told());
    expect(await refusals(reviewer, reviewer)).toEqual(expect.arrayContaining([['OTHER_FILE_MERGED', second]]));
    const fourth = await person('隐例甲');
    answered(await merge(second, fourth), 200);
    expect(await refusals(township, townReviewer)).toEqual(told(fourth));
  });

  it('leads whoever brings the number of the first file to the last', async () => {
    const document = { kind: 'resident-number', number: madeUpNumber('1970-03-05', 977) };
    const [first, second, third] = [
      await person('链例甲', '1970-03-05', { document }),
      await person('链例甲'),
      await person('链例甲'),
    ];
    answered(await merge(first, second), 200);
    answered(await merge(second, third), 200);
    const again = await township.post('/persons', {
      area: TOWNSHIP,
      name: '链例甲',
      birthDate: '1970-03-05',
      document,
    });
    expect(again.body).toMatchObject({ code: 'PERSON_REGISTERED', details: { personId: third } });
  });

  it('lets who died leave the household that knows them by the file that was merged', async () => {
    const [home, , lodger = ''] = await household(township, TOWNSHIP, member('故例甲'), {
      ...member('故例乙', { birthDate: '1940-01-01' }),
      relation: 'other',
    });
    const other = await person('故例乙', '1940-01-01');
    answered(await merge(lodger, other), 200);
    answered(await change(township, other, 'death', { happenedOn: '2025-08-30' }), 200);
    await until(async () => (await see<{ members: unknown[] }>(`/households/${home}`)).members.length === 1);
  });

  it('into each other at the same moment stands once', async () => {
    for (let round = 0; round < 5; round++) {
      const [one, other] = [await person(`同例${round}`), await person(`同例${round}`)];
      const answers = await Promise.all([merge(one, other), merge(other, one)]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    }
  });

  it('of twins takes a word of confirmation', async () => {
    const born = { birthDate: '2015-01-01' };
    const [, one = '', other = ''] = await household(township, TOWNSHIP, member('双例佳', born), {
      ...member('双例嘉', born),
      relation: 'sibling',
    });
    const { items } = await read(`/persons/${one}/doubles`);
    expect(items).toMatchObject([{ twins: true }]);
    expect(items[0]?.reasons?.[0]).toMatchObject({ code: 'twins' });
    expect((await merge(one, other)).body).toMatchObject({ code: 'TWINS_UNCONFIRMED' });
    answered(await merge(one, other, { confirmTwins: true }), 200);
  });

  it('is refused while both count in different households', async () => {
    const [, one = ''] = await household(township, TOWNSHIP, member('户例'));
    const [home, other = ''] = await household(next, NEXT, member('户例'), { ...member('户例乙'), relation: 'spouse' });
    expect((await merge(one, other)).body).toMatchObject({ code: 'BOTH_COUNT' });
    const { revision } = await see(`/households/${home}`);
    const departure = {
      personId: other,
      departure: 'moved',
      standings: [
        {
          personId: (await see<{ members: { personId: string }[] }>(`/households/${home}`)).members[1]?.personId,
          relation: 'applicant',
        },
      ],
    };
    answered(await next.post(`/households/${home}/departures`, departure, { seen: String(revision) }), 200);
    answered(await merge(other, one), 200);
  });

  it('is refused while both have open cases of their own', async () => {
    const disability = { category: 'physical', level: 1, validUntil: '2035-01-01' };
    const [home, one = '', other = ''] = await household(township, TOWNSHIP, member('案例', { disability }), {
      ...member('案例', { disability }),
      relation: 'sibling',
    });
    const apply = async (scheme: string, personId: string) => {
      const body = answered(await township.post('/cases', { scheme, householdId: home, personId }), 201);
      return `/cases/${String(body['id'])}`;
    };
    await apply('disability-living', one);
    const nursing = await apply('disability-nursing', other);
    expect((await merge(one, other)).body).toMatchObject({ code: 'BOTH_HAVE_CASES' });
    const { revision } = await see(nursing, township);
    answered(await township.post(`${nursing}/withdrawal`, { reason }, { seen: String(revision) }), 200);
    answered(await merge(one, other), 200);
  });
});

describe('the plans of looking for doubles', () => {
  it('go along the indexes of paths and keys', async () => {
    const pool = new Pool({ connectionString: service.databaseUrl, max: 1 });
    try {
      const { rows } = await pool.query<{ schema: string }>(
        `select schema_name as schema from proj_build where projection = 'person-search' and status = 'live'`,
      );
      const table = `"${rows[0]?.schema}"`;
      await pool.query(
        `insert into ${table}.person_search (id, area_code, area_path, name, case_numbers, erased, own_cases, facts, keys)
          select gen_random_uuid(), '430225100', '430000.430200.430225.' || 430225100 + n % 20, '示例', '{}', false, '{}', '{}', '{}'
          from generate_series(1, 20000) n`,
      );
      await pool.query(
        `insert into ${table}.person_search_key (person_id, key, area_path)
          select id, 'n示例' || row_number() over (), area_path from ${table}.person_search where facts = '{}'`,
      );
      await pool.query(
        `insert into ${table}.person_search_household (id, cases, facts) select gen_random_uuid(), '{}', '{}' from generate_series(1, 20000)`,
      );
      const filled = ['person_search', 'person_search_key', 'person_search_household'];
      await pool.query(`analyze ${filled.map((name) => `${table}.${name}`).join(', ')}`);
      const plans: string[] = [];
      const explaining = {
        async query(sql: string, values: unknown[]) {
          const plan = await pool.query<{ 'QUERY PLAN': string }>(`explain ${sql}`, values);
          plans.push(plan.rows.map((row) => row['QUERY PLAN']).join('\n'));
          return { rows: [] };
        },
      } as unknown as Pool;
      const candidates = new DoubleCandidates(explaining);
      const id = derivedId(SEED_NAMESPACE, 'somebody');
      await candidates.peopleOf('430000.430200.430225', undefined, 50);
      await candidates.of([{ id, keys: ['n示例', 'pshi li'], years: [1980] }]);
      await candidates.homesOf([id]);
      const [people, namesakes, homes] = plans;
      expect(people).toMatch(/Index Scan using person_search_2/);
      expect(namesakes).toMatch(/Index (Only )?Scan using person_search_key_1/);
      expect(homes).toMatch(/Index Scan using person_search_pkey/);
      for (const plan of plans) expect(plan).not.toMatch(/Seq Scan/);
    } finally {
      await pool.end();
    }
  });
});
