import { isLocalDate } from '#libs/calendar';
import { refuse, type Refusal } from '#libs/event-sourcing/decider';
import type { IdentityRefusal } from './identity.refusals.js';

/** Who has numbers of this form: citizens; holders of residence permits from Hong Kong, Macao, Taiwan; of permanent residence from abroad. */
export type NumberHolder = 'citizen' | 'hong-kong-macao-taiwan' | 'foreign-permanent-resident';

/**
 * What a reader should be told although the number is well-formed. `area-code`: no province has this prefix.
 * `old-format`: 15 digits, of no validity since 2013, good for finding old records. `century`: 15 digits that may belong
 * to someone born in another century than the one that was assumed.
 */
export type NumberWarning = 'area-code' | 'old-format' | 'century';

/** What an identity number says. */
export interface ResidentNumber {
  /** The form of 18 characters, X in upper case, also for a number of 15 digits: one person, one number. */
  readonly number: string;
  readonly holder: NumberHolder;
  /** The first six digits: the county of the first registration, by the codes of that time. */
  readonly areaCode: string;
  readonly birthDate: string;
  readonly sex: 'female' | 'male';
  /** Made up: begins with 19, which no province has. */
  readonly test: boolean;
  readonly warnings: readonly NumberWarning[];
}

/** What a number is judged by. */
export interface NumberContext {
  /** The local date: nobody is born after it. */
  readonly today: string;
  /** Whether numbers that are made up for tests are taken; never in production. */
  readonly testNumbers: 'accepted' | 'refused';
}

/** Nobody whose file is kept was born before. */
const FIRST_BIRTH = '1800-01-01';
const PROVINCES = new Set(
  '11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83'.split(' '),
);
const TEST_PREFIX = '19';

/**
 * The text of a number as it is compared: full-width characters and the Roman ten become plain ones, spaces and invisible
 * marks are gone, x is X. For the callers of {@link readResidentNumber}, which takes nothing but plain characters.
 */
export const plainNumber = (text: string): string =>
  text
    .normalize('NFKC')
    .replaceAll(/[\s\p{Cf}]/gu, '')
    .toUpperCase();

/** The 18th character to the 17 digits before it. Source: GB 11643-1999, ISO 7064 MOD 11-2. */
export function checkCharacter(digits: string): string {
  let sum = 0;
  for (const digit of digits) sum = (sum + Number(digit)) * 2;
  return '10X98765432'.charAt(sum % 11);
}

/**
 * Reads an identity number of 18 characters or 15 digits.
 *
 * 15 digits have no check character and no century: 1900 to 1999 is taken, 1800 to 1899 with the sequences 996 to 999 that
 * were kept for people of over a hundred years. Where the person would be a hundred or more today, `century` warns: ask.
 *
 * An area code in no list is no reason to refuse: codes were abolished and people keep their numbers.
 * Source: GB 11643-1999 (18 characters), GB 11643-1989 (15 digits), 居民身份证法 art 3
 */
export function readResidentNumber(
  text: string,
  { today, testNumbers }: NumberContext,
): ResidentNumber | Refusal<IdentityRefusal> {
  const flaw = flawOfForm(text);
  if (flaw !== undefined) return refuse(flaw);
  const old = text.length === 15;
  const number = old ? modernForm(text) : text;
  const birthDate = `${number.slice(6, 10)}-${number.slice(10, 12)}-${number.slice(12, 14)}`;
  if (!isLocalDate(birthDate)) return refuse('ID_NUMBER_DATE');
  if (!old && checkCharacter(number.slice(0, 17)) !== number.charAt(17))
    return refuse(number.endsWith('000') ? 'ID_NUMBER_ROUNDED' : 'ID_NUMBER_CHECK');
  if (birthDate < FIRST_BIRTH || birthDate > today) return refuse('ID_NUMBER_DATE');
  const test = number.startsWith(TEST_PREFIX);
  if (test && testNumbers === 'refused') return refuse('ID_NUMBER_FOR_TESTS');
  const overHundred = Number(today.slice(0, 4)) - Number(birthDate.slice(0, 4)) >= 100;
  return {
    number,
    holder: holderOf(number),
    areaCode: number.slice(0, 6),
    birthDate,
    sex: Number(number.charAt(16)) % 2 === 1 ? 'male' : 'female',
    test,
    warnings: [
      ...(test || isProvince(number) ? [] : (['area-code'] as const)),
      ...(old ? (['old-format'] as const) : []),
      ...(old && overHundred ? (['century'] as const) : []),
    ],
  };
}

/**
 * The 15 digits that cards had until 1999 to a number of 18 characters, for finding old records; undefined for people who
 * never had any. Not a second identity: claims and hashes know the form of 18 alone.
 */
export function oldForm(number: string): string | undefined {
  return number.slice(6, 8) === '19' ? `${number.slice(0, 6)}${number.slice(8, 17)}` : undefined;
}

function flawOfForm(text: string): IdentityRefusal | undefined {
  if (/^\d+(\.\d+)?E\+?\d+$/.test(text) || /^\d{15,18}\.0+$/.test(text)) return 'ID_NUMBER_SPREADSHEET';
  if (text.length !== 15 && text.length !== 18) return 'ID_NUMBER_LENGTH';
  return /^(\d{15}|\d{17}[\dX])$/.test(text) ? undefined : 'ID_NUMBER_CHARACTERS';
}

function modernForm(digits: string): string {
  const century = digits.slice(12) >= '996' ? '18' : '19';
  const body = `${digits.slice(0, 6)}${century}${digits.slice(6)}`;
  return body + checkCharacter(body);
}

/** Permanent residents from abroad have a 9, then the province where they applied, then the code of their country. */
const isProvince = (number: string): boolean =>
  PROVINCES.has(number.startsWith('9') ? number.slice(1, 3) : number.slice(0, 2));

function holderOf(number: string): NumberHolder {
  if (/^8[123]/.test(number)) return 'hong-kong-macao-taiwan';
  return number.startsWith('9') ? 'foreign-permanent-resident' : 'citizen';
}
