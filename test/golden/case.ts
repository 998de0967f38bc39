import type { CaseEvent } from '#libs/cases';
import { sealed, type SealedGolden } from './sealed.js';

const today = { happenedOn: '2025-09-01', knownOn: '2025-09-02' };
const decided = { by: 'development:county-reviewer', decidedOn: '2025-09-16' };
const personId = '3f0c6b0e-52c5-5d0b-9f0a-1c2d3e4f5a01';
const household = { streamId: 'household-7b0a8f5e-9a51-5a0e-8a08-2d5f4c1f7a01', revision: '1' };
const assessment = {
  eligible: true,
  reasons: [],
  monthlyAmount: 45_000,
  trace: [
    { step: 'monthly-income-per-member', value: '100000/3' },
    { step: 'standard', value: '48000', basis: '示例标准第二条' },
  ],
  pack: { id: 'yanling-example', version: '2025.1', example: true },
  legalBasis: ['社会救助暂行办法 第十条'],
  citations: [
    {
      personId,
      streamId: `person-${personId}`,
      revision: '3',
      digest: 'b5d4045c3f466fa91fe2cc6abe79232a1a57cdf104f7a26e716e0a1e2789df78',
      outcome: 'severe-disability: yes',
    },
  ],
};
const refused = { ...assessment, eligible: false, reasons: ['INCOME_OVER_STANDARD'], monthlyAmount: 0 };
const words = sealed('means');
const change = {
  ...decided,
  assessment,
  household,
  monthlyAmount: 45_000,
  previousAmount: 40_000,
  fromMonth: '2026-10',
  recheckDueOn: '2027-09-16',
};

/** What the stored case events say, in the shape of today; index 0 is what was stored in version 1. */
export const caseGolden: SealedGolden<CaseEvent> = {
  ApplicationSubmitted: [
    {
      ...today,
      number: '430225-2025-000123',
      scheme: 'dibao',
      householdId: '7b0a8f5e-9a51-5a0e-8a08-2d5f4c1f7a01',
      personId,
      area: '430225100201',
      areaPath: '430000.430200.430225.430225100.430225100201',
      residence: 'rural',
    },
  ],
  ApplicationAccepted: [decided],
  ApplicationNotAccepted: [{ ...decided, reason: words }],
  ApplicationWithdrawn: [{ ...today, reason: words }],
  InvestigationStarted: [
    {
      ...today,
      investigators: ['development:investigator-1', 'development:investigator-2'],
      memberPresent: personId,
      findings: words,
    },
  ],
  VerificationReportIssued: [
    {
      ...today,
      sources: [
        { source: 'bank-deposits', asOf: '2025-08-31', result: 'as-declared' },
        { source: 'vehicles', asOf: '2025-08-31', result: 'not-available' },
      ],
      complete: false,
    },
  ],
  PreliminaryOpinionIssued: [
    {
      ...decided,
      assessment: refused,
      household,
      proposal: 'refuse',
      monthlyAmount: 0,
      reason: words,
    },
  ],
  NoticePosted: [
    {
      ...today,
      by: 'development:township-officer',
      place: '村务公开栏',
      endsOn: '2025-09-08',
      endsAt: '2025-09-08T16:00:00.000Z',
      provisional: false,
      calendar: 'cn-2025',
    },
  ],
  NoticeExpiredClean: [today],
  NoticeObjected: [{ ...today, grounds: words }],
  CaseReturnedForMore: [{ ...decided, reason: words }],
  CaseConfirmed: [
    { ...decided, assessment, household, monthlyAmount: 45_000, fromMonth: '2025-10', recheckDueOn: '2026-09-16' },
  ],
  CaseRefused: [{ ...decided, reason: words, reasons: ['INCOME_OVER_STANDARD'] }],
  RecheckOpened: [{ ...decided, kind: 'annual' }],
  AwardIncreased: [change],
  AwardReduced: [{ ...change, previousAmount: 50_000 }],
  AwardUnchanged: [{ ...decided, assessment, household, monthlyAmount: 45_000, recheckDueOn: '2027-09-16' }],
  AwardStopped: [
    {
      ...decided,
      assessment: refused,
      household,
      reasons: ['INCOME_OVER_STANDARD'],
      reason: words,
      fromMonth: '2026-10',
      previousAmount: 45_000,
    },
  ],
};
