import { describe, expect, it } from '@jest/globals';
import { Refusal } from '#libs/event-sourcing/decider';
import { identityKey, readDocument, type IdentityDocument } from './document.js';
import { checkCharacter } from './resident-number.js';

const context = { today: '2025-09-01', testNumbers: 'accepted' } as const;
const body = '19752519800101001';
const number = body + checkCharacter(body);
const read = (document: IdentityDocument) => {
  const outcome = readDocument(document, context);
  if (outcome instanceof Refusal) throw new Error(outcome.code);
  return outcome;
};
const key = (document: IdentityDocument) => identityKey(read(document).document);

describe('an identity document', () => {
  it('with a resident number is kept in its form of 18 characters, and says what the number says', () => {
    const old = '197525800101001';
    expect(read({ kind: 'resident-number', number: old })).toMatchObject({
      document: { kind: 'resident-number', number },
      says: { birthDate: '1980-01-01', sex: 'male' },
    });
  });

  it('of one person has one key however it is written, and of another person another', () => {
    expect(key({ kind: 'resident-number', number: ` ${number.toLowerCase()} ` })).toBe(
      key({ kind: 'resident-number', number: '197525800101001' }),
    );
    const passport = { kind: 'passport', issuer: 'UTO', number: 'l898902c3' } as const;
    expect(key(passport)).toBe(key({ ...passport, number: 'L898902 C3' }));
    expect(key(passport)).not.toBe(key({ ...passport, issuer: 'XXA' }));
    expect(key(passport)).not.toBe(key({ kind: 'other', name: 'passport', issuer: 'UTO', number: 'L898902C3' }));
  });

  it('that does not exist has no key: nobody is taken for another for want of papers', () => {
    expect(key({ kind: 'none' })).toBeUndefined();
    expect(key({ kind: 'unknown' })).toBeUndefined();
  });

  it.each([
    [{ kind: 'resident-number', number: '4.30225E+17' }, 'ID_NUMBER_SPREADSHEET'],
    [{ kind: 'passport', issuer: 'Utopia', number: 'L898902C3' }, 'DOCUMENT_ISSUER_UNKNOWN'],
    [{ kind: 'passport', issuer: 'UTO', number: 'L89' }, 'DOCUMENT_NUMBER_LENGTH'],
    [{ kind: 'passport', issuer: 'UTO', number: 'L898*****' }, 'DOCUMENT_NUMBER_CHARACTERS'],
    [{ kind: 'other', name: '出生医学证明', issuer: '示例', number: '' }, 'DOCUMENT_NUMBER_LENGTH'],
    [{ kind: 'other', name: '出生医学证明', issuer: '示例', number: 'A1****2' }, 'DOCUMENT_NUMBER_CHARACTERS'],
  ] as const)('that is none is refused by a code: %j', (document, code) => {
    expect(readDocument(document, context)).toMatchObject({ code });
  });
});
