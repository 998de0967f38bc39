import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { ageOn } from '#libs/calendar';
import { Refusal } from '#libs/event-sourcing/decider';
import type { HouseholdDraft, PersonDraft } from '../drafts.js';
import { identityKey, readDocument } from '../domain/identity/document.js';
import { areasOf } from './household.js';
import { generateHouseholds, generateMistakes, type SeedPlan } from './generate-households.js';
import { likenessOf, mistakeKinds, twistOf } from './mistakes.js';
import { Random, weighted } from './random.js';

const plan: SeedPlan = { areas: [{ code: '430225' }], households: 4_000, seed: 7, today: '2025-09-01' };
const context = { today: plan.today, testNumbers: 'accepted' } as const;
const households = [...generateHouseholds(plan)];
const peopleOf = ({ members }: HouseholdDraft): PersonDraft[] =>
  members.flatMap((member) => ('person' in member ? [member.person] : []));
const people = households.flatMap(peopleOf);
const share = (count: number, all: number) => Math.round((count / all) * 1000);

describe('made-up households', () => {
  it('are the same for the same plan, to the byte', () => {
    const digest = createHash('sha256');
    for (const draft of generateHouseholds({ ...plan, households: 1_000, mistakes: true }))
      digest.update(JSON.stringify(draft));
    expect(digest.digest('hex')).toBe('e700b81ffcea05d620a57d5b11011cc9e586936438d7eea79c215cefb21e1f09');
  });

  it('are the beginning of a longer list, and others for another seed', () => {
    expect([...generateHouseholds({ ...plan, households: 50 })]).toEqual(households.slice(0, 50));
    expect([...generateHouseholds({ ...plan, households: 50, seed: 8 })]).not.toEqual(households.slice(0, 50));
  });

  it('are as large as those that have dibao, and some have members who do not count or file alone', () => {
    const sizes = households.map(({ members }) => members.length);
    const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
    expect(mean).toBeGreaterThan(1.8);
    expect(mean).toBeLessThan(2.5);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(8);
    const reasons = new Set(households.flatMap(({ members }) => members.map(({ notCounted }) => notCounted)));
    for (const reason of ['in-prison', 'clergy', 'conscript', 'single-filing', 'lives-elsewhere', 'missing'] as const)
      expect(reasons).toContain(reason);
    expect(new Set(households.map(({ singleFiling }) => singleFiling))).toContain('severe-disability');
  });

  it('have one applicant who counts, and reasons for those who do not', () => {
    const isWhole = ({ members }: HouseholdDraft): boolean =>
      members.filter(({ relation }) => relation === 'applicant').length === 1 &&
      members[0]?.relation === 'applicant' &&
      members[0].counts &&
      members.every(({ counts, notCounted }) => counts === (notCounted === undefined));
    expect(households.filter((draft) => !isWhole(draft))).toEqual([]);
  });

  it('have parents, children and grandchildren of ages that go together', () => {
    const yearOf = (member: HouseholdDraft['members'][number]) =>
      Number(('person' in member ? member.person.identity.birthDate : undefined)?.slice(0, 4) ?? Number.NaN);
    const gaps = households.flatMap(({ members }) =>
      members.map((member) => ({
        relation: member.relation,
        gap: yearOf(member) - Math.max(...members.slice(0, 1).map(yearOf)),
      })),
    );
    const of = (wanted: string) =>
      gaps.flatMap(({ relation, gap }) => (relation === wanted && !Number.isNaN(gap) ? [gap] : []));
    expect(Math.min(...of('child'))).toBeGreaterThanOrEqual(16);
    expect(Math.max(...of('parent'))).toBeLessThanOrEqual(-16);
    expect(Math.min(...of('grandchild'))).toBeGreaterThanOrEqual(32);
    expect(Math.max(...of('spouse').map(Math.abs))).toBeLessThanOrEqual(10);
  });

  it('have documents that are taken, whose numbers are for tests and belong to one person', () => {
    const keys = new Map<string, string>();
    const wrong: unknown[] = [];
    for (const { identity } of people) {
      const read = readDocument(identity.document, context);
      if (read instanceof Refusal) throw new Error(read.code);
      const { says } = read;
      if (says && !(says.test && says.birthDate === identity.birthDate && says.sex === identity.sex)) wrong.push(says);
      const key = identityKey(read.document);
      if (key === undefined) continue;
      // The number of somebody who is a member of two households comes a second time, under the same name.
      if (keys.get(key) !== undefined && keys.get(key) !== identity.name) wrong.push(key);
      keys.set(key, identity.name);
    }
    expect(wrong).toEqual([]);
    const kinds = people.map(({ identity }) => identity.document.kind);
    for (const kind of ['passport', 'other', 'none', 'unknown'] as const) expect(kinds).toContain(kind);
    expect(people.some(({ identity: { document } }) => 'number' in document && document.number.length === 15)).toBe(
      true,
    );
    const repeated = kinds.filter((kind) => kind !== 'none' && kind !== 'unknown').length - keys.size;
    expect(repeated).toBe(households.filter((_, index) => twistOf(source, index).besides).length);
    expect(repeated).toBeGreaterThan(0);
  });

  it('have disabilities, illnesses and schools as often as is usual', () => {
    const disabled = people.filter(({ disability }) => disability);
    expect(share(disabled.length, people.length)).toBeGreaterThan(150);
    expect(share(disabled.length, people.length)).toBeLessThan(250);
    expect(new Set(disabled.map(({ disability }) => disability?.level)).size).toBe(4);
    expect(new Set(disabled.map(({ disability }) => disability?.category)).size).toBe(8);
    expect(new Set(people.flatMap(({ illnesses = [] }) => illnesses.map(({ kind }) => kind))).size).toBe(5);
    const pupils = people.filter(({ identity: { birthDate } }) => {
      const age = birthDate === undefined ? 0 : ageOn(birthDate, plan.today);
      return age >= 6 && age < 12;
    });
    expect(new Set(pupils.map(({ schooling }) => schooling?.stage))).toEqual(new Set(['primary']));
  });

  it('have incomes around the standard: below, at it to the fen, a fen below, above; whole fen over whole months', () => {
    let [below, equal, oneFen, above] = [0, 0, 0, 0];
    const wrong: unknown[] = [];
    for (const { members, income = [], residence } of households) {
      const heads = members.filter(({ counts }) => counts).length;
      const standard = (residence === 'urban' ? 70_000 : 45_000) * heads * 12;
      for (const { amount, months, member = 0 } of income)
        if (!Number.isSafeInteger(amount) || 12 % months !== 0 || !members[member]) wrong.push({ amount, months });
      const year = income
        .filter(({ exemption }) => exemption === undefined)
        .reduce((sum, { amount, months }) => sum + (amount * 12) / months, 0);
      if (year === standard) equal++;
      else if (year === standard - 1) oneFen++;
      else if (year < standard) below++;
      else above++;
    }
    expect(wrong).toEqual([]);
    expect(share(below, households.length)).toBeGreaterThan(700);
    expect(share(above, households.length)).toBeGreaterThan(80);
    expect(share(equal, households.length)).toBeGreaterThan(5);
    expect(share(oneFen, households.length)).toBeGreaterThan(3);
  });

  it('cannot be reached or paid: phones ring nowhere, cards belong to no bank', () => {
    const phones = people.flatMap(({ phone }) => phone ?? []);
    const cards = people.flatMap(({ account }) => account?.number ?? []);
    expect(phones.every((phone) => /^154\d{8}$/.test(phone))).toBe(true);
    expect(cards.every((card) => /^19\d{17}$/.test(card))).toBe(true);
    expect(new Set(phones).size).toBe(phones.length);
    expect(new Set(cards).size).toBe(cards.length);
  });

  it('lie in the areas by their weights', () => {
    const areas = [{ code: '430225100', weight: 3 }, { code: '430225101' }];
    const drafts = [...generateHouseholds({ ...plan, areas, households: 2_000 })];
    const first = drafts.filter(({ area }) => area === '430225100').length;
    expect(share(first, 2_000)).toBeGreaterThan(710);
    expect(share(first, 2_000)).toBeLessThan(790);
  });

  it.each([
    [{ areas: [] }, 'no area'],
    [{ areas: [{ code: '430225', weight: 0 }] }, 'weight'],
    [{ seed: 0.5 }, 'seed'],
    [{ today: '2025-02-30' }, 'not a date'],
    [{ households: 1_000_000 }, 'number of households'],
  ])('are not made up from %j', (change, reason) => {
    expect(() => [...generateHouseholds({ ...plan, ...change })]).toThrow(reason);
  });
});

