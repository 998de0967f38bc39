import { addDays, isLocalDate } from '#libs/calendar';
import { isRounded, plain, textOf, type Cell, type DaySystem } from './cell.js';
import type { RowProblemCode } from './problems.js';
import type { Words } from './words.js';

type Details = Readonly<Record<string, string | number>>;

/** What is wrong with a cell. */
export class Flaw {
  constructor(
    readonly code: RowProblemCode | 'ID_NUMBER_SPREADSHEET',
    readonly details?: Details,
  ) {}
}

/** The value of a cell; undefined where it is empty. */
export type Read<Value> = Value | Flaw | undefined;

const LONGEST = 500;

/** Free text on one line. */
export function readText(cell: Cell | undefined): Read<string> {
  if (cell === undefined || cell === '') return undefined;
  const text = textOf(cell).replaceAll(/\s+/g, ' ');
  if (text === '') return undefined;
  if (text.startsWith('#') && /^#(N\/A|REF!|VALUE!|DIV\/0!|NAME\?|NUM!|NULL!)$/.test(text))
    return new Flaw('CELL_ERROR');
  if (text.length > LONGEST) return new Flaw('TEXT_TOO_LONG', { longest: LONGEST });
  return /\p{Cc}|\p{Cs}/u.test(text) ? new Flaw('TEXT_CHARACTERS') : text;
}

/** A name. Those of Chinese characters are often spread out by spaces, to make names of two and of three equally long. */
export function readName(cell: Cell | undefined): Read<string> {
  const text = readText(cell);
  return typeof text === 'string' && /^[\p{Script=Han}\s]+$/u.test(text) ? text.replaceAll(/\s/g, '') : text;
}

/** One of the words of a list, as its code. */
export function readWord<Code extends string>(cell: Cell | undefined, words: Words<Code>): Read<Code> {
  const text = readText(cell);
  if (typeof text !== 'string') return text;
  return words.find(text) ?? new Flaw('VALUE_UNKNOWN', { allowed: words.allowed });
}

/** Digits of a number that is no quantity, such as that of an account; a figure that lost digits is refused. */
export function readNumber(cell: Cell | undefined): Read<string> {
  if (isRounded(cell)) return new Flaw('NUMBER_ROUNDED');
  const text = readText(cell);
  return typeof text === 'string' ? plain(text) : text;
}

export function readPhone(cell: Cell | undefined): Read<string> {
  const text = readNumber(cell);
  if (typeof text !== 'string') return text;
  return /^\+?[\d-]{5,20}(转\d{1,6})?$/.test(text) ? text : new Flaw('PHONE_FORM');
}

export function readAccount(cell: Cell | undefined): Read<string> {
  const text = readNumber(cell);
  if (typeof text !== 'string') return text;
  const digits = text.replaceAll('-', '');
  return /^\d{8,32}$/.test(digits) ? digits : new Flaw('ACCOUNT_FORM');
}

/** A whole number, in digits. */
export function readCount(cell: Cell | undefined, from: number, to: number): Read<number> {
  const text = readText(cell);
  if (typeof text !== 'string') return text;
  const digits = plain(text).replace(/个?月$/, '');
  const number = /^\d{1,6}(\.0+)?$/.test(digits) ? Number.parseInt(digits, 10) : Number.NaN;
  return number >= from && number <= to ? number : new Flaw('NUMBER_FORM', { from, to });
}

/** The most that an amount can be, in yuan. */
const MOST_YUAN = 999_999_999n;

/** An amount in yuan as whole fen. Digits are moved, never reckoned with as fractions. */
export function readAmount(cell: Cell | undefined, sign: 'any' | 'positive'): Read<number> {
  const text = readText(cell);
  if (typeof text !== 'string') return text;
  const [, minus, whole = '', decimals = ''] =
    /^(-)?(?:[¥￥])?(\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d{1,2})0*)?元?$/.exec(
      plain(text)
        .replaceAll('，', ',')
        .replace(/^([¥￥])-/, '-$1'),
    ) ?? [];
  if (whole === '') return new Flaw('AMOUNT_FORM');
  const yuan = BigInt(whole.replaceAll(',', ''));
  if (yuan > MOST_YUAN || (minus !== undefined && sign === 'positive')) return new Flaw('AMOUNT_RANGE');
  const fen = Number(yuan * 100n + BigInt(decimals.padEnd(2, '0')));
  return minus === undefined || fen === 0 ? fen : -fen;
}

/** A day, however it is written; a number is the day that a spreadsheet counts so. */
export function readDate(cell: Cell | undefined, days: DaySystem): Read<string> {
  const text = readText(cell);
  if (typeof text !== 'string') return text;
  const compact = plain(text).replace(/T?00:00(:00(\.0+)?)?Z?$/, '');
  if (/^\d{1,5}(\.\d+)?$/.test(compact)) return dayNumber(Math.floor(Number(compact)), days);
  const [, year, month, day] =
    /^(\d{4})(\d{2})(\d{2})$/.exec(compact) ?? /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/.exec(compact) ?? [];
  if (year === undefined || month === undefined || day === undefined) return new Flaw('DATE_FORM');
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  return isLocalDate(date) ? date : new Flaw('DATE_UNKNOWN');
}

/** Excel counts a 29 February 1900, which there never was, so that days up to then are one off. */
function dayNumber(number: number, days: DaySystem): string | Flaw {
  if (days === 1904) return addDays('1904-01-01', number);
  if (number < 1 || number === 60) return new Flaw('DATE_UNKNOWN');
  return addDays(number < 60 ? '1899-12-31' : '1899-12-30', number);
}
