import { Sealing, type SealingPart } from '#libs/event-sourcing';
import { openFields, sealFields, classesIn, keyIdsIn } from './personal-fields.js';
import { SubjectKeys } from './subject-keys.js';

/** Seals what is recorded and opens what is read, with the keys of the stream that it stands in. */
export class PersonalData extends Sealing {
  constructor(private readonly keys: SubjectKeys) {
    super();
  }

  /**
   * Seals the personal fields of new events; all keys that they need are made at once.
   * @throws KeyServiceUnavailable, SubjectErased: nothing may then be written
   */
  override seal(parts: readonly SealingPart[]): readonly object[] | Promise<readonly object[]> {
    const slots = parts.flatMap(({ place, fields, data }) =>
      classesIn(data, treeOf(fields)).map((each) => ({ ...each, subject: place.streamId })),
    );
    if (slots.length === 0) return parts.map(({ data }) => data);
    return this.keys
      .forSealing(slots)
      .then((keyOf) =>
        parts.map(({ place, fields, data }) =>
          sealFields(data, treeOf(fields), place, (each) => keyOf({ ...each, subject: place.streamId })),
        ),
      );
  }

  /**
   * Opens the personal fields of stored events; what was destroyed reads as erased.
   * @throws KeyServiceUnavailable, EnvelopeDamaged
   */
  override open(parts: readonly SealingPart[]): readonly object[] | Promise<readonly object[]> {
    const ids = new Set(parts.flatMap(({ data, fields }) => keyIdsIn(data as never, treeOf(fields))));
    if (ids.size === 0) return parts.map(({ data }) => data);
    return this.keys
      .forOpening([...ids])
      .then((keys) => parts.map(({ data, fields, place }) => openFields(data as never, treeOf(fields), place, keys)));
  }
}

/** A register's fields, whose classes its own lib has declared by {@link PersonalFields}. */
const treeOf = (fields: SealingPart['fields']): never => fields as never;
