import { Injectable, Logger } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { AreaTree } from '#libs/areas';
import { ageOn, localDate } from '#libs/calendar';
import {
  derivedId,
  RefusedCommand,
  RunningNumbers,
  isErased,
  personal,
  type CommandMeta,
  type ProcessManager,
  type StoredEvent,
  type Timer,
} from '#libs/event-sourcing';
import type { Provenance } from '../domain/facts.js';
import {
  countingMembers,
  membersOn,
  type HouseholdCommand,
  type HouseholdFact,
  type Member,
} from '../domain/household.js';
import type {
  HouseholdEvent,
  HouseholdFactWithdrawn,
  HouseholdMerged,
  HouseholdMoved,
  HouseholdSplit,
} from '../domain/household.events.js';
import { birthDateOn, type PersonCommand, type RegisteredPerson } from '../domain/person.js';
import type { DeathRecorded } from '../domain/person.events.js';
import { HandleHouseholdCommand } from '../household-command.handler.js';
import { Households, householdStream, type LoadedHousehold } from '../households.js';
import { insist } from '../insist.js';
import { Memberships } from '../memberships.js';
import { HandlePersonCommand } from '../person-command.handler.js';
import { Persons } from '../persons.js';
import { HouseholdListReader } from '../projections/household-list.js';
import { spokenNumber } from '../spoken-number.js';

/** Age of majority. Source: 民法典 art 17 */
const ADULT = 18;

type Watched = HouseholdEvent | DeathRecorded;

/** The residence that a member's file has by a move of the household. */
const residenceBy = (factId: string, personId: string): string => derivedId(factId, `residence ${personId}`);

/** Why a residence is withdrawn where nobody says more. */
const moved = personal('迁居登记有误');

/** What is to be done, by the event that asks for it. */
const noted =
  (...kinds: readonly string[]) =>
  ({ streamId, id, recordedAt }: StoredEvent): readonly Timer[] =>
    kinds.map((kind) => ({ at: recordedAt, payload: { kind, streamId, eventId: id } }));

/** What changes in a household ask for: places that become free, and what follows in other streams. */
export const householdFollowUpNotes = {
  name: 'household-follow-up',
  on: {
    MemberLeft: noted('free-places'),
    MemberStandingChanged: noted('free-places'),
    HouseholdFactWithdrawn: noted('free-places', 'return-members'),
    HouseholdSplit: noted('free-places', 'register-split'),
    HouseholdMerged: noted('free-places', 'join-merged'),
    HouseholdMoved: noted('move-members'),
    DeathRecorded: noted('leave-dead'),
  },
} as const;

/**
 * Carries on in other streams what one household's or person's event began: members who form or join another household,
 * files that follow a move, the dead who leave. Each step can be repeated; none is lost.
 */
@Injectable()
export class HouseholdFollowUp implements ProcessManager<Watched> {
  private readonly logger = new Logger('Households');
  readonly name = householdFollowUpNotes.name;
  readonly on = householdFollowUpNotes.on as unknown as ProcessManager<Watched>['on'];

  constructor(
    private readonly commands: CommandBus,
    private readonly households: Households,
    private readonly persons: Persons,
    private readonly memberships: Memberships,
    private readonly list: HouseholdListReader,
    private readonly areas: AreaTree,
    private readonly numbers: RunningNumbers,
  ) {}

  async due(
    { kind = '', streamId = '', eventId = '' }: Readonly<Record<string, string>>,
    commandId: string,
  ): Promise<void> {
    if (kind === 'leave-dead') return this.leaveDead(streamId.slice('person-'.length), eventId, commandId);
    const loaded = await this.households.find(streamId.slice(householdStream('').length));
    const event = loaded?.events.find(({ id }) => id === eventId);
    if (!loaded || !event) throw new Error(`${streamId} does not hold event ${eventId}`);
    const meta = this.metaOf(loaded, commandId, eventId);
    switch (kind) {
      case 'free-places':
        return this.freePlaces(loaded, meta);
      case 'register-split':
        return this.registerSplit(loaded, event as StoredEvent<HouseholdSplit>, meta);
      case 'join-merged':
        return this.joinMerged(event as StoredEvent<HouseholdMerged>, meta);
      case 'move-members':
        return this.moveMembers(loaded, event as StoredEvent<HouseholdMoved>, meta);
      case 'return-members':
        return this.returnMembers(loaded, event as StoredEvent<HouseholdFactWithdrawn>, meta);
    }
  }

  /** The program acts for the area in which the household lives. */
  private metaOf({ household }: LoadedHousehold, commandId: string, causationId: string): CommandMeta {
    const area = household.topics.place.at(-1)?.value.area ?? '';
    return { commandId, correlationId: commandId, causationId, actor: this.name, role: 'system', area };
  }

  private async freePlaces({ streamId, household }: LoadedHousehold, meta: CommandMeta): Promise<void> {
    const counting = countingMembers(household);
    const gone = [...household.members.keys()].filter((personId) => !counting.has(personId));
    await this.memberships.free(streamId, gone, meta);
  }

