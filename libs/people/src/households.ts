import { Injectable } from '@nestjs/common';
import { AreaTree } from '#libs/areas';
import { AggregateStore, NotFound, type GlobalPosition, type StoredEvent } from '#libs/event-sourcing';
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

/** The stream of a household. */
export const householdStream = (id: string): string => `household-${id}`;

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
  async get(id: string, area: string, upTo?: GlobalPosition | 'start'): Promise<LoadedHousehold> {
    const loaded = await this.find(id, upTo);
    if (!loaded || !this.isWithin(loaded.household, area)) throw new NotFound('household');
    return loaded;
  }

  /** The household wherever it lives; undefined where there was none by then. */
  async find(id: string, upTo?: GlobalPosition | 'start'): Promise<LoadedHousehold | undefined> {
    const streamId = householdStream(id);
    const { state, revision, position, events } = await this.aggregates.load(householdDecider, streamId, upTo);
    if (state.status === 'none') return undefined;
    return { id, streamId, household: state, revision: String(revision), position, events };
  }

  /** Those of these households that there were, by id; read together. */
  async many(ids: Iterable<string>, upTo?: GlobalPosition | 'start'): Promise<ReadonlyMap<string, LoadedHousehold>> {
    const found = await Promise.all([...new Set(ids)].map((id) => this.find(id, upTo)));
    return new Map(found.flatMap((loaded) => (loaded ? [[loaded.id, loaded] as const] : [])));
  }

  /** Whether the file is kept within an area: where the household lives in the end. */
  isWithin({ topics }: RegisteredHousehold, area: string): boolean {
    const place = topics.place.at(-1);
    return place !== undefined && this.areas.isWithin(place.value.area, area);
  }
}
