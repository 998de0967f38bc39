import { checkCharacter } from '../domain/identity/resident-number.js';
import type { Sex } from '../domain/person.facts.js';

/** Places that a household has for its members in the counting of persons. */
export const PLACES = 8;

/** Three digits of a number hold 497 persons of each sex: 996 and above meant people of over a hundred in numbers of 15 digits. */
const SEQUENCES = 497;
const AREAS = 10_000;

/** So many households have persons with numbers of their own. */
export const MOST_HOUSEHOLDS = Math.floor((SEQUENCES * AREAS) / PLACES);

/**
 * An identity number that no other person of the same seed has, whatever their birth date. Begins with 19, which no
 * province has. Persons who follow each other, as twins do, mostly have numbers that do.
 * @param person counts the persons of a seed from 0
 */
export function madeUpNumber(
  seed: number,
  person: number,
  { birthDate, sex }: { birthDate: string; sex: Sex },
): string {
  // Seeds begin at different places, so that two of them in one database hardly ever meet.
  const area = (Math.floor(person / SEQUENCES) + (Math.imul(seed | 0, 2_654_435_761) >>> 0)) % AREAS;
  const sequence = (person % SEQUENCES) * 2 + (sex === 'male' ? 1 : 2);
  const body = `19${pad(area, 4)}${birthDate.replaceAll('-', '')}${pad(sequence, 3)}`;
  return body + checkCharacter(body);
}

/**
 * A mobile number that cannot ring anywhere: 154 is given to no operator, and numbers that begin with it are no mobile
 * numbers in the metadata of libphonenumber.
 */
export const madeUpPhone = (person: number): string => `154${pad((person * 7_919 + 1) % 10 ** 8, 8)}`;

/** The number of a bank card that cannot be: those that begin with 1 belong to airlines. Source: ISO/IEC 7812-1 */
export function madeUpAccount(person: number): string {
  const body = `19${pad(person, 16)}`;
  let sum = 0;
  for (const [place, digit] of [...body].reverse().entries()) {
    const value = Number(digit) * (place % 2 === 0 ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return `${body}${(10 - (sum % 10)) % 10}`;
}

/** A passport of Utopia, the country of the specimens in ICAO Doc 9303. */
export const madeUpPassport = (person: number) =>
  ({ kind: 'passport', issuer: 'UTO', number: `T${pad(person, 8)}` }) as const;

/** A birth certificate: children whose household has not registered them yet have no number. */
export const madeUpBirthCertificate = (person: number) =>
  ({ kind: 'other', name: '出生医学证明', issuer: '示例县妇幼保健院', number: `X19${pad(person, 7)}` }) as const;

const pad = (value: number, width: number): string => String(value).padStart(width, '0');