  private async registerSplit(
    { id }: LoadedHousehold,
    { data, recordedAt }: StoredEvent<HouseholdSplit>,
    meta: CommandMeta,
  ): Promise<void> {
    const { into, members, area, areaPath, residence, ...rest } = data;
    await this.freePlacesOf(
      id,
      members.map(({ personId }) => personId),
      meta,
    );
    const today = localDate(recordedAt, this.areas.timeZoneOf(area));
    const number = await spokenNumber(this.areas, this.numbers, area, today);
    const { document: _, reason: __, corrects: ___, ...provenance } = rest;
    const registered = {
      ...provenance,
      factId: derivedId(meta.commandId, 'registration'),
      source: rest.source === 'corrected' ? ('declared' as const) : rest.source,
      ...{ number, area, areaPath, residence, members, splitFrom: id },
    };
    const command = { type: 'RegisterHousehold', data: { registered, facts: [] } } as const;
    await this.insist(into, command, { ...meta, area }, 'no_stream');
  }

  private async joinMerged({ streamId, data }: StoredEvent<HouseholdMerged>, meta: CommandMeta): Promise<void> {
    const target = await this.households.find(data.into);
    if (!target) throw new Error(`there is no ${householdStream(data.into)}`);
    await this.freePlacesOf(
      streamId.slice(householdStream('').length),
      data.members.map(({ personId }) => personId),
      meta,
    );
    const { happenedOn, knownOn } = data;
    const facts = data.members.map(({ factId, ...member }): HouseholdFact => ({
      type: 'MemberJoined',
      data: { factId, happenedOn, knownOn, source: 'declared', ...member },
    }));
    const command = { type: 'RecordFacts', data: { facts } } as const;
    await this.insist(data.into, command, this.metaOf(target, meta.commandId, meta.causationId));
  }

  private async freePlacesOf(id: string, personIds: readonly string[], meta: CommandMeta): Promise<void> {
    const commandId = derivedId(meta.commandId, 'free');
    await this.memberships.free(householdStream(id), personIds, { ...meta, commandId });
  }

  /** The files of those who live together go where the household goes; where a move was wrong, they go with what took its place. */
  private async moveMembers(
    { household }: LoadedHousehold,
    { data }: StoredEvent<HouseholdMoved>,
    meta: CommandMeta,
  ): Promise<void> {
    const { area, areaPath, happenedOn, knownOn, address, corrects, reason } = data;
    const together = new Set(
      membersOn(household, happenedOn).flatMap(({ personId, notCounted }) =>
        notCounted === 'lives-elsewhere' ? [] : [personId],
      ),
    );
    for (const [personId, { person }] of await this.persons.many(household.members.keys())) {
      const wrong = corrects === undefined ? undefined : residenceBy(corrects, personId);
      const followed = person.topics.residence.some(({ factId }) => factId === wrong);
      const why = reason !== undefined && !isErased(reason) ? { reason } : {};
      if (!together.has(personId)) {
        if (wrong !== undefined && followed)
          await this.ofPerson(
            personId,
            person,
            { type: 'WithdrawFact', data: { factId: wrong, reason: moved, ...why } },
            meta,
          );
        continue;
      }
      const dates = { factId: residenceBy(data.factId, personId), happenedOn, knownOn };
      const origin =
        wrong !== undefined && followed
          ? { source: 'corrected' as const, corrects: wrong, ...why }
          : { source: 'declared' as const };
      const where = { area, areaPath, ...(address && !isErased(address) && { address }) };
      const fact = { type: 'ResidenceRecorded', data: { ...dates, ...origin, ...where } } as const;
      await this.ofPerson(personId, person, { type: 'RecordFacts', data: { facts: [fact] } }, meta);
    }
  }

  /** Where a move was recorded by mistake, the files come back. */
  private async returnMembers(
    { household }: LoadedHousehold,
    { data }: StoredEvent<HouseholdFactWithdrawn>,
    meta: CommandMeta,
  ): Promise<void> {
    for (const [personId, { person }] of await this.persons.many(household.members.keys())) {
      const factId = residenceBy(data.factId, personId);
      if (!person.topics.residence.some((fact) => fact.factId === factId)) continue;
      const reason = isErased(data.reason) ? moved : data.reason;
      await this.ofPerson(personId, person, { type: 'WithdrawFact', data: { factId, reason } }, meta);
    }
  }

  /** One command to a member, for the area that has their file. */
  private async ofPerson(
    personId: string,
    { topics }: RegisteredPerson,
    command: PersonCommand,
    meta: CommandMeta,
  ): Promise<void> {
    const area = topics.residence.at(-1)?.value.area ?? meta.area;
    const commandId = derivedId(meta.commandId, personId);
    await this.settled(this.commands.execute(new HandlePersonCommand(personId, command, { ...meta, commandId, area })));
  }

