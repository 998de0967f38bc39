import { specFor } from '#libs/event-sourcing/spec';
import { personal } from '#libs/event-sourcing/decider';
import type { FactSource, Provenance } from '../facts.js';
import {
  personDecider,
  topicOn,
  type PersonCommand,
  type PersonContext,
  type PersonFact,
  type PersonTopic,
} from '../person.js';
import type { PersonEvent, PersonRegistered } from '../person.events.js';
import type { Identity } from '../person.facts.js';

export const context: PersonContext = {
  now: '2025-09-01T02:00:00.000Z',
  today: '2025-09-01',
  by: 'village-helper-1',
  role: 'village-helper',
  area: '430225100201',
  personId: 'person-1',
  merge: { erased: false, twins: false, bothCount: false, bothHaveCases: false },
};
export const given = specFor(personDecider, context);
export const second = { by: 'township-officer-1' };
export const reason = personal('Made up for the example.');

export const from = (factId: string, happenedOn = '2025-09-01', source: FactSource = 'declared'): Provenance => ({
  factId,
  happenedOn,
  knownOn: '2025-09-01',
  source,
});
export const correcting = (corrects: string, factId: string, happenedOn?: string): Provenance => ({
  ...from(factId, happenedOn, 'corrected'),
  corrects,
  reason,
});

export const identity: Identity = { name: '示例甲', document: { kind: 'none' }, birthDate: '1944-02-29', sex: 'male' };
export const home = { area: '430225100201', areaPath: '430000.430200.430225.430225100.430225100201' };
export const registered: PersonRegistered = {
  type: 'PersonRegistered',
  data: { ...from('registration', '2025-01-31'), identity: personal(identity), identityHash: 'hash-1', ...home },
};
export const phone = (number: string | null, where: Provenance): PersonFact => ({
  type: 'PhoneRecorded',
  data: { ...where, phone: personal(number) },
});
export const died = (where: Provenance): PersonFact => ({ type: 'DeathRecorded', data: where });
export const renamed = (where: Provenance, more: Partial<Identity> = { name: '示例乙' }): PersonFact => ({
  type: 'IdentityRecorded',
  data: { ...where, identity: personal({ ...identity, ...more }), identityHash: 'hash-2' },
});
export const moved = (where: Provenance): PersonFact => ({
  type: 'ResidenceRecorded',
  data: { ...where, area: '430225100', areaPath: '430000.430200.430225.430225100', address: personal('示例街 1 号') },
});
export const record = (...facts: PersonFact[]): PersonCommand => ({ type: 'RecordFacts', data: { facts } });
export const withdraw = (factId: string): PersonCommand => ({ type: 'WithdrawFact', data: { factId, reason } });
export const withdrawn = (factId: string): PersonEvent => ({
  type: 'FactWithdrawn',
  data: { factId, withdrawnOn: '2025-09-01', reason },
});

export const stateOf = (...past: PersonEvent[]) => {
  const person = given(registered, ...past).state();
  if (person.status === 'none') throw new Error('not registered');
  return person;
};
export const valueOn = (topic: PersonTopic, day: string, ...past: PersonEvent[]) =>
  topicOn(stateOf(...past), topic, day)?.value;