const source = { seed: plan.seed, today: plan.today, areas: areasOf(plan.areas) };

describe('likely doubles', () => {
  const names = new Set<string>();
  const tied = households.flatMap((draft, index) => {
    const likeness = likenessOf(source, index);
    return likeness === undefined ? [] : [{ likeness, person: peopleOf(draft).at(-1), draft }];
  });

  it('are about one household in a hundred, of every kind', () => {
    expect(share(tied.length, households.length)).toBeGreaterThanOrEqual(8);
    expect(share(tied.length, households.length)).toBeLessThanOrEqual(16);
    expect(new Set(tied.map(({ likeness }) => likeness)).size).toBe(4);
  });

  it('have the name and birth date of somebody in an earlier household, but no number', () => {
    for (const { identity } of people)
      if (identity.document.kind !== 'none') names.add(`${identity.name} ${identity.birthDate}`);
    const same = tied.filter(
      ({ likeness, person }) => likeness === 'same-name' && person?.identity.document.kind === 'none',
    );
    const known = same.filter(({ person }) => names.has(`${person?.identity.name} ${person?.identity.birthDate}`));
    expect(known.length).toBeGreaterThan(5);
  });

  it('are twins now and then: born on one day, with numbers that follow each other', () => {
    const pairs = households.flatMap((draft) => {
      const found = peopleOf(draft).map(({ identity }) => identity);
      return found.flatMap((one, place) => {
        const next = found[place + 1];
        return next && one.birthDate !== undefined && one.birthDate === next.birthDate ? [[one, next] as const] : [];
      });
    });
    const sequence = ({ document }: PersonDraft['identity']) =>
      document.kind === 'resident-number' ? Number(document.number.slice(14, 17)) : Number.NaN;
    const apart = pairs
      .map(([one, next]) => Math.abs(sequence(one) - sequence(next)))
      .filter((gap) => !Number.isNaN(gap));
    expect(apart.length).toBeGreaterThan(3);
    expect(apart.filter((gap) => gap <= 3).length).toBeGreaterThan(apart.length * 0.9);
  });
});

