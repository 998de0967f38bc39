import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { AreaTree } from '#libs/areas';
import { localDate } from '#libs/calendar';
import {
  AggregateStore,
  Clock,
  derivedId,
  failpoint,
  NotFound,
  refuse,
  Refusal,
  RefusedCommand,
  RunningNumbers,
  valueOr,
  type CommandMeta,
} from '#libs/event-sourcing';
import { Claims } from './claims/claims.js';
import type { FactSource } from './domain/facts.js';
import { householdDecider } from './domain/household.js';
import { identityKey } from './domain/identity/document.js';
import { readIdentity } from './domain/identity/read-identity.js';
import type { Identity } from './domain/person.facts.js';
import { personDecider } from './domain/person.js';
import type { HouseholdDraft, PersonDraft } from './drafts.js';
import { householdFactsOf, personFactsOf, type DraftContext } from './facts-of-draft.js';
import { HandleHouseholdCommand } from './household-command.handler.js';
import { insist } from './insist.js';
import { householdStream } from './households.js';
import { Memberships } from './memberships.js';
import { NumberRules } from './number-rules.js';
import { HandlePersonCommand, numberClaim } from './person-command.handler.js';
import { Persons, personStream, type LoadedPerson } from './persons.js';
import { KeyedIndex } from './privacy/keyed-index.js';
import { spokenNumber } from './spoken-number.js';

/** A household that was registered, with its members in the order of the draft. */
export interface RegisteredDraft {
  readonly householdId: string;
  /** The number that people know it by. */
  readonly number: string;
  readonly revision: string;
  readonly position: string;
  readonly members: readonly {
    readonly personId: string;
    /** Somebody who had been registered before. */
    readonly existing: boolean;
  }[];
}

interface RegistrationContext extends DraftContext {
  /** The instant of the clock, and the local date of the area. */
  readonly now: string;
  readonly today: string;
}

/** A member as they were read: somebody registered already, or somebody new. */
interface ReadMember {
  readonly personId: string;
  readonly existing: boolean;
  readonly fresh?: {
    readonly identity: Identity;
    readonly hash: string | undefined;
    readonly data: ReturnType<typeof personFactsOf>;
  };
}

/**
 * Registers persons and whole households, for forms, imports and the generator. A number that is registered leads to the
 * person who has it. Everything carries ids derived from the command: carried out again, it ends what was begun and gives
 * the same answer.
 */
@Injectable()
export class Registrations {
  constructor(
    private readonly commands: CommandBus,
    private readonly aggregates: AggregateStore,
    private readonly persons: Persons,
    private readonly memberships: Memberships,
    private readonly claims: Claims,
    private readonly areas: AreaTree,
    private readonly clock: Clock,
    private readonly numbers: RunningNumbers,
    private readonly index: KeyedIndex,
    private readonly rules: NumberRules,
  ) {}

  /**
   * Registers a household with everyone who belongs to it. Members with a number that is registered under the same name are
   * taken as they are. When the household is refused after all, new persons stay registered, and are found the next time.
   * @throws RefusedCommand with `member`, the place in the list from 0, where it is about one of them · NotFound outside
   * the caller's area
   */
  async register(draft: HouseholdDraft, meta: CommandMeta, source: FactSource = 'declared'): Promise<RegisteredDraft> {
    const householdId = derivedId(meta.commandId, 0);
    const repeated = await this.foundAgain(householdId, meta);
    if (repeated) return repeated;
    const context = await this.contextOf(draft, meta, source);
    const read = await this.read(draft, context, meta);
    this.refuseEarly(draft, read, context, meta);
    const members = await Promise.all(read.map((member, index) => this.registerMember(member, index, context, meta)));
    failpoint('registration.afterPersons');
    const number = await spokenNumber(this.areas, this.numbers, draft.area, context.knownOn);
    const ids = members.map(({ personId }) => personId);
    const fresh = new Set(members.flatMap(({ personId, existing }) => (existing ? [] : [personId])));
    const data = householdFactsOf(draft, ids, number, context);
    const command = { type: 'RegisterHousehold', data } as const;
    const isNew = (personId: string) => fresh.has(personId);
    const {
      revision,
      position,
      number: given,
    } = await insist(meta, 'no_stream', (under, seen) =>
      this.commands.execute(new HandleHouseholdCommand(householdId, command, under, seen, isNew)),
    );
    return { householdId, number: given, revision, position, members: members.map(shown) };
  }

