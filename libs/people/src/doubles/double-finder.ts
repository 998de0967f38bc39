import { Injectable } from '@nestjs/common';
import { Pool } from 'pg';
import { AreaTree } from '#libs/areas';
import { valueOr } from '#libs/event-sourcing';
import { isDismissed, type DismissedDouble } from '../domain/person.js';
import type { Identity } from '../domain/person.facts.js';
import { Persons, type LoadedPerson } from '../persons.js';
import { candidateKeys, candidateYears } from './candidate-keys.js';
import { DoubleCandidates, type AreaPlace, type Sought } from './double-candidates.js';
import { likenessOf, type Likeness } from './likeness.js';
import { readChinese } from './read-chinese.js';
import { scoreDouble, type DoubleScore } from './score.js';

/** Two files that may be of one person. */
export interface FoundDouble extends DoubleScore {
  readonly files: readonly [LoadedPerson, LoadedPerson];
}

/** Two files of which somebody decided that they are of two persons. */
export interface DismissedPair {
  /** The file in whose stream the decision stands. */
  readonly file: LoadedPerson;
  readonly decision: DismissedDouble;
}

/** Which pairs of an area are asked for. */
export interface DoublesQuery {
  readonly area: string;
  /** From 60 on: below, candidates are not looked for. */
  readonly minScore: number;
  /** How many on a page. The pairs of one person stay together, also where they are more. */
  readonly limit: number;
  /** After whom the page begins. */
  readonly after?: AreaPlace | undefined;
}

export interface DoublesPage {
  readonly items: readonly FoundDouble[];
  /** Where the next page begins; it is there also after a page with little or nothing on it. */
  readonly next?: AreaPlace;
}

/** So many persons are taken up together, so many for one page, and so many files are opened at once. */
const STEP = 50;
const MOST_LOOKED_AT = 500;
const OPENED_AT_ONCE = 50;

/**
 * Finds files that may be of one person: candidates come from the search, whose keys know how names are written and sound, and
 * are scored by what their files say. Files that were merged or erased are not proposed, nor pairs that were dismissed.
 */
@Injectable()
export class DoubleFinder {
  private readonly candidates: DoubleCandidates;

  constructor(
    pool: Pool,
    private readonly persons: Persons,
    private readonly areas: AreaTree,
  ) {
    this.candidates = new DoubleCandidates(pool);
  }

  /** Whoever may be the same as one person, wherever their file is kept, the likeliest first; and who was found not to be. */
  async ofPerson(
    file: LoadedPerson,
    minScore: number,
  ): Promise<{ readonly items: readonly FoundDouble[]; readonly dismissed: readonly DismissedPair[] }> {
    const sought = soughtOf(file);
    const own = (file.person.dismissed ?? []).map((decision) => ({ file, decision }));
    if (sought === undefined || file.person.mergedInto !== undefined) return { items: [], dismissed: own };
    const found = await this.candidates.of([sought]);
    const files = await this.open(found.map(({ other }) => other));
    const likenesses = await this.likenessesOf([file, ...files.values()]);
    const theirs = [...files.values()].flatMap((other) =>
      (other.person.dismissed ?? [])
        .filter(({ other: id }) => id === file.id)
        .map((decision) => ({ file: other, decision })),
    );
    const items = [...files.values()].flatMap((other) => proposal(file, other, likenesses, minScore) ?? []);
    return { items: items.sort(likeliestFirst), dismissed: [...own, ...theirs] };
  }

  /**
   * Pairs of which one file at least is kept in an area. Persons are gone through in the order of where they live; a pair stands
   * at the one of its two who comes first by id, or at the one who lives there. A page looks at no more than 500 persons.
   */
  async ofArea({ area, minScore, limit, after }: DoublesQuery): Promise<DoublesPage> {
    const scope = this.areas.scopeOf(area);
    const items: FoundDouble[] = [];
    let place = after;
    for (let looked = 0; looked < MOST_LOOKED_AT; looked += STEP) {
      const people = await this.candidates.peopleOf(scope, place, STEP);
      const pairs = await this.pairsOf(people, area, minScore);
      for (const { id, areaPath } of people) {
        const theirs = pairs.get(id) ?? [];
        if (place && items.length > 0 && items.length + theirs.length > limit) return { items, next: place };
        items.push(...theirs);
        place = { areaPath, id };
      }
      if (people.length < STEP) return { items };
    }
    return { items, ...(place && { next: place }) };
  }

