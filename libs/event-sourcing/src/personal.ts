import type { FieldKept } from './event-types.js';

/**
 * A personal value that can be read. It gives itself away to nobody who did not ask for `value`: JSON and logs show a
 * mark in its place, and the log of events takes no objects of classes, so that it cannot be stored unsealed.
 */
export class Clear<T> {
  constructor(readonly value: T) {}

  toJSON(): string {
    return '[personal]';
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[personal]';
  }
}

/** A personal value whose key was destroyed: nobody will read it again. */
export interface Erased {
  readonly erased: true;
}

/** A personal field of an event: readers have to say what they do when it is erased. */
export type Personal<T> = Clear<T> | Erased;

export const ERASED: Erased = { erased: true };

/** A value to be recorded as personal. */
export const personal = <T>(value: T): Clear<T> => new Clear(value);

/** False where the key lives. */
export const isErased = (field: Personal<unknown>): field is Erased => !(field instanceof Clear);

/** The value, or something else where it is erased. */
export const valueOr = <T, Other>(field: Personal<T>, other: Other): T | Other =>
  isErased(field) ? other : field.value;

/**
 * Which fields of data are personal, and how they are kept: a tree of the keys that lead to them, where an array stands for
 * each of its items. The compiler asks for every personal field and takes no other. `Kept` says which purposes and terms
 * there are.
 *
 * @example
 * const fields: PersonalFields<{ name: Personal<string>; area: string; phones: { number: Personal<string> }[] }> = {
 *   name: { purpose: 'identity', retention: 'management-file' },
 *   phones: { number: { purpose: 'contact', retention: 'management-file' } },
 * };
 */
export type PersonalFields<T, Kept extends FieldKept = FieldKept> = [T] extends [Personal<unknown>]
  ? Kept
  : T extends readonly (infer Item)[]
    ? PersonalFields<Item, Kept>
    : T extends object
      ? keyof Branches<T, Kept> extends never
        ? never
        : Branches<T, Kept>
      : never;
type Branches<T, Kept extends FieldKept> = {
  readonly [
    Key in keyof T as [PersonalFields<NonNullable<T[Key]>, Kept>] extends [never] ? never : Key
  ]-?: PersonalFields<NonNullable<T[Key]>, Kept>;
};

/** The {@link PersonalFields} of each type of event that has any. */
export type PersonalFieldsOf<
  Event extends { readonly type: string; readonly data: object },
  Kept extends FieldKept = FieldKept,
> = {
  readonly [
    Type in Event['type'] as [PersonalFields<Extract<Event, { readonly type: Type }>['data'], Kept>] extends [never]
      ? never
      : Type
  ]: PersonalFields<Extract<Event, { readonly type: Type }>['data'], Kept>;
};
