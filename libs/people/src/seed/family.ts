import type { NotCountedReason, Relation, SingleFilingGround } from '../domain/household.facts.js';
import type { Sex } from '../domain/person.facts.js';
import { weighted, type Random } from './random.js';

/** A place in a family that somebody will be made up for. */
export interface Place {
  readonly relation: Relation;
  /** In full years. */
  readonly age: number;
  readonly sex: Sex;
  /** Whose surname it is: that of the applicant, or one's own. */
  readonly surname: 'family' | 'own';
  /** Born on the day of the one before. */
  readonly twin?: boolean;
  readonly notCounted?: NotCountedReason;
  /** Somebody for whose sake the household needs help. */
  readonly burden?: 'severe-disability' | 'level-3-intellectual-mental' | 'major-illness';
}

export interface Family {
  readonly places: readonly Place[];
  readonly singleFiling?: SingleFilingGround;
}

/** Nobody in these families is a parent younger than that. */
const YOUNGEST_PARENT = 18;

const opposite = (sex: Sex): Sex => (sex === 'male' ? 'female' : 'male');
const sexOf = (random: Random): Sex => (random.chance(515) ? 'male' : 'female');

function applicant(random: Random, youngest: number, oldest: number, more: Partial<Place> = {}): Place {
  const [sex, age] = [sexOf(random), random.between(youngest, oldest)];
  return { relation: 'applicant', sex, age, surname: 'family', ...more };
}

const spouseOf = (random: Random, { age, sex }: Place, more: Partial<Place> = {}): Place => ({
  relation: 'spouse',
  sex: opposite(sex),
  age: Math.max(20, age + (sex === 'male' ? random.between(-7, 3) : random.between(-3, 7))),
  surname: 'own',
  ...more,
});

/** Children of parents, the youngest of whom has that age; now and then twins. */
function childrenOf(random: Random, parentAge: number, count: number, relation: Relation = 'child'): Place[] {
  const oldest = Math.min(parentAge - YOUNGEST_PARENT, 24);
  const children: Place[] = [];
  while (children.length < count) {
    const age = random.between(Math.max(0, parentAge - 42), oldest);
    const child = { relation, sex: sexOf(random), age, surname: 'family' } as const;
    children.push(child);
    if (children.length < count && random.chance(60)) children.push({ ...child, sex: sexOf(random), twin: true });
  }
  return children;
}

const childCount = weighted([
  [1, 56],
  [2, 36],
  [3, 8],
]);

const kinds = {
  'single-elder': (random: Random) => [applicant(random, 61, 90)],
  'single-disabled': (random: Random) => [applicant(random, 22, 60, { burden: 'severe-disability' })],
  single: (random: Random) => [applicant(random, 30, 62)],
  'old-couple': (random: Random) => {
    const first = applicant(random, 61, 86);
    return [first, spouseOf(random, first)];
  },
  'lone-parent': (random: Random) => {
    const parent = applicant(random, 25, 52);
    return [parent, ...childrenOf(random, parent.age, random.choose(childCount))];
  },
  couple: (random: Random) => {
    const first = applicant(random, 27, 52);
    const second = spouseOf(random, first);
    const children = childrenOf(random, Math.min(first.age, second.age), random.choose(childCount));
    const age = Math.max(first.age, second.age) + random.between(22, 34);
    const parent = { relation: 'parent', age, sex: sexOf(random) } as const;
    return [
      first,
      second,
      ...children,
      ...(random.chance(180)
        ? [{ ...parent, surname: parent.sex === 'male' ? ('family' as const) : ('own' as const) }]
        : []),
    ];
  },
  'grandparents-and-child': (random: Random) => {
    const first = applicant(random, 56, 76);
    const second = random.chance(450) ? [spouseOf(random, first)] : [];
    const youngest = Math.min(first.age, ...second.map(({ age }) => age));
    const oldest = Math.min(16, youngest - 2 * (YOUNGEST_PARENT + 2));
    const child = { relation: 'grandchild', sex: sexOf(random), age: random.between(1, oldest) } as const;
    return [first, ...second, { ...child, surname: 'family' as const }];
  },
  'parent-and-grown-child': (random: Random): Place[] => {
    const child = applicant(random, 28, 56, random.chance(600) ? { burden: 'severe-disability' } : {});
    const age = child.age + random.between(20, 36);
    const [father, mother] = [
      { relation: 'parent', sex: 'male', age: age + random.between(0, 3), surname: 'family' },
      { relation: 'parent', sex: 'female', age, surname: 'own' },
    ] as const;
    return [child, ...(random.chance(400) ? [father, mother] : [random.chance(350) ? father : mother])];
  },
  siblings: (random: Random): Place[] => {
    const first = applicant(random, 20, 66);
    const age = Math.max(1, first.age + random.between(-12, 6));
    return [first, { relation: 'sibling', sex: sexOf(random), age, surname: 'family' }];
  },
} as const satisfies Readonly<Record<string, (random: Random) => Place[]>>;

