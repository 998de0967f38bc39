import { describe, expect, it } from '@jest/globals';
import { specFor } from '#libs/event-sourcing/spec';
import type { Account, HouseholdEvent, Member } from './household.events.js';
import { findMember, householdDecider, type HouseholdCommand, type HouseholdContext } from './household.js';

const context: HouseholdContext = {
  now: '2025-09-01T02:00:00.000Z',
  today: '2025-09-01',
  by: 'village-helper-1',
  role: 'village-helper',
  area: '430225100201',
  registration: { number: '430225-2025-000123', areaPath: '430000.430200.430225.430225100.430225100201' },
};
const given = specFor(householdDecider, context);
const second = { by: 'township-officer-1' };

const today = { happenedOn: '2025-09-01', knownOn: '2025-09-01' };
const account = (accountId: string, number: string): Account => ({
  accountId,
  bank: 'Example Bank',
  number,
  holder: 'Made-up Mother',
});
const father: Member = {
  personId: 'father',
  name: 'Made-up Father',
  relation: 'applicant',
  birthDate: '1971-03-05',
  disability: { category: 'hearing-speech', level: 1 },
  account: { ...account('account-father', '0001'), holder: 'Made-up Father' },
};
const mother: Member = {
  personId: 'mother',
  name: 'Made-up Mother',
  relation: 'spouse',
  birthDate: '1974-11-20',
  account: account('account-mother', '0002'),
};
const son: Member = { personId: 'son', name: 'Made-up Son', relation: 'child', birthDate: '2012-06-17' };

const register = (members: readonly Member[]): HouseholdCommand => ({
  type: 'RegisterHousehold',
  data: { ...today, area: '430225100201', residence: 'rural', members },
});
const registered: HouseholdEvent = {
  type: 'HouseholdRegistered',
  data: {
    ...today,
    area: '430225100201',
    residence: 'rural',
    members: [father, mother, son],
    number: '430225-2025-000123',
    areaPath: '430000.430200.430225.430225100.430225100201',
  },
};
const parts = [{ kind: 'wages', amount: 1_080_000, months: 12 }] as const;
const careNeed = (personId: string, months: number) => ({
  type: 'CareNeedRecorded' as const,
  data: { ...today, personId, months },
});
const recordCareNeed = (personId: string, months: number): HouseholdCommand => ({
  type: 'RecordCareNeed',
  data: { ...today, personId, months },
});
const correct = (personId: string, next: Account): HouseholdCommand => ({
  type: 'CorrectAccount',
  data: { ...today, personId, account: next, reason: 'The bank returned the money.' },
});
const newAccount = account('account-new', '0003');
const corrected: HouseholdEvent = {
  type: 'AccountCorrected',
  data: {
    ...today,
    personId: 'mother',
    account: newAccount,
    reason: 'The bank returned the money.',
    replaces: 'account-mother',
    ofApplicant: false,
    proposedBy: 'village-helper-1',
  },
};
const confirm: HouseholdCommand = { type: 'ConfirmAccount', data: { accountId: 'account-new' } };
const accountConfirmed: HouseholdEvent = {
  type: 'AccountConfirmed',
  data: { personId: 'mother', accountId: 'account-new', decidedOn: '2025-09-01' },
};
const stateOf = (...past: HouseholdEvent[]) => {
  const household = given(...past).state();
  if (household.status === 'none') throw new Error('not registered');
  return household;
};

describe('registering a household', () => {
  it('records who lives in it, under its number', () =>
    given()
      .when(register([father, mother, son]))
      .thenRecords(registered));

  it('is refused a second time', () =>
    given(registered)
      .when(register([father]))
      .thenRefuses('HOUSEHOLD_EXISTS'));

  it.each([
    ['no applicant', [mother, son]],
    ['two applicants', [father, { ...mother, relation: 'applicant' as const }]],
    ['nobody', []],
  ])('is refused with %s', (_, members) => given().when(register(members)).thenRefuses('ONE_APPLICANT_NEEDED'));

  it('is refused with a member who is not born yet', () =>
    given()
      .when(register([father, { ...son, birthDate: '2025-09-02' }]))
      .thenRefuses('BORN_IN_FUTURE'));

  it('takes a child born today', () =>
    given()
      .when(register([father, { ...son, birthDate: '2025-09-01' }]))
      .thenRecordsLike({ type: 'HouseholdRegistered' }));
});

describe('the dates of a fact', () => {
  const declared = (happenedOn: string, knownOn: string): HouseholdCommand => ({
    type: 'DeclareIncome',
    data: { happenedOn, knownOn, parts },
  });

  it('may lie far apart', () =>
    given(registered).when(declared('2025-01-01', '2025-08-31')).thenRecordsLike({ type: 'IncomeDeclared' }));

  it.each([
    ['happened tomorrow', '2025-09-02', '2025-09-02', 'HAPPENED_IN_FUTURE'],
    ['was known before it happened', '2025-08-30', '2025-08-29', 'KNOWN_BEFORE_HAPPENED'],
    ['will be known tomorrow', '2025-08-30', '2025-09-02', 'KNOWN_BEFORE_HAPPENED'],
  ])('are refused where it %s', (_, happenedOn, knownOn, code) =>
    given(registered).when(declared(happenedOn, knownOn)).thenRefuses(code),
  );
});

