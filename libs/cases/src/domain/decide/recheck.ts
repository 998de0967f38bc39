import { monthOf, nextMonth } from '#libs/calendar';
import { refuse } from '#libs/event-sourcing/decider';
import { presentAmount } from '../case.state.js';
import { recheckDue, upheld } from './assessment.js';
import { decidedBy, notDue, type Decide } from './decide.js';

/** Payments go on while a re-check runs. Source: 民发〔2021〕57号 art 30-31 */
export const openRecheck: Decide<'OpenRecheck'> = ({ kind }, state, context) => {
  if (state.status === 'under-recheck') return [];
  if (state.status !== 'active') return notDue(state);
  return [{ type: 'RecheckOpened', data: { ...decidedBy(context), kind } }];
};

/** Another amount, or none, counts from the month after the decision. Source: 民发〔2021〕57号 art 31-32 */
export const decideRecheck: Decide<'DecideRecheck'> = (_, state, context) => {
  const { pack, today, calendar } = context;
  if (state.status !== 'under-recheck' || !state.opinion) return notDue(state);
  if (!pack) return refuse('NO_POLICY_PACK');
  const fromMonth = nextMonth(monthOf(today));
  const previousAmount = presentAmount(state);
  const assessment = upheld(state, context, pack);
  if (!('eligible' in assessment)) return assessment;
  const grounds = { ...decidedBy(context), assessment, household: context.household };
  if (!assessment.eligible) {
    const { reasons } = assessment;
    return [{ type: 'AwardStopped', data: { ...grounds, reasons, fromMonth, previousAmount } }];
  }
  const { monthlyAmount } = assessment;
  const decision = { ...grounds, monthlyAmount, ...recheckDue(state, pack, today, calendar) };
  if (monthlyAmount === previousAmount) return [{ type: 'AwardUnchanged', data: decision }];
  const type = monthlyAmount > previousAmount ? 'AwardIncreased' : 'AwardReduced';
  return [{ type, data: { ...decision, previousAmount, fromMonth } }];
};

/** The award ends after a month that is still paid. Source: 民发〔2021〕57号 art 32 */
export const stopAward: Decide<'StopAward'> = ({ reason, lastMonth }, state, context) => {
  if (state.status === 'stopped' && state.terms.at(-1)?.fromMonth === nextMonth(lastMonth)) return [];
  if (state.status !== 'active' && state.status !== 'under-recheck') return notDue(state);
  if (lastMonth < monthOf(context.today)) return refuse('STOP_MONTH_PAST');
  const grounds = { ...decidedBy(context), reasons: [], reason };
  const data = { ...grounds, fromMonth: nextMonth(lastMonth), previousAmount: presentAmount(state) };
  return [{ type: 'AwardStopped', data }];
};
