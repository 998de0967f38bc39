export { CasesModule } from './cases.module.js';
export { caseEventTypes, type CaseEvent } from './domain/case.events.js';
export { NoticeClock } from './process/notice-clock.js';
export { AwardReader, AwardRow, awards } from './projections/award.js';
export { caseList, CaseRow } from './projections/case-list.js';
