import { endOfDay, monthOf, nextMonth, periodEnd, type WorkingCalendar } from '#libs/calendar';
import { refuse, type Decider, type DecisionContext, type Refusal } from '#libs/event-sourcing/decider';
import { getScheme, type Assessment, type Pack, type Residence, type SchemeFacts, type SchemeId } from '#libs/schemes';
import type { CaseEvent, FactDates, RecheckKind, SourceResult } from './case.events.js';
import type { CaseRefusal } from './case.refusals.js';
import { evolve, presentAmount, type Case, type CaseStatus, type OpenCase } from './case.state.js';

/** What may be asked of a case. */
export type CaseCommand =
  | {
      readonly type: 'SubmitApplication';
      readonly data: FactDates & {
        readonly scheme: SchemeId;
        readonly householdId: string;
        readonly personId?: string;
      };
    }
  | { readonly type: 'AcceptApplication'; readonly data: object }
  | { readonly type: 'DeclineApplication'; readonly data: { readonly reason: string } }
  | { readonly type: 'WithdrawApplication'; readonly data: FactDates & { readonly reason: string } }
  | {
      readonly type: 'RecordHomeVisit';
      readonly data: FactDates & {
        readonly investigators: readonly string[];
        readonly memberPresent: string;
        readonly findings?: string;
      };
    }
  | {
      readonly type: 'RecordVerificationReport';
      readonly data: FactDates & { readonly sources: readonly SourceResult[] };
    }
  | { readonly type: 'GivePreliminaryOpinion'; readonly data: { readonly reason?: string } }
  | { readonly type: 'PostNotice'; readonly data: { readonly place: string } }
  | { readonly type: 'RecordNoticeExpiry'; readonly data: object }
  | { readonly type: 'RecordObjection'; readonly data: FactDates & { readonly grounds: string } }
  | { readonly type: 'ReturnCase'; readonly data: { readonly reason: string } }
  | { readonly type: 'ConfirmCase'; readonly data: object }
  | { readonly type: 'RefuseCase'; readonly data: { readonly reason: string } }
  | { readonly type: 'OpenRecheck'; readonly data: { readonly kind: RecheckKind } }
  | { readonly type: 'DecideRecheck'; readonly data: object }
  | { readonly type: 'StopAward'; readonly data: { readonly reason: string; readonly lastMonth: string } };

/** What a decision is told, beside time and officer: facts and parameters, looked up and passed in as plain data. */
export interface CaseContext extends DecisionContext {
  readonly timeZone: string;
  readonly calendar: WorkingCalendar;
  /** The line of parameters in force today; undefined where the area has none. */
  readonly pack?: Pack;
  readonly facts: SchemeFacts;
  readonly incomeDeclared: boolean;
  readonly household: { readonly streamId: string; readonly revision: string };
  /** What only an application needs. */
  readonly application?: {
    readonly number: string;
    readonly area: string;
    readonly areaPath: string;
    readonly residence: Residence;
  };
}

type Outcome = readonly CaseEvent[] | Refusal<CaseRefusal>;
type Decide<Type extends CaseCommand['type']> = (
  data: Extract<CaseCommand, { type: Type }>['data'],
  state: OpenCase,
  context: CaseContext,
) => Outcome;

const undecided: readonly CaseStatus[] = [
  'submitted',
  'accepted',
  'investigating',
  'opinion-issued',
  'on-notice',
  'reinvestigating',
  'with-county',
];

const notDue = (state: OpenCase): Refusal<CaseRefusal> => refuse('STEP_NOT_DUE', { status: state.status });
const decidedBy = ({ by, today }: CaseContext) => ({ by, decidedOn: today });

