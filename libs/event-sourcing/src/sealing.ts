import type { StoredEvent } from './event-codec.js';
import { Unavailable } from './event-store.js';
import type { PersonalTree } from './event-types.js';

/** Data of one event, where they stand, and which of their fields are personal. */
export interface SealingPart {
  readonly place: { readonly streamId: string; readonly eventId: string };
  readonly fields: PersonalTree;
  readonly data: object;
}

/** Port: seals personal fields before they are stored and opens them after they are read. What is in the log is sealed. */
export abstract class Sealing {
  /** @throws SealingUnavailable: nothing may then be written */
  abstract seal(parts: readonly SealingPart[]): Promise<readonly object[]>;
  /** Fields whose key was destroyed read as erased. @throws SealingUnavailable */
  abstract open(parts: readonly SealingPart[]): Promise<readonly object[]>;
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

/** The events with their personal fields open; the others are handed on as they are, at once where there are no such fields. */
export function openEvents<Event extends StoredEvent>(
  events: readonly Event[],
  codec: Knows,
  sealing: Sealing,
): readonly Event[] | Promise<readonly Event[]> {
  const parts: SealingPart[] = [];
  const places: number[] = [];
  for (const [index, { type, streamId, id, data }] of events.entries()) {
    const fields = codec.personalFieldsOf(type);
    if (fields === undefined) continue;
    parts.push({ place: { streamId, eventId: id }, fields, data });
    places.push(index);
  }
  if (parts.length === 0) return events;
  return sealing.open(parts).then((opened) => {
    const result = [...events];
    for (const [index, place] of places.entries()) {
      result[place] = withData(events[place] as Event, opened[index] as object);
    }
    return result;
  });
}

/** The same event with other data. What else it says is asked of the event itself. */
const withData = <Event extends StoredEvent>(event: Event, data: object): Event =>
  Object.create(event, { data: { value: data, enumerable: true } }) as Event;