  /** Who died belongs to no household any more, under whichever of their files they came; where it was the applicant, another takes their place. */
  private async leaveDead(personId: string, eventId: string, commandId: string): Promise<void> {
    const person = await this.persons.find(personId);
    const death = person?.person.topics.death.at(-1);
    if (!person || !death) return;
    const counting = await this.memberships.householdOf(personId);
    const places = await this.list.placesOf(personId);
    // A place that is too new for the list is known by its claim.
    if (counting !== undefined && !places.some(({ householdId }) => householdId === counting))
      places.push({ householdId: counting, personId });
    for (const { householdId: id, personId: member } of places) {
      const loaded = await this.households.find(id);
      if (!loaded || !membersOn(loaded.household, '9999-12-31').some((each) => each.personId === member)) continue;
      const own = derivedId(commandId, member === personId ? id : `${id} ${member}`);
      // Who was recorded as a member later than they died leaves on the day on which they joined.
      const joined = loaded.household.members.get(member)?.at(-1)?.happenedOn ?? '';
      const happenedOn = joined > death.happenedOn ? joined : death.happenedOn;
      const knownOn = death.knownOn > happenedOn ? death.knownOn : happenedOn;
      const dates = { happenedOn, knownOn, source: death.source };
      const facts = await this.departure(loaded, member, (name) => ({
        ...dates,
        ...(dates.source === 'corrected' && { source: 'verified' as const }),
        factId: derivedId(own, name),
      }));
      const command = { type: 'RecordFacts', data: { facts } } as const;
      await this.settled(this.insist(id, command, this.metaOf(loaded, own, eventId)));
    }
  }

  private async departure(
    { household }: LoadedHousehold,
    personId: string,
    provenance: (name: string) => Provenance,
  ): Promise<HouseholdFact[]> {
    const left: HouseholdFact = { type: 'MemberLeft', data: { ...provenance('left'), personId, departure: 'died' } };
    const members = membersOn(household, '9999-12-31');
    const others = members.filter((member) => member.personId !== personId);
    const applied = members.find((member) => member.personId === personId)?.relation === 'applicant';
    // With who filed alone the filing is over, and the others count again.
    const filing = household.topics.singleFiling.at(-1)?.value;
    const again = filing?.personId === personId && filing.ground !== null ? await this.uncounted(others) : [];
    const counting = [...others.filter(({ counts }) => counts), ...again];
    const heirs = applied ? counting : others;
    // A death that was known late may lie before the day on which others came or left.
    const notBefore = (ids: Iterable<string>, name: string): Provenance => {
      const { happenedOn, knownOn, ...rest } = provenance(name);
      const days = [...ids].map((id) => household.members.get(id)?.at(-1)?.happenedOn ?? '');
      const on = [...days, happenedOn].reduce((a, b) => (a > b ? a : b));
      return { ...rest, happenedOn: on, knownOn: knownOn > on ? knownOn : on };
    };
    if (heirs.length === 0) {
      const all = [...household.members.keys()];
      const leaving = others.map((other): HouseholdFact => ({
        type: 'MemberLeft',
        data: { ...notBefore(all, `left ${other.personId}`), personId: other.personId, departure: 'other' },
      }));
      return [left, ...leaving, { type: 'HouseholdEnded', data: notBefore(all, 'ended') }];
    }
    const next = applied ? (await this.heirOf(heirs, left.data.happenedOn)).personId : undefined;
    const changed = others.filter((other) => other.personId === next || again.includes(other));
    return [
      left,
      ...changed.map(({ personId: other, relation }): HouseholdFact => ({
        type: 'MemberStandingChanged',
        data: {
          ...notBefore([other], other === next ? 'applicant' : `counts ${other}`),
          personId: other,
          relation: other === next ? 'applicant' : relation,
          counts: true,
        },
      })),
    ];
  }

  /** Who did not count for the sake of the one who filed alone, and counts nowhere else. */
  private async uncounted(others: readonly Member[]): Promise<readonly Member[]> {
    const found: Member[] = [];
    for (const other of others)
      if (other.notCounted === 'single-filing' && (await this.memberships.householdOf(other.personId)) === undefined)
        found.push(other);
    return found;
  }

  /** The spouse, else the oldest of the adults, else of all. */
  private async heirOf(others: readonly Member[], day: string): Promise<Member> {
    const persons = await this.persons.many(others.map(({ personId }) => personId));
    const born = ({ personId }: Member): string => {
      const person = persons.get(personId)?.person;
      return (person && birthDateOn(person, day)) ?? day;
    };
    const rank = (member: Member): number =>
      (member.relation === 'spouse' ? 0 : 1) + (ageOn(born(member), day) < ADULT ? 2 : 0);
    return others.reduce((a, b) => ((rank(a) - rank(b) || born(a).localeCompare(born(b))) <= 0 ? a : b));
  }

  private insist(householdId: string, command: HouseholdCommand, meta: CommandMeta, seen?: 'no_stream') {
    return insist(meta, seen, (under, at) =>
      this.commands.execute(new HandleHouseholdCommand(householdId, command, under, at)),
    );
  }

  /** A refusal settles the matter: it has been done by hand, or the facts have moved on. */
  private async settled(command: Promise<unknown>): Promise<void> {
    try {
      await command;
    } catch (error) {
      if (!(error instanceof RefusedCommand)) throw error;
      this.logger.log(`What follows was refused: ${error.refusal.code}`);
    }
  }
}
