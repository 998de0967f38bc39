import { Injectable } from '@nestjs/common';
import { Households, type LoadedHousehold } from '#libs/people';
import type { SchemeFacts, SchemeId } from '#libs/schemes';
import { AwardReader } from './projections/award.js';

/** What a case needs to know of its household when it decides. */
export interface LookedUpFacts {
  readonly loaded: LoadedHousehold;
  readonly facts: SchemeFacts;
  readonly incomeDeclared: boolean;
}

/** Looks up the facts of a decision and hands them over as plain data, each with the place that it was read from. */
@Injectable()
export class CaseFacts {
  constructor(
    private readonly households: Households,
    private readonly awards: AwardReader,
  ) {}

  /** @throws NotFound where the household is not within the area */
  async lookUp(
    subject: {
      readonly householdId: string;
      readonly personId?: string;
      readonly scheme: SchemeId;
      readonly appliedOn: string;
    },
    area: string,
    today: string,
  ): Promise<LookedUpFacts> {
    const loaded = await this.households.get(subject.householdId, area);
    const { household, streamId, revision } = loaded;
    const dibaoFromMonth =
      subject.scheme === 'dibao' ? undefined : await this.awards.firstDibaoMonth(subject.householdId);
    return {
      loaded,
      incomeDeclared: household.income !== undefined,
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
