import {
  refuse,
  valueOr,
  type Decider,
  type DecisionContext,
  type Refusal,
  type Personal,
} from '#libs/event-sourcing/decider';
import type { Residence } from '#libs/schemes';
import {
  factOn,
  isRepeated,
  provenanceOf,
  refusedFact,
  withFact,
  withoutFact,
  type Fact,
  type FactRefusal,
  type Timeline,
} from './facts.js';
import type { HouseholdEvent, HouseholdFactEvent, HouseholdRegistered, RegisteredMember } from './household.events.js';
import type {
  DeclaredAsset,
  DeclaredIncome,
  DeclaredSpending,
  DepartureReason,
  LiableRelative,
  SingleFilingGround,
  Standing,
} from './household.facts.js';
import type { HouseholdRefusal } from './household.refusals.js';

/** Where a household lives, and in which of the two registers it is. */
export interface Place {
  readonly area: string;
  readonly areaPath: string;
  readonly residence: Residence;
  readonly address?: Personal<string>;
}

/** A person's place in the household from a day on; `left` says why they are not there any more. */
export type Membership =
  (Standing & { readonly left?: undefined }) | { readonly left: DepartureReason; readonly toHousehold?: string };

/** What is known of a household as a whole, topic by topic. */
export interface HouseholdTopics {
  readonly place: Place;
  readonly singleFiling: { readonly personId: string; readonly ground: SingleFilingGround | null };
  readonly income: Personal<readonly DeclaredIncome[]>;
  readonly assets: Personal<readonly DeclaredAsset[]>;
  readonly spending: Personal<readonly DeclaredSpending[]>;
  /** `into` the household that the members joined; without, nobody was left. */
  readonly ended: { readonly into?: string };
}
export type HouseholdTopic = keyof HouseholdTopics;

export interface RegisteredHousehold {
  readonly status: 'registered';
  readonly number: string;
  /** The fact with which the file began. */
  readonly registeredAs: string;
  readonly splitFrom?: string;
  readonly topics: { readonly [Topic in HouseholdTopic]: Timeline<HouseholdTopics[Topic]> };
  /** By person, in the order in which they came. */
  readonly members: ReadonlyMap<string, Timeline<Membership>>;
  /** Liable relatives outside, by their ids. */
  readonly relatives: ReadonlyMap<string, Timeline<Personal<LiableRelative | null>>>;
}
export type Household = { readonly status: 'none' } | RegisteredHousehold;

/** A fact that can be recorded of a household that is registered. */
export type HouseholdFact = Exclude<HouseholdFactEvent, HouseholdRegistered>;

/** What may be asked. A fact is handed over as it will be recorded. */
export type HouseholdCommand =
  | {
      readonly type: 'RegisterHousehold';
      readonly data: { readonly registered: HouseholdRegistered['data']; readonly facts: readonly HouseholdFact[] };
    }
  | { readonly type: 'RecordFacts'; readonly data: { readonly facts: readonly HouseholdFact[] } }
  | { readonly type: 'WithdrawFact'; readonly data: { readonly factId: string; readonly reason: Personal<string> } };

/** `householdId` is which one it is about. */
export interface HouseholdContext extends DecisionContext {
  readonly householdId: string;
}

type Outcome = readonly HouseholdEvent[] | Refusal<HouseholdRefusal | FactRefusal>;

/** A member as they stand on a day. */
export interface Member extends Standing {
  readonly personId: string;
  readonly fact: Fact<Membership>;
}

/** Who belongs to the household on a day, in the household's order. */
export function membersOn({ members }: RegisteredHousehold, day: string): readonly Member[] {
  return [...members].flatMap(([personId, timeline]) => {
    const fact = factOn(timeline, day);
    if (fact === undefined || fact.value.left !== undefined) return [];
    const { relation, counts, notCounted } = fact.value;
    return [{ personId, relation, counts, ...(notCounted && { notCounted }), fact }];
  });
}

