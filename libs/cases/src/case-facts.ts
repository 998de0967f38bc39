import { Injectable } from '@nestjs/common';
import { monthOf, nextMonth } from '#libs/calendar';
import {
  EventStore,
  isErased,
  NotFound,
  Positions,
  refuse,
  RefusedCommand,
  sealedDataOf,
  Unavailable,
  type GlobalPosition,
  type Personal,
} from '#libs/event-sourcing';
import {
  digestOf,
  householdTopicOn,
  Households,
  isSealed,
  membersOn,
  Persons,
  personTopicOn,
  placeOn,
  type DeclaredIncome,
  type LoadedHousehold,
  type LoadedPerson,
  type PersonTopic,
} from '#libs/people';
import type { GroundName, GroundPlace, IncomePart, MemberFacts, SchemeFacts, SchemeId } from '#libs/schemes';
import type { Grounds } from './domain/case.events.js';
import type { CaseRefusal } from './domain/case.refusals.js';
import type { ErasedFact } from './domain/recomputation.js';
import { AwardReader } from './projections/award.js';

/** Whose facts a case asks for. */
export interface FactsSubject {
  readonly householdId: string;
  readonly personId?: string;
  readonly scheme: SchemeId;
  readonly appliedOn: string;
}

/** What a case needs to know of its household when it decides. */
export interface LookedUpFacts {
  readonly loaded: LoadedHousehold;
  readonly facts: SchemeFacts;
  readonly incomeDeclared: boolean;
  readonly paidElsewhere?: { readonly number: string; readonly endsBefore?: string };
}

/** What an earlier decision knew, as far as it can still be read. */
export interface EarlierFacts {
  readonly loaded: LoadedHousehold;
  readonly facts: SchemeFacts;
  /** Facts that nobody can read any more: they are missing from `facts`. */
  readonly erased: readonly ErasedFact[];
}

const awardsWaitMs = 5_000;

/** Looks up the facts of a decision and hands them over as plain data, each with the place that it was read from. */
@Injectable()
export class CaseFacts {
  constructor(
    private readonly households: Households,
    private readonly persons: Persons,
    private readonly awards: AwardReader,
    private readonly events: EventStore,
    private readonly positions: Positions,
  ) {}

  /**
   * Awards are looked up for who `decides` only, and never from a list that lags behind the log.
   * @param area within which the household must be for a case to begin; a case that was begun goes on wherever it moves
   * @throws NotFound where the household is not within the area · Unavailable where the list of awards lags behind ·
   * RefusedCommand FACTS_ERASED where a decision would rest on what nobody can read any more
   */
  async lookUp(
    subject: FactsSubject & { readonly caseId: string },
    area: string | undefined,
    today: string,
    decides: boolean,
  ): Promise<LookedUpFacts> {
    const { householdId } = subject;
    const loaded = await (area === undefined
      ? this.households.find(householdId)
      : this.households.get(householdId, area));
    if (!loaded) throw new NotFound('household');
    if (decides) await this.awardsReach(await this.events.head());
    const dibaoFromMonth = decides ? await this.dibaoFromMonth(subject, today) : undefined;
    const paidElsewhere = decides ? await this.awards.paidElsewhere(subject) : undefined;
    const counting = decides ? countingOn(loaded, today) : [];
    const persons = await this.persons.many(counting);
    return {
      loaded,
      incomeDeclared: householdTopicOn(loaded.household, 'income', today) !== undefined,
      ...(paidElsewhere && { paidElsewhere }),
      facts: factsOf(subject, { loaded, persons, dibaoFromMonth }, today, openedForDecision),
    };
  }

  /**
   * What was known of the same when a decision was made, on its day: the streams up to its position, the household's no
   * further than the decision itself says that it was read, and the awards that had been decided by then.
   * @throws NotFound where there was no such household · Unavailable where the list of awards lags behind
   */
  async asOf(
    subject: FactsSubject,
    day: string,
    upTo: GlobalPosition,
    { revision }: Grounds['household'],
  ): Promise<EarlierFacts> {
    const last = await this.households.find(subject.householdId, upTo);
    const read = last?.events[Number(revision)]?.position ?? upTo;
    const loaded = read === last?.position ? last : await this.households.find(subject.householdId, read);
    if (!loaded) throw new NotFound('household');
    await this.awardsReach(upTo);
    const dibaoFromMonth = await this.dibaoFromMonth(subject, day, upTo);
    const persons = await this.persons.many(countingOn(loaded, day), upTo);
    const erased: ErasedFact[] = [];
    const open: Open = (field, place) => {
      if (field === undefined) return undefined;
      if (!isErased(field)) return field.value;
      erased.push(place);
      return undefined;
    };
    return { loaded, facts: factsOf(subject, { loaded, persons, dibaoFromMonth }, day, open), erased };
  }

  private async awardsReach(position: GlobalPosition | 'start'): Promise<void> {
    if (!(await this.positions.reached(['award'], position, awardsWaitMs)))
      throw new Unavailable('awards have not reached the head of the log');
  }

  /** Since when the household has the dibao that it has next month; it matters to the other schemes only. */
  private dibaoFromMonth({ scheme, householdId }: FactsSubject, day: string, upTo?: GlobalPosition) {
    if (scheme === 'dibao') return undefined;
    return this.awards.firstDibaoMonth(householdId, nextMonth(monthOf(day)), upTo);
  }
}

