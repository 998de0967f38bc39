import type { DecisionContext, Message } from '#libs/event-sourcing/decider';
import type { LocalDate, Month } from '#libs/calendar';
import type { PayList, PayeeAccount } from './pay-lines.js';
import type { BankAnswerState, BankFigures, FailureReason, RunKind } from './pay-run.events.js';

/** Opens a run with the list as it was made at the cut-off. */
export type OpenPayRun = Message<
  'OpenPayRun',
  {
    readonly area: string;
    readonly areaPath: string;
    readonly scheme: string;
    readonly month: Month;
    readonly kind: RunKind;
    readonly sequence: number;
    readonly cutOff: string;
    readonly currency: string;
    readonly list: PayList;
  }
>;

/** A second person has compared the list with the decisions. */
export type CheckList = Message<'CheckList', object>;

/** A third person lets go what is not yet sent. */
export type ReleaseBatch = Message<'ReleaseBatch', object>;

/** One line of a bank's answer; `on` is the date at the bank. */
export interface BankAnswer {
  readonly lineId: string;
  readonly state: BankAnswerState;
  readonly reason?: FailureReason;
  readonly on: LocalDate;
}

export type RecordBankAnswers = Message<
  'RecordBankAnswers',
  { readonly batch: number; readonly lines: readonly BankAnswer[] }
>;

/** Repeats a failed line, as the line `newLineId`. */
export type ReissueLine = Message<'ReissueLine', { readonly lineId: string; readonly newLineId: string }>;

/** States the bank's own sums. */
export type ReconcileBatch = Message<'ReconcileBatch', BankFigures>;

export type PayRunCommand = OpenPayRun | CheckList | ReleaseBatch | RecordBankAnswers | ReissueLine | ReconcileBatch;

/** What a decision on a pay run is told. */
export interface PayRunContext extends DecisionContext {
  /** For an opening: whether the run before it (the regular one, or the latest supplementary one) is checked. */
  readonly earlierRunFrozen: boolean;
  /** Digest of the run's list as it stands. */
  readonly listDigest: string;
  /** For a re-issue: the payee's confirmed account of today. */
  readonly account: PayeeAccount | undefined;
}