/** How often each kind of family has dibao: most of them small, on average two people. */
const frequencies = weighted<keyof typeof kinds>([
  ['single-elder', 22],
  ['single-disabled', 11],
  ['single', 9],
  ['old-couple', 13],
  ['lone-parent', 13],
  ['couple', 15],
  ['grandparents-and-child', 6],
  ['parent-and-grown-child', 8],
  ['siblings', 3],
]);

const absences = weighted<NotCountedReason>([
  ['lives-elsewhere', 50],
  ['in-prison', 14],
  ['drug-isolation', 8],
  ['missing', 8],
  ['conscript', 12],
  ['clergy', 8],
]);

const grounds = weighted<Exclude<SingleFilingGround, 'clergy-hardship'>>([
  ['severe-disability', 60],
  ['level-3-intellectual-mental', 15],
  ['major-illness', 25],
]);

/** Who belongs to a household. */
export function makeUpFamily(random: Random): Family {
  if (random.chance(22)) return singleFiling(random);
  const places = kinds[random.choose(frequencies)](random);
  return { places: random.chance(55) ? [...places, absent(random, places)] : places };
}

/** One who files alone, and the parents in whose household they live. Source: 民发〔2021〕57号 art 8 */
function singleFiling(random: Random): Family {
  const ground = random.choose(grounds);
  const first = applicant(random, 20, 48, { burden: ground });
  const age = first.age + random.between(21, 33);
  const mother: Place = { relation: 'parent', sex: 'female', age, surname: 'own', notCounted: 'single-filing' };
  const father: Place = { ...mother, sex: 'male', age: age + 2, surname: 'family' };
  return { places: [first, ...(random.chance(700) ? [father, mother] : [mother])], singleFiling: ground };
}

/** Somebody who belongs to the family but does not count: a grown child, else a brother or sister. */
function absent(random: Random, places: readonly Place[]): Place {
  const parents = places.filter(({ relation }) => relation === 'applicant' || relation === 'spouse');
  const oldestChild = Math.min(...parents.map(({ age }) => age)) - YOUNGEST_PARENT;
  const chosen = random.choose(absences);
  const youngestChild = Math.max(18, oldestChild - 22);
  const recruit = chosen === 'conscript' && youngestChild <= 22 && oldestChild >= 18;
  const notCounted = chosen === 'conscript' && !recruit ? 'lives-elsewhere' : chosen;
  const common = { sex: recruit ? 'male' : sexOf(random), surname: 'family', notCounted } as const;
  if (oldestChild >= 18)
    return {
      ...common,
      relation: 'child',
      age: random.between(youngestChild, recruit ? Math.min(22, oldestChild) : oldestChild),
    };
  const age = Math.max(18, (parents[0]?.age ?? 30) + random.between(-8, 8));
  return { ...common, relation: 'sibling', age };
}
