import {
  refuse,
  valueOr,
  type Decider,
  type DecisionContext,
  type Refusal,
  type Personal,
} from '#libs/event-sourcing/decider';
import {
  factOn,
  isRepeated,
  provenanceOf,
  refusedFact,
  sameValue,
  withFact,
  withoutFact,
  type Fact,
  type FactRefusal,
  type Timeline,
} from './facts.js';
import type {
  AccountCorrected,
  DoubleDismissed,
  PersonEvent,
  PersonFactEvent,
  PersonRegistered,
} from './person.events.js';
import type {
  Account,
  DisabilityCard,
  Employment,
  Guardian,
  HukouKind,
  Identity,
  Illness,
  Schooling,
  WorkAbility,
} from './person.facts.js';
import type { PersonRefusal } from './person.refusals.js';

/** What is known of a person, topic by topic. */
export interface PersonTopics {
  readonly identity: { readonly identity: Personal<Identity>; readonly identityHash?: string };
  readonly hukou: { readonly area: string; readonly kind: HukouKind; readonly address?: Personal<string> };
  readonly residence: { readonly area: string; readonly areaPath: string; readonly address?: Personal<string> };
  readonly phone: Personal<string | null>;
  readonly disability: Personal<DisabilityCard | null>;
  readonly illnesses: Personal<readonly Illness[]>;
  readonly schooling: Personal<Schooling>;
  readonly employment: Personal<Employment>;
  readonly ability: Personal<WorkAbility>;
  readonly careNeed: Personal<number>;
  readonly guardian: Personal<Guardian | null>;
  readonly death: Readonly<Record<string, never>>;
  readonly account: { readonly accountId: string; readonly account: Personal<Account> };
}
export type PersonTopic = keyof PersonTopics;
type Topics = { readonly [Topic in PersonTopic]: Timeline<PersonTopics[Topic]> };

/** An account that waits for a second person. */
export interface ProposedAccount extends Fact<PersonTopics['account']> {
  readonly proposedBy: string;
}

/** A file that is of another person, as somebody decided. */
export type DismissedDouble = DoubleDismissed['data'];

export interface RegisteredPerson {
  readonly status: 'registered';
  /** The fact with which the file began. */
  readonly registeredAs: string;
  readonly topics: Topics;
  readonly proposedAccount?: ProposedAccount;
  readonly mergedInto?: string;
  /** Files that look alike and were found to be of somebody else, from this side. */
  readonly dismissed?: readonly DismissedDouble[];
}
export type Person = { readonly status: 'none' } | RegisteredPerson;

/** A fact that can be recorded of a person who is registered. */
export type PersonFact = Exclude<PersonFactEvent, PersonRegistered>;

/** What may be asked. A fact is handed over as it will be recorded; who proposes an account is the one who asks. */
export type PersonCommand =
  | {
      readonly type: 'RegisterPerson';
      readonly data: { readonly registered: PersonRegistered['data']; readonly facts: readonly PersonFact[] };
    }
  | { readonly type: 'RecordFacts'; readonly data: { readonly facts: readonly PersonFact[] } }
  | { readonly type: 'WithdrawFact'; readonly data: { readonly factId: string; readonly reason: Personal<string> } }
  | { readonly type: 'ConfirmAccount'; readonly data: { readonly accountId: string } }
  | { readonly type: 'RejectAccount'; readonly data: { readonly accountId: string; readonly reason: Personal<string> } }
  | {
      readonly type: 'MergePerson';
      readonly data: { readonly into: string; readonly reason: Personal<string>; readonly confirmTwins?: boolean };
    }
  | { readonly type: 'UndoMerge'; readonly data: { readonly into: string; readonly reason: Personal<string> } }
  | { readonly type: 'DismissDouble'; readonly data: { readonly other: string; readonly reason: Personal<string> } };

/** What speaks against a merge beyond the person's own file. */
export interface MergeFindings {
  /** Where the other file was merged into a third. */
  readonly mergedInto?: string;
  /** The data of the other file are erased: nothing goes on there. */
  readonly erased: boolean;
  /** Probably twins, so two persons. */
  readonly twins: boolean;
  /** Both count, in two households. */
  readonly bothCount: boolean;
  /** Both have open cases of their own. */
  readonly bothHaveCases: boolean;
}

/** `personId` is whom it is about; `merge` is there for a merge. */
export interface PersonContext extends DecisionContext {
  readonly personId: string;
  readonly merge?: MergeFindings;
}

type Outcome = readonly PersonEvent[] | Refusal<PersonRefusal | FactRefusal | 'SUBJECT_ERASED'>;

