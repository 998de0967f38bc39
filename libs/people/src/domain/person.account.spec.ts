import { describe, expect, it } from '@jest/globals';
import { personal } from '#libs/event-sourcing/decider';
import { topicOn, type PersonCommand } from './person.js';
import type { AccountCorrected, PersonEvent } from './person.events.js';
import type { Account } from './person.facts.js';
import {
  context,
  given,
  second,
  reason,
  from,
  correcting,
  registered,
  died,
  record,
  stateOf,
  withdraw,
} from './test/made-up-person.js';

describe('an account', () => {
  const account = (number: string): Account => ({ bank: 'Example Bank', number, holder: '示例甲' });
  const first: PersonEvent = {
    type: 'AccountRecorded',
    data: { ...from('first', '2025-01-31'), accountId: 'account-1', account: personal(account('0001')) },
  };
  const proposal = (accountId: string, number: string, where = from(accountId)): AccountCorrected => ({
    type: 'AccountCorrected',
    data: { ...where, accountId, account: personal(account(number)), proposedBy: 'whoever' },
  });
  const proposed = (accountId: string, number: string, replaces?: string, by = context.by): AccountCorrected => {
    const { type, data } = proposal(accountId, number);
    return { type, data: { ...data, proposedBy: by, ...(replaces !== undefined && { replaces }) } };
  };
  const another = proposed('account-2', '0002', 'account-1');
  const confirm = (accountId = 'account-2'): PersonCommand => ({ type: 'ConfirmAccount', data: { accountId } });
  const confirmed = (accountId = 'account-2'): PersonEvent => ({
    type: 'AccountConfirmed',
    data: { accountId, confirmedBy: 'township-officer-1', decidedOn: '2025-09-01' },
  });
  const reject = (accountId = 'account-2'): PersonCommand => ({ type: 'RejectAccount', data: { accountId, reason } });
  const rejected: PersonEvent = {
    type: 'AccountRejected',
    data: { accountId: 'account-2', decidedOn: '2025-09-01', reason },
  };
  const accountOn = (day: string, ...past: PersonEvent[]) => topicOn(stateOf(...past), 'account', day)?.value.accountId;

  it('is not withdrawn, so that nobody alone brings an earlier one back', () => {
    given(registered, first, another, confirmed()).when(withdraw('account-2')).thenRefuses('ACCOUNT_NOT_WITHDRAWN');
    given(registered, first).when(withdraw('first')).thenRefuses('ACCOUNT_NOT_WITHDRAWN');
  });

  it('is proposed beside the present one, by whoever asks', () => {
    given(registered, first)
      .when(record(proposal('account-2', '0002')))
      .thenRecords(another);
    expect(accountOn('2025-09-01', first, another)).toBe('account-1');
    expect(stateOf(first, another).proposedAccount).toMatchObject({ proposedBy: 'village-helper-1' });
  });

  it('is proposed as a first one too, where a person had none', () =>
    given(registered)
      .when(record(proposal('account-1', '0001')))
      .thenRecords(proposed('account-1', '0001')));

  it('is never recorded alone once a person is registered', () => {
    given(registered).when(record(first)).thenRefuses('SECOND_PERSON_CONFIRMS_ACCOUNT');
    given(registered, first)
      .when(record({ ...first, data: { ...first.data, ...correcting('first', 'f') } }))
      .thenRefuses('SECOND_PERSON_CONFIRMS_ACCOUNT');
  });

  it('that is in use, or waits already, needs no proposal', () => {
    given(registered, first)
      .when(record(proposal('account-3', '0001')))
      .thenNothing();
    given(registered, first, another)
      .when(record(proposal('account-3', '0002')))
      .thenNothing();
  });

  it('is confirmed by a second person, once, and is used from that day on', () => {
    given(registered, first, another).when(confirm()).thenRefuses('SECOND_PERSON_CONFIRMS_ACCOUNT');
    given(registered, first, another).when(confirm(), second).thenRecords(confirmed());
    given(registered, first, another, confirmed()).when(confirm(), second).thenNothing();
    expect(accountOn('2025-08-31', first, another, confirmed())).toBe('account-1');
    expect(accountOn('2025-09-01', first, another, confirmed())).toBe('account-2');
    expect(stateOf(first, another, confirmed())).not.toHaveProperty('proposedAccount');
  });

  it('may go back to an earlier one, by two persons again', () => {
    const back = proposed('account-1', '0001', 'account-2');
    const past = [registered, first, another, confirmed(), back];
    given(...past)
      .when(confirm('account-1'))
      .thenRefuses('SECOND_PERSON_CONFIRMS_ACCOUNT');
    given(...past)
      .when(confirm('account-1'), second)
      .thenRecords(confirmed('account-1'));
    expect(accountOn('2025-09-01', first, another, confirmed(), back, confirmed('account-1'))).toBe('account-1');
  });

  it('is turned down, by whoever proposed it too, and the present one stays', () => {
    given(registered, first, another).when(reject()).thenRecords(rejected);
    given(registered, first, another).when(reject(), second).thenRecords(rejected);
    given(registered, first, another, rejected).when(reject()).thenRefuses('ACCOUNT_NOT_PROPOSED');
    given(registered, first, another, rejected).when(confirm(), second).thenRefuses('ACCOUNT_NOT_PROPOSED');
    expect(accountOn('2025-09-01', first, another, rejected)).toBe('account-1');
  });

  it('gives way to a later proposal', () => {
    const newer = proposed('account-3', '0003', 'account-1', 'village-helper-2');
    given(registered, first, another, newer).when(confirm(), second).thenRefuses('ACCOUNT_NOT_PROPOSED');
    given(registered, first, another, newer).when(confirm('account-3')).thenRecordsLike({ type: 'AccountConfirmed' });
  });

  it('that takes the place of a wrong one does so when it is confirmed', () => {
    const where = correcting('first', 'account-2', '2025-01-31');
    const correction = { ...another, data: { ...another.data, ...where } };
    given(registered, first)
      .when(record(proposal('account-2', '0002', where)))
      .thenRecords(correction);
    expect(accountOn('2025-08-31', first, correction)).toBe('account-1');
    expect(accountOn('2025-08-31', first, correction, confirmed())).toBeUndefined();
    given(registered)
      .when(record(proposal('account-2', '0002', where)))
      .thenRefuses('CORRECTED_FACT_UNKNOWN');
  });

  it('is proposed under the rules of all facts', () => {
    const death = died(from('death', '2025-03-15'));
    const on = (happenedOn: string) => record(proposal('account-2', '0002', from('f', happenedOn)));
    given(registered).when(on('2025-09-02')).thenRefuses('HAPPENED_IN_FUTURE');
    given(registered).when(on('1944-01-01')).thenRefuses('HAPPENED_BEFORE_BIRTH');
    given(registered, death).when(on('2025-09-01')).thenRefuses('PERSON_DIED');
  });
});
