import type { Likeness } from './likeness.js';

/**
 * Texts of which two likely doubles share at least one, so that candidates are found by equality and only they are
 * scored: every pair that scores `LIKELY_DOUBLE` or more shares a key.
 *
 * - the number, in the form of 18 characters;
 * - the sound of a name, with sounds that are taken for each other made one, with each of: the year of birth, its month
 *   and day, the phone, and each third of the number, of which a slip leaves one whole.
 *
 * Keys hold names, numbers and birth dates in clear: they are for a keyed hash, and only that is stored. With a table
 * `(person_id, key_hash)`, indexed by `key_hash`, all candidates of an area come from one statement:
 *
 * ```sql
 * select distinct least(a.person_id, b.person_id), greatest(a.person_id, b.person_id)
 * from double_key a join double_key b using (key_hash)
 * where a.person_id = any ($1) and b.person_id <> a.person_id
 * ```
 *
 * A key that hundreds share, such as a common name in one year, may be left out where time is short: who was born on the same
 * day shares the key of the day as well, and only slips in month or day are lost.
 */
export function blockingKeys({ names, number, birthDate, phone }: Likeness): string[] {
  const folds = new Set(names.flatMap((name) => name.folds));
  const beside = [
    ...(birthDate === undefined ? [] : [`year ${birthDate.slice(0, 4)}`, `day ${birthDate.slice(5)}`]),
    ...(phone === undefined ? [] : [`phone ${phone}`]),
    ...(number ? thirds(number.body).map((part, place) => `${number.realm} ${place} ${part}`) : []),
  ];
  return [
    ...(number ? [`number ${number.realm} ${number.text}`] : []),
    ...[...folds].flatMap((sound) => beside.map((each) => `${sound} ${each}`)),
  ];
}

function thirds(text: string): string[] {
  const length = Math.max(1, Math.ceil(text.length / 3));
  return [text.slice(0, length), text.slice(length, 2 * length), text.slice(2 * length)];
}
