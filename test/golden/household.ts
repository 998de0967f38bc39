import type { HouseholdEvent } from '#libs/people';
import type { Golden } from './golden.js';

const today = { happenedOn: '2025-09-01', knownOn: '2025-09-01' };
const account = {
  accountId: '9d5e8c1a-0b7f-5e3d-8a6c-2b4d6f8a0c01',
  bank: 'Example Bank',
  number: '6200000000000001',
  holder: '示例甲',
};

/** What the stored household events say, in the shape of today; index 0 is what was stored in version 1. */
export const householdGolden: Golden<HouseholdEvent> = {
  HouseholdRegistered: [
    {
      ...today,
      number: '430225-2025-000123',
      area: '430225100201',
      areaPath: '430000.430200.430225.430225100.430225100201',
      residence: 'rural',
      members: [
        {
          personId: '3f0c6b0e-52c5-5d0b-9f0a-1c2d3e4f5a01',
          name: '示例甲',
          relation: 'applicant',
          birthDate: '1971-03-05',
          disability: { category: 'hearing-speech', level: 1 },
          account,
        },
        {
          personId: '3f0c6b0e-52c5-5d0b-9f0a-1c2d3e4f5a02',
          name: 'Example "B" é 𠮷',
          relation: 'child',
          birthDate: '2012-06-17',
        },
      ],
    },
  ],
  IncomeDeclared: [
    {
      ...today,
      parts: [
        { kind: 'wages', amount: 1_080_000, months: 12 },
        { kind: 'business', amount: -20_000, months: 12, exemption: 'public-welfare-post' },
      ],
    },
  ],
  CareNeedRecorded: [{ ...today, personId: '3f0c6b0e-52c5-5d0b-9f0a-1c2d3e4f5a01', months: 12 }],
  AccountCorrected: [
    {
      ...today,
      personId: '3f0c6b0e-52c5-5d0b-9f0a-1c2d3e4f5a01',
      account: { ...account, accountId: '9d5e8c1a-0b7f-5e3d-8a6c-2b4d6f8a0c02', number: '6200000000000002' },
      replaces: '9d5e8c1a-0b7f-5e3d-8a6c-2b4d6f8a0c01',
      ofApplicant: true,
      proposedBy: 'development:village-helper',
      reason: '原账户已注销',
    },
  ],
  AccountConfirmed: [
    {
      personId: '3f0c6b0e-52c5-5d0b-9f0a-1c2d3e4f5a01',
      accountId: '9d5e8c1a-0b7f-5e3d-8a6c-2b4d6f8a0c02',
      decidedOn: '2025-09-02',
    },
  ],
};
