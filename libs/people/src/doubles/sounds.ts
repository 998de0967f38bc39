/** Gives the syllables of a Chinese text in pinyin, one for each character, with or without tones. */
export type ToPinyin = (text: string) => readonly string[];

/** A name as it is compared: as it is written, and as it sounds. */
export interface SpokenName {
  /** Without spaces, points and case. */
  readonly text: string;
  /** All its sounds without tones, joined; of a name in Latin letters, the letters. */
  readonly sound: string;
  /** The sound with sounds that are taken for each other made one: by the characters, and by the joined letters. */
  readonly folds: readonly string[];
}

/** Reads a name in either script; undefined for one without a letter. */
export function spoken(name: string, toPinyin: ToPinyin): SpokenName | undefined {
  const text = name
    .normalize('NFKC')
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
    .toUpperCase();
  if (text === '') return undefined;
  const syllables = /\p{Script=Han}/u.test(text)
    ? toPinyin(text)
        .map(plain)
        .filter((each) => each !== '')
    : [plain(text)];
  const sound = syllables.join('') || text;
  const folded = (parts: readonly string[]): string => parts.map(fold).join('');
  return { text, sound, folds: [...new Set([folded(syllables) || text, folded(syllablesOf(sound) ?? [sound])])] };
}

/** Latin letters without marks: tones go, ü becomes v. */
const plain = (text: string): string =>
  text
    .toLowerCase()
    .normalize('NFD')
    .replaceAll(/u(\u0308|:)/g, 'v')
    .replaceAll(/[^a-z]/g, '');

/** Words with hu- that sound like f- in much of the south, Hunan among it. */
const southern: Readonly<Record<string, string>> = {
  hu: 'fu',
  hua: 'fa',
  huai: 'fai',
  huan: 'fan',
  huang: 'fang',
  hui: 'fei',
  hun: 'fen',
  huo: 'fo',
};

/** Makes one of the sounds that are taken for each other: zh z, ch c, sh s, n l, ing in, eng en, hu f. */
export const fold = (syllable: string): string =>
  (southern[syllable] ?? syllable)
    .replace(/^([zcs])h/, '$1')
    .replace(/^n(?=[aeiouv])/, 'l')
    .replace(/([ie])ng$/, '$1n');

const SYLLABLE =
  /^(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?(?:iang|iong|uang|ang|eng|ing|ong|iao|ian|uai|uan|ai|ei|ao|ou|an|en|in|un|ia|ie|iu|ua|ui|uo|ue|ve|er|[aeiouv])$/;
const LONGEST = 6;

/** Parts joined pinyin into syllables, long ones first; undefined for letters that are none. */
function syllablesOf(letters: string): readonly string[] | undefined {
  /** How the rest from each place on is parted. */
  const rests: (readonly string[] | undefined)[] = Array.from({ length: letters.length }, () => undefined);
  rests.push([]);
  for (let from = letters.length - 1; from >= 0; from--)
    for (let to = Math.min(from + LONGEST, letters.length); to > from && !rests[from]; to--) {
      const [syllable, rest] = [letters.slice(from, to), rests[to]];
      if (rest && SYLLABLE.test(syllable)) rests[from] = [syllable, ...rest];
    }
  return rests[0];
}
