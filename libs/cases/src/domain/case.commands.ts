import type { WorkingCalendar } from '#libs/calendar';
import type { DecisionContext, Personal } from '#libs/event-sourcing/decider';
import type { Pack, Residence, SchemeFacts, SchemeId } from '#libs/schemes';
import type { FactDates, RecheckKind, SourceResult } from './case.events.js';

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
  | { readonly type: 'DeclineApplication'; readonly data: { readonly reason: Personal<string> } }
  | { readonly type: 'WithdrawApplication'; readonly data: FactDates & { readonly reason: Personal<string> } }
  | {
      readonly type: 'RecordHomeVisit';
      readonly data: FactDates & {
        readonly investigators: readonly string[];
        readonly memberPresent: string;
        readonly findings?: Personal<string>;
      };
    }
  | {
      readonly type: 'RecordVerificationReport';
      readonly data: FactDates & { readonly sources: readonly SourceResult[] };
    }
  | { readonly type: 'GivePreliminaryOpinion'; readonly data: { readonly reason?: Personal<string> } }
  | { readonly type: 'PostNotice'; readonly data: { readonly place: string } }
  | { readonly type: 'RecordNoticeExpiry'; readonly data: object }
  | { readonly type: 'RecordObjection'; readonly data: FactDates & { readonly grounds: Personal<string> } }
  | { readonly type: 'ReturnCase'; readonly data: { readonly reason: Personal<string> } }
  | { readonly type: 'ConfirmCase'; readonly data: object }
  | { readonly type: 'RefuseCase'; readonly data: { readonly reason: Personal<string> } }
  | { readonly type: 'OpenRecheck'; readonly data: { readonly kind: RecheckKind } }
  | { readonly type: 'DecideRecheck'; readonly data: object }
  | { readonly type: 'StopAward'; readonly data: { readonly reason: Personal<string>; readonly lastMonth: string } };

/** What a decision is told, beside time and officer: facts and parameters, looked up and passed in as plain data. */
export interface CaseContext extends DecisionContext {
  readonly timeZone: string;
  readonly calendar: WorkingCalendar;
  /** The line of parameters in force today; undefined where the area has none. */
  readonly pack?: Pack;
  /** The line that was in force on the day of the application: nothing is owed for a time without parameters. */
  readonly packThen?: Pack;
  readonly facts: SchemeFacts;
  readonly incomeDeclared: boolean;
  /** Another case that pays the same scheme to the same household or person, and the first month without payment. */
  readonly paidElsewhere?: { readonly number: string; readonly endsBefore?: string };
  readonly household: { readonly streamId: string; readonly revision: string };
  /** What only an application needs. */
  readonly application?: {
    readonly number: string;
    readonly area: string;
    readonly areaPath: string;
    readonly residence: Residence;
  };
}
