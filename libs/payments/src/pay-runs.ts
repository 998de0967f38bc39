import { Injectable } from '@nestjs/common';
import { AreaTree } from '#libs/areas';
import { AggregateStore, NotFound, type StoredEvent } from '#libs/event-sourcing';
import { payRunDecider } from './domain/pay-run.js';
import type { PayRunEvent } from './domain/pay-run.events.js';
import type { OpenPayRunState } from './domain/pay-run.state.js';
import { payRunStream } from './pay-run-ids.js';

/** A pay run folded from its stream. */
export interface LoadedPayRun {
  readonly id: string;
  readonly run: OpenPayRunState;
  readonly revision: string;
  readonly position: string;
  readonly events: readonly StoredEvent<PayRunEvent>[];
}

/** Finds pay runs by id. */
@Injectable()
export class PayRuns {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly areas: AreaTree,
  ) {}

  /**
   * The run as its stream tells it, up to a position where one is given.
   * @throws NotFound where there is none, or none within `area`: the two look the same from outside
   */
  async get(id: string, area: string, upTo?: string): Promise<LoadedPayRun> {
    const found = await this.load(id, upTo);
    if (!this.areas.isWithin(found.run.area, area)) throw new NotFound('pay run');
    return found;
  }

  /** The same wherever it is, for the service's own work. @throws NotFound */
  async load(id: string, upTo?: string): Promise<LoadedPayRun> {
    const { state, revision, position, events } = await this.aggregates.load(payRunDecider, payRunStream(id), upTo);
    if (state.status === 'none') throw new NotFound('pay run');
    return { id, run: state, revision: String(revision), position, events };
  }
}