/** Opens a fact that stands somewhere; undefined where there is none. */
type Open = <Value>(field: Personal<Value> | undefined, place: ErasedFact) => Value | undefined;

interface Sources {
  readonly loaded: LoadedHousehold;
  /** Who was looked up. */
  readonly persons: ReadonlyMap<string, LoadedPerson>;
  readonly dibaoFromMonth: string | undefined;
}

const countingOn = ({ household }: LoadedHousehold, day: string): readonly string[] =>
  membersOn(household, day)
    .filter(({ counts }) => counts)
    .map(({ personId }) => personId);

function factsOf(
  { personId, appliedOn }: FactsSubject,
  { loaded, persons, dibaoFromMonth }: Sources,
  day: string,
  open: Open,
): SchemeFacts {
  const { household, streamId, events } = loaded;
  const income = householdTopicOn(household, 'income', day);
  const place = { streamId, revision: revisionOf(events, income?.factId), fact: 'income' } as const;
  const declared = open(income?.value, place) ?? [];
  const counting = countingOn(loaded, day);
  const filesAlone = (householdTopicOn(household, 'singleFiling', day)?.value.ground ?? null) !== null;
  const family = filesAlone ? familyOn(loaded, day) : [];
  return {
    residence: placeOn(household, day).residence,
    members: counting.map((id) => memberFacts(id, persons.get(id), day, open)),
    income: incomeOf(declared, counting),
    ...(filesAlone && { family: { members: family.length, income: incomeOf(declared, family) } }),
    ...(personId !== undefined && { personId }),
    appliedOn,
    decidedOn: day,
    ...(dibaoFromMonth !== undefined && { dibaoFromMonth }),
  };
}

/** Parts of those persons, and parts that are not said to be anybody's: who does not count, or has left, brings no income. */
const incomeOf = (declared: readonly DeclaredIncome[], persons: readonly string[]): readonly IncomePart[] =>
  declared.flatMap(({ personId, ...part }) => (personId === undefined || persons.includes(personId) ? [part] : []));

/** Who counts, and who would but for the one who files alone. */
const familyOn = ({ household }: LoadedHousehold, day: string): readonly string[] =>
  membersOn(household, day)
    .filter(({ counts, notCounted }) => counts || notCounted === 'single-filing')
    .map(({ personId }) => personId);

/** The sensitive facts, and where each stands in the data of its event. */
const sensitive = [
  { ground: 'birth-date', topic: 'identity', field: 'identity' },
  { ground: 'disability', topic: 'disability', field: 'card' },
  { ground: 'care-need', topic: 'careNeed', field: 'months' },
] as const satisfies readonly { ground: GroundName; topic: PersonTopic; field: string }[];

/** A member with what decisions ask of them on a day; of who was not looked up, only that they count. */
function memberFacts(personId: string, loaded: LoadedPerson | undefined, day: string, open: Open): MemberFacts {
  if (!loaded) return { personId, citation: { streamId: `person-${personId}`, revision: '0' } };
  const { person, streamId, revision, events } = loaded;
  const identity = personTopicOn(person, 'identity', day);
  const disability = personTopicOn(person, 'disability', day);
  const careNeed = personTopicOn(person, 'careNeed', day);
  const at = (fact: GroundName, factId: string | undefined): ErasedFact => ({
    streamId,
    revision: revisionOf(events, factId),
    fact,
  });
  const birthDate = open(identity?.value.identity, at('birth-date', identity?.factId))?.birthDate;
  const card = open(disability?.value, at('disability', disability?.factId));
  const careNeedMonths = open(careNeed?.value, at('care-need', careNeed?.factId));
  const lapsed = card?.validUntil !== undefined && card.validUntil < day;
  const grounds = sensitive.flatMap(({ ground, topic, field }) => {
    const place = groundPlace(loaded, personTopicOn(person, topic, day)?.factId, field);
    return place ? [[ground, place] as const] : [];
  });
  return {
    personId,
    ...(birthDate !== undefined && { birthDate }),
    ...(card && !lapsed && { disability: { category: card.category, level: card.level } }),
    ...(careNeedMonths !== undefined && { careNeedMonths }),
    citation: { streamId, revision },
    grounds: Object.fromEntries(grounds),
  };
}

type Events = LoadedPerson['events'] | LoadedHousehold['events'];

/** The event that recorded a fact. */
const eventOf = (events: Events, factId: string | undefined) =>
  events.find(({ data }) => 'factId' in data && data.factId === factId);

const revisionOf = (events: Events, factId: string | undefined): string =>
  String(eventOf(events, factId)?.revision ?? '');

/** The revision of the event that recorded a fact, and the digest of the envelope that it lies in. */
function groundPlace({ events }: LoadedPerson, factId: string | undefined, field: string): GroundPlace | undefined {
  const event = eventOf(events, factId);
  if (event === undefined) return undefined;
  const envelope: unknown = Reflect.get(sealedDataOf(event), field);
  return isSealed(envelope) ? { revision: String(event.revision), digest: digestOf(envelope) } : undefined;
}

/** What a decision rests on must be there to be read; what was never recorded is simply unknown. */
const openedForDecision: Open = (field) => {
  if (field === undefined) return undefined;
  if (isErased(field)) throw new RefusedCommand(refuse<CaseRefusal>('FACTS_ERASED'));
  return field.value;
};
