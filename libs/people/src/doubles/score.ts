import type { ComparedNumber, Likeness } from './likeness.js';
import { isOneSlipApart } from './slips.js';
import type { DoubleReason } from './reasons.js';

/** How likely two files are of one person, from 0 to 100, and what speaks for it and against it. */
export interface DoubleScore {
  readonly score: number;
  readonly reasons: readonly DoubleReason[];
}

/** From this score on a pair is worth showing to somebody; below, it is chance. */
export const LIKELY_DOUBLE = 60;

/** What a reason adds. Between two reasons of one field, the closer one adds more: so the score never falls as two files come to agree. */
const weights: Readonly<Record<DoubleReason, number>> = {
  twins: 0,
  'numbers-crossed': 0,
  'same-number': 60,
  'old-number': 60,
  'near-number': 20,
  'different-number': -30,
  'same-name': 45,
  'same-other-name': 40,
  'sound-alike': 38,
  'confusable-sound': 28,
  'different-name': -20,
  'same-birth-date': 35,
  'near-birth-date': 15,
  'different-birth-date': -25,
  'same-phone': 10,
  'same-area': 6,
  'same-sex': 4,
  'different-sex': -15,
};

/**
 * Compares two files, in either order. What is unknown on one side speaks neither for nor against. Two files that agree in
 * everything have 100, if a birth date or a number is among it; nothing else has. Proposes and never merges: `twins` says
 * that these are probably two people however high the score is, and that a merge must not be offered for the asking.
 */
export function scoreDouble(a: Likeness, b: Likeness): DoubleScore {
  const name = nameReason(a, b);
  const reasons = [
    ...twinReasons(a, b),
    ...numberReason(a.number, b.number, name !== undefined && name !== 'different-name'),
    ...(name === undefined ? [] : [name]),
    ...birthReason(a.birthDate, b.birthDate),
    ...(isSame(a.phone, b.phone) ? (['same-phone'] as const) : []),
    ...(isSame(a.area, b.area) ? (['same-area'] as const) : []),
    ...sexReason(a, b),
  ];
  const sum = reasons.reduce((total, reason) => total + weights[reason], 0);
  return { score: agree(a, b) ? 100 : Math.min(99, Math.max(0, sum)), reasons };
}

const isSame = (one: string | undefined, other: string | undefined): boolean => one !== undefined && one === other;

function agree(a: Likeness, b: Likeness): boolean {
  const known = a.birthDate !== undefined || a.number !== undefined;
  const texts = ({ names }: Likeness): string => names.map(({ text }) => text).join(' ');
  return (
    known &&
    texts(a) === texts(b) &&
    a.number?.realm === b.number?.realm &&
    a.number?.text === b.number?.text &&
    a.birthDate === b.birthDate &&
    a.sex === b.sex &&
    a.area === b.area &&
    a.phone === b.phone
  );
}

function nameReason(a: Likeness, b: Likeness): DoubleReason | undefined {
  const [one, other] = [a.names[0], b.names[0]];
  if (!one || !other) return undefined;
  if (one.text === other.text) return 'same-name';
  const pairs = a.names.flatMap((mine) => b.names.map((theirs) => [mine, theirs] as const));
  if (pairs.some(([mine, theirs]) => mine.text === theirs.text)) return 'same-other-name';
  if (pairs.some(([mine, theirs]) => mine.sound === theirs.sound)) return 'sound-alike';
  if (pairs.some(([mine, theirs]) => mine.folds.some((fold) => theirs.folds.includes(fold)))) return 'confusable-sound';
  return 'different-name';
}

/**
 * A slip in a number counts where the names agree. Two numbers of 18 characters with right check characters are never one slip apart as a whole,
 * so the check character stays out: it was computed where the number had 15 digits.
 */
function numberReason(
  a: ComparedNumber | undefined,
  b: ComparedNumber | undefined,
  namesAgree: boolean,
): DoubleReason[] {
  if (!a || !b || a.realm !== b.realm) return [];
  if (a.text === b.text) return [a.old === b.old ? 'same-number' : 'old-number'];
  if (isOneSlipApart(a.body, b.body)) return namesAgree ? ['near-number'] : [];
  return ['different-number'];
}

function birthReason(a: string | undefined, b: string | undefined): DoubleReason[] {
  if (a === undefined || b === undefined) return [];
  if (a === b) return ['same-birth-date'];
  return [isNearDate(a, b) ? 'near-birth-date' : 'different-birth-date'];
}

/** One slip in the year or in the rest, or month and day the wrong way round. */
function isNearDate(a: string, b: string): boolean {
  const [year, month, day] = a.split('-');
  if (isSame(year, b.slice(0, 4))) return isOneSlipApart(a.slice(5), b.slice(5)) || b.slice(5) === `${day}-${month}`;
  return a.slice(5) === b.slice(5) && isOneSlipApart(a.slice(0, 4), b.slice(0, 4));
}

const sexReason = (a: Likeness, b: Likeness): DoubleReason[] =>
  a.sex === undefined || b.sex === undefined ? [] : [a.sex === b.sex ? 'same-sex' : 'different-sex'];

/**
 * Born on one day under two names: in one household, or in one area with one surname and a number each. Crossed where
 * one file has the name or the number that belongs to the other's twin.
 */
function twinReasons(a: Likeness, b: Likeness): DoubleReason[] {
  if (!isSame(a.birthDate, b.birthDate)) return [];
  if (isCrossed(a, b) || isCrossed(b, a)) return ['twins', 'numbers-crossed'];
  const [one, other] = [a.names[0]?.text ?? '', b.names[0]?.text ?? ''];
  if (one === other || (a.number && a.number.text === b.number?.text)) return [];
  if (a.household !== undefined && b.household !== undefined) return a.household === b.household ? ['twins'] : [];
  const together = isSame(a.area, b.area) && one.charAt(0) === other.charAt(0);
  return together && a.number && b.number ? ['twins'] : [];
}

function isCrossed(a: Likeness, { names, number, twin }: Likeness): boolean {
  if (!twin) return false;
  const name = a.names[0];
  const isNamed = (list: Likeness['names']): boolean => list[0] !== undefined && list[0].text === name?.text;
  const has = (other: ComparedNumber | undefined): boolean =>
    other !== undefined && other.realm === a.number?.realm && other.text === a.number.text;
  return (
    (isNamed(twin.names) && !isNamed(names) && has(number)) || (isNamed(names) && has(twin.number) && !has(number))
  );
}
