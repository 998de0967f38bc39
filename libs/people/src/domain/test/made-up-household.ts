import { specFor } from '#libs/event-sourcing/spec';
import { personal } from '#libs/event-sourcing/decider';
import type { FactSource, Provenance } from '../facts.js';
import {
  countingMembers,
  householdDecider,
  membersOn,
  type HouseholdCommand,
  type HouseholdContext,
  type HouseholdFact,
} from '../household.js';
import type { HouseholdEvent, HouseholdRegistered, RegisteredMember } from '../household.events.js';
import type { DepartureReason, SingleFilingGround, Standing } from '../household.facts.js';

export const context: HouseholdContext = {
  now: '2025-09-01T02:00:00.000Z',
  today: '2025-09-01',
  by: 'village-helper-1',
  role: 'village-helper',
  area: '430225100201',
  householdId: 'household-1',
};
export const given = specFor(householdDecider, context);
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
});

export const applicant: Standing = { relation: 'applicant', counts: true };
export const spouse: Standing = { relation: 'spouse', counts: true };
export const child: Standing = { relation: 'child', counts: true };
export const inPrison: Standing = { relation: 'child', counts: false, notCounted: 'in-prison' };
export const member = (personId: string, standing: Standing): RegisteredMember => ({
  personId,
  factId: `${personId}-registered`,
  ...standing,
});
export const family = [member('father', applicant), member('mother', spouse), member('son', child)];
export const place = {
  area: '430225100201',
  areaPath: '430000.430200.430225.430225100.430225100201',
  residence: 'rural',
} as const;
export const town = { area: '430225100', areaPath: '430000.430200.430225.430225100', residence: 'urban' } as const;

export const registration = (
  members: readonly RegisteredMember[] = family,
  more: Partial<HouseholdRegistered['data']> = {},
): HouseholdRegistered => ({
  type: 'HouseholdRegistered',
  data: { ...from('registration', '2025-01-31'), number: '430225-2025-000123', ...place, members, ...more },
});
export const registered = registration();
export const register = ({ data }: HouseholdRegistered, ...facts: HouseholdFact[]): HouseholdCommand => ({
  type: 'RegisterHousehold',
  data: { registered: data, facts },
});
export const record = (...facts: HouseholdFact[]): HouseholdCommand => ({ type: 'RecordFacts', data: { facts } });
export const withdraw = (factId: string): HouseholdCommand => ({ type: 'WithdrawFact', data: { factId, reason } });
export const withdrawn = (factId: string): HouseholdEvent => ({
  type: 'HouseholdFactWithdrawn',
  data: { factId, withdrawnOn: '2025-09-01', reason },
});

export const joined = (personId: string, standing: Standing, where: Provenance): HouseholdFact => ({
  type: 'MemberJoined',
  data: { ...where, personId, ...standing },
});
export const changed = (personId: string, standing: Standing, where: Provenance): HouseholdFact => ({
  type: 'MemberStandingChanged',
  data: { ...where, personId, ...standing },
});
export const left = (personId: string, departure: DepartureReason, where: Provenance): HouseholdFact => ({
  type: 'MemberLeft',
  data: { ...where, personId, departure },
});
export const moved = (where: Provenance): HouseholdFact => ({ type: 'HouseholdMoved', data: { ...where, ...town } });
export const ended = (where: Provenance): HouseholdFact => ({ type: 'HouseholdEnded', data: where });
export const filing = (personId: string, ground: SingleFilingGround | null, where: Provenance): HouseholdFact => ({
  type: 'SingleFilingRecorded',
  data: { ...where, personId, ground },
});

export const stateOf = (...past: HouseholdEvent[]) => {
  const household = given(...past).state();
  if (household.status === 'none') throw new Error('not registered');
  return household;
};
export const idsOn = (day: string, ...past: HouseholdEvent[]) =>
  membersOn(stateOf(...past), day).map(({ personId }) => personId);
export const countingOf = (...past: HouseholdEvent[]) => [...countingMembers(given(...past).state())];
