import { plainNumber } from '../domain/identity/resident-number.js';
import { readingsOf } from './readings.js';

/**
 * What a person is found by. Every way to write a name, and every number, is a key of its own: a letter for its kind, then the
 * text in the one form in which it is compared. Each search is a look at a piece of the order of all keys.
 *
 * `n` whole name · `m` the rest of a name from a later character or word · `p` pinyin, syllables apart · `q` the rest of the
 * pinyin from a later syllable · `i` initials and, after them, the syllables · `t` telephone · `h` number of a household or case
 */
export type KeyKind = 'n' | 'm' | 'p' | 'q' | 'i' | 't' | 'h';

/** What is known of a person that a search may start from. */
export interface Findable {
  readonly name: string | null;
  readonly otherName: string | null;
  readonly phone: string | null;
  /** Numbers of the household and of cases. */
  readonly numbers: readonly string[];
}

/** A long name is found from each of its first so many later places. */
const MOST_RESTS = 6;
/** Longer names are kept whole elsewhere; the index takes no key of any length. */
const LONGEST = 80;

/** A name in the form in which names are compared: no marks, no case, no widths; words apart, but not Chinese characters. */
export const nameForm = (text: string): string =>
  text
    .slice(0, LONGEST)
    .normalize('NFKD')
    .replaceAll(/[\u0300-\u036f\p{Cc}\p{Cf}\p{Cs}]/gu, '')
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\p{P}\p{S}\p{Z}]+/gu, ' ')
    .replaceAll(/(?<=\p{Script=Han}) | (?=\p{Script=Han})/gu, '')
    .trim();

/** A telephone as it is compared: digits alone, without the prefix of the country. */
export const phoneForm = (text: string): string =>
  text
    .normalize('NFKC')
    .replaceAll(/[^\d+]/g, '')
    .replace(/^(\+|00)86/, '')
    .replaceAll('+', '');

/** The number of a household or case as it is compared. */
export const numberForm = (text: string): string => plainNumber(text).replaceAll(/[^\dA-Z]/g, '');

export const isHan = (text: string): boolean => /^\p{Script=Han}+$/u.test(text);

/** Every key of a person, in one order whatever the order of what is known. */
export function keysOf({ name, otherName, phone, numbers }: Findable): readonly string[] {
  const keys = new Set<string>();
  const add = (kind: KeyKind, text: string) => text !== '' && keys.add(`${kind}${text}`);
  for (const form of [name, otherName].map((each) => nameForm(each ?? ''))) {
    add('n', form.replaceAll(' ', ''));
    for (const rest of restsOf(form)) add('m', rest);
    for (const reading of isHan(form) ? readingsOf(form) : []) {
      add('p', reading.join(' '));
      add('i', `${reading.map((syllable) => syllable[0]).join('')} ${reading.join(' ')}`);
      for (let at = 1; at <= Math.min(MOST_RESTS, reading.length - 2); at++) add('q', reading.slice(at).join(' '));
    }
  }
  add('t', phoneForm(phone ?? ''));
  for (const number of numbers) add('h', numberForm(number));
  return [...keys].sort();
}

/** What is left of a name from its second character on, its third …, two characters at least; of words, from each word on. */
function restsOf(form: string): string[] {
  const pieces = isHan(form) ? [...form] : form.split(' ');
  const fewest = isHan(form) ? 2 : 1;
  return Array.from({ length: Math.max(0, Math.min(MOST_RESTS, pieces.length - fewest)) }, (_, at) =>
    pieces.slice(at + 1).join(''),
  );
}
