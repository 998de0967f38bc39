import { describe, expect, it } from '@jest/globals';
import type { Role } from '#libs/access';
import { ERASED, personal } from '#libs/event-sourcing';
import { personDecider, type PersonFact, type RegisteredPerson } from '../domain/person.js';
import type { PersonEvent } from '../domain/person.events.js';
import type { LoadedPerson } from '../persons.js';
import { nameView, personView } from './person.view.js';

const TODAY = '2025-09-10';
const from = (factId: string, happenedOn = '2025-01-01') =>
  ({ factId, happenedOn, knownOn: happenedOn, source: 'declared' }) as const;

const registered = (birthDate?: string): PersonEvent => ({
  type: 'PersonRegistered',
  data: {
    ...from('registered'),
    document: personal('household register, file 7'),
    area: '430225100201',
    areaPath: '43.430225',
    identity: personal({
      name: '示例甲',
      document: { kind: 'resident-number', number: '190225197103020017' },
      ...(birthDate !== undefined && { birthDate }),
      sex: 'male',
    }),
    address: personal('house 3'),
  },
});

const facts: readonly PersonFact[] = [
  { type: 'PhoneRecorded', data: { ...from('phone'), phone: personal('13800001234') } },
  {
    type: 'DisabilityCardRecorded',
    data: { ...from('card', '2025-06-01'), card: personal({ category: 'physical', level: 2 }) },
  },
  { type: 'EmploymentRecorded', data: { ...from('work'), employment: personal({ status: 'farming' }) } },
  {
    type: 'AccountRecorded',
    data: {
      ...from('account'),
      accountId: 'account-1',
      account: personal({ bank: 'Bank', number: '6200000000000001', holder: '示例甲' }),
    },
  },
];

const fold = (...events: readonly PersonEvent[]): LoadedPerson => ({
  id: 'person-1',
  streamId: 'person-person-1',
  person: events.reduce(
    (person, event) => personDecider.evolve(person, event),
    personDecider.initial,
  ) as RegisteredPerson,
  revision: '4',
  position: '9',
  events: [],
});
const adult = fold(registered('1971-03-02'), ...facts);
const see = (role: Role, loaded = adult, day = TODAY) => personView(loaded, { role, day, today: TODAY });

