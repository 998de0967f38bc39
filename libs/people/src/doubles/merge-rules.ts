import { Injectable } from '@nestjs/common';
import { isErased, refuse, RefusedCommand } from '#libs/event-sourcing';
import { schemeIds } from '#libs/schemes';
import { Claims } from '../claims/claims.js';
import { openCaseClaim, openCaseKey } from '../claims/open-case-claim.js';
import { countingMembers } from '../domain/household.js';
import type { MergeFindings } from '../domain/person.js';
import { Households } from '../households.js';
import { Memberships } from '../memberships.js';
import { Persons, type LoadedPerson } from '../persons.js';
import { KeyedIndex } from '../privacy/keyed-index.js';
import { DoubleFinder } from './double-finder.js';

/** Finds out what speaks against making one of two: of the files of persons, or of households. */
@Injectable()
export class MergeRules {
  constructor(
    private readonly persons: Persons,
    private readonly households: Households,
    private readonly memberships: Memberships,
    private readonly claims: Claims,
    private readonly index: KeyedIndex,
    private readonly doubles: DoubleFinder,
  ) {}

  /** @throws RefusedCommand PERSON_UNKNOWN where the other file is not the caller's to see */
  async findings(id: string, into: string, area: string): Promise<MergeFindings> {
    const other = await this.visible(into, area);
    const one = await this.persons.find(id);
    if (!one) return { erased: false, twins: false, bothCount: false, bothHaveCases: false };
    const { mergedInto, topics } = other.person;
    const [score, home, otherHome, cases, otherCases] = await Promise.all([
      this.doubles.scoreOf(one, other),
      this.countsIn(id),
      this.countsIn(into),
      this.hasOpenCase(id),
      this.hasOpenCase(into),
    ]);
    return {
      ...(mergedInto !== undefined && { mergedInto }),
      erased: topics.identity.every(({ value }) => isErased(value.identity)),
      twins: score?.reasons.includes('twins') ?? false,
      bothCount: home !== undefined && otherHome !== undefined && home !== otherHome,
      bothHaveCases: cases && otherCases,
    };
  }

  /** The other file of a pair. @throws RefusedCommand PERSON_UNKNOWN where it is not the caller's to see */
  async visible(id: string, area: string): Promise<LoadedPerson> {
    const found = await this.persons.find(id);
    if (!found || !this.persons.isWithin(found.person, area)) throw new RefusedCommand(refuse('PERSON_UNKNOWN'));
    return found;
  }

  /** The household in which somebody counts; one that is being registered is taken for it. */
  private async countsIn(personId: string): Promise<string | undefined> {
    const id = await this.memberships.householdOf(personId);
    const found = id === undefined ? undefined : await this.households.find(id);
    return found && !countingMembers(found.household).has(personId) ? undefined : id;
  }

  /** Whether a person, or a household as a whole, has a case that is open or an award that runs, of any scheme. */
  async hasOpenCase(personOrHouseholdId: string): Promise<boolean> {
    const claims = schemeIds.map((scheme) =>
      this.claims.find(openCaseClaim(this.index, openCaseKey(scheme, personOrHouseholdId))),
    );
    return (await Promise.all(claims)).some((claim) => claim !== undefined);
  }
}
