import { divisionsOf, syllables } from '../search/syllables.js';
import { readingsOf } from '../search/readings.js';
import { isHan, nameForm, type KeyKind } from '../search/search-keys.js';
import { isOneSlipApart } from './slips.js';
import { fold } from './sounds.js';

/** How many ways to mistake one reading are looked up, and how many keys of one person: enough for names of three characters. */
const MOST_MISTAKEN = 64;
const MOST_KEYS = 250;

const alike = new Map<string, string[]>();
for (const syllable of syllables) alike.set(fold(syllable), [...(alike.get(fold(syllable)) ?? []), syllable]);

/**
 * The keys of the search under which the likely doubles of a person are found, whatever their names are: names that are written
 * the same, sound the same, or sound much the same, in characters or in letters. Two persons of whom none of these keys leads
 * from one to the other are likely doubles by no score. What is longer than names are is looked up by its own sound alone.
 */
export function candidateKeys(names: readonly string[]): readonly string[] {
  const keys = new Set<string>();
  const add = (kind: KeyKind, text: string) => text !== '' && keys.size < MOST_KEYS && keys.add(`${kind}${text}`);
  for (const name of names) {
    const form = nameForm(name);
    add('n', form.replaceAll(' ', ''));
    const letters = nameForm(name.normalize('NFC').replaceAll(/[üǖǘǚǜÜǕǗǙǛ]|u:/gu, 'v')).replaceAll(' ', '');
    for (const reading of isHan(form) ? readingsOf(form) : divisionsOf(letters, { open: false }))
      for (const sound of mistakenFor(reading)) {
        add('p', sound.join(' '));
        add('n', sound.join(''));
        // A ü may have been written down without its dots.
        add('n', sound.join('').replaceAll('v', 'u'));
      }
  }
  return [...keys];
}

/** A reading as it may have been heard, itself first. */
function mistakenFor(reading: readonly string[]): readonly (readonly string[])[] {
  let ways: (readonly string[])[] = [[]];
  for (const syllable of reading) {
    const heard = [syllable, ...(alike.get(fold(syllable)) ?? []).filter((other) => other !== syllable)];
    ways = heard.flatMap((each) => ways.map((before) => [...before, each])).slice(0, MOST_MISTAKEN);
  }
  return ways;
}

const YEARS = Array.from({ length: 251 }, (_, at) => 1850 + at);

/** The years of birth that a likely double may have, the same one first; none stands for all of them, where it is unknown. */
export function candidateYears(year: number | undefined): readonly number[] {
  if (year === undefined) return [];
  return [year, ...YEARS.filter((other) => isOneSlipApart(String(other), String(year)))];
}