/** Where a fact belongs, and its value. Accounts that are proposed stand apart until they are confirmed. */
function placeOf(fact: Exclude<PersonFact, AccountCorrected>): {
  topic: PersonTopic;
  value: PersonTopics[PersonTopic];
} {
  switch (fact.type) {
    case 'IdentityRecorded': {
      const { identity, identityHash } = fact.data;
      return { topic: 'identity', value: { identity, ...(identityHash !== undefined && { identityHash }) } };
    }
    case 'HukouRecorded': {
      const { area, kind, address } = fact.data;
      return { topic: 'hukou', value: { area, kind, ...(address && { address }) } };
    }
    case 'ResidenceRecorded': {
      const { area, areaPath, address } = fact.data;
      return { topic: 'residence', value: { area, areaPath, ...(address && { address }) } };
    }
    case 'PhoneRecorded':
      return { topic: 'phone', value: fact.data.phone };
    case 'DisabilityCardRecorded':
      return { topic: 'disability', value: fact.data.card };
    case 'IllnessesRecorded':
      return { topic: 'illnesses', value: fact.data.illnesses };
    case 'SchoolingRecorded':
      return { topic: 'schooling', value: fact.data.schooling };
    case 'EmploymentRecorded':
      return { topic: 'employment', value: fact.data.employment };
    case 'WorkAbilityRecorded':
      return { topic: 'ability', value: fact.data.ability };
    case 'CareNeedRecorded':
      return { topic: 'careNeed', value: fact.data.months };
    case 'GuardianRecorded':
      return { topic: 'guardian', value: fact.data.guardian };
    case 'DeathRecorded':
      return { topic: 'death', value: {} };
    case 'AccountRecorded':
      return { topic: 'account', value: { accountId: fact.data.accountId, account: fact.data.account } };
  }
}

function register(
  { registered, facts }: Extract<PersonCommand, { type: 'RegisterPerson' }>['data'],
  context: PersonContext,
): Outcome {
  const refused = refusedFact(registered, context.today);
  if (refused) return refused;
  const first: PersonRegistered = { type: 'PersonRegistered', data: registered };
  const recorded = recordFacts(facts, evolve(personDecider.initial, first) as RegisteredPerson, context);
  return 'code' in recorded ? recorded : [first, ...recorded];
}

/** Facts of one command come in together or not at all; each is judged by those before it. */
function recordFacts(facts: readonly PersonFact[], person: RegisteredPerson, context: PersonContext): Outcome {
  const events: PersonEvent[] = [];
  let state = person;
  for (const fact of facts) {
    const event =
      fact.type === 'AccountCorrected' ? proposed(fact, state, context) : recorded(fact, state, context.today);
    if (event === undefined) continue;
    if ('code' in event) return event;
    events.push(event);
    state = evolve(state, event) as RegisteredPerson;
  }
  return events;
}

type One = PersonEvent | Refusal<PersonRefusal | FactRefusal> | undefined;

function recorded(fact: Exclude<PersonFact, AccountCorrected>, person: RegisteredPerson, today: string): One {
  const refused = refusedFact(fact.data, today) ?? refusedByLife(fact, person);
  if (refused) return refused;
  const { topic, value } = placeOf(fact);
  const timeline: Timeline<unknown> = person.topics[topic];
  const { corrects, happenedOn } = fact.data;
  if (corrects !== undefined && !timeline.some(({ factId }) => factId === corrects))
    return refuse('CORRECTED_FACT_UNKNOWN');
  if (topic === 'death' && corrects === undefined && timeline.some((death) => death.happenedOn !== happenedOn))
    return refuse('DEATH_RECORDED');
  return isRepeated(fact.data, value, timeline) ? undefined : fact;
}

/** Nothing happens to a person before their birth or after their death. */
function refusedByLife(fact: PersonFact, person: RegisteredPerson): Refusal<PersonRefusal> | undefined {
  const { happenedOn } = fact.data;
  if (fact.type === 'IdentityRecorded') return undefined;
  const born = birthDateOn(person, happenedOn);
  if (born !== undefined && happenedOn < born) return refuse('HAPPENED_BEFORE_BIRTH');
  const died = person.topics.death.at(-1)?.happenedOn;
  if (fact.type !== 'DeathRecorded' && died !== undefined && happenedOn > died) return refuse('PERSON_DIED');
  return undefined;
}

/** Another account takes two people: whoever asks for it now, and whoever confirms it. */
function proposed(fact: AccountCorrected, person: RegisteredPerson, { today, by }: PersonContext): One {
  const refused = refusedFact(fact.data, today) ?? refusedByLife(fact, person);
  if (refused) return refused;
  const { account, corrects } = fact.data;
  if (corrects !== undefined && !person.topics.account.some(({ factId }) => factId === corrects))
    return refuse('CORRECTED_FACT_UNKNOWN');
  const present = person.topics.account.at(-1);
  if (sameValue(present?.value.account, account) || sameValue(person.proposedAccount?.value.account, account))
    return undefined;
  const { replaces: _, ...data } = fact.data;
  return {
    type: 'AccountCorrected',
    data: { ...data, proposedBy: by, ...(present && { replaces: present.value.accountId }) },
  };
}

