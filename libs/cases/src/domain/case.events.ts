import type { EventRegister, FieldKept, Personal, PersonalFieldsOf } from '#libs/event-sourcing/decider';
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
export type ApplicationNotAccepted = Stored<'ApplicationNotAccepted', Decided & { readonly reason: Personal<string> }>;
export type ApplicationWithdrawn = Stored<'ApplicationWithdrawn', FactDates & { readonly reason: Personal<string> }>;
/** The home visit, by two investigators with a member present. */
export type InvestigationStarted = Stored<
  'InvestigationStarted',
  FactDates & {
    readonly investigators: readonly string[];
    readonly memberPresent: string;
    readonly findings?: Personal<string>;
  }
>;
export type VerificationReportIssued = Stored<
  'VerificationReportIssued',
  FactDates & { readonly sources: readonly SourceResult[]; readonly complete: boolean }
>;
export type PreliminaryOpinionIssued = Stored<
  'PreliminaryOpinionIssued',
  Decided &
    Grounds & {
      readonly proposal: 'award' | 'refuse';
      readonly monthlyAmount: number;
      readonly reason?: Personal<string>;
    }
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
export type NoticeObjected = Stored<'NoticeObjected', FactDates & { readonly grounds: Personal<string> }>;
export type CaseReturnedForMore = Stored<'CaseReturnedForMore', Decided & { readonly reason: Personal<string> }>;
export type CaseConfirmed = Stored<
  'CaseConfirmed',
  Decided & Grounds & { readonly monthlyAmount: number; readonly fromMonth: string; readonly recheckDueOn?: string }
>;
export type CaseRefused = Stored<
  'CaseRefused',
  Decided & { readonly reason: Personal<string>; readonly reasons: readonly string[] }
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
/** `fromMonth` is the first month without payment. `reasons` are the codes of a re-check, `reason` is an officer's in words. */
export type AwardStopped = Stored<
  'AwardStopped',
  Decided &
    Partial<Grounds> & {
      readonly reasons: readonly string[];
      readonly reason?: Personal<string>;
      readonly fromMonth: string;
      readonly previousAmount: number;
    }
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

/**
 * What officers write in their own words is about the family: it is sealed under the keys of the case, and kept as long as the
 * file of the approval.
 */
const words: FieldKept = { purpose: 'means', retention: 'approval-file' };
const personal: PersonalFieldsOf<CaseEvent> = {
  ApplicationNotAccepted: { reason: words },
  ApplicationWithdrawn: { reason: words },
  InvestigationStarted: { findings: words },
  PreliminaryOpinionIssued: { reason: words },
  NoticeObjected: { grounds: words },
  CaseReturnedForMore: { reason: words },
  CaseRefused: { reason: words },
  AwardStopped: { reason: words },
};

/** The stored names with the version of each shape, what it says, and its personal fields. */
export const caseEventTypes = {
  category: 'case',
  source: 'libs/cases/src/domain/case.events.ts',
  en: 'One scheme for one household or one person of it.',
  zh: '一个家庭或其中一人的一项救助。',
  types: {
    ApplicationSubmitted: {
      version: 1,
      en: 'The household, or one member, applied for a scheme',
      zh: '家庭或其一名成员提出申请',
    },
    ApplicationAccepted: { version: 1, en: 'The township accepted the application', zh: '乡镇受理申请' },
    ApplicationNotAccepted: { version: 1, en: 'The township did not accept it, and why', zh: '乡镇不予受理及其理由' },
    ApplicationWithdrawn: { version: 1, en: 'The applicant took it back, and why', zh: '申请人撤回申请及其理由' },
    InvestigationStarted: {
      version: 1,
      en: 'Two investigators or more visited the home, with a member present',
      zh: '两名以上调查人员入户调查，有家庭成员在场',
    },
    VerificationReportIssued: {
      version: 1,
      en: 'What each source answered about income and assets; whether all answered',
      zh: '各信息来源对收入和财产的核对结果，以及是否齐全',
    },
    PreliminaryOpinionIssued: {
      version: 1,
      en: 'The township proposed an award or a refusal, with the assessment',
      zh: '乡镇提出给予或不予救助的初审意见，附测算',
    },
    NoticePosted: {
      version: 1,
      en: 'The public notice was posted: where, and to which day',
      zh: '张贴公示：地点和截止日',
    },
    NoticeExpiredClean: { version: 1, en: 'Its last day ended without objection', zh: '公示期满无异议' },
    NoticeObjected: { version: 1, en: 'Somebody objected, on which grounds', zh: '有人提出异议及其理由' },
    CaseReturnedForMore: { version: 1, en: 'The county sent the case back, and why', zh: '县级退回补充及其理由' },
    CaseConfirmed: {
      version: 1,
      en: 'The county confirmed: how much, from which month, and when it is to be checked again',
      zh: '县级确认：金额、起发月份和复核日期',
    },
    CaseRefused: { version: 1, en: 'The county refused, and why', zh: '县级不予确认及其理由' },
    RecheckOpened: { version: 1, en: 'A re-check began, annual or after a change', zh: '开始复核（年度或因情况变化）' },
    AwardIncreased: { version: 1, en: 'The re-check came to more, from the month after', zh: '复核后增发，自次月起' },
    AwardReduced: { version: 1, en: 'The re-check came to less, from the month after', zh: '复核后减发，自次月起' },
    AwardUnchanged: { version: 1, en: 'The re-check came to the same', zh: '复核后金额不变' },
    AwardStopped: {
      version: 1,
      en: 'The award ended; `fromMonth` is the first month without payment',
      zh: '停发；`fromMonth` 为停发首月',
    },
  },
  personal,
} as const satisfies EventRegister<CaseEvent['type']>;
