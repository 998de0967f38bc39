import type { Assessment, Residence, SchemeId } from '#libs/schemes';

/** The day a fact happened and the day the office came to know it; local dates of the area. */
export interface FactDates {
  readonly happenedOn: string;
  readonly knownOn: string;
}

/** Who decided, and on which local date. */
export interface Decided {
  readonly by: string;
  readonly decidedOn: string;
}

/** Where the figures of an assessment come from: the household's stream at a revision. */
export interface Grounds {
  readonly assessment: Assessment;
  readonly household: { readonly streamId: string; readonly revision: string };
}

/** What one source answered. `not-available` is never the same as `nothing`. */
export interface SourceResult {
  readonly source: string;
  readonly asOf: string;
  readonly result: 'nothing' | 'as-declared' | 'differs' | 'not-available';
}

/** Why a re-check is made. */
export type RecheckKind = 'annual' | 'change';

type Stored<Type extends string, Data extends object> = { readonly type: Type; readonly data: Data };

export type ApplicationSubmitted = Stored<
  'ApplicationSubmitted',
  FactDates & {
    readonly number: string;
    readonly scheme: SchemeId;
    readonly householdId: string;
    readonly personId?: string;
    readonly area: string;
    readonly areaPath: string;
    readonly residence: Residence;
  }
>;
export type ApplicationAccepted = Stored<'ApplicationAccepted', Decided>;
export type ApplicationNotAccepted = Stored<'ApplicationNotAccepted', Decided & { readonly reason: string }>;
export type ApplicationWithdrawn = Stored<'ApplicationWithdrawn', FactDates & { readonly reason: string }>;
/** The home visit, by two investigators with a member present. */
export type InvestigationStarted = Stored<
  'InvestigationStarted',
  FactDates & {
    readonly investigators: readonly string[];
    readonly memberPresent: string;
    readonly findings?: string;
  }
>;
export type VerificationReportIssued = Stored<
  'VerificationReportIssued',
  FactDates & { readonly sources: readonly SourceResult[]; readonly complete: boolean }
>;
export type PreliminaryOpinionIssued = Stored<
  'PreliminaryOpinionIssued',
  Decided &
    Grounds & { readonly proposal: 'award' | 'refuse'; readonly monthlyAmount: number; readonly reason?: string }
>;
/** `endsOn` is the last day, `endsAt` its 24:00 as an instant; `calendar` names the dated list of working days. */
export type NoticePosted = Stored<
  'NoticePosted',
  FactDates & {
    readonly by: string;
    readonly place: string;
    readonly endsOn: string;
    readonly endsAt: string;
    readonly provisional: boolean;
    readonly calendar: string;
  }
>;
export type NoticeExpiredClean = Stored<'NoticeExpiredClean', FactDates>;
export type NoticeObjected = Stored<'NoticeObjected', FactDates & { readonly grounds: string }>;
export type CaseReturnedForMore = Stored<'CaseReturnedForMore', Decided & { readonly reason: string }>;
export type CaseConfirmed = Stored<
  'CaseConfirmed',
  Decided & Grounds & { readonly monthlyAmount: number; readonly fromMonth: string; readonly recheckDueOn?: string }
>;
export type CaseRefused = Stored<
  'CaseRefused',
  Decided & { readonly reason: string; readonly reasons: readonly string[] }
>;
export type RecheckOpened = Stored<'RecheckOpened', Decided & { readonly kind: RecheckKind }>;

interface Change extends Decided, Grounds {
  readonly monthlyAmount: number;
  readonly previousAmount: number;
  readonly fromMonth: string;
  readonly recheckDueOn?: string;
}
export type AwardIncreased = Stored<'AwardIncreased', Change>;
export type AwardReduced = Stored<'AwardReduced', Change>;
export type AwardUnchanged = Stored<'AwardUnchanged', Omit<Change, 'previousAmount' | 'fromMonth'>>;
/** `fromMonth` is the first month without payment. */
export type AwardStopped = Stored<
  'AwardStopped',
  Decided & Partial<Grounds> & { readonly reason: string; readonly fromMonth: string; readonly previousAmount: number }
>;

export type CaseEvent =
  | ApplicationSubmitted
  | ApplicationAccepted
  | ApplicationNotAccepted
  | ApplicationWithdrawn
  | InvestigationStarted
  | VerificationReportIssued
  | PreliminaryOpinionIssued
  | NoticePosted
  | NoticeExpiredClean
  | NoticeObjected
  | CaseReturnedForMore
  | CaseConfirmed
  | CaseRefused
  | RecheckOpened
  | AwardIncreased
  | AwardReduced
  | AwardUnchanged
  | AwardStopped;

/** The stored names and the version of each shape. */
export const caseEventTypes = {
  ApplicationSubmitted: 1,
  ApplicationAccepted: 1,
  ApplicationNotAccepted: 1,
  ApplicationWithdrawn: 1,
  InvestigationStarted: 1,
  VerificationReportIssued: 1,
  PreliminaryOpinionIssued: 1,
  NoticePosted: 1,
  NoticeExpiredClean: 1,
  NoticeObjected: 1,
  CaseReturnedForMore: 1,
  CaseConfirmed: 1,
  CaseRefused: 1,
  RecheckOpened: 1,
  AwardIncreased: 1,
  AwardReduced: 1,
  AwardUnchanged: 1,
  AwardStopped: 1,
} as const satisfies Record<CaseEvent['type'], number>;
