import type { PayRunEvent } from '#libs/payments';
import type { Golden } from './golden.js';

const happenedOn = '2025-10-09';
const line = {
  lineId: '0b6a3c1e-1f0e-5c43-8f5c-6d0d1c5c7e01',
  caseId: '0b6a3c1e-1f0e-5c43-8f5c-6d0d1c5c7e02',
  householdId: '7b0a8f5e-9a51-5a0e-8a08-2d5f4c1f7a01',
  area: '430225100201',
  month: '2025-10',
  kind: 'regular',
  amount: 45_000,
  fund: '2081902',
  accountId: '9d5e8c1a-0b7f-5e3d-8a6c-2b4d6f8a0c01',
} as const;
const failed = '0b6a3c1e-1f0e-5c43-8f5c-6d0d1c5c7e03';
const figures = { lineCount: 2, controlSum: 57_000, listDigest: 'b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812' };

/** What the stored events of pay runs say, in the shape of today; index 0 is what was stored in version 1. */
export const payRunGolden: Golden<PayRunEvent> = {
  PayRunOpened: [
    {
      area: '430225',
      areaPath: '430000.430200.430225',
      scheme: 'dibao',
      month: '2025-10',
      kind: 'regular',
      sequence: 0,
      cutOff: '9007199254740993',
      currency: 'CNY',
      openedBy: 'development:county-payment-officer',
      happenedOn,
    },
  ],
  PayListGenerated: [
    {
      chunk: 1,
      of: 1,
      lines: [
        line,
        {
          ...line,
          lineId: failed,
          caseId: '0b6a3c1e-1f0e-5c43-8f5c-6d0d1c5c7e05',
          personId: '3f0c6b0e-52c5-5d0b-9f0a-1c2d3e4f5a02',
          amount: 12_000,
          usableFrom: '2025-10-12',
        },
      ],
      leftOut: [{ caseId: line.caseId, month: '2025-09', reason: 'NO_ACCOUNT' }],
      overpaid: [{ caseId: line.caseId, month: '2025-08', amount: 5_000 }],
      happenedOn,
    },
  ],
  ListChecked: [{ ...figures, checkedBy: 'development:finance-1', happenedOn }],
  PayRunApproved: [{ ...figures, approvedBy: 'development:finance-2', decidedOn: '2025-10-10' }],
  BatchSent: [
    {
      batch: 1,
      lineIds: 'all',
      lineCount: 2,
      controlSum: 57_000,
      sentBy: 'development:finance-2',
      happenedOn: '2025-10-10',
    },
  ],
  LineCredited: [{ batch: 1, lines: [{ lineId: line.lineId, on: '2025-10-11' }], knownOn: '2025-10-12' }],
  LineRejected: [{ batch: 1, lines: [{ lineId: failed, on: '2025-10-11', reason: 'AC04' }], knownOn: '2025-10-12' }],
  LineReturned: [{ batch: 1, lines: [{ lineId: failed, on: '2025-10-13', reason: 'BE01' }], knownOn: '2025-10-14' }],
  LineReissued: [
    {
      line: { ...line, lineId: '0b6a3c1e-1f0e-5c43-8f5c-6d0d1c5c7e04', kind: 're-issue', replaces: failed },
      reissuedBy: 'development:finance-1',
      decidedOn: '2025-10-15',
    },
  ],
  BatchReconciled: [
    {
      sent: 57_000,
      credited: 45_000,
      rejected: 12_000,
      returned: 0,
      reconciledBy: 'development:finance-1',
      happenedOn: '2025-10-16',
    },
  ],
};