function decideOnRegistered(command: PersonCommand, person: RegisteredPerson, context: PersonContext): Outcome {
  const { today, by } = context;
  if (person.mergedInto !== undefined && command.type !== 'UndoMerge' && command.type !== 'MergePerson')
    return refuse('PERSON_MERGED', { into: person.mergedInto });
  switch (command.type) {
    case 'RegisterPerson':
      return refuse('PERSON_EXISTS');
    case 'RecordFacts':
      // An account that comes alone would be one that nobody confirmed.
      if (command.data.facts.some(({ type }) => type === 'AccountRecorded'))
        return refuse('SECOND_PERSON_CONFIRMS_ACCOUNT');
      return recordFacts(command.data.facts, person, context);
    case 'WithdrawFact':
      return withdraw(command.data, person, today);
    case 'ConfirmAccount': {
      const { accountId } = command.data;
      if (person.proposedAccount?.value.accountId !== accountId) {
        const confirmed = person.topics.account.some(({ value }) => value.accountId === accountId);
        return confirmed ? [] : refuse('ACCOUNT_NOT_PROPOSED');
      }
      if (person.proposedAccount.proposedBy === by) return refuse('SECOND_PERSON_CONFIRMS_ACCOUNT');
      return [{ type: 'AccountConfirmed', data: { accountId, confirmedBy: by, decidedOn: today } }];
    }
    case 'RejectAccount': {
      const { accountId, reason } = command.data;
      if (person.proposedAccount?.value.accountId !== accountId) return refuse('ACCOUNT_NOT_PROPOSED');
      return [{ type: 'AccountRejected', data: { accountId, decidedOn: today, reason } }];
    }
    case 'MergePerson':
      return merge(command.data, person, context);
    case 'UndoMerge': {
      const { into, reason } = command.data;
      if (person.mergedInto !== into) return refuse('NOT_MERGED');
      return [{ type: 'PersonMergeUndone', data: { into, decidedOn: today, reason } }];
    }
    case 'DismissDouble': {
      const { other, reason } = command.data;
      if (other === context.personId) return refuse('DOUBLE_OF_ITSELF');
      if (isDismissed(person, other)) return [];
      return [{ type: 'DoubleDismissed', data: { other, decidedOn: today, reason } }];
    }
  }
}

/** Nothing is moved: where both files count or have cases, somebody has to settle that before. */
function merge(
  { into, reason, confirmTwins = false }: Extract<PersonCommand, { type: 'MergePerson' }>['data'],
  person: RegisteredPerson,
  { personId, today, merge: findings }: PersonContext,
): Outcome {
  if (into === personId) return refuse('MERGED_INTO_ITSELF');
  if (person.mergedInto === into) return [];
  if (person.mergedInto !== undefined) return refuse('PERSON_MERGED', { into: person.mergedInto });
  if (!findings) throw new Error('a merge is decided on what is known of the other file');
  if (findings.mergedInto !== undefined) return refuse('OTHER_FILE_MERGED', { into: findings.mergedInto });
  if (findings.erased) return refuse('SUBJECT_ERASED');
  if (findings.twins && !confirmTwins) return refuse('TWINS_UNCONFIRMED');
  if (findings.bothCount) return refuse('BOTH_COUNT');
  if (findings.bothHaveCases) return refuse('BOTH_HAVE_CASES');
  return [{ type: 'PersonMerged', data: { into, decidedOn: today, reason } }];
}

/** Whether somebody decided, from this side, that the other file is of another person. */
export const isDismissed = ({ dismissed = [] }: RegisteredPerson, other: string): boolean =>
  dismissed.some((each) => each.other === other);

/** The registration itself stands, and can be corrected: a person registered by mistake is merged or erased. */
function withdraw(
  { factId, reason }: { readonly factId: string; readonly reason: Personal<string> },
  person: RegisteredPerson,
  today: string,
): Outcome {
  const { identity, residence, account, ...others } = person.topics;
  // An account gives way to another that two people saw to, never to an earlier one by the word of one.
  if (account.some((fact) => fact.factId === factId)) return refuse('ACCOUNT_NOT_WITHDRAWN');
  const withdrawable = [...Object.values(others), ...[identity, residence].filter(({ length }) => length > 1)];
  const known = withdrawable.some((timeline) => timeline.some((fact) => fact.factId === factId));
  if (!known || factId === person.registeredAs) return refuse('FACT_UNKNOWN');
  return [{ type: 'FactWithdrawn', data: { factId, withdrawnOn: today, reason } }];
}

