import {
  openFields,
  sealFields,
  classesIn,
  keyIdsIn,
  type EventPlace,
  type PersonalFields,
  type Stored,
} from './personal-fields.js';
import { SubjectKeys } from './subject-keys.js';

/** Data of an event, where they stand, and which of their fields are personal. */
export interface PersonalPart<Data, T> {
  readonly place: EventPlace;
  readonly fields: PersonalFields<T>;
  readonly data: Data;
}

/** Seals what is recorded and opens what is read, with the keys of the stream that it stands in. */
export class PersonalData {
  constructor(private readonly keys: SubjectKeys) {}

  /**
   * Seals the personal fields of new events; all keys that they need are made at once.
   * @throws KeyServiceUnavailable, SubjectErased: nothing may then be written
   */
  async seal<T>(parts: readonly PersonalPart<T, T>[]): Promise<readonly Stored<T>[]> {
    const keyOf = await this.keys.forSealing(
      parts.flatMap(({ place, fields, data }) =>
        classesIn(data, fields).map((each) => ({ ...each, subject: place.streamId })),
      ),
    );
    return parts.map(({ place, fields, data }) =>
      sealFields(data, fields, place, (each) => keyOf({ ...each, subject: place.streamId })),
    );
  }

  /**
   * Opens the personal fields of stored events; what was destroyed reads as erased.
   * @throws KeyServiceUnavailable, EnvelopeDamaged
   */
  async open<T>(parts: readonly PersonalPart<Stored<T>, T>[]): Promise<readonly T[]> {
    const keys = await this.keys.forOpening([...new Set(parts.flatMap(({ data, fields }) => keyIdsIn(data, fields)))]);
    return parts.map(({ data, fields, place }) => openFields(data, fields, place, keys));
  }
}
