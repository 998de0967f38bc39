import type { EventRegister, Message } from '#libs/event-sourcing/decider';
import type { LocalDate, Month } from '#libs/calendar';

/** `regular` is the month's own list; `supplementary` pays what was decided after that list was frozen. */
export type RunKind = 'regular' | 'supplementary';

/** `arrears` pay for a month beside its regular line; `offset` takes back; `re-issue` repeats a failed line. */
export type LineKind = 'regular' | 'arrears' | 'offset' | 're-issue';

/** How the bank answered. A credited line can still be returned, days later. */
export type BankAnswerState = 'credited' | 'rejected' | 'returned';

/**
 * Why the bank could not credit: wrong number, closed, blocked, name does not match, duplicate, no funds, holder
 * deceased, not allowed, other. Source: ISO 20022 external status reason codes.
 */
export type FailureReason = 'AC01' | 'AC04' | 'AC06' | 'BE01' | 'AM05' | 'AM04' | 'MD07' | 'AG01' | 'NARR';

/** One payment: for one case, one month, to one account, from one fund. Months and persons are never netted. */
export interface PayLine {
  readonly lineId: string;
  readonly caseId: string;
  readonly householdId: string;
  readonly personId?: string;
  /** Where the case belongs, often below the run's county. */
  readonly area: string;
  /** The month for which it is due. */
  readonly month: Month;
  readonly kind: LineKind;
  /** Fen. */
  readonly amount: number;
  /** Code of the budget item that pays. */
  readonly fund: string;
  readonly accountId: string;
  /** First date on which a newly confirmed account may be used; absent where it may be at once. */
  readonly usableFrom?: LocalDate;
  /** The failed line that this one repeats. */
  readonly replaces?: string;
}

/** A month that is due and not on the list; it comes up again in a later run. */
export interface LeftOut {
  readonly caseId: string;
  readonly month: Month;
  /** `ACCOUNT_NOT_CONFIRMED`: another account than was paid to before, which no second person has confirmed. */
  readonly reason: 'NO_ACCOUNT' | 'ACCOUNT_NOT_CONFIRMED';
}

/** A month for which more was listed than is due by the decisions now in force; `amount` is the excess in fen. */
export interface Overpaid {
  readonly caseId: string;
  readonly month: Month;
  readonly amount: number;
}

export type PayRunOpened = Message<
  'PayRunOpened',
  {
    readonly area: string;
    /** Codes from the root to the county, joined by dots. */
    readonly areaPath: string;
    readonly scheme: string;
    readonly month: Month;
    readonly kind: RunKind;
    /** 0 for the regular run, then 1, 2 … */
    readonly sequence: number;
    /** Position in the log up to which decisions count. */
    readonly cutOff: string;
    /** ISO 4217. */
    readonly currency: string;
    readonly openedBy: string;
    readonly happenedOn: LocalDate;
  }
>;

/** One part of the list; parts 1 to `of` are recorded together. */
export type PayListGenerated = Message<
  'PayListGenerated',
  {
    readonly chunk: number;
    readonly of: number;
    readonly lines: readonly PayLine[];
    readonly leftOut: readonly LeftOut[];
    readonly overpaid: readonly Overpaid[];
    readonly happenedOn: LocalDate;
  }
>;

export type ListChecked = Message<
  'ListChecked',
  ListFigures & { readonly checkedBy: string; readonly happenedOn: LocalDate }
>;

export type PayRunApproved = Message<
  'PayRunApproved',
  ListFigures & { readonly approvedBy: string; readonly decidedOn: LocalDate }
>;

export type BatchSent = Message<
  'BatchSent',
  {
    /** 1, 2 … within the run. */
    readonly batch: number;
    /** `all`: every line of the run. */
    readonly lineIds: 'all' | readonly string[];
    readonly lineCount: number;
    /** Fen. */
    readonly controlSum: number;
    readonly sentBy: string;
    readonly happenedOn: LocalDate;
  }
>;

export type LineCredited = Message<'LineCredited', Answered<AnsweredLine>>;
export type LineRejected = Message<'LineRejected', Answered<FailedLine>>;
export type LineReturned = Message<'LineReturned', Answered<FailedLine>>;

export type LineReissued = Message<
  'LineReissued',
  { readonly line: PayLine & { readonly replaces: string }; readonly reissuedBy: string; readonly decidedOn: LocalDate }
>;

/** Sums in fen, as the bank and the list have them alike. */
export type BatchReconciled = Message<
  'BatchReconciled',
  BankFigures & { readonly reconciledBy: string; readonly happenedOn: LocalDate }
>;

/** What pins a list: how many lines, their sum in fen, and a digest of every one of them. */
export interface ListFigures {
  readonly lineCount: number;
  readonly controlSum: number;
  readonly listDigest: string;
}

/** `on` is the date at the bank. */
export interface AnsweredLine {
  readonly lineId: string;
  readonly on: LocalDate;
}

export interface FailedLine extends AnsweredLine {
  readonly reason: FailureReason;
}

interface Answered<Line> {
  readonly batch: number;
  readonly lines: readonly Line[];
  readonly knownOn: LocalDate;
}

/** Sums in fen. */
export interface BankFigures {
  readonly sent: number;
  readonly credited: number;
  readonly rejected: number;
  readonly returned: number;
}

export type PayRunEvent =
  | PayRunOpened
  | PayListGenerated
  | ListChecked
  | PayRunApproved
  | BatchSent
  | LineCredited
  | LineRejected
  | LineReturned
  | LineReissued
  | BatchReconciled;

/** The stored names with the version of each shape and what it says. */
export const payRunEventTypes = {
  category: 'payrun',
  source: 'libs/payments/src/domain/pay-run.events.ts',
  en: 'One scheme, month, county and sequence.',
  zh: '一个县一项救助一个月的一次发放。',
  types: {
    PayRunOpened: {
      version: 1,
      en: 'A run was opened, with the position up to which decisions count',
      zh: '开启发放，注明计入决定的截止位置',
    },
    PayListGenerated: {
      version: 1,
      en: 'A part of its list: the lines, what was left out, what was overpaid',
      zh: '名单的一部分：发放行、未列入项和多发项',
    },
    ListChecked: {
      version: 1,
      en: 'A second person found the list right; its digest is recorded',
      zh: '第二人核对名单无误，并记录其摘要',
    },
    PayRunApproved: {
      version: 1,
      en: 'A third person approved it; recorded with the first batch',
      zh: '第三人批准，与首批一并记录',
    },
    BatchSent: { version: 1, en: 'A batch went to the bank', zh: '一批已送银行' },
    LineCredited: { version: 1, en: 'The bank credited these lines', zh: '银行已入账的发放行' },
    LineRejected: { version: 1, en: 'The bank rejected these lines, with reasons', zh: '银行拒绝的发放行及原因' },
    LineReturned: { version: 1, en: 'These lines came back, with reasons', zh: '被退回的发放行及原因' },
    LineReissued: { version: 1, en: 'A failed line is repeated by a new one', zh: '以新发放行重发失败的一行' },
    BatchReconciled: {
      version: 1,
      en: 'The sums of the bank and of the run are equal; nothing is pending',
      zh: '银行与发放的合计一致，没有待处理项',
    },
  },
} as const satisfies EventRegister<PayRunEvent['type']>;
