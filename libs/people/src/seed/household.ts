import { addDays } from '#libs/calendar';
import type { HouseholdDraft, MemberDraft } from '../drafts.js';
import { makeUpFamily, type Family, type Place } from './family.js';
import { makeUpAssets, makeUpIncome, makeUpSpending, type PlacedPerson } from './means.js';
import { peopleOf } from './names.js';
import { PLACES } from './numbers.js';
import { makeUpPerson, type Known, type MadeUpPerson, type Surroundings } from './person.js';
import { Random, weighted, type Weighted } from './random.js';

/** From what households are made up. */
export interface HouseholdSource {
  readonly seed: number;
  /** The local date on which ages are told. */
  readonly today: string;
  readonly areas: Weighted<string>;
}

/** Another household that somebody of this one is known from. */
export interface Twist {
  /** Takes the place of the applicant, who lives alone. */
  readonly alone?: Known;
  /** Belongs to the family but lives elsewhere, with a household of their own. */
  readonly besides?: Known;
}

/** Counties around Yanling, that people come from who live in an area without being registered there. */
const elsewhere = ['430223', '430224', '430281', '431027', '431028', '360827', '360830', '360881'];

/** Makes up the household of that number; the same for the same source, whichever were made up before. */
export function makeUpHousehold(source: HouseholdSource, index: number, twist: Twist = {}): HouseholdDraft {
  const random = new Random(source.seed, index);
  const { today, seed } = source;
  const area = random.choose(source.areas);
  const rural = random.chance(720);
  const people = peopleOf(random);
  const family = familyOf(random, twist);
  const around: Surroundings = {
    seed,
    today,
    area,
    rural,
    people,
    hukouArea: random.chance(930) ? area : random.pick(elsewhere.filter((code) => code !== area)),
    address: rural
      ? `示例村${random.between(1, 24)}组${random.between(1, 60)}号`
      : `示例社区${random.between(1, 40)}栋${random.between(1, 6)}单元${random.between(101, 1_803)}室`,
  };
  const members = peopleOfFamily(random, family, around, { index, twist });
  const placed = members.map((one, member): PlacedPerson => ({ ...one, member }));
  const counting = placed.filter(({ member }) => family.places[member]?.notCounted === undefined);
  const residence = rural ? 'rural' : 'urban';
  const happenedOn = registeredOn(random, members, today);
  const [income, assets, spending] = [
    makeUpIncome(random, counting, residence),
    makeUpAssets(random, { rural, first: 0 }),
    makeUpSpending(random, counting),
  ];
  return {
    area,
    residence,
    ...(happenedOn !== undefined && { happenedOn, knownOn: happenedOn }),
    ...(family.singleFiling && { singleFiling: family.singleFiling }),
    members: placed.map(({ member, draft }): MemberDraft => ({ ...standingOf(family.places[member]), person: draft })),
    ...(income.length > 0 && { income }),
    ...(assets.length > 0 && { assets }),
    ...(spending.length > 0 && { spending }),
  };
}

function familyOf(random: Random, { alone, besides }: Twist): Family {
  const family = makeUpFamily(random);
  if (alone) return { places: [{ relation: 'applicant', age: 0, sex: 'female', surname: 'family' }] };
  if (!besides) return family;
  const guest: Place = { relation: 'other', age: 0, sex: 'female', surname: 'own', notCounted: 'lives-elsewhere' };
  return { ...family, places: [...family.places, guest] };
}

function peopleOfFamily(
  random: Random,
  { places }: Family,
  around: Surroundings,
  { index, twist }: { index: number; twist: Twist },
): MadeUpPerson[] {
  const made: MadeUpPerson[] = [];
  for (const [member, place] of places.entries()) {
    const before = made.at(-1);
    const surname = place.surname === 'family' ? made[0]?.surname : undefined;
    const known = twist.alone ?? (place.relation === 'other' ? twist.besides : undefined);
    const person = makeUpPerson(random, place, around, {
      person: index * PLACES + member,
      ...(surname !== undefined && { surname }),
      ...(place.twin === true && before && { bornOn: before.birthDate }),
      ...(known && { known }),
    });
    made.push(person);
  }
  return withGuardians(made);
}

/** A child has the applicant as guardian where no parent is there; so has who cannot see to their own affairs. */
function withGuardians(made: readonly MadeUpPerson[]): MadeUpPerson[] {
  const [first] = made;
  return made.map((one, member) => {
    const { disability } = one.draft;
    const needs =
      one.age < 18 || ((disability?.level ?? 4) <= 2 && /mental|intellectual/.test(disability?.category ?? ''));
    if (member === 0 || !first || first.age < 18 || !needs) return one;
    return { ...one, draft: { ...one.draft, guardian: { name: first.draft.identity.name, relation: '监护人' } } };
  });
}

function standingOf(place: Place | undefined) {
  if (!place) throw new Error('a person without a place in the family');
  const { relation, notCounted } = place;
  return notCounted === undefined ? { relation, counts: true } : { relation, counts: false, notCounted };
}

/** Half of them came within the last three months, none before a member was born. */
function registeredOn(random: Random, members: readonly MadeUpPerson[], today: string): string | undefined {
  if (random.chance(500)) return undefined;
  const day = addDays(today, -random.between(1, 90));
  return members.every(({ birthDate }) => birthDate <= day) ? day : undefined;
}

/** Areas with how many of the households lie in each; one where left out. */
export const areasOf = (areas: readonly { readonly code: string; readonly weight?: number }[]): Weighted<string> =>
  weighted(areas.map(({ code, weight = 1 }) => [code, weight] as const));
