import type { CaseEvent } from '#libs/cases';
import type { Golden } from './golden.js';

const today = { happenedOn: '2025-09-01', knownOn: '2025-09-02' };
const decided = { by: 'development:county-reviewer', decidedOn: '2025-09-16' };
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
  citations: [{ personId: '3f0c6b0e-52c5-5d0b-9f0a-1c2d3e4f5a01', ...household, outcome: 'severe-disability: yes' }],
};
const refused = { ...assessment, eligible: false, reasons: ['INCOME_OVER_STANDARD'], monthlyAmount: 0 };
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
export const caseGolden: Golden<CaseEvent> = {
  ApplicationSubmitted: [
    {
      ...today,
      number: '430225-2025-000123',
      scheme: 'dibao',
      householdId: '7b0a8f5e-9a51-5a0e-8a08-2d5f4c1f7a01',
      personId: '3f0c6b0e-52c5-5d0b-9f0a-1c2d3e4f5a01',
      area: '430225100201',
      areaPath: '430000.430200.430225.430225100.430225100201',
      residence: 'rural',
    },
  ],
  ApplicationAccepted: [decided],
  ApplicationNotAccepted: [{ ...decided, reason: '材料不全' }],
  ApplicationWithdrawn: [{ ...today, reason: '自愿撤回' }],
  InvestigationStarted: [
    {
      ...today,
      investigators: ['development:investigator-1', 'development:investigator-2'],
      memberPresent: '3f0c6b0e-52c5-5d0b-9f0a-1c2d3e4f5a01',
      findings: 'As declared.',
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
      reason: 'INCOME_OVER_STANDARD',
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
  NoticeObjected: [{ ...today, grounds: 'A car is not declared.' }],
  CaseReturnedForMore: [{ ...decided, reason: '请补充核对报告' }],
  CaseConfirmed: [
    { ...decided, assessment, household, monthlyAmount: 45_000, fromMonth: '2025-10', recheckDueOn: '2026-09-16' },
  ],
  CaseRefused: [{ ...decided, reason: 'INCOME_OVER_STANDARD', reasons: ['INCOME_OVER_STANDARD'] }],
  RecheckOpened: [{ ...decided, kind: 'annual' }],
  AwardIncreased: [change],
  AwardReduced: [{ ...change, previousAmount: 50_000 }],
  AwardUnchanged: [{ ...decided, assessment, household, monthlyAmount: 45_000, recheckDueOn: '2027-09-16' }],
  AwardStopped: [
    {
      ...decided,
      assessment: refused,
      household,
      reason: 'INCOME_OVER_STANDARD',
      fromMonth: '2026-10',
      previousAmount: 45_000,
    },
  ],
};
