import type { HouseholdEvent } from '#libs/people';
import { sealed, type SealedGolden } from './sealed.js';

const factId = 'b2a4c6e8-0d1f-5a3b-8c5d-7e9f1a2b3c11';
const dates = { happenedOn: '2025-08-31', knownOn: '2025-09-01' };
const declared = { ...dates, factId, source: 'declared' } as const;
const verified = { ...dates, factId, source: 'verified' } as const;
const corrected = { ...dates, factId, source: 'corrected', corrects: 'b2a4c6e8-0d1f-5a3b-8c5d-7e9f1a2b3c12' } as const;
const personId = '3f0c6b0e-52c5-5d0b-9f0a-1c2d3e4f5a01';
const otherId = '3f0c6b0e-52c5-5d0b-9f0a-1c2d3e4f5a02';
const into = '7b0a8f5e-9a51-5a0e-8a08-2d5f4c1f7a02';
const village = {
  area: '430225100201',
  areaPath: '430000.430200.430225.430225100.430225100201',
  residence: 'rural',
} as const;
const town = { area: '430225100', areaPath: '430000.430200.430225.430225100', residence: 'urban' } as const;
const applicant = {
  personId,
  factId: 'b2a4c6e8-0d1f-5a3b-8c5d-7e9f1a2b3c13',
  relation: 'applicant',
  counts: true,
} as const;
const notCounting = {
  personId: otherId,
  factId: 'b2a4c6e8-0d1f-5a3b-8c5d-7e9f1a2b3c14',
  relation: 'child',
  counts: false,
  notCounted: 'single-filing',
} as const;

/** What the stored household events say, in the shape of today; index 0 is what was stored in version 1. */
export const householdGolden: SealedGolden<HouseholdEvent> = {
  HouseholdRegistered: [
    {
      ...declared,
      ...village,
      number: '430225-2025-000123',
      members: [applicant, notCounting],
      splitFrom: '7b0a8f5e-9a51-5a0e-8a08-2d5f4c1f7a03',
      singleFiling: 'severe-disability',
      document: sealed('identity'),
    },
  ],
  MemberJoined: [{ ...declared, personId: otherId, relation: 'child', counts: true }],
  MemberStandingChanged: [
    {
      ...corrected,
      personId: otherId,
      relation: 'child',
      counts: false,
      notCounted: 'conscript',
      document: sealed('identity'),
      reason: sealed('identity'),
    },
  ],
  MemberLeft: [{ ...verified, personId: otherId, departure: 'married', toHousehold: into }],
  HouseholdMoved: [{ ...declared, ...town, address: sealed('contact'), document: sealed('contact') }],
  HouseholdSplit: [{ ...declared, ...town, into, members: [applicant] }],
  HouseholdMerged: [{ ...declared, into, members: [{ ...applicant, relation: 'parent' }] }],
  HouseholdEnded: [{ ...verified, document: sealed('identity') }],
  SingleFilingRecorded: [{ ...verified, personId, ground: null }],
  IncomeDeclared: [{ ...declared, parts: sealed('means'), document: sealed('means') }],
  AssetsDeclared: [{ ...verified, assets: sealed('means') }],
  SpendingDeclared: [{ ...corrected, parts: sealed('means'), reason: sealed('means') }],
  LiableRelativeRecorded: [
    { ...declared, relativeId: 'b2a4c6e8-0d1f-5a3b-8c5d-7e9f1a2b3c15', relative: sealed('identity') },
  ],
  HouseholdFactWithdrawn: [{ factId, withdrawnOn: '2025-09-02', reason: sealed('identity') }],
};
