import type { Residence, SchemeId } from '#libs/schemes';
import type { CaseEvent, Decided, Grounds, RecheckKind } from './case.events.js';

/** Where a case stands, in the caseworker's words. */
export const caseStatuses = [
  'submitted',
  'accepted',
  'investigating',
  'opinion-issued',
  'on-notice',
  'reinvestigating',
  'with-county',
  'active',
  'under-recheck',
  'not-accepted',
  'refused',
  'withdrawn',
  'stopped',
] as const;
export type CaseStatus = (typeof caseStatuses)[number];

/** What the household gets from a month on, until a later decision says otherwise. Fen a month; 0 after a stop. */
export interface AwardTerm {
  readonly fromMonth: string;
  readonly monthlyAmount: number;
  readonly decidedOn: string;
}

/** What the township proposes. */
export interface Opinion extends Decided, Grounds {
  readonly proposal: 'award' | 'refuse';
  readonly monthlyAmount: number;
}

/** A case after its application: what decisions and the case's own page need. */
export interface OpenCase {
  readonly status: CaseStatus;
  readonly number: string;
  readonly scheme: SchemeId;
  readonly householdId: string;
  readonly personId?: string;
  readonly area: string;
  readonly areaPath: string;
  readonly residence: Residence;
  readonly appliedOn: string;
  readonly acceptedBy?: string;
  /** Who led a home visit, each of them. */
  readonly leadInvestigators: readonly string[];
  readonly report?: { readonly complete: boolean; readonly issuedOn: string };
  readonly opinion?: Opinion;
  readonly notice?: {
    readonly place: string;
    readonly postedOn: string;
    readonly endsOn: string;
    readonly endsAt: string;
    readonly provisional: boolean;
  };
  readonly terms: readonly AwardTerm[];
  readonly recheck?: RecheckKind;
  readonly recheckDueOn?: string;
}

/** A case, or the place for one. */
export type Case = { readonly status: 'none' } | OpenCase;

/** What the case pays by its latest term; 0 without one. Fen a month. */
export const presentAmount = ({ terms }: OpenCase): number => terms.at(-1)?.monthlyAmount ?? 0;

/** Folds one event. It copies what the event says, and knows neither clock nor parameters. */
export function evolve(state: Case, event: CaseEvent): Case {
  if (event.type === 'ApplicationSubmitted') {
    const { happenedOn, knownOn: _, ...application } = event.data;
    return { ...application, status: 'submitted', appliedOn: happenedOn, leadInvestigators: [], terms: [] };
  }
  if (state.status === 'none') throw new Error(`${event.type} before ApplicationSubmitted`);
  return evolveOpen(state, event);
}

function evolveOpen(state: OpenCase, event: Exclude<CaseEvent, { type: 'ApplicationSubmitted' }>): OpenCase {
  switch (event.type) {
    case 'ApplicationAccepted':
      return { ...state, status: 'accepted', acceptedBy: event.data.by };
    case 'ApplicationNotAccepted':
      return { ...state, status: 'not-accepted' };
    case 'ApplicationWithdrawn':
      return { ...state, status: 'withdrawn' };
    case 'InvestigationStarted': {
      const leads = event.data.investigators.slice(0, 1);
      // A visit after an objection leaves the case on its way straight to the county.
      const status = state.status === 'reinvestigating' ? state.status : 'investigating';
      return { ...state, status, leadInvestigators: [...state.leadInvestigators, ...leads] };
    }
    case 'VerificationReportIssued':
      return { ...state, report: { complete: event.data.complete, issuedOn: event.data.happenedOn } };
    case 'PreliminaryOpinionIssued': {
      const { reason: _, ...opinion } = event.data;
      if (state.status === 'under-recheck') return { ...state, opinion };
      const straightToCounty = opinion.proposal === 'refuse' || state.status === 'reinvestigating';
      return { ...state, status: straightToCounty ? 'with-county' : 'opinion-issued', opinion };
    }
    case 'NoticePosted': {
      const { place, happenedOn, endsOn, endsAt, provisional } = event.data;
      return { ...state, status: 'on-notice', notice: { place, postedOn: happenedOn, endsOn, endsAt, provisional } };
    }
    case 'NoticeExpiredClean':
      return { ...state, status: 'with-county' };
    case 'NoticeObjected':
      return { ...without(state, 'opinion'), status: 'reinvestigating' };
    case 'CaseReturnedForMore':
      return { ...without(state, 'opinion'), status: 'investigating' };
    case 'CaseConfirmed':
      return { ...withTerm(state, event.data), ...recheckDue(event.data), status: 'active' };
    case 'CaseRefused':
      return { ...state, status: 'refused' };
    case 'RecheckOpened':
      return { ...without(state, 'opinion', 'report'), status: 'under-recheck', recheck: event.data.kind };
    case 'AwardIncreased':
    case 'AwardReduced':
      return { ...withTerm(without(state, 'recheck'), event.data), ...recheckDue(event.data), status: 'active' };
    case 'AwardUnchanged':
      return { ...without(state, 'recheck'), ...recheckDue(event.data), status: 'active' };
    case 'AwardStopped':
      return {
        ...withTerm(without(state, 'recheck', 'recheckDueOn'), { ...event.data, monthlyAmount: 0 }),
        status: 'stopped',
      };
  }
}

const withTerm = (state: OpenCase, { fromMonth, monthlyAmount, decidedOn }: AwardTerm): OpenCase => ({
  ...state,
  terms: [...state.terms, { fromMonth, monthlyAmount, decidedOn }],
});

const recheckDue = ({ recheckDueOn }: { readonly recheckDueOn?: string }): { recheckDueOn?: string } =>
  recheckDueOn === undefined ? {} : { recheckDueOn };

function without(state: OpenCase, ...keys: ('opinion' | 'report' | 'recheck' | 'recheckDueOn')[]): OpenCase {
  return Object.fromEntries(
    Object.entries(state).filter(([key]) => !(keys as string[]).includes(key)),
  ) as unknown as OpenCase;
}
