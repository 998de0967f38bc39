import { describe, expect, it } from '@jest/globals';
import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import { householdDraftOf, identityOf, standingOf } from './drafts-of.js';
import { RecordLiableRelativeBody } from './household-facts.dto.js';
import { RegisterHouseholdBody } from './household.dto.js';
import { RecordPhoneBody } from './person-facts.dto.js';
import { RegisterPersonBody } from './person.dto.js';

const ID = '5a1c1c9e-0c1d-4c59-9d3c-6f0a3f0d2b11';
const person = { name: '示例甲', birthDate: '1971-03-02' };
const household = {
  area: '430225100201',
  residence: 'rural',
  members: [{ relation: 'applicant', person }],
};

type Dto = new () => object;
const broken = (metatype: Dto, body: object): string[] =>
  validateSync(plainToInstance(metatype, body)).flatMap((error) => rulesOf(error));
const rulesOf = ({ property, constraints = {}, children = [] }: ValidationError): string[] => [
  ...Object.keys(constraints).map((code) => `/${property} ${code}`),
  ...children.flatMap((child) => rulesOf(child).map((rule) => `/${property}${rule}`)),
];
const member = (fields: object) =>
  broken(RegisterHouseholdBody, { ...household, members: [{ relation: 'child', ...fields }] });

describe('bodies', () => {
  it('take a member who is registered, or somebody new, and not both', () => {
    expect(member({ person })).toEqual([]);
    expect(member({ personId: ID })).toEqual([]);
    for (const fields of [{}, { person, personId: ID }, { personId: 'nobody' }])
      expect(member(fields)).toEqual(['/members/0/personId isOnePerson']);
    expect(member({ person: { ...person, birthDate: '1971-02-30' } })).toEqual([
      '/members/0/person/birthDate isLocalDate',
    ]);
  });

  it('take of a document what its kind has', () => {
    const document = (fields: object) =>
      broken(RegisterPersonBody, { ...person, area: '430225100201', document: fields });
    expect(document({ kind: 'none' })).toEqual([]);
    expect(document({ kind: 'passport', number: 'E1234567', issuer: 'CHN' })).toEqual([]);
    expect(document({ kind: 'other', number: '1', issuer: 'hospital', name: 'birth certificate' })).toEqual([]);
    expect(document({ kind: 'resident-number' })).toEqual(['/document/number isOfDocument']);
    expect(document({ kind: 'resident-number', number: '1', issuer: 'CHN' })).toEqual([
      '/document/issuer isOfDocument',
    ]);
    expect(document({ kind: 'none', number: '' })).toEqual(['/document/number isOfDocument']);
    expect(document({ kind: 'passport', number: ' ', issuer: 'CHN' })).toEqual(['/document/number isOfDocument']);
    expect(document({ kind: 'card' })).toContain('/document/kind isIn');
  });

  it('take null where it says that there is nothing any more', () => {
    expect(broken(RecordPhoneBody, { phone: null, happenedOn: '2025-09-01' })).toEqual([]);
    expect(broken(RecordPhoneBody, {})).toContain('/phone isString');
    expect(broken(RecordLiableRelativeBody, { relativeId: ID, relative: null })).toEqual([]);
  });

  it('take net losses, but no fractions', () => {
    const income = (amount: number) =>
      broken(RegisterHouseholdBody, { ...household, income: [{ kind: 'business', amount, months: 12, member: 0 }] });
    expect(income(-100)).toEqual([]);
    expect(income(0.5)).toEqual(['/income/0/amount isNetAmount']);
  });
});

describe('drafts', () => {
  it('fill in what a form leaves out', () => {
    expect(identityOf(person)).toEqual({ ...person, document: { kind: 'none' } });
    expect(standingOf({ relation: 'child' })).toEqual({ relation: 'child', counts: true });
    expect(standingOf({ relation: 'child', notCounted: 'conscript' })).toEqual({
      relation: 'child',
      counts: false,
      notCounted: 'conscript',
    });
  });

  it('keep the order of the members, and know whose a part is', () => {
    const body: RegisterHouseholdBody = {
      area: '430225100201',
      residence: 'rural',
      members: [
        { relation: 'applicant', person: { ...person, careNeedMonths: 0 } },
        { relation: 'spouse', personId: ID },
      ],
      income: [{ kind: 'wages', amount: 1, months: 1, member: 1 }],
    };
    expect(householdDraftOf(body)).toEqual({
      area: '430225100201',
      residence: 'rural',
      members: [
        {
          relation: 'applicant',
          counts: true,
          person: { identity: { ...person, document: { kind: 'none' } }, careNeedMonths: 0 },
        },
        { relation: 'spouse', counts: true, personId: ID },
      ],
      income: [{ kind: 'wages', amount: 1, months: 1, member: 1 }],
    });
    const nobodys = { ...body, income: [{ kind: 'wages' as const, amount: 1, months: 1, member: 2 }] };
    expect(() => householdDraftOf(nobodys)).toThrow('VALIDATION_FAILED');
  });
});