/** Who counts in the end, as far as is recorded: one person counts in one household. */
export const countingMembers = (household: Household): ReadonlySet<string> =>
  new Set(
    household.status === 'none'
      ? []
      : membersOn(household, LAST_DAY).flatMap(({ personId, counts }) => (counts ? [personId] : [])),
  );
const LAST_DAY = '9999-12-31';

/** A topic as it was on a day; where it lived is known from the first record on. */
export function topicOn<Topic extends HouseholdTopic>(
  { topics }: RegisteredHousehold,
  topic: Topic,
  day: string,
): Fact<HouseholdTopics[Topic]> | undefined {
  const timeline = topics[topic] as Timeline<HouseholdTopics[Topic]>;
  return factOn(timeline, day) ?? (topic === 'place' ? timeline[0] : undefined);
}

/** Where the household lives on a day. */
export function placeOn(household: RegisteredHousehold, day: string): Place {
  const place = topicOn(household, 'place', day);
  if (!place) throw new Error('a household without a place');
  return place.value;
}

function register(
  { registered, facts }: Extract<HouseholdCommand, { type: 'RegisterHousehold' }>['data'],
  context: HouseholdContext,
): Outcome {
  const { members, singleFiling } = registered;
  const refused =
    refusedFact(registered, context.today) ??
    refusedMembers(members) ??
    (members.length === 0 ? refuse('ONE_APPLICANT_NEEDED', { applicants: 0 }) : undefined);
  if (refused) return refused;
  if (singleFiling !== undefined && members.filter(({ counts }) => counts).length !== 1)
    return refuse('SINGLE_FILING_OF_ONE');
  const first: HouseholdRegistered = { type: 'HouseholdRegistered', data: registered };
  const recorded = recordFacts(facts, evolve(householdDecider.initial, first) as RegisteredHousehold, context);
  return 'code' in recorded ? recorded : [first, ...recorded];
}

/** Facts of one command come in together or not at all; afterwards the household must be whole. */
function recordFacts(
  facts: readonly HouseholdFact[],
  household: RegisteredHousehold,
  context: HouseholdContext,
): Outcome {
  const events: HouseholdEvent[] = [];
  let state = household;
  for (const fact of facts) {
    const refused = refusedFact(fact.data, context.today) ?? refusedByHousehold(fact, state, context);
    if (refused) return refused;
    if (isKnown(fact, state)) continue;
    events.push(fact);
    state = evolve(state, fact) as RegisteredHousehold;
  }
  return refusedWhole(state) ?? events;
}

type MemberFact = Extract<HouseholdFact, { type: 'MemberJoined' | 'MemberStandingChanged' | 'MemberLeft' }>;
const memberFacts: ReadonlySet<string> = new Set(['MemberJoined', 'MemberStandingChanged', 'MemberLeft']);
const isOfMember = (fact: HouseholdFact): fact is MemberFact => memberFacts.has(fact.type);
type SeveralFact = Extract<HouseholdFact, { type: 'HouseholdSplit' | 'HouseholdMerged' }>;
const isOfSeveral = (fact: HouseholdFact): fact is SeveralFact =>
  fact.type === 'HouseholdSplit' || fact.type === 'HouseholdMerged';

