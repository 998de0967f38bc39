import { Injectable } from '@nestjs/common';
import { AreaTree } from '#libs/areas';
import { AggregateStore, NotFound, type StoredEvent } from '#libs/event-sourcing';
import { caseDecider } from './domain/case.js';
import type { CaseEvent } from './domain/case.events.js';
import type { OpenCase } from './domain/case.state.js';

/** A case folded from its stream. */
export interface LoadedCase {
  readonly id: string;
  readonly state: OpenCase;
  readonly revision: string;
  readonly position: string;
  readonly events: readonly StoredEvent<CaseEvent>[];
}

/** Whose files a case belongs to, and of whom its decisions cite facts, as the read log names them. */
export function filesOf({ state: { householdId, personId, areaPath }, events }: Pick<LoadedCase, 'state' | 'events'>) {
  const cited = events.flatMap(({ data }) =>
    'assessment' in data ? (data.assessment?.citations ?? []).map((citation) => citation.personId) : [],
  );
  return {
    households: [householdId],
    persons: [...new Set([...(personId === undefined ? [] : [personId]), ...cited])],
    areaPath,
  };
}

/** Finds cases by id. */
@Injectable()
export class Cases {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly areas: AreaTree,
  ) {}

  /**
   * The case as its stream tells it, up to a position where one is given.
   * @throws NotFound where there is none, or none within `area`: the two look the same from outside
   */
  async get(id: string, area: string, upTo?: string): Promise<LoadedCase> {
    const { state, revision, position, events } = await this.aggregates.load(caseDecider, `case-${id}`, upTo);
    if (state.status === 'none' || !this.areas.isWithin(state.area, area)) throw new NotFound('case');
    return { id, state, revision: String(revision), position, events };
  }
}