const noTopics: Topics = {
  identity: [],
  hukou: [],
  residence: [],
  phone: [],
  disability: [],
  illnesses: [],
  schooling: [],
  employment: [],
  ability: [],
  careNeed: [],
  guardian: [],
  death: [],
  account: [],
};

/** Whether an event puts a value into a topic, and does nothing else. */
const isPlainFact = (event: PersonEvent): event is Exclude<PersonFact, AccountCorrected> => !apart.has(event.type);
const apart: ReadonlySet<PersonEvent['type']> = new Set([
  'PersonRegistered',
  'FactWithdrawn',
  'AccountCorrected',
  'AccountConfirmed',
  'AccountRejected',
  'PersonMerged',
  'PersonMergeUndone',
  'DoubleDismissed',
]);

function evolve(person: Person, event: PersonEvent): Person {
  if (event.type === 'PersonRegistered') return evolveRegistered(event.data);
  if (person.status === 'none') throw new Error(`${event.type} before PersonRegistered`);
  if (isPlainFact(event)) {
    const { topic, value } = placeOf(event);
    return withTopic(person, topic, { ...provenanceOf(event.data), value });
  }
  switch (event.type) {
    case 'FactWithdrawn':
      return {
        ...person,
        topics: Object.fromEntries(
          Object.entries(person.topics).map(([topic, timeline]) => [
            topic,
            withoutFact(timeline as Timeline<unknown>, event.data.factId),
          ]),
        ) as unknown as Topics,
      };
    case 'AccountCorrected': {
      const { accountId, account, proposedBy } = event.data;
      return { ...person, proposedAccount: { ...provenanceOf(event.data), value: { accountId, account }, proposedBy } };
    }
    case 'AccountConfirmed': {
      const { proposedAccount, ...rest } = person;
      if (!proposedAccount) return person;
      const { proposedBy: _, ...fact } = proposedAccount;
      return withTopic(rest, 'account', { ...fact, happenedOn: event.data.decidedOn, knownOn: event.data.decidedOn });
    }
    case 'AccountRejected': {
      const { proposedAccount: _, ...rest } = person;
      return rest;
    }
    case 'PersonMerged': {
      const { into } = event.data;
      return { ...person, mergedInto: into, dismissed: (person.dismissed ?? []).filter(({ other }) => other !== into) };
    }
    case 'PersonMergeUndone': {
      const { mergedInto: _, ...rest } = person;
      const { into: other, decidedOn, reason } = event.data;
      return withDismissed(rest, { other, decidedOn, reason });
    }
    case 'DoubleDismissed':
      return withDismissed(person, event.data);
  }
}

const withDismissed = (person: RegisteredPerson, double: DismissedDouble): RegisteredPerson => ({
  ...person,
  dismissed: [...(person.dismissed ?? []), double],
});

function evolveRegistered(data: PersonRegistered['data']): RegisteredPerson {
  const { identity, identityHash, area, areaPath, address } = data;
  const from = provenanceOf(data);
  return {
    status: 'registered',
    registeredAs: from.factId,
    topics: {
      ...noTopics,
      identity: [{ ...from, value: { identity, ...(identityHash !== undefined && { identityHash }) } }],
      residence: [{ ...from, value: { area, areaPath, ...(address && { address }) } }],
    },
  };
}

const withTopic = (person: RegisteredPerson, topic: PersonTopic, fact: Fact<unknown>): RegisteredPerson => ({
  ...person,
  topics: { ...person.topics, [topic]: withFact(person.topics[topic] as Timeline<unknown>, fact) },
});

/**
 * A person: who they are, where they live, and what is known of them, each with the day from which it is so. What was
 * recorded is never lost: a correction takes a fact's place from the moment at which it is recorded.
 */
export const personDecider: Decider<Person, PersonCommand, PersonEvent, PersonContext> = {
  initial: { status: 'none' },
  decide(command, person, context) {
    if (person.status === 'registered') return decideOnRegistered(command, person, context);
    if (command.type !== 'RegisterPerson') throw new Error(`${command.type} for no person`);
    return register(command.data, context);
  },
  evolve,
};

/** A topic as it was on a day. Who somebody is is known from the first record on, for all of their life. */
export function topicOn<Topic extends PersonTopic>(
  { topics }: RegisteredPerson,
  topic: Topic,
  day: string,
): Fact<PersonTopics[Topic]> | undefined {
  const timeline = topics[topic] as Timeline<PersonTopics[Topic]>;
  const lasting = topic === 'identity' || topic === 'residence';
  return factOn(timeline, day) ?? (lasting ? timeline[0] : undefined);
}

/** The birth date as it is known on a day; undefined where it is unknown or erased. */
export function birthDateOn(person: RegisteredPerson, day: string): string | undefined {
  const identity = topicOn(person, 'identity', day)?.value.identity;
  return identity && valueOr(identity, undefined)?.birthDate;
}
