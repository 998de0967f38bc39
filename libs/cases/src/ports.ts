import type { Month } from '#libs/calendar';

/** What became of the payments of cases, all together. */
export interface Settlement {
  /** True while one waits for the bank's answer, or failed and was not issued again. */
  readonly isUnsettled: boolean;
  /** The last month for which, or in which, money was paid; absent where none was. */
  readonly lastMonth?: Month;
}

/** Port: what was paid. */
export abstract class CasePayments {
  /** As the lists of pay runs and of their lines tell it, which follow the log. */
  abstract settlementOf(caseIds: readonly string[]): Promise<Settlement>;
}
