import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { AreaTree } from '#libs/areas';
import { localDate } from '#libs/calendar';
import {
  Clock,
  derivedId,
  NotFound,
  Refusal,
  refuse,
  RefusedCommand,
  RevisionConflict,
  type CommandAnswer,
  type CommandMeta,
} from '#libs/event-sourcing';
import type { RegisteredMember } from '../domain/household.events.js';
import {
  householdDecider,
  placeOn,
  type Household,
  type HouseholdCommand,
  type HouseholdFact,
  type RegisteredHousehold,
} from '../domain/household.js';
import { MergeRules } from '../doubles/merge-rules.js';
import { HandleHouseholdCommand } from '../household-command.handler.js';
import { Households, type LoadedHousehold } from '../households.js';
import { Persons } from '../persons.js';
import { Registrations } from '../registrations.js';
import { personDraftOf, standingOf } from './drafts-of.js';
import { FactRecorder, type Origin } from './fact-recorder.js';
import type { JoinBody, MemberStandingBody, MergeHouseholdBody, SplitBody } from './household-facts.dto.js';
import type { MemberBody } from './household.dto.js';

type NumberedAnswer = CommandAnswer & { readonly number: string };

/** Changes of a household that touch a person's or another household's stream: looked at on both sides before anything is recorded. */
@Injectable()
export class HouseholdChanges {
  constructor(
    private readonly commands: CommandBus,
    private readonly households: Households,
    private readonly persons: Persons,
    private readonly registrations: Registrations,
    private readonly recorder: FactRecorder,
    private readonly areas: AreaTree,
    private readonly clock: Clock,
    private readonly rules: MergeRules,
  ) {}

  /** Lets somebody join; somebody new is registered first, once it is clear that they may. @throws RefusedCommand */
  async join(
    id: string,
    { member, standings = [], ...from }: JoinBody,
    meta: CommandMeta,
    seen: bigint,
  ): Promise<NumberedAnswer & { readonly personId: string }> {
    const origin = await this.recorder.origin(from, meta);
    const loaded = await this.households.get(id, meta.area);
    const registration = {
      ...meta,
      commandId: derivedId(meta.commandId, 'register-person'),
      causationId: meta.commandId,
    };
    const personId = member.person ? derivedId(registration.commandId, 0) : await this.registered(member, meta.area);
    const facts: HouseholdFact[] = [
      { type: 'MemberJoined', data: { ...origin.fact, personId, ...standingOf(member) } },
      ...standingFacts(standings, origin),
    ];
    const command: HouseholdCommand = { type: 'RecordFacts', data: { facts } };
    await this.refuseEarly(loaded, command, meta, seen);
    if (member.person) {
      const { area } = placeNow(loaded.household);
      const { happenedOn, knownOn, source } = origin.fact;
      const draft = { ...personDraftOf(member.person), area, happenedOn, knownOn };
      await this.registrations.registerPerson(draft, registration, source);
    }
    const isNew = () => member.person !== undefined;
    const answer = await this.commands.execute(new HandleHouseholdCommand(id, command, meta, seen, isNew));
    return { ...answer, personId };
  }

  /** Lets members form a household of their own, which is registered a moment later. @throws RefusedCommand */
  async split(
    id: string,
    { members, area, residence, standings = [], ...from }: SplitBody,
    meta: CommandMeta,
    seen: bigint,
  ): Promise<NumberedAnswer & { readonly into: string }> {
    const origin = await this.recorder.origin(from, meta);
    const loaded = await this.households.get(id, meta.area);
    const before = placeOn(loaded.household, origin.fact.happenedOn);
    const where = area ?? before.area;
    if (!this.areas.has(where) || !this.areas.isWithin(where, meta.area)) throw new NotFound('area');
    const into = derivedId(meta.commandId, 'household');
    const data = {
      into,
      area: where,
      areaPath: this.areas.pathOf(where).join('.'),
      residence: residence ?? before.residence,
      members: movedOf(members, origin),
    };
    const facts: HouseholdFact[] = [
      { type: 'HouseholdSplit', data: { ...origin.fact, ...data } },
      ...standingFacts(standings, origin),
    ];
    const command: HouseholdCommand = { type: 'RecordFacts', data: { facts } };
    if (await this.refuseEarly(loaded, command, meta, seen)) {
      const registered = { ...origin.also('registration'), ...data, number: '', splitFrom: id };
      await this.decide(into, none, { type: 'RegisterHousehold', data: { registered, facts: [] } }, meta);
    }
    return { ...(await this.commands.execute(new HandleHouseholdCommand(id, command, meta, seen))), into };
  }

