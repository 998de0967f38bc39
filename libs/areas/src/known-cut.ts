import { Injectable } from '@nestjs/common';
import { endOfDay } from '#libs/calendar';
import { EventStore } from '#libs/event-sourcing';
import { invalid, type Known } from '#libs/platform';
import { AreaTree } from './area-tree.js';

/** Turns `?known=` into the position at which the log is cut: what had been recorded by then. */
@Injectable()
export class KnownCut {
  constructor(
    private readonly events: EventStore,
    private readonly areas: AreaTree,
  ) {}

  /** The last position that was known; undefined where nothing was asked. A date ends at 24:00 in the area's zone. */
  async upTo(known: Known | undefined, area: string): Promise<string | undefined> {
    switch (known?.kind) {
      case undefined:
        return undefined;
      case 'instant':
        return this.events.positionAt(known.at);
      case 'date': {
        const end = Date.parse(endOfDay(known.date, this.areas.timeZoneOf(area)));
        return this.events.positionAt(new Date(end - 1).toISOString());
      }
      case 'position':
        if (!this.events.isPosition(known.position)) throw invalid({ pointer: '?known', code: 'isKnown' });
        return known.position;
    }
  }
}
