import { Refusal } from '#libs/event-sourcing/decider';
import { identityKey } from '../domain/identity/document.js';
import { plainNumber, readResidentNumber } from '../domain/identity/resident-number.js';
import { readingsOf } from './readings.js';
import { isHan, nameForm, numberForm, phoneForm, type KeyKind } from './search-keys.js';
import { abbreviationOf, divisionsOf } from './syllables.js';

/** How good a match is, by what matched; the better comes first. Each has a value of its own. */
export const scores = {
  'id-number': 100,
  phone: 99,
  number: 98,
  name: 97,
  pinyin: 95,
  'phone-start': 85,
  'number-start': 84,
  'name-start': 80,
  'pinyin-start': 75,
  initials: 70,
  'pinyin-letters': 65,
  'initials-start': 60,
  syllables: 55,
  'name-part': 50,
  'pinyin-part': 45,
  'sounds-like': 40,
} as const;
export type Matched = keyof typeof scores;

/** What of a person a match tells its searcher; undefined for numbers of files. */
export function toldBy(matched: Matched): 'id-number' | 'phone' | 'name' | undefined {
  if (matched === 'id-number') return matched;
  if (matched === 'number' || matched === 'number-start') return undefined;
  return matched === 'phone' || matched === 'phone-start' ? 'phone' : 'name';
}

/** Whether a match takes all of a name or number; every other can be tried out, one letter or digit after the other. */
export const isWhole = (matched: Matched): boolean =>
  matched === 'id-number' || matched === 'phone' || matched === 'name' || matched === 'pinyin';

/** A piece of the order of keys that is looked through: from `low` on, up to but without `high`. */
export interface Range {
  readonly matched: Matched;
  readonly low: string;
  readonly high: string;
  /** A regular expression that a key of the piece must fit as well. */
  readonly pattern?: string;
}

/** What a text may mean. */
export interface SearchTerms {
  /** The text of an identity number for the keyed hash. */
  readonly identity?: string;
  readonly ranges: readonly Range[];
}

/** What is typed beyond that is left out. */
const MOST_TYPED = 100;
/** Greater than every character of a name. */
const END = '\u{10ffff}';

/** The key itself. Keys hold no character below the space. */
const whole = (matched: Matched, key: string): Range => ({ matched, low: key, high: `${key} ` });
/** Keys that go on with another syllable. */
const wholeSyllables = (matched: Matched, key: string): Range => ({ matched, low: `${key} `, high: `${key}!` });
/** The key itself, and those that go on with another syllable. */
const upToSyllable = (matched: Matched, key: string): Range => ({ matched, low: key, high: `${key}!` });
/** Keys that go on with another letter or character. */
const goesOn = (matched: Matched, key: string): Range => ({ matched, low: `${key}!`, high: `${key}${END}` });
/** All keys that begin so. */
const begins = (matched: Matched, key: string): Range => ({ matched, low: key, high: `${key}${END}` });

const key = (kind: KeyKind, text: string): string => `${kind}${text}`;

/**
 * Finds out what a text may mean and where its matches lie in the order of keys. Nobody says which kind of text it is: an
 * identity number, a telephone, the number of a household or case, a name in characters or letters, its pinyin with or without
 * tones and spaces, initials, or a mixture such as `wang xm`.
 */
export function readSearch(typed: string): SearchTerms {
  const text = typed.slice(0, MOST_TYPED);
  const plain = plainNumber(text).replaceAll(/\p{Pd}/gu, '-');
  if (/^\+?[\d()-]+X?$/.test(plain)) return ofNumber(text, plain);
  const form = nameForm(text);
  if (form === '') return { ranges: [] };
  if (isHan(form)) return { ranges: ofCharacters(form) };
  const letters = /^[a-z ]+$/.test(form) ? form.split(' ') : [];
  const joined = form.replaceAll(' ', '');
  return {
    ranges: [
      whole('name', key('n', joined)),
      goesOn('name-start', key('n', joined)),
      ...ofPinyin(lettersOf(text)),
      ...(letters.length === 2 ? swapped(letters) : []),
      ...(joined.length >= 2 ? [begins('name-part', key('m', joined))] : []),
    ],
  };
}

/** Whether a text can be an identity number. */
export const isIdentityNumber = (text: string): boolean => readSearch(text).identity !== undefined;

