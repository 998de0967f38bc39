import { describe, expect, it } from '@jest/globals';
import type { Pool } from 'pg';
import { ERASED, personal } from '#libs/event-sourcing/decider';
import type { PersonEvent } from '../domain/person.events.js';
import { correcting, from, registered, stateOf, withdrawn } from '../domain/test/made-up-person.js';
import type { Persons } from '../persons.js';
import { AccountReader } from './account.js';
import type { HouseholdListReader } from './household-list.js';

const account = (number: string) => personal({ bank: 'Example Bank', number, holder: '示例甲' });
const first: PersonEvent = {
  type: 'AccountRecorded',
  data: { ...from('first', '2025-01-31'), accountId: 'account-1', account: account('0001') },
};
const second: PersonEvent = {
  type: 'AccountCorrected',
  data: { ...correcting('first', 'second'), accountId: 'account-2', account: account('0002'), proposedBy: 'officer-1' },
};
const confirmed: PersonEvent = {
  type: 'AccountConfirmed',
  data: { accountId: 'account-2', confirmedBy: 'officer-2', decidedOn: '2025-09-01' },
};

/** What a bank file says of accounts of a person with this past. */
async function numbersOf(ids: readonly string[], ...past: PersonEvent[]) {
  const events = [registered, ...past];
  const loaded = { id: 'person-1', person: stateOf(...past), events };
  const pool = { query: () => Promise.resolve({ rows: [{ person: 'person-1' }] }) } as unknown as Pool;
  const persons = { many: () => Promise.resolve(new Map([['person-1', loaded]])) } as unknown as Persons;
  const found = await new AccountReader(pool, {} as HouseholdListReader, persons).details(ids);
  expect([...found.values()].every(({ personId }) => personId === loaded.id)).toBe(true);
  return Object.fromEntries([...found].map(([id, { number }]) => [id, number]));
}

describe('the details of accounts', () => {
  it('are those that were recorded under the id, whatever took their place since', async () => {
    const both = ['account-1', 'account-2'];
    expect(await numbersOf(both, first)).toEqual({ 'account-1': '0001' });
    expect(await numbersOf(both, first, second, confirmed)).toEqual({ 'account-1': '0001', 'account-2': '0002' });
    expect(await numbersOf(['account-1'], first, withdrawn('first'))).toEqual({ 'account-1': '0001' });
    expect(await numbersOf(['account-2'], first)).toEqual({});
  });

  it('are not there where their keys are gone', async () => {
    const erased: PersonEvent = { type: 'AccountRecorded', data: { ...first.data, account: ERASED } };
    expect(await numbersOf(['account-1'], erased)).toEqual({});
  });
});
