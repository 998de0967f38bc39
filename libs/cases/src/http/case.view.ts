import type { LoadedCase } from '../cases.js';
import type { CaseRow } from '../projections/case-list.js';
import { assessmentShown } from '../shown-events.js';
import type { CaseListItem, CaseView } from './cases.dto.js';

/** A case as its own page shows it to a role. */
export function caseView(
  { id, state, revision, position }: LoadedCase,
  role: string,
  { areaName, currency }: Pick<CaseView, 'areaName' | 'currency'>,
): CaseView {
  const { number, scheme, status, area, householdId, personId, appliedOn, notice, opinion, terms, recheckDueOn } =
    state;
  const present = terms.at(-1);
  return {
    id,
    number,
    scheme,
    status,
    area,
    areaName,
    householdId,
    ...(personId !== undefined && { personId }),
    appliedOn,
    ...(notice && {
      notice: {
        place: notice.place,
        postedOn: notice.postedOn,
        endsOn: notice.endsOn,
        provisional: notice.provisional,
      },
    }),
    ...(opinion && {
      proposal: {
        proposal: opinion.proposal,
        monthlyAmount: opinion.monthlyAmount,
        by: opinion.by,
        decidedOn: opinion.decidedOn,
        trace: [...assessmentShown(role, opinion.assessment).trace],
        reasons: [...opinion.assessment.reasons],
      },
    }),
    ...(present && {
      award: { fromMonth: present.fromMonth, monthlyAmount: present.monthlyAmount, terms: [...terms] },
    }),
    ...(recheckDueOn !== undefined && { recheckDueOn }),
    currency,
    revision,
    position,
  };
}

/** A row of the caseload. */
export const caseListItem = (row: CaseRow, householdNumber: string): CaseListItem => ({
  id: row.id,
  number: row.number,
  scheme: row.scheme,
  status: row.status,
  area: row.areaCode,
  householdId: row.householdId,
  householdNumber,
  ...(row.personId !== null && { personId: row.personId }),
  officer: row.officer,
  ...(row.monthlyAmount !== null && { monthlyAmount: Number(row.monthlyAmount) }),
  ...(row.fromMonth !== null && { fromMonth: row.fromMonth }),
  appliedOn: row.appliedOn,
  ...(row.noticeEndsOn !== null && { noticeEndsOn: row.noticeEndsOn }),
  ...(row.recheckDueOn !== null && { recheckDueOn: row.recheckDueOn }),
  revision: row.revision,
});
