import { periodEnd, type WorkingCalendar } from '#libs/calendar';
import { refuse, type Refusal } from '#libs/event-sourcing/decider';
import { getScheme, type Assessment, type Pack } from '#libs/schemes';
import type { CaseContext } from '../case.commands.js';
import type { CaseRefusal } from '../case.refusals.js';
import type { OpenCase } from '../case.state.js';
import { notDue } from './decide.js';

/** A case without public notice is the county's as soon as the opinion is there. */
export function isWithCounty(state: OpenCase, { pack }: CaseContext): boolean {
  if (state.status === 'with-county') return true;
  return (
    state.status === 'opinion-issued' &&
    pack !== undefined &&
    getScheme(state.scheme).procedure(pack).publicNoticeDays === null
  );
}

/** No decision without the visit and the report that the scheme asks for. */
export function missingStep(state: OpenCase, pack: Pack): CaseRefusal | undefined {
  const procedure = getScheme(state.scheme).procedure(pack);
  if (procedure.homeVisit && state.leadInvestigators.length === 0) return 'HOME_VISIT_MISSING';
  if (procedure.verificationReport && !state.report) return 'VERIFICATION_REPORT_MISSING';
  return undefined;
}

/** What the scheme says. An application that only waits for dibao stays pending; an award whose dibao has gone does not. */
export function assess(
  state: OpenCase,
  { facts, incomeDeclared }: CaseContext,
  pack: Pack,
): Assessment | Refusal<CaseRefusal> {
  const scheme = getScheme(state.scheme);
  if (scheme.unit === 'household' && !incomeDeclared) return refuse('INCOME_NOT_DECLARED');
  const assessment = scheme.assess(facts, pack);
  const onlyWaits =
    state.status !== 'under-recheck' && assessment.reasons.length === 1 && assessment.reasons.includes('NO_DIBAO_YET');
  return onlyWaits ? refuse('NO_DIBAO_YET') : assessment;
}

/** Whoever decides gave no opinion, accepted no application and led no visit on this case. */
export function refusedDuties(state: OpenCase, by: string): Refusal<CaseRefusal> | undefined {
  if (by === state.opinion?.by) return refuse('OPINION_GIVER_CANNOT_CONFIRM');
  if (by === state.acceptedBy) return refuse('DUTIES_ARE_SEPARATE', { duty: 'acceptance' });
  if (state.leadInvestigators.includes(by)) return refuse('DUTIES_ARE_SEPARATE', { duty: 'investigation' });
  return undefined;
}

/** The opinion as the county finds it again: by another person, on a complete report, with the same figures. */
export function upheld(state: OpenCase, context: CaseContext, pack: Pack): Assessment | Refusal<CaseRefusal> {
  const { opinion, report } = state;
  if (!opinion) return notDue(state);
  const refused = refusedDuties(state, context.by);
  if (refused) return refused;
  if (report && !report.complete) return refuse('VERIFICATION_INCOMPLETE');
  const assessment = assess(state, context, pack);
  if (!('eligible' in assessment)) return assessment;
  if (assessment.monthlyAmount !== opinion.monthlyAmount || assessment.eligible !== opinion.assessment.eligible) {
    return refuse('FACTS_CHANGED_SINCE_OPINION', { proposed: opinion.monthlyAmount, now: assessment.monthlyAmount });
  }
  return assessment;
}

/** When the award is looked at again, where the area or the scheme says so. */
export function recheckDue(
  state: OpenCase,
  pack: Pack,
  today: string,
  calendar: WorkingCalendar,
): { recheckDueOn?: string } {
  const months = pack.recheckMonths === undefined ? getScheme(state.scheme).recheckMonths : pack.recheckMonths;
  return months === null ? {} : { recheckDueOn: periodEnd(calendar, today, { months }).lastDay };
}
