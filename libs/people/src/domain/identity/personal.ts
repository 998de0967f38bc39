import type { FieldClass } from './field-class.js';

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
 * each of its items. The compiler asks for every personal field and takes no other.
 *
 * @example
 * const fields: PersonalFields<{ name: Personal<string>; area: string; phones: { number: Personal<string> }[] }> = {
 *   name: { purpose: 'identity', retention: 'management-file' },
 *   phones: { number: { purpose: 'contact', retention: 'management-file' } },
 * };
 */
export type PersonalFields<T> = [T] extends [Personal<unknown>]
  ? FieldClass
  : T extends readonly (infer Item)[]
    ? PersonalFields<Item>
    : T extends object
      ? keyof Branches<T> extends never
        ? never
        : Branches<T>
      : never;
type Branches<T> = {
  readonly [Key in keyof T as [PersonalFields<NonNullable<T[Key]>>] extends [never] ? never : Key]-?: PersonalFields<
    NonNullable<T[Key]>
  >;
};