describe('rows that must be refused', () => {
  const mistakes = [...generateMistakes(plan)];

  it('come after every hundredth household, each kind in turn', () => {
    const drafts = [...generateHouseholds({ ...plan, mistakes: true })];
    expect(drafts).toHaveLength(4_040);
    expect(drafts[100]).toEqual(mistakes[0]?.draft);
    expect(drafts[201]).toEqual(mistakes[1]?.draft);
    expect(new Set(mistakes.map(({ kind }) => kind)).size).toBe(mistakeKinds.length);
  });

  it.each([
    ['check-character', 'ID_NUMBER_CHECK'],
    ['spreadsheet', 'ID_NUMBER_SPREADSHEET'],
    ['rounded', 'ID_NUMBER_ROUNDED'],
    ['length', 'ID_NUMBER_LENGTH'],
    ['impossible-date', 'ID_NUMBER_DATE'],
    ['passport-country', 'DOCUMENT_ISSUER_UNKNOWN'],
  ])('of kind %s are refused as %s', (kind, code) => {
    for (const { draft } of mistakes.filter((mistake) => mistake.kind === kind))
      expect(readDocument(peopleOf(draft)[0]?.identity.document ?? { kind: 'none' }, context)).toMatchObject({ code });
  });

  it.each(['counts-elsewhere', 'number-of-another'])(
    'of kind %s have the number of somebody registered before',
    (kind) => {
      const numbers = new Set(
        people.map(({ identity: { document } }) => ('number' in document ? document.number : '')),
      );
      for (const { draft } of mistakes.filter((mistake) => mistake.kind === kind)) {
        const document = peopleOf(draft)[0]?.identity.document;
        expect(numbers).toContain(document && 'number' in document ? document.number : 'none');
      }
    },
  );
});

describe('numbers that look random', () => {
  it('are spread evenly and depend on every key', () => {
    const random = new Random(1, 2);
    const counts = Array.from({ length: 10 }, () => 0);
    for (let draw = 0; draw < 10_000; draw++) counts[random.below(10)]!++;
    expect(Math.min(...counts)).toBeGreaterThan(900);
    expect(Math.max(...counts)).toBeLessThan(1_100);
    const firsts = [[1], [2], [1, 0], [1, 1], [0, 1], [1 + 2 ** 32]].map((keys) => new Random(...keys).below(2 ** 32));
    expect(new Set(firsts).size).toBe(firsts.length);
  });

  it('choose by weight', () => {
    const random = new Random(3);
    const table = weighted([
      ['never', 0],
      ['rarely', 1],
      ['often', 99],
    ]);
    const chosen = Array.from({ length: 2_000 }, () => random.choose(table));
    expect(chosen).not.toContain('never');
    expect(share(chosen.filter((each) => each === 'rarely').length, chosen.length)).toBeLessThan(25);
    expect(chosen).toContain('rarely');
  });
});
