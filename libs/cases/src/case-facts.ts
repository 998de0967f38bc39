import { Injectable } from '@nestjs/common';
import { monthOf, nextMonth } from '#libs/calendar';
import { EventStore, Positions, refuse, RefusedCommand, sealedDataOf, Unavailable } from '#libs/event-sourcing';
import {
  digestOf,
  householdTopicOn,
  Households,
  isErased,
  isSealed,
  membersOn,
  Persons,
  personTopicOn,
  placeOn,
  type LoadedHousehold,
  type LoadedPerson,
  type Personal,
  type PersonTopic,
} from '#libs/people';
import type { GroundName, GroundPlace, MemberFacts, SchemeFacts, SchemeId } from '#libs/schemes';
import type { CaseRefusal } from './domain/case.refusals.js';
import { AwardReader } from './projections/award.js';

/** What a case needs to know of its household when it decides. */
export interface LookedUpFacts {
  readonly loaded: LoadedHousehold;
  readonly facts: SchemeFacts;
  readonly incomeDeclared: boolean;
  readonly paidElsewhere?: { readonly number: string; readonly endsBefore?: string };
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
   * @throws NotFound where the household is not within the area · Unavailable where the list of awards lags behind ·
   * RefusedCommand FACTS_ERASED where a decision would rest on what nobody can read any more
   */
  async lookUp(
    subject: {
      readonly caseId: string;
      readonly householdId: string;
      readonly personId?: string;
      readonly scheme: SchemeId;
      readonly appliedOn: string;
    },
    area: string,
    today: string,
    decides: boolean,
  ): Promise<LookedUpFacts> {
    const loaded = await this.households.get(subject.householdId, area);
    const { household } = loaded;
    if (decides && !(await this.positions.reached(['award'], await this.events.head(), awardsWaitMs)))
      throw new Unavailable('awards have not reached the head of the log');
    const dibaoFromMonth =
      decides && subject.scheme !== 'dibao'
        ? await this.awards.firstDibaoMonth(subject.householdId, nextMonth(monthOf(today)))
        : undefined;
    const paidElsewhere = decides ? await this.awards.paidElsewhere(subject) : undefined;
    const counting = membersOn(household, today).filter(({ counts }) => counts);
    const persons = await this.persons.many(decides ? counting.map(({ personId }) => personId) : []);
    const income = householdTopicOn(household, 'income', today)?.value;
    return {
      loaded,
      incomeDeclared: income !== undefined,
      ...(paidElsewhere && { paidElsewhere }),
      facts: {
        residence: placeOn(household, today).residence,
        members: counting.map(({ personId }) => memberFacts(personId, persons.get(personId), today)),
        income: openedForDecision(income) ?? [],
        ...(subject.personId !== undefined && { personId: subject.personId }),
        appliedOn: subject.appliedOn,
        decidedOn: today,
        ...(dibaoFromMonth !== undefined && { dibaoFromMonth }),
      },
    };
  }
}

/** The sensitive facts, and where each stands in the data of its event. */
const sensitive = [
  { ground: 'birth-date', topic: 'identity', field: 'identity' },
  { ground: 'disability', topic: 'disability', field: 'card' },
  { ground: 'care-need', topic: 'careNeed', field: 'months' },
] as const satisfies readonly { ground: GroundName; topic: PersonTopic; field: string }[];

/** A member with what decisions ask of them on a day; of who was not looked up, only that they count. */
function memberFacts(personId: string, loaded: LoadedPerson | undefined, day: string): MemberFacts {
  if (!loaded) return { personId, citation: { streamId: `person-${personId}`, revision: '0' } };
  const { person, streamId, revision } = loaded;
  const birthDate = openedForDecision(personTopicOn(person, 'identity', day)?.value.identity)?.birthDate;
  const card = openedForDecision(personTopicOn(person, 'disability', day)?.value);
  const careNeedMonths = openedForDecision(personTopicOn(person, 'careNeed', day)?.value);
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

/** The revision of the event that recorded a fact, and the digest of the envelope that it lies in. */
function groundPlace({ events }: LoadedPerson, factId: string | undefined, field: string): GroundPlace | undefined {
  const event = events.find(({ data }) => 'factId' in data && data.factId === factId);
  if (event === undefined) return undefined;
  const envelope: unknown = Reflect.get(sealedDataOf(event), field);
  return isSealed(envelope) ? { revision: String(event.revision), digest: digestOf(envelope) } : undefined;
}

/** What a decision rests on must be there to be read; what was never recorded is simply unknown. */
function openedForDecision<Value>(field: Personal<Value> | undefined): Value | undefined {
  if (field === undefined) return undefined;
  if (isErased(field)) throw new RefusedCommand(refuse<CaseRefusal>('FACTS_ERASED'));
  return field.value;
}
