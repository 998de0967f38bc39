import { pinyin, polyphonic } from 'pinyin-pro';

/** One way to read a name: a syllable for each character, in small letters without tones; ü is written v. */
export type Reading = readonly string[];

/** How many readings of one name are followed up; a name with more has several rare characters at once. */
const MOST_READINGS = 8;
/** Readings of one character that are followed up: of a surname more, since rare ones are usual there. */
const MOST_OF_CHARACTER = { surname: 5, given: 2 };

const options = { toneType: 'none', type: 'array', v: true } as const;
const known = new Map<string, readonly string[]>();

/** Every reading of one character, the usual one first; none for what is no Chinese character or in no dictionary. */
function readingsOfCharacter(character: string): readonly string[] {
  const before = known.get(character);
  if (before !== undefined) return before;
  const [readings = []] = polyphonic(character, options);
  const latin = [...new Set(readings)].filter((each) => /^[a-z]+$/.test(each));
  const all = /\p{Script=Han}/u.test(character) ? latin : [];
  known.set(character, all);
  return all;
}

/**
 * The plausible readings of a Chinese name, the most plausible first; none where a character cannot be read. A surname is
 * read as a surname (单 Shan, 仇 Qiu, 尉迟 Yuchi), and characters of several readings give several: who looks for a person
 * has heard the name or read it, and either is right. Where passports write ü in another way, that is a reading too.
 */
export function readingsOf(name: string): readonly Reading[] {
  const characters = [...name];
  const single = characters.map(readingsOfCharacter);
  if (characters.length === 0 || single.some(({ length }) => length === 0)) return [];
  const ambiguous = single.some(({ length }) => length > 1);
  const usual = ambiguous ? pinyin(name, { ...options, surname: 'head' }) : single.map(([only = '']) => only);
  const choices = characters.map((_, at) => {
    const most = at === 0 ? MOST_OF_CHARACTER.surname : MOST_OF_CHARACTER.given;
    const all = new Set([usual[at] ?? '', ...(single[at] ?? [])].filter((each) => each !== ''));
    return [...all].slice(0, most);
  });
  return withPassportForms(mostPlausible(choices));
}

/** Combinations with few unusual readings first. */
function mostPlausible(choices: readonly (readonly string[])[]): Reading[] {
  let ways: { readonly reading: Reading; readonly unusual: number }[] = [{ reading: [], unusual: 0 }];
  for (const choice of choices) {
    ways = ways
      .flatMap(({ reading, unusual }) =>
        choice.map((syllable, rank) => ({ reading: [...reading, syllable], unusual: unusual + rank })),
      )
      .sort((a, b) => a.unusual - b.unusual)
      .slice(0, MOST_READINGS);
  }
  return ways.map(({ reading }) => reading);
}

/** 吕 is Lü, typed lv, and LYU on a passport. Source: 关于启用新的汉语拼音“ü”字母大写形式的通知 (2012) */
function withPassportForms(readings: readonly Reading[]): readonly Reading[] {
  const [usual] = readings;
  if (usual === undefined || !usual.some((syllable) => syllable.includes('v'))) return readings;
  return [...readings, usual.map((syllable) => syllable.replace('v', 'yu'))];
}
