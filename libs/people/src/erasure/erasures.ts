import { Injectable } from '@nestjs/common';
import { AreaTree } from '#libs/areas';
import { AggregateStore, NotFound } from '#libs/event-sourcing';
import { erasureDecider, type Erasure, type OpenErasure } from './erasure.js';
import type { ErasureEvent } from './erasure.events.js';

/** An erasure folded from its stream. */
export interface LoadedErasure {
  readonly id: string;
  readonly state: OpenErasure;
  readonly revision: string;
  readonly position: string;
}

/** Finds erasures by id. */
@Injectable()
export class Erasures {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly areas: AreaTree,
  ) {}

  /** @throws NotFound where there is none, or none within `area`: the two look the same from outside */
  async get(id: string, area: string): Promise<LoadedErasure> {
    const { state, revision, position } = await this.aggregates.load<Erasure, ErasureEvent>(
      erasureDecider,
      `erasure-${id}`,
    );
    if (state.status === 'none' || !this.areas.isWithin(state.area, area)) throw new NotFound('erasure');
    return { id, state, revision: String(revision), position };
  }
}
