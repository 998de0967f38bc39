import { refuse } from '#libs/event-sourcing/decider';
import { getScheme } from '#libs/schemes';
import type { CaseCommand, CaseContext } from '../case.commands.js';
import type { CaseStatus } from '../case.state.js';
import { decidedBy, notDue, type Decide, type Outcome } from './decide.js';

const undecided: readonly CaseStatus[] = [
  'submitted',
  'accepted',
  'investigating',
  'opinion-issued',
  'on-notice',
  'reinvestigating',
  'with-county',
];

/** Source: 民发〔2021〕57号 art 4, 9: the household applies as a unit; a subsidy for one person names the person. */
export function submitApplication(
  data: Extract<CaseCommand, { type: 'SubmitApplication' }>['data'],
  context: CaseContext,
): Outcome {
  const { application, facts, pack, packThen } = context;
  if (!application) throw new Error('an application needs a number and an area');
  if (!pack || !packThen) return refuse('NO_POLICY_PACK');
  const { unit } = getScheme(data.scheme);
  if (unit === 'person' && data.personId === undefined) return refuse('SCHEME_IS_FOR_PERSONS');
  if (unit === 'household' && data.personId !== undefined) return refuse('SCHEME_IS_FOR_HOUSEHOLDS');
  if (data.personId !== undefined && !facts.members.some(({ personId }) => personId === data.personId)) {
    return refuse('PERSON_OUTSIDE_HOUSEHOLD');
  }
  return [{ type: 'ApplicationSubmitted', data: { ...data, ...application } }];
}

/** The clock of the procedure starts here. Source: 民发〔2021〕57号 art 22 */
export const acceptApplication: Decide<'AcceptApplication'> = (_, state, context) => {
  if (state.status === 'accepted') return [];
  if (state.status !== 'submitted') return notDue(state);
  return [{ type: 'ApplicationAccepted', data: decidedBy(context) }];
};

/** Never without a written reason. Source: 社会救助暂行办法 art 66 */
export const declineApplication: Decide<'DeclineApplication'> = ({ reason }, state, context) => {
  if (state.status === 'not-accepted') return [];
  if (state.status !== 'submitted') return notDue(state);
  return [{ type: 'ApplicationNotAccepted', data: { ...decidedBy(context), reason } }];
};

/** The household may take its application back until it is decided. */
export const withdrawApplication: Decide<'WithdrawApplication'> = (data, state) => {
  if (state.status === 'withdrawn') return [];
  if (!undecided.includes(state.status)) return notDue(state);
  return [{ type: 'ApplicationWithdrawn', data }];
};
