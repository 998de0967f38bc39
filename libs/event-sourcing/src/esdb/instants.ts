import type { GlobalPosition, Page } from '../event-store.js';

type Place = GlobalPosition | 'start';

/** The end of a page, and the latest instant in the log up to there. */
interface Mark {
  readonly next: Place;
  readonly lastEvent: Place;
  readonly latest: number;
}

const pageSize = 1000;

/**
 * Finds what was recorded by an instant in a log that can only be read by position: one mark is kept per page read, so
 * only the first question reads the log, and each later one what has come since and one page.
 */
export class Instants {
  private readonly marks: Mark[] = [];

  constructor(private readonly readAll: (after: Place, options: { max: number }) => Promise<Page>) {}

  /** The position before the first event, in the order of the log, that was recorded after the instant. */
  async positionAt(instant: number): Promise<Place> {
    let at = this.lastMarkWithin(instant);
    for (;;) {
      const before = this.marks[at] ?? { next: 'start', lastEvent: 'start', latest: -Infinity };
      const { events, nextPosition, caughtUp } = await this.readAll(before.next, { max: pageSize });
      let { lastEvent, latest } = before;
      for (const event of events) {
        const recordedAt = Date.parse(event.recordedAt);
        if (recordedAt > instant) return lastEvent;
        lastEvent = event.position;
        latest = Math.max(latest, recordedAt);
      }
      if (caughtUp) return lastEvent;
      at += 1;
      this.marks[at] ??= { next: nextPosition, lastEvent, latest };
    }
  }

  /** The index of the last mark up to which nothing is later than the instant; -1 where there is none. */
  private lastMarkWithin(instant: number): number {
    let [low, high] = [0, this.marks.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.marks[middle] as Mark).latest <= instant) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}
