import type { AreaScope } from '#libs/areas';
import type { LocalDate, Month } from '#libs/calendar';
import type { DueMonth } from './domain/pay-lines.js';

/** Port: what decisions on cases say is to be paid. */
export abstract class AwardsDue {
  /**
   * One row per case and month, from the award's first month to `throughMonth`, amounts over 0 in fen, by the decisions
   * recorded at `upToPosition` or before. `areaPath` is where the county's cases were recorded.
   */
  abstract due(query: {
    readonly scheme: string;
    readonly areaPath: AreaScope;
    readonly throughMonth: Month;
    readonly upToPosition: string;
  }): Promise<readonly DueMonth[]>;
}

/** Whom money goes to: a person, or the household where no person is named. */
export interface Payee {
  readonly householdId: string;
  readonly personId?: string;
}

/** Port: to which accounts payees are paid. */
export abstract class Payees {
  /** The confirmed account of each payee that has one, by `personId ?? householdId`; `confirmedOn` where it was changed. */
  abstract accounts(
    payees: readonly Payee[],
  ): Promise<ReadonlyMap<string, { readonly accountId: string; readonly confirmedOn?: LocalDate }>>;

  /** Personal data for a bank file, by account. */
  abstract details(accountIds: readonly string[]): Promise<ReadonlyMap<string, AccountDetails>>;
}

/** Where money goes, in the bank's terms, and whose file says so. */
export interface AccountDetails {
  readonly personId: string;
  readonly holder: string;
  readonly bank: string;
  readonly number: string;
}
