import { Injectable } from '@nestjs/common';
import { monthOf, nextMonth } from '#libs/calendar';
import { EventStore, Positions, Unavailable } from '#libs/event-sourcing';
import { Households, type LoadedHousehold } from '#libs/people';
import type { SchemeFacts, SchemeId } from '#libs/schemes';
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
    private readonly awards: AwardReader,
    private readonly events: EventStore,
    private readonly positions: Positions,
  ) {}

  /**
   * Awards are looked up for who `decides` only, and never from a list that lags behind the log.
   * @throws NotFound where the household is not within the area · Unavailable where the list of awards lags behind
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
    const { household, streamId, revision } = loaded;
    if (decides && !(await this.positions.reached(['award'], await this.events.head(), awardsWaitMs)))
      throw new Unavailable('awards have not reached the head of the log');
    const dibaoFromMonth =
      decides && subject.scheme !== 'dibao'
        ? await this.awards.firstDibaoMonth(subject.householdId, nextMonth(monthOf(today)))
        : undefined;
    const paidElsewhere = decides ? await this.awards.paidElsewhere(subject) : undefined;
    return {
      loaded,
      incomeDeclared: household.income !== undefined,
      ...(paidElsewhere && { paidElsewhere }),
      facts: {
        residence: household.residence,
        members: household.members.map(({ personId, birthDate, disability, careNeedMonths }) => ({
          personId,
          birthDate,
          ...(disability && { disability }),
          ...(careNeedMonths !== undefined && { careNeedMonths }),
          citation: { streamId, revision },
        })),
        income: household.income?.parts ?? [],
        ...(subject.personId !== undefined && { personId: subject.personId }),
        appliedOn: subject.appliedOn,
        decidedOn: today,
        ...(dibaoFromMonth !== undefined && { dibaoFromMonth }),
      },
    };
  }
}