/** Source: 民发〔2021〕57号 art 4, 9: the household applies as a unit; a subsidy for one person names the person. */
function submitApplication(
  data: Extract<CaseCommand, { type: 'SubmitApplication' }>['data'],
  context: CaseContext,
): Outcome {
  const { application, facts, pack } = context;
  if (!application) throw new Error('an application needs a number and an area');
  if (!pack) return refuse('NO_POLICY_PACK');
  const { unit } = getScheme(data.scheme);
  if (unit === 'person' && data.personId === undefined) return refuse('SCHEME_IS_FOR_PERSONS');
  if (unit === 'household' && data.personId !== undefined) return refuse('SCHEME_IS_FOR_HOUSEHOLDS');
  if (data.personId !== undefined && !facts.members.some(({ personId }) => personId === data.personId)) {
    return refuse('PERSON_OUTSIDE_HOUSEHOLD');
  }
  return [{ type: 'ApplicationSubmitted', data: { ...data, ...application } }];
}

/** The clock of the procedure starts here. Source: 民发〔2021〕57号 art 22 */
const acceptApplication: Decide<'AcceptApplication'> = (_, state, context) => {
  if (state.status === 'accepted') return [];
  if (state.status !== 'submitted') return notDue(state);
  return [{ type: 'ApplicationAccepted', data: decidedBy(context) }];
};

const declineApplication: Decide<'DeclineApplication'> = ({ reason }, state, context) => {
  if (state.status === 'not-accepted') return [];
  if (state.status !== 'submitted') return notDue(state);
  return [{ type: 'ApplicationNotAccepted', data: { ...decidedBy(context), reason } }];
};

const withdrawApplication: Decide<'WithdrawApplication'> = (data, state) => {
  if (state.status === 'withdrawn') return [];
  if (!undecided.includes(state.status)) return notDue(state);
  return [{ type: 'ApplicationWithdrawn', data }];
};

/** At least two investigators, with a member of the household present. Source: 民发〔2021〕57号 art 15-16 */
const recordHomeVisit: Decide<'RecordHomeVisit'> = (data, state, { by, facts }) => {
  if (state.status !== 'accepted' && state.status !== 'investigating' && state.status !== 'reinvestigating')
    return notDue(state);
  if (new Set(data.investigators).size < 2) return refuse('TWO_INVESTIGATORS_NEEDED');
  if (!data.investigators.includes(by)) return refuse('INVESTIGATOR_RECORDS_VISIT');
  if (data.investigators[0] === state.acceptedBy) return refuse('DUTIES_ARE_SEPARATE', { duty: 'acceptance' });
  if (!facts.members.some(({ personId }) => personId === data.memberPresent)) return refuse('PERSON_OUTSIDE_HOUSEHOLD');
  return [{ type: 'InvestigationStarted', data }];
};

/** A source that did not answer is "not available", never "nothing". Source: 民发〔2021〕57号 art 17 */
const recordVerificationReport: Decide<'RecordVerificationReport'> = (data, state) => {
  const due: readonly CaseStatus[] = ['accepted', 'investigating', 'reinvestigating', 'under-recheck'];
  if (!due.includes(state.status)) return notDue(state);
  const complete = data.sources.every(({ result }) => result !== 'not-available');
  return [{ type: 'VerificationReportIssued', data: { ...data, complete } }];
};