function refusedByHousehold(
  fact: HouseholdFact,
  household: RegisteredHousehold,
  context: HouseholdContext,
): Refusal<HouseholdRefusal | FactRefusal> | undefined {
  const { corrects, happenedOn } = fact.data;
  if (household.topics.ended.length > 0 && corrects === undefined) return refuse('HOUSEHOLD_ENDED');
  if (isOfSeveral(fact)) {
    // Another household has begun or grown by it: it is withdrawn, member by member corrected, or recorded anew.
    if (corrects !== undefined) return refuse('CORRECTED_FACT_UNKNOWN');
    const here = new Set(membersOn(household, happenedOn).map(({ personId }) => personId));
    const { members, into } = fact.data;
    if (into === context.householdId) return refuse('SAME_HOUSEHOLD');
    if (members.some(({ personId }) => !here.has(personId))) return refuse('PERSON_NOT_IN_HOUSEHOLD');
    if (fact.type === 'HouseholdMerged' && members.length < here.size) return refuse('ALL_MEMBERS_MERGE');
    return refusedMembers(members) ?? (fact.type === 'HouseholdSplit' ? refusedApplicant(members) : undefined);
  }
  if (corrects !== undefined && !timelineOf(fact, household).some(({ factId }) => factId === corrects))
    return refuse('CORRECTED_FACT_UNKNOWN');
  if (fact.type === 'SingleFilingRecorded' && !household.members.has(fact.data.personId))
    return refuse('PERSON_NOT_IN_HOUSEHOLD');
  if (whoseParts(fact).some((personId) => !household.members.has(personId))) return refuse('PERSON_NOT_IN_HOUSEHOLD');
  if (!isOfMember(fact)) return undefined;
  if (corrects !== undefined) return fact.type === 'MemberLeft' ? undefined : refusedStanding(fact.data);
  const present = membersOn(household, happenedOn).some(({ personId }) => personId === fact.data.personId);
  if (fact.type === 'MemberJoined' && present) return refuse('MEMBER_ALREADY');
  if (fact.type !== 'MemberJoined' && !present) return refuse('PERSON_NOT_IN_HOUSEHOLD');
  return fact.type === 'MemberLeft' ? undefined : refusedStanding(fact.data);
}

/** Whose the parts of a declaration are, where it says so: those of members, also of earlier ones. */
function whoseParts(fact: HouseholdFact): readonly string[] {
  const whose = (parts: readonly { readonly personId?: string }[]) => parts.flatMap(({ personId }) => personId ?? []);
  if (fact.type === 'IncomeDeclared') return whose(valueOr(fact.data.parts, []));
  if (fact.type === 'AssetsDeclared') return whose(valueOr(fact.data.assets, []));
  return fact.type === 'SpendingDeclared' ? whose(valueOr(fact.data.parts, [])) : [];
}

const refusedStanding = ({ counts, notCounted }: Standing): Refusal<HouseholdRefusal> | undefined =>
  counts === (notCounted === undefined) ? undefined : refuse('REASON_NOT_COUNTED_NEEDED');

function refusedMembers(members: readonly RegisteredMember[]): Refusal<HouseholdRefusal> | undefined {
  if (new Set(members.map(({ personId }) => personId)).size < members.length) return refuse('MEMBER_TWICE');
  return members.map(refusedStanding).find((found) => found !== undefined);
}

/** One member is the applicant, who counts unless one person files alone. */
function refusedApplicant(members: readonly Standing[], alone = false): Refusal<HouseholdRefusal> | undefined {
  const applicants = members.filter(({ relation }) => relation === 'applicant');
  if (applicants.length !== 1) return refuse('ONE_APPLICANT_NEEDED', { applicants: applicants.length });
  return alone || applicants[0]?.counts ? undefined : refuse('APPLICANT_COUNTS');
}

/** In the end a household that has members has an applicant, and one that is over has none. A filing lapses with who filed. */
function refusedWhole(household: RegisteredHousehold): Refusal<HouseholdRefusal> | undefined {
  const members = membersOn(household, LAST_DAY);
  if (members.length === 0) return undefined;
  if (household.topics.ended.length > 0) return refuse('MEMBERS_LEFT');
  const filing = topicOn(household, 'singleFiling', LAST_DAY)?.value;
  const alone = filing !== undefined && filing.ground !== null;
  const filer = members.find(({ personId }) => personId === filing?.personId);
  if (alone && filer && (!filer.counts || members.filter(({ counts }) => counts).length > 1))
    return refuse('SINGLE_FILING_OF_ONE');
  return refusedApplicant(members, alone);
}

