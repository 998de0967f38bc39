import type { PersonEvent } from '#libs/people';
import { sealed, type SealedGolden } from './sealed.js';

const factId = 'b2a4c6e8-0d1f-5a3b-8c5d-7e9f1a2b3c01';
const dates = { happenedOn: '2025-08-31', knownOn: '2025-09-01' };
const declared = { ...dates, factId, source: 'declared' } as const;
const verified = { ...dates, factId, source: 'verified' } as const;
const corrected = { ...dates, factId, source: 'corrected', corrects: 'b2a4c6e8-0d1f-5a3b-8c5d-7e9f1a2b3c02' } as const;
const identityHash = '9f2c4e6a8b0d1f3a5c7e9b1d3f5a7c9e0b2d4f6a8c0e1d3b5f7a9c1e3d5b7f90';
const place = { area: '430225100201', areaPath: '430000.430200.430225.430225100.430225100201' };
const accountId = '9d5e8c1a-0b7f-5e3d-8a6c-2b4d6f8a0c02';
const into = '3f0c6b0e-52c5-5d0b-9f0a-1c2d3e4f5a02';
const decidedOn = '2025-09-02';

/** What the stored events of persons say, in the shape of today; index 0 is what was stored in version 1. */
export const personGolden: SealedGolden<PersonEvent> = {
  PersonRegistered: [
    {
      ...declared,
      ...place,
      identity: sealed('identity'),
      identityHash,
      address: sealed('contact'),
      document: sealed('identity'),
    },
  ],
  IdentityRecorded: [
    {
      ...corrected,
      identity: sealed('identity'),
      identityHash,
      document: sealed('identity'),
      reason: sealed('identity'),
    },
  ],
  HukouRecorded: [{ ...verified, area: '430225100', kind: 'rural', address: sealed('contact') }],
  ResidenceRecorded: [{ ...declared, ...place, address: sealed('contact') }],
  PhoneRecorded: [{ ...declared, phone: sealed('contact') }],
  DisabilityCardRecorded: [{ ...verified, card: sealed('health'), document: sealed('health') }],
  IllnessesRecorded: [{ ...verified, illnesses: sealed('health') }],
  SchoolingRecorded: [{ ...declared, schooling: sealed('identity') }],
  EmploymentRecorded: [{ ...declared, employment: sealed('means') }],
  WorkAbilityRecorded: [{ ...verified, ability: sealed('health') }],
  CareNeedRecorded: [{ ...corrected, months: sealed('health'), reason: sealed('health') }],
  GuardianRecorded: [{ ...declared, guardian: sealed('identity') }],
  DeathRecorded: [{ ...verified, document: sealed('identity') }],
  FactWithdrawn: [{ factId, withdrawnOn: decidedOn, reason: sealed('identity') }],
  AccountRecorded: [{ ...declared, accountId: '9d5e8c1a-0b7f-5e3d-8a6c-2b4d6f8a0c01', account: sealed('bank') }],
  AccountCorrected: [
    {
      ...corrected,
      accountId,
      account: sealed('bank'),
      replaces: '9d5e8c1a-0b7f-5e3d-8a6c-2b4d6f8a0c01',
      proposedBy: 'development:village-helper',
      reason: sealed('bank'),
    },
  ],
  AccountConfirmed: [{ accountId, confirmedBy: 'development:township-officer', decidedOn }],
  AccountRejected: [{ accountId, decidedOn, reason: sealed('bank') }],
  PersonMerged: [{ into, decidedOn, reason: sealed('identity') }],
  PersonMergeUndone: [{ into, decidedOn, reason: sealed('identity') }],
  DoubleDismissed: [{ other: into, decidedOn, reason: sealed('identity') }],
};
