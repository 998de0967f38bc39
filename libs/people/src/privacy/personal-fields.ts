import type { KeyObject } from 'node:crypto';
import { Clear, ERASED, type Personal, type PersonalFields } from '#libs/event-sourcing';
import { isSealed, keyIdOf, seal, unseal, type DataKey, type FieldPlace, type Sealed } from './envelope.js';
import type { FieldClass } from '../domain/identity/field-class.js';

/** Data as they are stored: every personal field sealed. */
export type Stored<T> = [T] extends [Personal<infer Value> | undefined]
  ? Sealed<Value>
  : T extends readonly (infer Item)[]
    ? readonly Stored<Item>[]
    : T extends object
      ? { readonly [Key in keyof T]: Stored<T[Key]> }
      : T;

/** The same without its type, as the walk sees it. */
type Tree = FieldClass | { readonly [key: string]: Tree };

/** The event that data belong to. The subject of its keys is the stream: the person's, or the household's as a whole. */
export type EventPlace = Omit<FieldPlace, 'path'>;

/** The classes of the personal fields that are there: for each, a key of the stream is needed. */
export function classesIn<T>(data: T, fields: PersonalFields<T, FieldClass>): readonly FieldClass[] {
  const found = new Map<string, FieldClass>();
  walk(data, fields, '', (value, each) => {
    found.set(`${each.purpose}/${each.retention}`, each);
    return value;
  });
  return [...found.values()];
}

/**
 * Seals every personal field of new data with the key of its class.
 * @throws Error for a field that is erased: what nobody can read is not recorded again
 */
export function sealFields<T>(
  data: T,
  fields: PersonalFields<T, FieldClass>,
  place: EventPlace,
  keyOf: (fieldClass: FieldClass) => DataKey,
): Stored<T> {
  return walk(data, fields, '', (value, fieldClass, path) => {
    if (!(value instanceof Clear)) throw new Error(`${path} of ${place.streamId} has no value to seal`);
    return seal(value.value, keyOf(fieldClass), { ...place, path });
  }) as Stored<T>;
}

/** The ids of the keys that the sealed fields name. */
export function keyIdsIn<T>(stored: Stored<T>, fields: PersonalFields<T, FieldClass>): readonly string[] {
  const ids = new Set<string>();
  walk(stored, fields, '', (value) => ids.add(keyIdOf(sealedOf(value))));
  return [...ids];
}

/**
 * Opens every personal field of stored data; those whose key is destroyed read as erased.
 * @param keys the keys by id: `destroyed` where there was one
 * @throws EnvelopeDamaged, and Error for a key that was not looked up
 */
export function openFields<T>(
  stored: Stored<T>,
  fields: PersonalFields<T, FieldClass>,
  place: EventPlace,
  keys: ReadonlyMap<string, KeyObject | 'destroyed'>,
): T {
  return walk(stored, fields, '', (value, _, path) => {
    const sealed = sealedOf(value);
    const id = keyIdOf(sealed);
    const key = keys.get(id);
    if (key === undefined) throw new Error(`key ${id} was not looked up`);
    return key === 'destroyed' ? ERASED : new Clear(unseal(sealed, { id, key }, { ...place, path }));
  }) as T;
}

function sealedOf(value: unknown): Sealed {
  if (!isSealed(value)) throw new Error('a personal field is stored unsealed');
  return value;
}

/** Copies data, with what `change` makes of each personal field that is there. */
function walk(
  value: unknown,
  fields: Tree,
  path: string,
  change: (value: unknown, fieldClass: FieldClass, path: string) => unknown,
): unknown {
  if (value === undefined) return value;
  if (isFieldClass(fields)) return change(value, fields, path);
  if (Array.isArray(value)) return value.map((item, index) => walk(item, fields, `${path}/${index}`, change));
  const copy: Record<string, unknown> = { ...(value as object) };
  for (const [key, branch] of Object.entries(fields)) {
    if (copy[key] !== undefined) copy[key] = walk(copy[key], branch, `${path}/${key}`, change);
  }
  return copy;
}

const isFieldClass = (fields: Tree): fields is FieldClass => typeof fields['purpose'] === 'string';