describe('a person as roles see them', () => {
  it('shows all of it to whoever handles the case', () => {
    const view = see('township-officer');
    expect(view.identity?.value).toEqual({
      name: '示例甲',
      document: { kind: 'resident-number', number: '190225197103020017' },
      birthDate: '1971-03-02',
      sex: 'male',
    });
    expect(view.identity).toMatchObject({
      factId: 'registered',
      source: 'declared',
      document: 'household register, file 7',
    });
    expect(view.residence?.value).toEqual({ area: '430225100201', address: 'house 3' });
    expect(view.account).toMatchObject({ accountId: 'account-1', value: { number: '6200000000000001' } });
    expect(view).toMatchObject({ phone: { value: '13800001234' }, revision: '4', position: '9' });
  });

  it('masks what a role needs in part, and says nothing of what it does not need', () => {
    const helper = see('village-helper');
    expect(helper.identity?.value).toEqual({
      name: '示例甲',
      document: { kind: 'resident-number', number: '1902**********0017' },
      birthDate: '1971-**-**',
      sex: 'male',
    });
    expect(see('investigator').identity?.value).toEqual(helper.identity?.value);
    expect(helper.identity?.document).toBeUndefined();
    expect(helper.account?.value).toMatchObject({ number: '****0001', holder: '示例甲' });
    expect(helper).not.toHaveProperty('disability');
    expect(helper).not.toHaveProperty('employment');
    const inspector = see('inspector');
    expect(inspector.identity?.value).toEqual({
      name: '示*',
      document: { kind: 'resident-number', number: '1902**********0017' },
      birthDate: '1971-**-**',
    });
    expect(inspector.disability?.value).toEqual({ masked: true });
    expect(inspector.employment?.value).toEqual({ masked: true });
    expect(inspector.residence?.value).toEqual({ area: '430225100201', address: '***' });
    const finance = see('finance');
    expect(finance.identity?.value).toEqual({ name: '示*' });
    expect(finance).not.toHaveProperty('phone');
    expect(JSON.stringify(see('reporting'))).not.toMatch(/示|1380|6200|1902|house/);
  });

  it('is stricter with children, and with those whose age nobody knows', () => {
    const child = fold(registered('2012-09-11'), ...facts);
    expect(see('village-helper', child).identity?.value).toEqual({ name: '示*' });
    expect(see('village-helper', fold(registered('2011-09-10'), ...facts)).identity?.value).toMatchObject({
      name: '示例甲',
    });
    expect(see('village-helper', fold(registered(), ...facts)).identity?.value).toMatchObject({ name: '示*' });
    expect(see('township-officer', child).identity?.value).toMatchObject({ name: '示例甲' });
  });

  it('shows no more of a child to whoever looks ahead or back', () => {
    const child = fold(registered('2012-09-11'), ...facts);
    expect(see('village-helper', child, '2040-01-01').identity?.value).toMatchObject({ name: '示*' });
    expect(see('village-helper', adult, '1980-01-01').identity?.value).toMatchObject({ name: '示*' });
    expect(see('village-helper', adult, '1960-01-01').identity?.value).toMatchObject({ name: '示*' });
  });

  it('shows what was so on the day', () => {
    expect(see('township-officer', adult, '2025-05-31')).not.toHaveProperty('disability');
    expect(see('township-officer', adult, '2025-06-01').disability?.value).toEqual({ category: 'physical', level: 2 });
    const left = fold(registered('1971-03-02'), {
      type: 'PhoneRecorded',
      data: { ...from('phone-2'), phone: personal(null) },
    });
    expect(see('township-officer', left).phone?.value).toBeNull();
    expect(see('finance', left)).not.toHaveProperty('phone');
  });

  it('masks the number of a disability card, which begins with the identity number, like that', () => {
    const carded = fold(registered('1971-03-02'), {
      type: 'DisabilityCardRecorded',
      data: { ...from('card'), card: personal({ category: 'physical', level: 2, number: '19022519710302001742' }) },
    });
    const numberFor = (role: Role) => see(role, carded).disability?.value;
    const card = { category: 'physical', level: 2 };
    expect(numberFor('county-reviewer')).toEqual({ ...card, number: '19022519710302001742' });
    for (const role of ['investigator', 'supervisor'] as const)
      expect(numberFor(role)).toEqual({ ...card, number: '1902************1742' });
  });

  it('shows an account that waits for a second person on no past day', () => {
    const waiting = fold(registered('1971-03-02'), ...facts, {
      type: 'AccountCorrected',
      data: {
        ...from('next', '2025-09-01'),
        ...{ accountId: 'account-2', proposedBy: 'officer-1' },
        account: personal({ bank: 'Bank', number: '6200000000000002', holder: '示例甲' }),
      },
    });
    expect(see('township-officer', waiting).proposedAccount).toMatchObject({ accountId: 'account-2' });
    expect(see('township-officer', waiting, '2025-09-09')).not.toHaveProperty('proposedAccount');
    expect(see('township-officer', waiting, '2025-09-09').account).toMatchObject({ accountId: 'account-1' });
  });

  it('says of what is erased that it is, but not of what the role would not see', () => {
    const erased = fold(
      {
        type: 'PersonRegistered',
        data: { ...from('r'), area: '430225100201', areaPath: '43', identity: ERASED, address: ERASED },
      },
      { type: 'DisabilityCardRecorded', data: { ...from('card'), document: ERASED, card: ERASED } },
      { type: 'AccountRecorded', data: { ...from('account'), accountId: 'account-1', account: ERASED } },
    );
    const view = see('township-officer', erased);
    expect(view.identity?.value).toEqual({ erased: true });
    expect(view.residence?.value).toEqual({ area: '430225100201', address: { erased: true } });
    expect(view.disability).toMatchObject({ document: { erased: true }, value: { erased: true } });
    expect(view.account).toMatchObject({ accountId: 'account-1', value: { erased: true } });
    expect(see('village-helper', erased)).not.toHaveProperty('disability');
    expect(nameView(erased.person, { role: 'township-officer', day: TODAY, today: TODAY })).toEqual({ erased: true });
  });

  it('names people in lists as the role is shown them', () => {
    const named = (role: Role) => nameView(adult.person, { role, day: TODAY, today: TODAY });
    expect([named('township-officer'), named('inspector'), named('reporting')]).toEqual(['示例甲', '示*', undefined]);
  });
});
