import type { Pack } from '../pack.js';
import type { DibaoParameters } from '../schemes/dibao.js';
import type { DisabilityLivingParameters } from '../schemes/disability-living.js';
import type { DisabilityNursingParameters } from '../schemes/disability-nursing.js';

const area = {
  version: '1',
  example: true,
  area: '430225',
  from: '2025-01-01',
  currency: 'CNY',
  timeZone: 'Asia/Shanghai',
  calendar: 'CN',
  legalBasis: [],
  accountCoolOffDays: 1,
  favourableChangeArrears: 'none',
} as const;

const dibao: Pack<DibaoParameters> = {
  ...area,
  id: '430225/dibao/2025-01-01',
  scheme: 'dibao',
  procedure: { homeVisit: true, verificationReport: true, publicNoticeDays: 7 },
  recheckMonths: 12,
  parameters: {
    standard: { urban: { amount: 70_000, months: 1 }, rural: { amount: 540_000, months: 12 } },
    comparison: '<',
    marginal: { factor: { n: 3, d: 2 }, comparison: '<' },
    rounding: { mode: 'half-up', unit: 1 },
    roundingScope: 'household',
    supplements: [],
    ages: { elderFrom: 60, minorBelow: 18 },
    notIncome: [{ exemption: 'government-assistance' }, { exemption: 'central-basic-pension', until: '2025-12-31' }],
    firstMonth: 'month-after-decision',
  },
};

const disabilityLiving: Pack<DisabilityLivingParameters> = {
  ...area,
  id: '430225/disability-living/2025-01-01',
  scheme: 'disability-living',
  procedure: { homeVisit: false, verificationReport: false, publicNoticeDays: null },
  parameters: { amount: 5_500, levels: [1, 2, 3, 4] },
};

const disabilityNursing: Pack<DisabilityNursingParameters> = {
  ...area,
  id: '430225/disability-nursing/2025-01-01',
  scheme: 'disability-nursing',
  procedure: { homeVisit: false, verificationReport: false, publicNoticeDays: null },
  parameters: { amount: 5_500, levels: [1, 2], careNeedMonths: 6 },
};

/** Figures that tell the story of one family in Yanling county; an example without authority. */
export const yanlingExample: readonly Pack[] = [dibao, disabilityLiving, disabilityNursing];
