import { refuse } from '#libs/event-sourcing/decider';
import { getScheme } from '#libs/schemes';
import { isWithCounty, recheckDue, refusedDuties, upheld } from './assessment.js';
import { decidedBy, notDue, type Decide } from './decide.js';

/** Something is missing: the township looks again. */
export const returnCase: Decide<'ReturnCase'> = ({ reason }, state, context) =>
  isWithCounty(state, context)
    ? [{ type: 'CaseReturnedForMore', data: { ...decidedBy(context), reason } }]
    : notDue(state);

/** The county confirms what the township proposed, as another person. Source: 民发〔2021〕57号 art 20-21 */
export const confirmCase: Decide<'ConfirmCase'> = (_, state, context) => {
  const { pack, facts, today, calendar, paidElsewhere } = context;
  if (state.status === 'on-notice' && state.notice)
    return refuse('NOTICE_STILL_RUNNING', { endsOn: state.notice.endsOn });
  if (!isWithCounty(state, context)) return notDue(state);
  if (!pack) return refuse('NO_POLICY_PACK');
  const assessment = upheld(state, context, pack);
  if (!('eligible' in assessment)) return assessment;
  if (!assessment.eligible) return refuse('NOT_ELIGIBLE', { reasons: assessment.reasons.join(', ') });
  const fromMonth = getScheme(state.scheme).firstMonth(facts, pack);
  if (paidElsewhere && (paidElsewhere.endsBefore === undefined || paidElsewhere.endsBefore > fromMonth)) {
    return refuse('AWARD_EXISTS', { number: paidElsewhere.number, fromMonth });
  }
  return [
    {
      type: 'CaseConfirmed',
      data: {
        ...decidedBy(context),
        assessment,
        household: context.household,
        monthlyAmount: assessment.monthlyAmount,
        fromMonth,
        ...recheckDue(state, pack, today, calendar),
      },
    },
  ];
};

/** In writing and with reasons, by another person than the township's. Source: 民发〔2021〕57号 art 21 */
export const refuseCase: Decide<'RefuseCase'> = ({ reason }, state, context) => {
  if (state.status === 'refused') return [];
  if (!isWithCounty(state, context) || !state.opinion) return notDue(state);
  const refused = refusedDuties(state, context.by);
  if (refused) return refused;
  return [{ type: 'CaseRefused', data: { ...decidedBy(context), reason, reasons: state.opinion.assessment.reasons } }];
};