/** The township proposes an amount and says why. Source: 民发〔2021〕57号 art 19 */
const givePreliminaryOpinion: Decide<'GivePreliminaryOpinion'> = ({ reason }, state, context) => {
  const { by, pack } = context;
  const due: readonly CaseStatus[] = ['accepted', 'investigating', 'reinvestigating', 'under-recheck'];
  if (!due.includes(state.status)) return notDue(state);
  if (!pack) return refuse('NO_POLICY_PACK');
  if (state.status !== 'under-recheck') {
    if (by === state.acceptedBy) return refuse('DUTIES_ARE_SEPARATE', { duty: 'acceptance' });
    if (by === state.leadInvestigator) return refuse('DUTIES_ARE_SEPARATE', { duty: 'investigation' });
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

/**
 * The notice stands to 24:00 of its last day; a last day that is no working day moves to the next one.
 * Source: 民发〔2021〕57号 art 19; 民法典 art 201-203
 */
const postNotice: Decide<'PostNotice'> = ({ place }, state, { by, today, timeZone, calendar, pack }) => {
  if (state.status !== 'opinion-issued') return notDue(state);
  if (!pack) return refuse('NO_POLICY_PACK');
  const days = getScheme(state.scheme).procedure(pack).publicNoticeDays;
  if (days === null) return refuse('NOTICE_NOT_NEEDED');
  const { lastDay, provisional, calendar: dated } = periodEnd(calendar, today, { days });
  const endsAt = endOfDay(lastDay, timeZone);
  const dates = { happenedOn: today, knownOn: today };
  return [
    { type: 'NoticePosted', data: { ...dates, by, place, endsOn: lastDay, endsAt, provisional, calendar: dated } },
  ];
};

const recordNoticeExpiry: Decide<'RecordNoticeExpiry'> = (_, state, { now, today }) => {
  if (state.status !== 'on-notice' || !state.notice) return notDue(state);
  if (now < state.notice.endsAt) return refuse('NOTICE_STILL_RUNNING', { endsOn: state.notice.endsOn });
  return [{ type: 'NoticeExpiredClean', data: { happenedOn: state.notice.endsOn, knownOn: today } }];
};

/** An objection sends the case back; the new opinion goes straight to the county. Source: 民发〔2021〕57号 art 19 */
const recordObjection: Decide<'RecordObjection'> = (data, state) =>
  state.status === 'on-notice' ? [{ type: 'NoticeObjected', data }] : notDue(state);

const returnCase: Decide<'ReturnCase'> = ({ reason }, state, context) =>
  isWithCounty(state, context)
    ? [{ type: 'CaseReturnedForMore', data: { ...decidedBy(context), reason } }]
    : notDue(state);

/** The county confirms what the township proposed, as another person. Source: 民发〔2021〕57号 art 20-21 */
const confirmCase: Decide<'ConfirmCase'> = (_, state, context) => {
  const { pack, facts, today, calendar } = context;
  if (state.status === 'on-notice' && state.notice)
    return refuse('NOTICE_STILL_RUNNING', { endsOn: state.notice.endsOn });
  if (!isWithCounty(state, context)) return notDue(state);
  if (!pack) return refuse('NO_POLICY_PACK');
  const assessment = confirmable(state, context, pack);
  if (!('eligible' in assessment)) return assessment;
  const scheme = getScheme(state.scheme);
  return [
    {
      type: 'CaseConfirmed',
      data: {
        ...decidedBy(context),
        assessment,
        household: context.household,
        monthlyAmount: assessment.monthlyAmount,
        fromMonth: scheme.firstMonth(facts, pack),
        ...recheckDue(state, pack, today, calendar),
      },
    },
  ];
};

const refuseCase: Decide<'RefuseCase'> = ({ reason }, state, context) => {
  if (state.status === 'refused') return [];
  if (!isWithCounty(state, context) || !state.opinion) return notDue(state);
  if (context.by === state.opinion.by) return refuse('OPINION_GIVER_CANNOT_CONFIRM');
  return [{ type: 'CaseRefused', data: { ...decidedBy(context), reason, reasons: state.opinion.assessment.reasons } }];
};

/** Payments go on while a re-check runs. Source: 民发〔2021〕57号 art 30-31 */
const openRecheck: Decide<'OpenRecheck'> = ({ kind }, state, context) => {
  if (state.status === 'under-recheck') return [];
  if (state.status !== 'active') return notDue(state);
  return [{ type: 'RecheckOpened', data: { ...decidedBy(context), kind } }];
};

/** Another amount counts from the month after the decision. Source: 民发〔2021〕57号 art 31-32 */
const decideRecheck: Decide<'DecideRecheck'> = (_, state, context) => {
  const { pack, today, calendar } = context;
  if (state.status !== 'under-recheck' || !state.opinion) return notDue(state);
  if (!pack) return refuse('NO_POLICY_PACK');
  const fromMonth = nextMonth(monthOf(today));
  const previousAmount = presentAmount(state);
  const grounds = { ...decidedBy(context), household: context.household };
  if (state.opinion.proposal === 'refuse') {
    if (context.by === state.opinion.by) return refuse('OPINION_GIVER_CANNOT_CONFIRM');
    const { assessment } = state.opinion;
    return [
      {
        type: 'AwardStopped',
        data: { ...grounds, assessment, reason: assessment.reasons.join(', '), fromMonth, previousAmount },
      },
    ];
  }
  const assessment = confirmable(state, context, pack);
  if (!('eligible' in assessment)) return assessment;
  const { monthlyAmount } = assessment;
  const decision = { ...grounds, assessment, monthlyAmount, ...recheckDue(state, pack, today, calendar) };
  if (monthlyAmount === previousAmount) return [{ type: 'AwardUnchanged', data: decision }];
  const type = monthlyAmount > previousAmount ? 'AwardIncreased' : 'AwardReduced';
  return [{ type, data: { ...decision, previousAmount, fromMonth } }];
};

/** Source: 民发〔2021〕57号 art 32 */
const stopAward: Decide<'StopAward'> = ({ reason, lastMonth }, state, context) => {
  if (state.status === 'stopped') return [];
  if (state.status !== 'active' && state.status !== 'under-recheck') return notDue(state);
  if (lastMonth < monthOf(context.today)) return refuse('STOP_MONTH_PAST');
  const data = { ...decidedBy(context), reason, fromMonth: nextMonth(lastMonth), previousAmount: presentAmount(state) };
  return [{ type: 'AwardStopped', data }];
};

/** A case without public notice is the county's as soon as the opinion is there. */
function isWithCounty(state: OpenCase, { pack }: CaseContext): boolean {
  if (state.status === 'with-county') return true;
  return (
    state.status === 'opinion-issued' &&
    pack !== undefined &&
    getScheme(state.scheme).procedure(pack).publicNoticeDays === null
  );
}

/** No decision without the visit and the report that the scheme asks for. */
function missingStep(state: OpenCase, pack: Pack): CaseRefusal | undefined {
  const procedure = getScheme(state.scheme).procedure(pack);
  if (procedure.homeVisit && state.leadInvestigator === undefined) return 'HOME_VISIT_MISSING';
  if (procedure.verificationReport && !state.report) return 'VERIFICATION_REPORT_MISSING';
  return undefined;
}

function assess(
  state: OpenCase,
  { facts, incomeDeclared }: CaseContext,
  pack: Pack,
): Assessment | Refusal<CaseRefusal> {
  const scheme = getScheme(state.scheme);
  if (scheme.unit === 'household' && !incomeDeclared) return refuse('INCOME_NOT_DECLARED');
  const assessment = scheme.assess(facts, pack);
  return assessment.reasons.includes('NO_DIBAO_YET') ? refuse('NO_DIBAO_YET') : assessment;
}

/** What the county may confirm: by another person, on a complete report, and the same figures as proposed. */
function confirmable(state: OpenCase, context: CaseContext, pack: Pack): Assessment | Refusal<CaseRefusal> {
  const { opinion, report } = state;
  if (!opinion) return notDue(state);
  if (context.by === opinion.by) return refuse('OPINION_GIVER_CANNOT_CONFIRM');
  if (context.by === state.acceptedBy) return refuse('DUTIES_ARE_SEPARATE', { duty: 'acceptance' });
  if (context.by === state.leadInvestigator) return refuse('DUTIES_ARE_SEPARATE', { duty: 'investigation' });
  if (report && !report.complete) return refuse('VERIFICATION_INCOMPLETE');
  const assessment = assess(state, context, pack);
  if (!('eligible' in assessment)) return assessment;
  if (assessment.monthlyAmount !== opinion.monthlyAmount || assessment.eligible !== opinion.assessment.eligible) {
    return refuse('FACTS_CHANGED_SINCE_OPINION', { proposed: opinion.monthlyAmount, now: assessment.monthlyAmount });
  }
  if (!assessment.eligible) return refuse('NOT_ELIGIBLE', { reasons: assessment.reasons.join(', ') });
  return assessment;
}

function recheckDue(state: OpenCase, pack: Pack, today: string, calendar: WorkingCalendar): { recheckDueOn?: string } {
  const months = pack.recheckMonths === undefined ? getScheme(state.scheme).recheckMonths : pack.recheckMonths;
  return months === null ? {} : { recheckDueOn: periodEnd(calendar, today, { months }).lastDay };
}

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
    return decide(command.data as never, state, context);
  },
  evolve,
};
