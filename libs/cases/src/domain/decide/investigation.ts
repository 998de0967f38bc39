import { refuse } from '#libs/event-sourcing/decider';
import type { CaseStatus } from '../case.state.js';
import { assess, missingStep } from './assessment.js';
import { decidedBy, notDue, type Decide } from './decide.js';

/** At least two investigators, with a member of the household present. Source: 民发〔2021〕57号 art 15-16 */
export const recordHomeVisit: Decide<'RecordHomeVisit'> = (data, state, { by, facts }) => {
  if (state.status !== 'accepted' && state.status !== 'investigating' && state.status !== 'reinvestigating')
    return notDue(state);
  if (new Set(data.investigators.map((name) => name.trim())).size < 2) return refuse('TWO_INVESTIGATORS_NEEDED');
  if (!data.investigators.includes(by)) return refuse('INVESTIGATOR_RECORDS_VISIT');
  if (data.investigators[0] === state.acceptedBy) return refuse('DUTIES_ARE_SEPARATE', { duty: 'acceptance' });
  if (!facts.members.some(({ personId }) => personId === data.memberPresent)) return refuse('PERSON_OUTSIDE_HOUSEHOLD');
  return [{ type: 'InvestigationStarted', data }];
};

/** A source that did not answer is "not available", never "nothing"; a report of no source says nothing. Source: 民发〔2021〕57号 art 17 */
export const recordVerificationReport: Decide<'RecordVerificationReport'> = (data, state, { today }) => {
  const due: readonly CaseStatus[] = ['accepted', 'investigating', 'reinvestigating', 'under-recheck'];
  if (!due.includes(state.status)) return notDue(state);
  if (data.sources.some(({ asOf }) => asOf > today)) return refuse('FACT_DATES_OUT_OF_ORDER', { today });
  const complete = data.sources.length > 0 && data.sources.every(({ result }) => result !== 'not-available');
  return [{ type: 'VerificationReportIssued', data: { ...data, complete } }];
};

/** The township proposes an amount and says why. Source: 民发〔2021〕57号 art 19 */
export const givePreliminaryOpinion: Decide<'GivePreliminaryOpinion'> = ({ reason }, state, context) => {
  const { by, pack } = context;
  const due: readonly CaseStatus[] = ['accepted', 'investigating', 'reinvestigating', 'under-recheck'];
  if (!due.includes(state.status)) return notDue(state);
  if (!pack) return refuse('NO_POLICY_PACK');
  if (state.status !== 'under-recheck') {
    if (by === state.acceptedBy) return refuse('DUTIES_ARE_SEPARATE', { duty: 'acceptance' });
    if (state.leadInvestigators.includes(by)) return refuse('DUTIES_ARE_SEPARATE', { duty: 'investigation' });
  }
  const missing = missingStep(state, pack);
  if (missing) return refuse(missing);
  const assessment = assess(state, context, pack);
  if (!('eligible' in assessment)) return assessment;
  return [
    {
      type: 'PreliminaryOpinionIssued',
      data: {
        ...decidedBy(context),
        assessment,
        household: context.household,
        proposal: assessment.eligible ? 'award' : 'refuse',
        monthlyAmount: assessment.monthlyAmount,
        ...(reason !== undefined && { reason }),
      },
    },
  ];
};
