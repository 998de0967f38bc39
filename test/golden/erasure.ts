import type { ErasureEvent } from '#libs/people';
import type { Golden } from './golden.js';

const subject = 'person-3f0c6b0e-52c5-5d0b-9f0a-1c2d3e4f5a01';

/** What the stored events of erasures say, in the shape of today; index 0 is what was stored in version 1. */
export const erasureGolden: Golden<ErasureEvent> = {
  ErasureRequested: [
    {
      subject,
      kind: 'person',
      retentions: ['approval-file', 'management-file'],
      ground: 'term-over',
      area: '430225100',
      areaPath: '430000.430200.430225.430225100',
      requestedOn: '2031-03-03',
      requestedBy: 'development:supervisor',
      requestedAs: 'supervisor',
    },
  ],
  ErasureRefused: [
    {
      reason: 'held',
      holds: [{ code: 'open-case' }, { code: 'term-of-management-file', until: '2032-10-31' }],
      possibleFrom: '2032-10-31',
      decidedOn: '2031-03-03',
      refusedBy: 'development:supervisor',
    },
  ],
  ErasureApproved: [
    {
      decidedOn: '2031-03-04',
      approvedBy: 'development:data-protection-officer',
      approvedAs: 'data-protection-officer',
    },
  ],
  SubjectKeyDestroyed: [
    {
      subject,
      retentions: ['approval-file', 'management-file'],
      keyIds: ['b5f8a9a0-6a3e-4b7e-8f55-0d1d5a1f0c02', 'c1b9f2d4-1d61-4a0b-8f0e-7f1d2c3b4a59'],
      alongside: ['case-9e107d9d-372b-5b68-9d8e-2b3c4d5e6f01'],
    },
  ],
  ErasureCompleted: [{ keys: 2, tablesRewritten: 14, buildsRemoved: 1, walSegmentsRemoved: 3, left: ['wal-archived'] }],
};
