import { Refusal } from '#libs/event-sourcing/decider';
import type { IdentityDocument } from '../domain/identity/document.js';
import { plainNumber, readResidentNumber } from '../domain/identity/resident-number.js';
import type { Identity, Sex } from '../domain/person.facts.js';
import { spoken, type SpokenName, type ToPinyin } from './sounds.js';

/** What of a person is compared. */
export interface ComparedPerson extends Identity {
  readonly area?: string;
  readonly phone?: string;
  /** The household they are a member of. */
  readonly household?: string;
  /** Another member of that household who was born on the same day. */
  readonly twin?: Pick<Identity, 'name' | 'otherName' | 'document'>;
}

/** A number as it is compared. */
export interface ComparedNumber {
  /** Whose numbers can be the same: the kind of document, and who issues it. */
  readonly realm: string;
  readonly text: string;
  /** Without the check character, which follows from the others. */
  readonly body: string;
  /** Given in the 15 digits that cards had until 1999. */
  readonly old: boolean;
}

/** A person made ready for being compared with many. */
export interface Likeness {
  readonly names: readonly SpokenName[];
  readonly number?: ComparedNumber;
  readonly birthDate?: string;
  readonly sex?: Sex;
  readonly area?: string;
  readonly phone?: string;
  readonly household?: string;
  readonly twin?: Pick<Likeness, 'names' | 'number'>;
}

/** Makes a person ready; `toPinyin` reads Chinese names, and always in the same way. */
export function likenessOf(person: ComparedPerson, toPinyin: ToPinyin): Likeness {
  const { birthDate, sex, area, household, twin } = person;
  const phone = person.phone === undefined ? '' : plainPhone(person.phone);
  return {
    ...nameAndNumber(person, toPinyin),
    ...(birthDate !== undefined && { birthDate }),
    ...(sex !== undefined && { sex }),
    ...(area !== undefined && { area }),
    ...(phone !== '' && { phone }),
    ...(household !== undefined && { household }),
    ...(twin !== undefined && { twin: nameAndNumber(twin, toPinyin) }),
  };
}

function nameAndNumber(
  { name, otherName = '', document }: Pick<Identity, 'name' | 'otherName' | 'document'>,
  toPinyin: ToPinyin,
): Pick<Likeness, 'names' | 'number'> {
  const names = [name, otherName].flatMap((each) => spoken(each, toPinyin) ?? []);
  const number = comparedNumber(document);
  return { names, ...(number && { number }) };
}

/** Digits alone, without the code of the country. */
const plainPhone = (phone: string): string =>
  phone
    .normalize('NFKC')
    .replaceAll(/\D/g, '')
    .replace(/^(00)?86(?=1\d{10}$)/, '');

function comparedNumber(document: IdentityDocument): ComparedNumber | undefined {
  switch (document.kind) {
    case 'resident-number': {
      const plain = plainNumber(document.number);
      const read = readResidentNumber(plain, { today: '9999-12-31', testNumbers: 'accepted' });
      const text = read instanceof Refusal ? plain : read.number;
      return { realm: document.kind, text, body: text.slice(0, 17), old: plain.length === 15 };
    }
    case 'passport': {
      const text = plainNumber(document.number);
      return { realm: `${document.kind} ${plainNumber(document.issuer)}`, text, body: text, old: false };
    }
    case 'other': {
      const text = plainNumber(document.number);
      return { realm: `${document.kind} ${document.name} ${document.issuer}`, text, body: text, old: false };
    }
    case 'none':
    case 'unknown':
      return undefined;
  }
}