  /** Says what would be refused and who is registered already, and records nothing. @throws as {@link register} */
  async check(
    draft: HouseholdDraft,
    meta: CommandMeta,
    source: FactSource = 'declared',
  ): Promise<Pick<RegisteredDraft, 'members'>> {
    const context = await this.contextOf(draft, meta, source);
    const members = await this.read(draft, context, meta);
    this.refuseEarly(draft, members, context, meta);
    const found: RegisteredDraft['members'][number][] = [];
    for (const [index, member] of members.entries()) {
      const known = await this.whoHas(member, index, meta);
      found.push({ personId: known ?? member.personId, existing: known !== undefined });
      if (known === undefined || draft.members[index]?.counts !== true) continue;
      if ((await this.memberships.householdOf(known)) !== undefined) throw refused('COUNTS_ELSEWHERE', index);
    }
    return { members: found };
  }

  /** Registers one person, whose file the area keeps. @throws RefusedCommand PERSON_REGISTERED, NUMBER_REGISTERED, … */
  async registerPerson(
    draft: PersonDraft & { readonly area: string; readonly happenedOn?: string; readonly knownOn?: string },
    meta: CommandMeta,
    source: FactSource = 'declared',
  ): Promise<{ readonly personId: string; readonly revision: string; readonly position: string }> {
    const context = await this.contextOf(draft, meta, source);
    const identity = this.identityOf(draft, context);
    if (identity instanceof Refusal) throw new RefusedCommand(identity);
    const personId = derivedId(meta.commandId, 0);
    const data = personFactsOf(identity, this.hashOf(identity), draft, context);
    const { revision, position } = await this.commands.execute(
      new HandlePersonCommand(personId, { type: 'RegisterPerson', data }, meta, 'no_stream'),
    );
    return { personId, revision, position };
  }

  /** An identity as it is kept, with the hash of its number. @throws RefusedCommand */
  async readIdentity(
    identity: Identity,
    area: string,
  ): Promise<{ readonly identity: Identity; readonly identityHash?: string }> {
    const today = localDate(await this.clock.now(), this.areas.timeZoneOf(area));
    const read = readIdentity(identity, this.rules.on(today));
    if (read instanceof Refusal) throw new RefusedCommand(read);
    const hash = this.hashOf(read);
    return { identity: read, ...(hash !== undefined && { identityHash: hash }) };
  }

  /** The first answer, where the household of this command is there already. */
  private async foundAgain(householdId: string, meta: CommandMeta): Promise<RegisteredDraft | undefined> {
    const loaded = await this.aggregates.load(householdDecider, householdStream(householdId));
    // Its id comes from this command alone; it may have been registered under a later id, and what was given up come before it.
    const first = loaded.events.find((event) => event.type === 'HouseholdRegistered');
    const by = first?.metadata['commandId'];
    const last = loaded.events.filter(({ metadata }) => metadata['commandId'] === by).at(-1);
    if (loaded.state.status === 'none' || first === undefined || last === undefined) return undefined;
    const { members } = first.data;
    return {
      householdId,
      number: loaded.state.number,
      revision: String(last.revision),
      position: last.position,
      members: members.map(({ personId }, index) => ({
        personId,
        existing: personId !== derivedId(meta.commandId, `person-${index}`),
      })),
    };
  }

  private async contextOf(
    { area, happenedOn, knownOn, document }: Pick<HouseholdDraft, 'area' | 'happenedOn' | 'knownOn' | 'document'>,
    meta: CommandMeta,
    source: FactSource,
  ): Promise<RegistrationContext> {
    if (!this.areas.has(area) || !this.areas.isWithin(area, meta.area)) throw new NotFound('area');
    const now = await this.clock.now();
    const today = localDate(now, this.areas.timeZoneOf(area));
    return {
      now,
      today,
      area,
      areaPath: this.areas.pathOf(area).join('.'),
      happenedOn: happenedOn ?? today,
      knownOn: knownOn ?? today,
      source,
      ...(document !== undefined && { document }),
      idOf: (name) => derivedId(meta.commandId, name),
    };
  }

  private identityOf(draft: PersonDraft, { knownOn }: DraftContext) {
    return readIdentity(draft.identity, this.rules.on(knownOn));
  }

  private hashOf({ document }: Identity): string | undefined {
    const key = identityKey(document);
    return key === undefined ? undefined : this.index.hash('identity', key);
  }

