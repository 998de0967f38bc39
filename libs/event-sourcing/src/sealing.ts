import { withOpenData, type StoredEvent } from './event-codec.js';
import { Unavailable } from './event-store.js';
import type { PersonalTree } from './event-types.js';

/** Data of one event, where they stand, and which of their fields are personal. */
export interface SealingPart {
  readonly place: { readonly streamId: string; readonly eventId: string };
  readonly fields: PersonalTree;
  readonly data: object;
}

/**
 * Port: seals personal fields before they are stored and opens them after they are read. What is in the log is sealed. Both
 * answer at once where no key is to be waited for, and hand on the very data that have nothing to seal or open.
 */
export abstract class Sealing {
  /** @throws SealingUnavailable: nothing may then be written */
  abstract seal(parts: readonly SealingPart[]): readonly object[] | Promise<readonly object[]>;
  /** Fields whose key was destroyed read as erased. @throws SealingUnavailable */
  abstract open(parts: readonly SealingPart[]): readonly object[] | Promise<readonly object[]>;
}

/** The keys cannot be had now; the same again may well succeed. */
export class SealingUnavailable extends Unavailable {}

/** For a log without personal fields. */
export const nothingSealed: Sealing = {
  seal: () => Promise.reject(new Error('there is nothing here that seals personal fields')),
  open: () => Promise.reject(new Error('there is nothing here that opens personal fields')),
};

/** What knows which fields are personal: the codec. */
interface Knows {
  personalFieldsOf(type: string): PersonalTree | undefined;
}

/** The events with their personal fields open; those without are handed on as they are. At once where no key is to be waited for. */
export function openEvents<Event extends StoredEvent>(
  events: readonly Event[],
  codec: Knows,
  sealing: Sealing,
): readonly Event[] | Promise<readonly Event[]> {
  const parts: SealingPart[] = [];
  const places: number[] = [];
  for (const [index, event] of events.entries()) {
    const fields = codec.personalFieldsOf(event.type);
    if (fields === undefined) continue;
    parts.push({ place: { streamId: event.streamId, eventId: event.id }, fields, data: event.data });
    places.push(index);
  }
  if (parts.length === 0) return events;
  const withData = (opened: readonly object[]): readonly Event[] => {
    const result = [...events];
    for (const [at, index] of places.entries()) {
      const event = events[index] as Event;
      const data = opened[at] as object;
      if (data !== event.data) result[index] = withOpenData(event, data);
    }
    return result;
  };
  const opened = sealing.open(parts);
  return opened instanceof Promise ? opened.then(withData) : withData(opened);
}