  /** Lets all members join another household; this one is over. @throws RefusedCommand · NotFound for a target out of sight */
  async merge(
    id: string,
    { into, members, ...from }: MergeHouseholdBody,
    meta: CommandMeta,
    seen: bigint,
  ): Promise<NumberedAnswer> {
    const origin = await this.recorder.origin(from, meta);
    const loaded = await this.households.get(id, meta.area);
    const moved = movedOf(members, origin);
    const fact: HouseholdFact = { type: 'HouseholdMerged', data: { ...origin.fact, into, members: moved } };
    const command: HouseholdCommand = { type: 'RecordFacts', data: { facts: [fact] } };
    if (await this.refuseEarly(loaded, command, meta, seen)) {
      const target = await this.households.get(into, meta.area);
      // Its award would go on with nobody to be paid and nobody to look after it.
      if (await this.rules.hasOpenCase(id)) throw new RefusedCommand(refuse('HOUSEHOLD_HAS_CASE'));
      const facts = moved.map(({ factId, ...member }): HouseholdFact => ({
        type: 'MemberJoined',
        data: { ...origin.also(factId), factId, ...member },
      }));
      await this.decide(into, target.household, { type: 'RecordFacts', data: { facts } }, meta);
    }
    return this.commands.execute(new HandleHouseholdCommand(id, command, meta, seen));
  }

  /** Somebody registered whose file the caller may see, and which goes on. @throws RefusedCommand PERSON_UNKNOWN, PERSON_MERGED */
  private async registered({ personId = '' }: MemberBody, area: string): Promise<string> {
    const found = await this.persons.find(personId);
    if (!found || !this.persons.isWithin(found.person, area)) throw new RefusedCommand(refuse('PERSON_UNKNOWN'));
    if (found.person.mergedInto !== undefined)
      throw new RefusedCommand(refuse('PERSON_MERGED', await this.persons.goingOn(found, area)));
    return personId;
  }

  /**
   * Says what the household would refuse, before others are touched.
   * @returns false where the command was carried out already: then its first answer stands
   * @throws RefusedCommand · RevisionConflict
   */
  private async refuseEarly(
    { id, streamId, household, revision, events }: LoadedHousehold,
    command: HouseholdCommand,
    meta: CommandMeta,
    seen: bigint,
  ): Promise<boolean> {
    if (events.some(({ metadata }) => metadata['commandId'] === meta.commandId)) return false;
    if (String(seen) !== revision) throw new RevisionConflict(streamId, seen, BigInt(revision));
    await this.decide(id, household, command, meta);
    return true;
  }

  private async decide(
    householdId: string,
    household: Household,
    command: HouseholdCommand,
    { actor, role, area }: CommandMeta,
  ): Promise<void> {
    const now = await this.clock.now();
    const today = localDate(now, this.areas.timeZoneOf(area));
    const context = { now, today, by: actor, role, area, householdId };
    const outcome = householdDecider.decide(command, household, context);
    if (outcome instanceof Refusal) throw new RefusedCommand(outcome);
  }
}

const none: Household = householdDecider.initial;
const LAST_DAY = '9999-12-31';

/** Members whose place changes, each as a fact of its own. */
export const standingFacts = (standings: readonly MemberStandingBody[], origin: Origin): HouseholdFact[] =>
  standings.map(({ personId, ...standing }, index) => ({
    type: 'MemberStandingChanged',
    data: { ...origin.also(`standing-${index}`), personId, ...standingOf(standing) },
  }));

/** Members who go to another household, each with the name of their membership there. */
const movedOf = (members: readonly MemberStandingBody[], origin: Origin): readonly RegisteredMember[] =>
  members.map(({ personId, ...standing }, index) => ({
    personId,
    factId: origin.also(`member-${index}`).factId,
    ...standingOf(standing),
  }));

/** Where a household lives in the end, as far as is recorded. */
export const placeNow = (household: RegisteredHousehold) => placeOn(household, LAST_DAY);