/** What is known already, from the same kind of source, needs no second record. */
const isKnown = (fact: HouseholdFact, household: RegisteredHousehold): boolean =>
  !isOfSeveral(fact) && isRepeated(fact.data, valueOf(fact), timelineOf(fact, household));

/** The timeline that a fact belongs to, as it stands. */
function timelineOf(fact: HouseholdFact, { topics, members, relatives }: RegisteredHousehold): Timeline<unknown> {
  if (isOfMember(fact)) return members.get(fact.data.personId) ?? [];
  if (isOfSeveral(fact)) return topics.ended;
  if (fact.type === 'LiableRelativeRecorded') return relatives.get(fact.data.relativeId) ?? [];
  return topics[topicOf(fact)];
}

type TopicFact = Exclude<HouseholdFact, MemberFact | SeveralFact | { type: 'LiableRelativeRecorded' }>;

function topicOf(fact: TopicFact): HouseholdTopic {
  switch (fact.type) {
    case 'HouseholdMoved':
      return 'place';
    case 'HouseholdEnded':
      return 'ended';
    case 'SingleFilingRecorded':
      return 'singleFiling';
    case 'IncomeDeclared':
      return 'income';
    case 'AssetsDeclared':
      return 'assets';
    case 'SpendingDeclared':
      return 'spending';
  }
}

function valueOf(fact: Exclude<HouseholdFact, SeveralFact>): unknown {
  switch (fact.type) {
    case 'MemberJoined':
    case 'MemberStandingChanged':
      return standingOf(fact.data);
    case 'MemberLeft': {
      const { departure, toHousehold } = fact.data;
      return { left: departure, ...(toHousehold !== undefined && { toHousehold }) };
    }
    case 'HouseholdMoved': {
      const { area, areaPath, residence, address } = fact.data;
      return { area, areaPath, residence, ...(address && { address }) };
    }
    case 'HouseholdEnded':
      return {};
    case 'SingleFilingRecorded':
      return { personId: fact.data.personId, ground: fact.data.ground };
    case 'IncomeDeclared':
    case 'SpendingDeclared':
      return fact.data.parts;
    case 'AssetsDeclared':
      return fact.data.assets;
    case 'LiableRelativeRecorded':
      return fact.data.relative;
  }
}

const standingOf = ({ relation, counts, notCounted }: Standing): Standing => ({
  relation,
  counts,
  ...(notCounted && { notCounted }),
});

/** The registration itself stands, and can be corrected. */
function withdraw(
  { factId, reason }: { readonly factId: string; readonly reason: Personal<string> },
  household: RegisteredHousehold,
  today: string,
): Outcome {
  const { place, ...others } = household.topics;
  const timelines: readonly Timeline<unknown>[] = [
    ...Object.values(others),
    ...[place].filter(({ length }) => length > 1),
    ...household.members.values(),
    ...household.relatives.values(),
  ];
  const known = timelines.some((timeline) => timeline.some((fact) => fact.factId === factId));
  if (!known || factId === household.registeredAs) return refuse('FACT_UNKNOWN');
  const event: HouseholdEvent = { type: 'HouseholdFactWithdrawn', data: { factId, withdrawnOn: today, reason } };
  return refusedWhole(evolve(household, event) as RegisteredHousehold) ?? [event];
}

function evolve(household: Household, event: HouseholdEvent): Household {
  if (event.type === 'HouseholdRegistered') return evolveRegistered(event.data);
  if (household.status === 'none') throw new Error(`${event.type} before HouseholdRegistered`);
  if (event.type === 'HouseholdFactWithdrawn') return withoutFactAnywhere(household, event.data.factId);
  if (isOfSeveral(event)) return evolveSeveral(household, event);
  const fact: Fact<unknown> = { ...provenanceOf(event.data), value: valueOf(event) };
  if (isOfMember(event)) return { ...household, members: withEntry(household.members, event.data.personId, fact) };
  if (event.type === 'LiableRelativeRecorded')
    return { ...household, relatives: withEntry(household.relatives, event.data.relativeId, fact) };
  const topic = topicOf(event);
  const timeline = withFact<unknown>(household.topics[topic], fact);
  return { ...household, topics: { ...household.topics, [topic]: timeline } };
}

