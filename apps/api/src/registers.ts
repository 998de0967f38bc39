import { areaMigrations } from '#libs/areas';
import { AwardRow, awards, caseEventTypes, caseList, CaseRow, CaseVersionRow, noticeClockNotes } from '#libs/cases';
import {
  EventCodec,
  kernelMigrations,
  type EventRegister,
  type Projection,
  notesOf,
  type Follower,
  type ProcessManager,
} from '#libs/event-sourcing';
import { paymentsEntities, paymentsProjections, payRunEventTypes } from '#libs/payments';
import {
  AccountRow,
  MergedPersonRow,
  accounts,
  checkKeys,
  claimEventTypes,
  erasureEventTypes,
  erasureList,
  erasureNotes,
  ErasureRow,
  grantKeys,
  grantReadLog,
  householdEventTypes,
  householdList,
  HouseholdMemberRow,
  HouseholdPlaceRow,
  HouseholdRow,
  householdFollowUpNotes,
  importMigrations,
  openClaims,
  OpenClaimRow,
  personSearch,
  PersonSearchHouseholdRow,
  PersonSearchKeyRow,
  PersonSearchRow,
  personEventTypes,
  keysMigrations,
  ownStreamsMigrations,
  readLogMigrations,
} from '#libs/people';
import { platformMigrations, type Grant, type StartCheck } from '#libs/platform';

/** Every projection of the service. */
export const projections: readonly Projection[] = [
  householdList,
  accounts,
  openClaims,
  personSearch,
  caseList,
  awards,
  ...paymentsProjections,
  erasureList,
];

/** What follows the log for the process managers. */
export const processes: readonly Follower[] = [noticeClockNotes, householdFollowUpNotes, erasureNotes].map((notes) =>
  notesOf(notes as unknown as Pick<ProcessManager, 'name' | 'on'>),
);

/** Every event type that the service writes, by category of stream. */
export const eventRegisters: readonly EventRegister[] = [
  personEventTypes,
  householdEventTypes,
  claimEventTypes,
  erasureEventTypes,
  caseEventTypes,
  payRunEventTypes,
];

/** Reads and writes all of them. */
export const codec = new EventCodec(...eventRegisters);

/** Tables of all libs; migrations in the order of their numbers. */
export const schema = {
  entities: [
    HouseholdRow,
    HouseholdPlaceRow,
    HouseholdMemberRow,
    OpenClaimRow,
    PersonSearchRow,
    PersonSearchKeyRow,
    PersonSearchHouseholdRow,
    AccountRow,
    MergedPersonRow,
    CaseRow,
    CaseVersionRow,
    AwardRow,
    ErasureRow,
    ...paymentsEntities,
  ],
  migrations: [
    ...kernelMigrations,
    ...platformMigrations,
    ...areaMigrations,
    ...keysMigrations,
    ...ownStreamsMigrations,
    ...readLogMigrations,
    ...importMigrations,
  ],
};

/** What the service's role may do in the schemas of libs. */
export const grants: readonly Grant[] = [grantKeys, grantReadLog];

/** What must hold of the data before the service starts. */
export const startChecks: readonly StartCheck[] = [checkKeys];