function ofNumber(text: string, plain: string): SearchTerms {
  const digits = numberForm(plain);
  const identity = /^(\d{15}|\d{17}[\dX])$/.test(plain) ? identityTextOf(plain) : undefined;
  const phone = phoneForm(text);
  // The running number is said without its zeros.
  const [, prefix, running] = /^(\d{6,12}-\d{4})-(\d{1,5})$/.exec(plain) ?? [];
  return {
    ...(identity !== undefined && { identity }),
    ranges: [
      ...(digits.length >= 4 ? [whole('number', key('h', digits)), goesOn('number-start', key('h', digits))] : []),
      ...(prefix !== undefined && running !== undefined
        ? [whole('number', key('h', numberForm(prefix) + running.padStart(6, '0')))]
        : []),
      ...(phone.length >= 7 && phone.length <= 13 && !plain.endsWith('X')
        ? [whole('phone', key('t', phone)), goesOn('phone-start', key('t', phone))]
        : []),
    ],
  };
}

/** The text that the claim of this number is named by; undefined where nobody can have such a number. */
function identityTextOf(plain: string): string | undefined {
  // Whom a number may belong to was judged when it was recorded, not now.
  const says = readResidentNumber(plain, { today: '9999-12-31', testNumbers: 'accepted' });
  return says instanceof Refusal ? undefined : identityKey({ kind: 'resident-number', number: says.number });
}

function ofCharacters(form: string): Range[] {
  const ranges = [whole('name', key('n', form)), goesOn('name-start', key('n', form))];
  if ([...form].length < 2) return ranges;
  ranges.push(begins('name-part', key('m', form)));
  for (const reading of readingsOf(form)) ranges.push(upToSyllable('sounds-like', key('p', reading.join(' '))));
  return ranges;
}

/** The words of a text in letters, tones taken off; ü and u: become v, as it is typed. */
const lettersOf = (text: string): readonly string[] =>
  nameForm(text.normalize('NFC').replaceAll(/[üǖǘǚǜÜǕǗǙǛ]|u:/gu, 'v')).split(' ');

function ofPinyin(words: readonly string[]): Range[] {
  if (!words.every((word) => /^[a-z]+$/.test(word))) return [];
  const ranges: Range[] = [];
  for (const syllables of divisionsOfWords(words)) {
    const spoken = syllables.join(' ');
    ranges.push(
      whole('pinyin', key('p', spoken)),
      wholeSyllables('pinyin-start', key('p', spoken)),
      goesOn('pinyin-letters', key('p', spoken)),
    );
    if (syllables.length >= 2) ranges.push(begins('pinyin-part', key('q', spoken)));
  }
  const letters = words.join('');
  if (letters.length >= 2)
    ranges.push(wholeSyllables('initials', key('i', letters)), goesOn('initials-start', key('i', letters)));
  return [...ranges, ...ofAbbreviation(words)];
}

/** Every word divided, the last one perhaps only begun. */
function divisionsOfWords(words: readonly string[]): readonly (readonly string[])[] {
  let ways: (readonly string[])[] = [[]];
  for (const [at, word] of words.entries()) {
    const divisions = divisionsOf(word, { open: at === words.length - 1 });
    ways = ways.flatMap((before) => divisions.map((each) => [...before, ...each])).slice(0, 6);
  }
  return ways;
}

/** `wang xm`, `w xiaoming`: initials where a syllable is not written out. */
function ofAbbreviation(words: readonly string[]): Range[] {
  const pieces = words.flatMap(abbreviationOf);
  const shortened = pieces.slice(0, -1).some(({ length }) => length === 1);
  if (!shortened || pieces.every(({ length }) => length === 1)) return [];
  const pattern = `^i[a-z]+ ${pieces.map((piece) => (piece.length === 1 ? `${piece}[a-z]*` : piece)).join(' ')}`;
  return [{ ...begins('syllables', key('i', pieces.map((piece) => piece[0]).join(''))), pattern }];
}

/** Given name first, as abroad: `Xiaoming Wang`. */
function swapped([first = '', second = '']: readonly string[]): Range[] {
  const [spoken] = divisionsOfWords([second, first]).map((syllables) => syllables.join(' '));
  return [
    whole('syllables', key('n', second + first)),
    ...(spoken === undefined ? [] : [upToSyllable('syllables', key('p', spoken))]),
  ];
}

const isBefore = (a: string, b: string): boolean => Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0;

/** The best match that one of the keys is, by score and then by the order of keys; undefined where none matches. */
export function bestMatch(
  ranges: readonly Range[],
  keys: readonly string[],
): { readonly matched: Matched; readonly key: string } | undefined {
  let best: { readonly matched: Matched; readonly key: string } | undefined;
  for (const each of keys) {
    for (const { matched, low, high, pattern } of ranges) {
      if (isBefore(each, low) || !isBefore(each, high)) continue;
      if (pattern !== undefined && !new RegExp(pattern).test(each)) continue;
      const better =
        best === undefined ||
        scores[matched] > scores[best.matched] ||
        (scores[matched] === scores[best.matched] && isBefore(each, best.key));
      if (better) best = { matched, key: each };
    }
  }
  return best;
}