describe('declaring income', () => {
  const declare: HouseholdCommand = { type: 'DeclareIncome', data: { ...today, parts } };
  const declared: HouseholdEvent = { type: 'IncomeDeclared', data: { ...today, parts } };

  it('keeps the figures as declared, undivided', () => given(registered).when(declare).thenRecords(declared));

  it('replaces what was declared before', () => {
    const later: HouseholdEvent = {
      type: 'IncomeDeclared',
      data: { ...today, parts: [{ kind: 'wages', amount: 900_000, months: 12 }] },
    };
    expect(stateOf(registered, declared, later).income?.parts).toEqual(later.data.parts);
  });
});

describe('recording need of care', () => {
  it('records the months', () =>
    given(registered).when(recordCareNeed('mother', 9)).thenRecords(careNeed('mother', 9)));

  it('stays quiet when it is known', () =>
    given(registered, careNeed('mother', 9)).when(recordCareNeed('mother', 9)).thenNothing());

  it('records another length', () =>
    given(registered, careNeed('mother', 9)).when(recordCareNeed('mother', 12)).thenRecords(careNeed('mother', 12)));

  it('is refused for a person who lives elsewhere', () =>
    given(registered).when(recordCareNeed('neighbour', 9)).thenRefuses('PERSON_NOT_IN_HOUSEHOLD'));

  it('leaves the other members as they were', () => {
    const household = stateOf(registered, careNeed('mother', 9));
    expect(household.members).toEqual([father, { ...mother, careNeedMonths: 9 }, son]);
  });
});

describe('correcting an account', () => {
  it('puts the new one beside the old until it is confirmed', () => {
    given(registered).when(correct('mother', newAccount)).thenRecords(corrected);
    const member = findMember(stateOf(registered, corrected), 'mother');
    expect(member?.account).toEqual(mother.account);
    expect(member?.proposedAccount).toEqual({ ...newAccount, proposedBy: 'village-helper-1' });
  });

  it('says when it is the account for the whole household', () =>
    given(registered)
      .when(correct('father', newAccount))
      .thenRecordsLike({ type: 'AccountCorrected', data: { ofApplicant: true, replaces: 'account-father' } }));

  it('gives a first account to a member without one', () =>
    expect(given(registered).when(correct('son', newAccount)).outcome()).toEqual([
      { type: 'AccountCorrected', data: expect.not.objectContaining({ replaces: expect.anything() }) },
    ]));

  it('stays quiet for the account that is in use', () =>
    given(registered)
      .when(correct('mother', account('another-id', '0002')))
      .thenNothing());

  it('stays quiet for the account that waits for confirmation', () =>
    given(registered, corrected)
      .when(correct('mother', account('another-id', '0003')))
      .thenNothing());

  it('is refused for a person who lives elsewhere', () =>
    given(registered).when(correct('neighbour', newAccount)).thenRefuses('PERSON_NOT_IN_HOUSEHOLD'));
});

describe('confirming an account', () => {
  it('is done by a second person', () =>
    given(registered, corrected).when(confirm, second).thenRecords(accountConfirmed));

  it('is refused to the one who corrected it', () =>
    given(registered, corrected).when(confirm).thenRefuses('SECOND_PERSON_CONFIRMS_ACCOUNT'));

  it('puts the new account in the place of the old', () => {
    const member = findMember(stateOf(registered, corrected, accountConfirmed), 'mother');
    expect(member).toEqual({ ...mother, account: newAccount, accountConfirmedOn: '2025-09-01' });
  });

  it('stays quiet when it is confirmed already', () =>
    given(registered, corrected, accountConfirmed).when(confirm).thenNothing());

  it('is refused where no change waits', () =>
    given(registered).when(confirm, second).thenRefuses('ACCOUNT_NOT_PROPOSED'));

  it('is refused for a proposal that a later one has replaced', () => {
    const replaced: HouseholdEvent = {
      ...corrected,
      data: { ...corrected.data, account: account('account-newer', '0004') },
    };
    given(registered, corrected, replaced).when(confirm, second).thenRefuses('ACCOUNT_NOT_PROPOSED');
  });
});

describe('a household that is not there', () => {
  it('takes no other command than its registration', () =>
    expect(() => given().when(confirm).outcome()).toThrow('ConfirmAccount for no household'));

  it('takes no other event than its registration', () =>
    expect(() => given(corrected).state()).toThrow('AccountCorrected before HouseholdRegistered'));

  it('needs the number that it would get', () =>
    expect(() => {
      const { registration: _, ...without } = context;
      householdDecider.decide(register([father]), householdDecider.initial, without);
    }).toThrow('a number and the path of its area'));
});