  /** How likely two files are of one person; undefined where nothing is known of one. */
  async scoreOf(one: LoadedPerson, other: LoadedPerson): Promise<DoubleScore | undefined> {
    const likenesses = await this.likenessesOf([one, other]);
    const [a, b] = [likenesses.get(one.id), likenesses.get(other.id)];
    return a && b && scoreDouble(a, b);
  }

  /** Proposals by the person at whom they stand. */
  private async pairsOf(
    people: readonly Sought[],
    area: string,
    minScore: number,
  ): Promise<ReadonlyMap<string, readonly FoundDouble[]>> {
    const found = (await this.candidates.of(people)).filter(
      ({ one, other, otherArea }) => one < other || !this.areas.isWithin(otherArea, area),
    );
    const files = await this.open(found.flatMap(({ one, other }) => [one, other]));
    const likenesses = await this.likenessesOf([...files.values()]);
    const pairs = new Map<string, FoundDouble[]>();
    for (const { one, other } of found) {
      const [a, b] = [files.get(one), files.get(other)];
      const pair = a && b && proposal(a, b, likenesses, minScore);
      if (pair) pairs.set(one, [...(pairs.get(one) ?? []), pair].sort(likeliestFirst));
    }
    return pairs;
  }

  private async open(ids: readonly string[]): Promise<ReadonlyMap<string, LoadedPerson>> {
    const unique = [...new Set(ids)];
    const files = new Map<string, LoadedPerson>();
    for (let at = 0; at < unique.length; at += OPENED_AT_ONCE)
      for (const [id, file] of await this.persons.many(unique.slice(at, at + OPENED_AT_ONCE))) files.set(id, file);
    return files;
  }

  /** Files made ready to be compared, with their households and the twins in them; without those that were erased. */
  private async likenessesOf(files: readonly LoadedPerson[]): Promise<ReadonlyMap<string, Likeness>> {
    const homes = await this.candidates.homesOf(files.map(({ id }) => id));
    const twins = await this.open([...homes.values()].flatMap(({ twin }) => twin ?? []));
    return new Map(
      files.flatMap((file) => {
        const identity = identityOf(file);
        if (!identity) return [];
        const { household, twin: twinId } = homes.get(file.id) ?? {};
        const twinFile = twinId === undefined ? undefined : twins.get(twinId);
        const twin = twinFile && identityOf(twinFile);
        const { residence, phone } = file.person.topics;
        const area = residence.at(-1)?.value.area;
        const number = phone.at(-1)?.value;
        const reached = number === undefined ? undefined : (valueOr(number, undefined) ?? undefined);
        const compared = {
          ...identity,
          ...(area !== undefined && { area }),
          ...(reached !== undefined && { phone: reached }),
          ...(household !== undefined && { household }),
          ...(twin && twin.birthDate === identity.birthDate && { twin }),
        };
        return [[file.id, likenessOf(compared, readChinese)] as const];
      }),
    );
  }
}

const likeliestFirst = (a: FoundDouble, b: FoundDouble): number => b.score - a.score;

/** Two files that are likely enough of one person and go on both, unless somebody decided that they are of two. */
function proposal(
  a: LoadedPerson,
  b: LoadedPerson,
  likenesses: ReadonlyMap<string, Likeness>,
  minScore: number,
): FoundDouble | undefined {
  const [one, other] = [likenesses.get(a.id), likenesses.get(b.id)];
  if (!one || !other || a.person.mergedInto !== undefined || b.person.mergedInto !== undefined) return undefined;
  if (isDismissed(a.person, b.id) || isDismissed(b.person, a.id)) return undefined;
  const { score, reasons } = scoreDouble(one, other);
  return score < minScore ? undefined : { files: [a, b], score, reasons };
}

const identityOf = ({ person }: LoadedPerson): Identity | undefined => {
  const identity = person.topics.identity.at(-1)?.value.identity;
  return identity && valueOr(identity, undefined);
};

function soughtOf(file: LoadedPerson): Sought | undefined {
  const identity = identityOf(file);
  if (!identity) return undefined;
  const { name, otherName, birthDate } = identity;
  return {
    id: file.id,
    keys: candidateKeys([name, ...(otherName === undefined ? [] : [otherName])]),
    years: candidateYears(birthDate === undefined ? undefined : Number(birthDate.slice(0, 4))),
  };
}
