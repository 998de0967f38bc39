import { isLocalDate } from '#libs/calendar';
import { refuse, Refusal } from '#libs/event-sourcing/decider';
import type { Identity } from '../person.facts.js';
import type { PersonRefusal } from '../person.refusals.js';
import { readDocument } from './document.js';
import type { IdentityRefusal } from './identity.refusals.js';
import type { NumberContext } from './resident-number.js';

/**
 * Who a person is, in the form that is kept: the number checked, names without stray spaces, birth date and sex from the
 * identity number where they are left out. They must agree with it where both are given: whoever is registered under a
 * wrong date has another number.
 */
export function readIdentity(
  given: Identity,
  context: NumberContext,
): Identity | Refusal<IdentityRefusal | PersonRefusal> {
  const read = readDocument(given.document, context);
  if (read instanceof Refusal) return read;
  const name = tidy(given.name);
  if (name === '') return refuse('NAME_NEEDED');
  const { document, says } = read;
  if (says && given.birthDate !== undefined && given.birthDate !== says.birthDate) return refuse('BIRTH_DATE_DIFFERS');
  if (says && given.sex !== undefined && given.sex !== says.sex) return refuse('SEX_DIFFERS');
  const birthDate = given.birthDate ?? says?.birthDate;
  if (birthDate === undefined && document.kind !== 'unknown') return refuse('BIRTH_DATE_NEEDED');
  if (birthDate !== undefined && (!isLocalDate(birthDate) || birthDate > context.today))
    return refuse('BORN_IN_FUTURE');
  const sex = given.sex ?? says?.sex;
  const otherName = given.otherName === undefined ? '' : tidy(given.otherName);
  return {
    name,
    ...(otherName !== '' && { otherName }),
    document,
    ...(birthDate !== undefined && { birthDate }),
    ...(sex !== undefined && { sex }),
    ...(given.ethnicGroup !== undefined && { ethnicGroup: given.ethnicGroup }),
  };
}

const tidy = (name: string): string => name.normalize('NFC').trim().replaceAll(/\s+/g, ' ');
