import { refuse, Refusal } from '#libs/event-sourcing/decider';
import type { IdentityRefusal } from './identity.refusals.js';
import { plainNumber, readResidentNumber, type NumberContext, type ResidentNumber } from './resident-number.js';

/** By what a person proves who they are, as it is kept. */
export type IdentityDocument =
  | { readonly kind: 'resident-number'; readonly number: string }
  /** `issuer` is the country, ISO 3166 alpha-3. */
  | { readonly kind: 'passport'; readonly issuer: string; readonly number: string }
  /** Any other paper with a number: a birth certificate, a household register, a permit. */
  | { readonly kind: 'other'; readonly name: string; readonly issuer: string; readonly number: string }
  /** Known by name, without papers at hand. */
  | { readonly kind: 'none' }
  /** Nobody knows who the person is: a foundling, someone picked up in the street. */
  | { readonly kind: 'unknown' };

/** A document as it was read: in the form that is kept, and what a resident number says. */
export interface ReadDocument {
  readonly document: IdentityDocument;
  readonly says?: ResidentNumber;
}

const PASSPORT = { shortest: 5, longest: 12 };
const OTHER = { shortest: 1, longest: 40 };

/** Checks a document as it was written down and brings its number into the form that is kept. */
export function readDocument(
  document: IdentityDocument,
  context: NumberContext,
): ReadDocument | Refusal<IdentityRefusal> {
  switch (document.kind) {
    case 'resident-number': {
      const says = readResidentNumber(plainNumber(document.number), context);
      if (says instanceof Refusal) return says;
      return { document: { kind: 'resident-number', number: says.number }, says };
    }
    case 'passport': {
      const [issuer, number] = [plainNumber(document.issuer), plainNumber(document.number)];
      if (!/^[A-Z]{3}$/.test(issuer)) return refuse('DOCUMENT_ISSUER_UNKNOWN');
      return flawOf(number, PASSPORT, /^[A-Z0-9]+$/) ?? { document: { kind: 'passport', issuer, number } };
    }
    case 'other': {
      const number = plainNumber(document.number);
      const [name, issuer] = [document.name.normalize('NFKC').trim(), document.issuer.normalize('NFKC').trim()];
      return (
        flawOf(number, OTHER, /^[\p{L}\p{N}()/.〔〕-]+$/u) ?? { document: { kind: 'other', name, issuer, number } }
      );
    }
    case 'none':
    case 'unknown':
      return { document: { kind: document.kind } };
  }
}

/**
 * The text that no two people share, for the keyed hash of a claim; undefined where there is no number. Of a document as
 * {@link readDocument} gives it. A passport of China and the resident number of its holder are two texts: only likely
 * doubles can tell that they are one person.
 */
export function identityKey(document: IdentityDocument): string | undefined {
  switch (document.kind) {
    case 'resident-number':
      return JSON.stringify([document.kind, document.number]);
    case 'passport':
      return JSON.stringify([document.kind, document.issuer, document.number]);
    case 'other':
      return JSON.stringify([document.kind, document.name, document.issuer, document.number]);
    case 'none':
    case 'unknown':
      return undefined;
  }
}

function flawOf(
  number: string,
  { shortest, longest }: typeof OTHER,
  characters: RegExp,
): Refusal<IdentityRefusal> | undefined {
  if (number.length < shortest || number.length > longest)
    return refuse('DOCUMENT_NUMBER_LENGTH', { shortest, longest });
  return characters.test(number) ? undefined : refuse('DOCUMENT_NUMBER_CHARACTERS');
}