/** Members who went to another household together: one fact, withdrawn for all of them. */
function evolveSeveral(household: RegisteredHousehold, { type, data }: SeveralFact): RegisteredHousehold {
  const from = provenanceOf(data);
  const value: Membership = { left: type === 'HouseholdSplit' ? 'split' : 'merged', toHousehold: data.into };
  const members = data.members.reduce(
    (others, { personId }) => withEntry(others, personId, { ...from, value }),
    household.members,
  );
  if (type === 'HouseholdSplit') return { ...household, members };
  const ended = withFact(household.topics.ended, { ...from, value: { into: data.into } });
  return { ...household, members, topics: { ...household.topics, ended } };
}

function evolveRegistered(data: HouseholdRegistered['data']): RegisteredHousehold {
  const { number, area, areaPath, residence, members, splitFrom, singleFiling } = data;
  const from = provenanceOf(data);
  const alone = members.find(({ counts }) => counts);
  return {
    status: 'registered',
    number,
    registeredAs: from.factId,
    ...(splitFrom !== undefined && { splitFrom }),
    topics: {
      place: [{ ...from, value: { area, areaPath, residence } }],
      singleFiling:
        singleFiling !== undefined && alone
          ? [{ ...from, value: { personId: alone.personId, ground: singleFiling } }]
          : [],
      income: [],
      assets: [],
      spending: [],
      ended: [],
    },
    members: new Map(
      members.map(({ personId, factId, ...standing }) => [
        personId,
        [{ ...from, factId, value: standingOf(standing) }],
      ]),
    ),
    relatives: new Map(),
  };
}

const withEntry = <Value>(
  entries: ReadonlyMap<string, Timeline<Value>>,
  key: string,
  fact: Fact<unknown>,
): ReadonlyMap<string, Timeline<Value>> =>
  new Map(entries).set(key, withFact(entries.get(key) ?? [], fact as Fact<Value>));

function withoutFactAnywhere(household: RegisteredHousehold, factId: string): RegisteredHousehold {
  const without = <Value>(entries: ReadonlyMap<string, Timeline<Value>>): ReadonlyMap<string, Timeline<Value>> =>
    new Map([...entries].map(([key, timeline]) => [key, withoutFact(timeline, factId)]));
  const topics = Object.fromEntries(
    Object.entries(household.topics).map(([topic, timeline]) => [
      topic,
      withoutFact(timeline as Timeline<unknown>, factId),
    ]),
  ) as unknown as RegisteredHousehold['topics'];
  return { ...household, topics, members: without(household.members), relatives: without(household.relatives) };
}

/**
 * A household: who belongs to it from when to when, where it lives and what it declared. Who counts: spouse, minor children,
 * adult children who cannot live independently, others living together long-term; who does not is named with the reason.
 * Source: 民发〔2021〕57号 art 7, 8
 */
export const householdDecider: Decider<Household, HouseholdCommand, HouseholdEvent, HouseholdContext> = {
  initial: { status: 'none' },
  decide(command, household, context) {
    if (household.status === 'none') {
      if (command.type !== 'RegisterHousehold') throw new Error(`${command.type} for no household`);
      return register(command.data, context);
    }
    switch (command.type) {
      case 'RegisterHousehold':
        return refuse('HOUSEHOLD_EXISTS');
      case 'RecordFacts':
        return recordFacts(command.data.facts, household, context);
      case 'WithdrawFact':
        return withdraw(command.data, household, context.today);
    }
  },
  evolve,
};
