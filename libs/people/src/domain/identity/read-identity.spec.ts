import { describe, expect, it } from '@jest/globals';
import { ageOn } from '#libs/calendar';
import { Refusal } from '#libs/event-sourcing/decider';
import type { Identity } from '../person.facts.js';
import { readIdentity } from './read-identity.js';
import { checkCharacter } from './resident-number.js';

const context = { today: '2025-09-01', testNumbers: 'accepted' } as const;
const numberOf = (body: string) => body + checkCharacter(body);
const resident = (number: string) => ({ kind: 'resident-number', number }) as const;
const passport = { kind: 'passport', issuer: 'UTO', number: 'L898902C3' } as const;
const number = numberOf('19752519440229001');
const given = (more: Partial<Identity> = {}): Identity => ({ name: '示例甲', document: resident(number), ...more });
const read = (identity: Identity) => {
  const outcome = readIdentity(identity, context);
  if (outcome instanceof Refusal) throw new Error(outcome.code);
  return outcome;
};

describe('who a person is', () => {
  it('is read with the birth date and the sex of the identity number', () =>
    expect(read(given())).toEqual({
      name: '示例甲',
      document: resident(number),
      birthDate: '1944-02-29',
      sex: 'male',
    }));

  it('may be said in full where it agrees with the number', () => {
    const whole = given({ otherName: 'Shili Jia', birthDate: '1944-02-29', sex: 'male', ethnicGroup: '01' });
    expect(read(whole)).toEqual(whole);
  });

  it('says of somebody born on a 29 February when they are eighty', () => {
    const { birthDate = '' } = read(given());
    expect(ageOn(birthDate, '2024-02-28')).toBe(79);
    expect(ageOn(birthDate, '2024-02-29')).toBe(80);
    expect(ageOn(birthDate, '2025-02-28')).toBe(81);
  });

  it.each([
    ['with x in lower case', '19752519800101009x', '19752519800101009X'],
    ['of 15 digits', '197525440229001', number],
    ['in full width, with spaces', ' １９７５２５ 440229001', number],
  ])('is kept under one number: %s', (_, written, kept) =>
    expect(read(given({ document: resident(written) })).document).toEqual(resident(kept)),
  );

  it('has names in one form: composed, without stray spaces', () =>
    expect(read(given({ name: ' Made-up\u3000 Mothe\u0301r ', otherName: ' \t' }))).toEqual(
      expect.objectContaining({ name: 'Made-up Moth\u00e9r' }),
    ));

  it('leaves out an empty second name', () => expect(read(given({ otherName: ' ' }))).not.toHaveProperty('otherName'));

  it.each([
    ['a passport', passport],
    ['another paper', { kind: 'other', name: '出生医学证明', issuer: '示例医院', number: 'A1' }],
    ['no paper', { kind: 'none' }],
  ] as const)('needs a birth date with %s', (_, document) => {
    expect(readIdentity({ name: '示例甲', document }, context)).toMatchObject({ code: 'BIRTH_DATE_NEEDED' });
    expect(read({ name: '示例甲', document, birthDate: '2025-09-01' })).toEqual({
      name: '示例甲',
      document,
      birthDate: '2025-09-01',
    });
  });

  it('needs nothing but a name where nobody knows', () =>
    expect(read({ name: '无名氏', document: { kind: 'unknown' } })).toEqual({
      name: '无名氏',
      document: { kind: 'unknown' },
    }));

  it.each([
    ['without a name', given({ name: ' \u3000' }), 'NAME_NEEDED'],
    ['with another birth date than the number says', given({ birthDate: '1944-03-01' }), 'BIRTH_DATE_DIFFERS'],
    ['with another sex than the number says', given({ sex: 'female' }), 'SEX_DIFFERS'],
    ['born tomorrow', given({ document: passport, birthDate: '2025-09-02' }), 'BORN_IN_FUTURE'],
    ['born on no day', given({ document: passport, birthDate: '2025-02-29' }), 'BORN_IN_FUTURE'],
    ['with a number that does not check', given({ document: resident('197525194402290010') }), 'ID_NUMBER_CHECK'],
    ['with a passport of no country', given({ document: { ...passport, issuer: 'U' } }), 'DOCUMENT_ISSUER_UNKNOWN'],
  ])('is refused %s', (_, identity, code) => expect(readIdentity(identity, context)).toMatchObject({ code }));

  it('is never repeated by a refusal', () => {
    const refused = [given({ birthDate: '1944-03-01' }), given({ sex: 'female' }), given({ name: '' })];
    for (const identity of refused) expect(readIdentity(identity, context)).toMatchObject({ details: {} });
  });
});
