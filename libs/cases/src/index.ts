export { CaseCompanions } from './case-companions.js';
export { CaseHolds } from './case-holds.js';
export { CasePayments, type Settlement } from './ports.js';
export { CasesModule } from './cases.module.js';
export { caseEventTypes, type CaseEvent } from './domain/case.events.js';
export { NoticeClock, noticeClockNotes } from './process/notice-clock.js';
export { AwardReader, AwardRow, awards } from './projections/award.js';
export { caseList, CaseListReader, CaseRow, CaseVersionRow, cutOfCursor } from './projections/case-list.js';