  private async read(draft: HouseholdDraft, context: DraftContext, meta: CommandMeta): Promise<readonly ReadMember[]> {
    const read = await Promise.all(
      draft.members.map(async (member, index): Promise<ReadMember> => {
        if ('personId' in member) {
          const loaded = await this.persons.find(member.personId);
          if (!loaded || !this.persons.isWithin(loaded.person, meta.area)) throw refused('PERSON_UNKNOWN', index);
          if (loaded.person.mergedInto !== undefined)
            throw refused('PERSON_MERGED', index, await this.persons.goingOn(loaded, meta.area));
          return { personId: loaded.id, existing: true };
        }
        const identity = this.identityOf(member.person, context);
        if (identity instanceof Refusal) throw refused(identity.code, index, identity.details);
        const personId = context.idOf(`person-${index}`);
        const hash = this.hashOf(identity);
        const data = personFactsOf(identity, hash, member.person, context, `person-${index}`);
        return { personId, existing: false, fresh: { identity, hash, data } };
      }),
    );
    const numbers = read.flatMap(({ fresh }, index) =>
      fresh?.hash === undefined ? [] : [{ hash: fresh.hash, index }],
    );
    const twice = numbers.find(({ hash }, at) => numbers.findIndex((each) => each.hash === hash) < at);
    if (twice) throw refused('MEMBER_TWICE', twice.index);
    return read;
  }

  /** Decides on all that can be decided before anything is recorded. */
  private refuseEarly(
    draft: HouseholdDraft,
    members: readonly ReadMember[],
    context: RegistrationContext,
    { actor, role, area }: CommandMeta,
  ): void {
    const { now, today } = context;
    const decision = { now, today, by: actor, role, area };
    for (const [index, { fresh, personId }] of members.entries()) {
      if (!fresh) continue;
      const command = { type: 'RegisterPerson', data: fresh.data } as const;
      const outcome = personDecider.decide(command, personDecider.initial, { ...decision, personId });
      if (outcome instanceof Refusal) throw refused(outcome.code, index, outcome.details);
    }
    const ids = members.map(({ personId }) => personId);
    const data = householdFactsOf(draft, ids, '', context);
    const outcome = householdDecider.decide({ type: 'RegisterHousehold', data }, householdDecider.initial, {
      ...decision,
      householdId: '',
    });
    if (outcome instanceof Refusal) throw new RefusedCommand(outcome);
  }

  /** Who is registered already, by id or by number. */
  private async whoHas({ existing, personId, fresh }: ReadMember, index: number, meta: CommandMeta) {
    if (existing) return personId;
    const owner = fresh?.hash === undefined ? undefined : (await this.claims.find(numberClaim(fresh.hash)))?.owner;
    if (fresh === undefined || owner === undefined) return undefined;
    const found = await this.persons.find(owner.slice(personStream('').length));
    if (!found) return undefined;
    const survivor = await this.persons.survivorOf(found);
    const goesOn = survivor === undefined ? found : await this.persons.find(survivor);
    if (![found, goesOn].every((file) => file && this.persons.isWithin(file.person, meta.area)))
      throw refused('NUMBER_REGISTERED', index);
    if (!isSame(found, fresh.identity)) throw refused('NAME_DIFFERS', index);
    return survivor ?? found.id;
  }

  /** Somebody new, or whoever has the number already: under the same name, it is they. */
  private async registerMember(
    member: ReadMember,
    index: number,
    context: DraftContext,
    meta: CommandMeta,
  ): Promise<ReadMember> {
    const { fresh, personId } = member;
    if (!fresh) return member;
    const own = { ...meta, commandId: context.idOf(`register-person-${index}`), causationId: meta.commandId };
    const command = { type: 'RegisterPerson', data: fresh.data } as const;
    try {
      await insist(own, 'no_stream', (under, seen) =>
        this.commands.execute(new HandlePersonCommand(personId, command, under, seen)),
      );
      return member;
    } catch (error) {
      if (!(error instanceof RefusedCommand)) throw error;
      const { code, details } = error.refusal;
      const found = code === 'PERSON_REGISTERED' ? await this.persons.find(String(details['personId'])) : undefined;
      if (!found) throw refused(code, index, details);
      if (!isSame(found, fresh.identity)) throw refused('NAME_DIFFERS', index);
      return { personId: found.id, existing: true };
    }
  }
}

/** Whether the holder of a number is who was named: the name as it was at any time, and the birth date. */
const isSame = ({ person }: LoadedPerson, { name, birthDate }: Identity): boolean =>
  person.topics.identity.some(({ value }) => {
    const known = valueOr(value.identity, undefined);
    return known?.name === name && known.birthDate === birthDate;
  });

const shown = ({ personId, existing }: ReadMember) => ({ personId, existing });

/** A refusal about one of the members. */
const refused = (code: string, member: number, details: Refusal['details'] = {}): RefusedCommand =>
  new RefusedCommand(refuse(code, { ...details, member }));
