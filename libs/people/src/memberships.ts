import { Injectable } from '@nestjs/common';
import { refuse, RefusedCommand, type Appended, type CommandMeta, type Loaded } from '#libs/event-sourcing';
import { Claims, ClaimTaken, type ClaimName } from './claims/claims.js';
import { countingMembers, type Household } from './domain/household.js';
import type { HouseholdEvent } from './domain/household.events.js';
import { Households, householdStream } from './households.js';
import { KeyedIndex } from './privacy/keyed-index.js';

/** Somebody is a counting member of another household, or is becoming one: `pending` may come to nothing soon. */
export class CountsElsewhere extends RefusedCommand {
  constructor(readonly pending: boolean) {
    super(refuse('COUNTS_ELSEWHERE'));
  }
}

/** Sees to it that a person counts in one household at a time. */
@Injectable()
export class Memberships {
  constructor(
    private readonly claims: Claims,
    private readonly households: Households,
    private readonly index: KeyedIndex,
  ) {}

  /** What makes a person a counting member of one household only. */
  claimOf(personId: string): ClaimName {
    return { kind: 'membership', hash: this.index.hash('membership', personId) };
  }

  /** The household in which a person counts; undefined where they count in none. */
  async householdOf(personId: string): Promise<string | undefined> {
    const found = await this.claims.find(this.claimOf(personId));
    return found?.owner.slice(householdStream('').length);
  }

  /**
   * Claims the places of those who count from now on, lets it be recorded, and frees those of who counts no more.
   * @param household as it stands with what is recorded
   * @param isNew whether somebody was registered just now, and so can count nowhere else
   * @param again whether the command is decided again where the household has moved on
   * @throws CountsElsewhere
   */
  async holding(
    owner: string,
    meta: CommandMeta,
    { state, revision }: Loaded<Household, HouseholdEvent>,
    household: Household,
    append: () => Promise<Appended>,
    { isNew = () => false, again }: { isNew?: ((personId: string) => boolean) | undefined; again?: boolean } = {},
  ): Promise<Appended> {
    const before = countingMembers(state);
    const after = countingMembers(household);
    const added = [...after].filter((personId) => !before.has(personId));
    for (const personId of added) if (!isNew(personId)) await this.refuseElsewhere(personId, owner, meta);
    const claims = added.map((personId) => this.claimOf(personId));
    const appended =
      claims.length === 0
        ? await append()
        : await this.claims
            .holding({ claims, owner, expected: revision, meta, again }, append)
            .catch((error: unknown) => {
              throw error instanceof ClaimTaken ? new CountsElsewhere(error.pending) : error;
            });
    await this.free(
      owner,
      [...before].filter((personId) => !after.has(personId)),
      meta,
    );
    return appended;
  }

  /** Frees the places of persons who count in this household no more; who counts again, or elsewhere by now, keeps it. */
  async free(owner: string, personIds: readonly string[], meta: CommandMeta): Promise<void> {
    for (const personId of personIds) {
      const claim = this.claimOf(personId);
      if ((await this.claims.find(claim))?.owner !== owner) continue;
      const needed = () => this.counts(personId, owner);
      await this.claims.release([claim], { owner, reason: 'given-up', meta, needed });
    }
  }

  /** Looked at before anything is reserved. A household may have let a member go without having freed the place yet. */
  private async refuseElsewhere(personId: string, owner: string, meta: CommandMeta): Promise<void> {
    const claim = this.claimOf(personId);
    const found = await this.claims.find(claim);
    if (found === undefined || found.owner === owner) return;
    if (found.pending || (await this.counts(personId, found.owner))) throw new CountsElsewhere(found.pending);
    await this.free(found.owner, [personId], meta);
  }

  /** Whether a person counts in a household, as its stream stands. */
  private async counts(personId: string, household: string): Promise<boolean> {
    const found = await this.households.find(household.slice(householdStream('').length));
    return found !== undefined && countingMembers(found.household).has(personId);
  }
}
