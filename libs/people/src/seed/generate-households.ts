import { isLocalDate } from '#libs/calendar';
import type { HouseholdDraft } from '../drafts.js';
import { areasOf, makeUpHousehold, type HouseholdSource } from './household.js';
import { makeUpMistake, mistakeKinds, twistOf, type Mistake } from './mistakes.js';
import { MOST_HOUSEHOLDS } from './numbers.js';
import { at } from './random.js';

/** What households are to be made up. */
export interface SeedPlan {
  /** Codes of areas that are there, with how many of the households lie in each: whole numbers, 1 where left out. */
  readonly areas: readonly { readonly code: string; readonly weight?: number }[];
  readonly households: number;
  /** A whole number; another one makes up other households. */
  readonly seed: number;
  /** The local date on which ages are told, and after which nothing happened. */
  readonly today: string;
  /** Adds a household that must be refused after every hundredth, of each kind in turn. */
  readonly mistakes?: boolean;
}

/** After so many households comes one that must be refused. */
const MISTAKE_EVERY = 100;

/**
 * Makes up households as offices have them, one after the other, the same for the same plan; fewer are the beginning of
 * more. Nobody in them lives or lived: identity numbers begin with 19, phones cannot ring, schools and banks are called
 * examples. About one in a hundred has a likely double in an earlier one. Holds one household at a time.
 * @throws RangeError for a plan that cannot be followed
 */
export const generateHouseholds = (plan: SeedPlan): Generator<HouseholdDraft> => households(plan, sourceOf(plan));

function* households(plan: SeedPlan, source: HouseholdSource): Generator<HouseholdDraft> {
  let mistakes = 0;
  for (let index = 0; index < plan.households; index++) {
    yield makeUpHousehold(source, index, twistOf(source, index));
    if (plan.mistakes === true && (index + 1) % MISTAKE_EVERY === 0)
      yield mistakeOf(plan, source, mistakes++, index).draft;
  }
}

/** The households that `mistakes` adds, in their order, with what is wrong with each. */
export function* generateMistakes(plan: SeedPlan): Generator<Mistake> {
  const source = sourceOf(plan);
  const count = Math.floor(plan.households / MISTAKE_EVERY);
  for (let mistake = 0; mistake < count; mistake++)
    yield mistakeOf(plan, source, mistake, (mistake + 1) * MISTAKE_EVERY - 1);
}

/** The mistake after the household of that number; it repeats numbers of one that is far enough back to be registered. */
const mistakeOf = ({ households }: SeedPlan, source: HouseholdSource, mistake: number, after: number): Mistake =>
  makeUpMistake(source, at(mistakeKinds, mistake % mistakeKinds.length), {
    index: households + mistake,
    earlier: after - MISTAKE_EVERY + 10,
  });

function sourceOf({ areas, households, seed, today, mistakes = false }: SeedPlan): HouseholdSource {
  if (areas.length === 0) throw new RangeError('no area is given');
  if (areas.some(({ weight = 1 }) => !Number.isSafeInteger(weight) || weight < 1))
    throw new RangeError('the weight of an area is a whole number from 1');
  if (!Number.isSafeInteger(seed) || seed < 0) throw new RangeError('the seed is a whole number from 0');
  if (!isLocalDate(today)) throw new RangeError(`not a date: ${today}`);
  const most = mistakes ? Math.floor(MOST_HOUSEHOLDS / 1.01) : MOST_HOUSEHOLDS;
  if (!Number.isSafeInteger(households) || households < 0 || households > most)
    throw new RangeError(`the number of households is a whole number from 0 to ${most}`);
  return { seed, today, areas: areasOf(areas) };
}
