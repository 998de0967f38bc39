import { refuse, type Decider, type Refusal } from '#libs/event-sourcing/decider';
import type { CaseCommand, CaseContext } from './case.commands.js';
import type { CaseEvent, FactDates } from './case.events.js';
import type { CaseRefusal } from './case.refusals.js';
import { evolve, type Case } from './case.state.js';
import { acceptApplication, declineApplication, submitApplication, withdrawApplication } from './decide/application.js';
import { confirmCase, refuseCase, returnCase } from './decide/county.js';
import type { Decide } from './decide/decide.js';
import { givePreliminaryOpinion, recordHomeVisit, recordVerificationReport } from './decide/investigation.js';
import { postNotice, recordNoticeExpiry, recordObjection } from './decide/notice.js';
import { decideRecheck, openRecheck, stopAward } from './decide/recheck.js';

export type { CaseCommand, CaseContext } from './case.commands.js';

function refusedDates(data: object, today: string): Refusal<CaseRefusal> | undefined {
  const { happenedOn, knownOn } = data as Partial<FactDates>;
  if (happenedOn === undefined || knownOn === undefined) return undefined;
  return happenedOn > knownOn || knownOn > today ? refuse('FACT_DATES_OUT_OF_ORDER', { today }) : undefined;
}

/** A command without a decision does not compile. */
const decisions: { readonly [Type in Exclude<CaseCommand['type'], 'SubmitApplication'>]: Decide<Type> } = {
  AcceptApplication: acceptApplication,
  DeclineApplication: declineApplication,
  WithdrawApplication: withdrawApplication,
  RecordHomeVisit: recordHomeVisit,
  RecordVerificationReport: recordVerificationReport,
  GivePreliminaryOpinion: givePreliminaryOpinion,
  PostNotice: postNotice,
  RecordNoticeExpiry: recordNoticeExpiry,
  RecordObjection: recordObjection,
  ReturnCase: returnCase,
  ConfirmCase: confirmCase,
  RefuseCase: refuseCase,
  OpenRecheck: openRecheck,
  DecideRecheck: decideRecheck,
  StopAward: stopAward,
};

/** A case of one scheme for one household or person, from application to its end. */
export const caseDecider: Decider<Case, CaseCommand, CaseEvent, CaseContext> = {
  initial: { status: 'none' },
  decide(command, state, context) {
    const refused = refusedDates(command.data, context.today);
    if (refused) return refused;
    if (command.type === 'SubmitApplication') {
      return state.status === 'none' ? submitApplication(command.data, context) : refuse('CASE_EXISTS');
    }
    if (state.status === 'none') throw new Error(`${command.type} for no case`);
    const decide = decisions[command.type] as Decide<typeof command.type>;
    return decide(command.data, state, context);
  },
  evolve,
};
