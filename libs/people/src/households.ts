import { Injectable } from '@nestjs/common';
import { AreaTree } from '#libs/areas';
import { AggregateStore, NotFound, type StoredEvent } from '#libs/event-sourcing';
import { householdDecider, type RegisteredHousehold } from './domain/household.js';
import type { HouseholdEvent } from './domain/household.events.js';

/** A household folded from its stream. */
export interface LoadedHousehold {
  readonly id: string;
  readonly streamId: string;
  readonly household: RegisteredHousehold;
  readonly revision: string;
  readonly position: string;
  readonly events: readonly StoredEvent<HouseholdEvent>[];
}

/** Finds households by id, for their own pages and for decisions that rest on them. */
@Injectable()
export class Households {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly areas: AreaTree,
  ) {}

  /**
   * The household as its stream tells it, up to a position where one is given.
   * @throws NotFound where there is none, or none within `area`: the two look the same from outside
   */
  async get(id: string, area: string, upTo?: string): Promise<LoadedHousehold> {
    const streamId = `household-${id}`;
    const { state, revision, position, events } = await this.aggregates.load(householdDecider, streamId, upTo);
    if (state.status === 'none' || !this.areas.isWithin(state.area, area)) throw new NotFound('household');
    return { id, streamId, household: state, revision: String(revision), position, events };
  }
}
