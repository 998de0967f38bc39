import { Injectable } from '@nestjs/common';
import { NotFound } from '#libs/event-sourcing';
import { Problem } from '#libs/platform';
import { findScheme } from '#libs/schemes';
import { bankFile } from './bank-file.js';
import type { LoadedPayRun } from './pay-runs.js';
import { Payees } from './ports.js';

/** Words for what can go wrong with a bank file. */
export const bankFileProblems = {
  ACCOUNT_DETAILS_MISSING: {
    status: 409,
    en: 'For {lines} lines of the batch there are no account details.',
    zh: '本批有 {lines} 笔款项缺少账户信息。',
  },
} as const;

/** Makes bank files of batches that were sent. */
@Injectable()
export class BankFiles {
  constructor(private readonly payees: Payees) {}

  /** @throws NotFound for a batch that was not sent · Problem 409 where account details are gone */
  async of(
    { id, run }: LoadedPayRun,
    number: number,
  ): Promise<{
    readonly text: string;
    readonly name: string;
    readonly controlSum: number;
    /** Whose names and account numbers stand in it, and the household for which each is paid. */
    readonly holders: readonly { readonly householdId: string; readonly personId: string }[];
  }> {
    const batch = run.batches.find((sent) => sent.batch === number);
    if (!batch) throw new NotFound('batch');
    const lines = run.lines.filter((line) => line.batch === number);
    const details = await this.payees.details(lines.map(({ accountId }) => accountId));
    const rows = lines.flatMap((line) => {
      const account = details.get(line.accountId);
      return account ? [{ line, account }] : [];
    });
    if (rows.length < lines.length)
      throw new Problem(409, 'ACCOUNT_DETAILS_MISSING', { details: { lines: lines.length - rows.length } });
    const benefit = findScheme(run.scheme)?.name.zh ?? run.scheme;
    const purpose = ({ month }: { readonly month: string }) => `${benefit} ${month}`;
    return {
      text: bankFile({ number, currency: run.currency, purpose }, rows),
      name: `pay-run-${id}-batch-${number}.csv`,
      controlSum: batch.controlSum,
      holders: rows.map(({ line: { householdId }, account: { personId } }) => ({ householdId, personId })),
    };
  }
}
