import { addDays, type LocalDate, type Month } from '#libs/calendar';
import type { LeftOut, Overpaid, PayLine, RunKind } from './pay-run.events.js';

/** What is due to one case for one month by the decisions up to the cut-off; fen. */
export interface DueMonth {
  readonly caseId: string;
  readonly householdId: string;
  readonly personId?: string;
  readonly area: string;
  readonly residence: 'urban' | 'rural';
  readonly month: Month;
  readonly amount: number;
}

/** What all runs together have listed for a case and month, failed or not, re-issues apart; fen. */
export interface ListedMonth {
  readonly caseId: string;
  readonly month: Month;
  readonly amount: number;
}

/** The account to pay to, and from when, where it was newly confirmed. */
export interface PayeeAccount {
  readonly accountId: string;
  readonly usableFrom?: LocalDate;
  /** Given with a registration, and never confirmed by a second person: good for the first payment of a case. */
  readonly unconfirmed?: true;
}

/** A list as it is made: what is paid, and what people must know is not. */
export interface PayList {
  readonly lines: readonly PayLine[];
  readonly leftOut: readonly LeftOut[];
  readonly overpaid: readonly Overpaid[];
}

/** What a list is made from. */
export interface ListSources {
  readonly month: Month;
  readonly kind: RunKind;
  readonly due: readonly DueMonth[];
  readonly listed: readonly ListedMonth[];
  /** By person, or by household where the case is the household's. */
  readonly accounts: ReadonlyMap<string, PayeeAccount>;
  /** The account that each case was last listed to. */
  readonly lastAccounts: ReadonlyMap<string, string>;
  readonly fundOf: (residence: 'urban' | 'rural') => string;
  readonly lineIdOf: (line: Pick<PayLine, 'caseId' | 'month' | 'kind'>) => string;
}

const keyOf = ({ caseId, month }: { readonly caseId: string; readonly month: Month }): string => `${caseId}/${month}`;

/** Whom a due month is paid to. */
export const payeeOf = ({ personId, householdId }: Pick<DueMonth, 'personId' | 'householdId'>): string =>
  personId ?? householdId;

/**
 * Whether money would go to another account than before although one person alone saw to it: by another applicant, or by a file that
 * was merged. Nothing stands against the first payment.
 */
export const isUnconfirmedChange = ({ accountId, unconfirmed }: PayeeAccount, before: string | undefined): boolean =>
  unconfirmed === true && before !== undefined && before !== accountId;

/** The first date on which an account that was confirmed on a date may be used. */
export const usableFrom = (confirmedOn: LocalDate, coolOffDays: number): LocalDate => addDays(confirmedOn, coolOffDays);

/**
 * The list of a run: per case and month the difference between what is due and what was ever listed. The month's own
 * first line in a regular run is `regular`, everything else `arrears`. A payee without an account is left out and told, and
 * so is one whose account is another than before by the word of one person; an excess makes no line and is told.
 */
export function payLines(sources: ListSources): PayList {
  const { month: runMonth, kind, due, listed, accounts, lastAccounts, fundOf, lineIdOf } = sources;
  const listedSums = new Map(listed.map((each) => [keyOf(each), each.amount]));
  const lines: PayLine[] = [];
  const leftOut: LeftOut[] = [];
  const overpaid: Overpaid[] = [];
  for (const each of [...due].sort(inOrder)) {
    const { caseId, householdId, personId, area, residence, month } = each;
    const before = listedSums.get(keyOf(each));
    const amount = each.amount - (before ?? 0);
    if (amount < 0) overpaid.push({ caseId, month, amount: -amount });
    if (amount <= 0) continue;
    const found = accounts.get(payeeOf(each));
    if (!found || isUnconfirmedChange(found, lastAccounts.get(caseId))) {
      leftOut.push({ caseId, month, reason: found ? 'ACCOUNT_NOT_CONFIRMED' : 'NO_ACCOUNT' });
      continue;
    }
    const { unconfirmed: _, ...account } = found;
    const lineKind = kind === 'regular' && month === runMonth && before === undefined ? 'regular' : 'arrears';
    lines.push({
      lineId: lineIdOf({ caseId, month, kind: lineKind }),
      caseId,
      householdId,
      ...(personId === undefined ? {} : { personId }),
      area,
      month,
      kind: lineKind,
      amount,
      fund: fundOf(residence),
      ...account,
    });
  }
  const stillDue = new Set(due.map(keyOf));
  for (const { caseId, month, amount } of [...listed].sort(inOrder))
    if (amount > 0 && month <= runMonth && !stillDue.has(keyOf({ caseId, month })))
      overpaid.push({ caseId, month, amount });
  return { lines, leftOut, overpaid };
}

const inOrder = (
  a: { readonly caseId: string; readonly month: Month; readonly householdId?: string },
  b: { readonly caseId: string; readonly month: Month; readonly householdId?: string },
): number => {
  const [left, right] = [a, b].map(({ householdId, caseId, month }) => `${householdId ?? ''}/${caseId}/${month}`);
  return (left ?? '') < (right ?? '') ? -1 : 1;
};
