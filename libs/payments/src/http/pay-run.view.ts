import { listOf, sumOf, sumsOf } from '../domain/pay-run.state.js';
import type { LoadedPayRun } from '../pay-runs.js';
import type { PayLineRow } from '../projections/pay-line.js';
import type { PayLineView, PayRunView } from './pay-runs.dto.js';

/** A run as it is shown. */
export function payRunView({ id, run, revision, position }: LoadedPayRun): PayRunView {
  const { area, scheme, month, kind, sequence, status, currency, cutOff, lines, batches, leftOut, overpaid } = run;
  const list = listOf(run);
  return {
    id,
    area,
    scheme,
    month,
    kind,
    sequence,
    status,
    currency,
    cutOff,
    lineCount: list.length,
    controlSum: sumOf(list),
    sums: sumsOf(lines),
    batches: [...batches],
    leftOut: [...leftOut],
    overpaid: [...overpaid],
    revision,
    position,
  };
}

/** A line as it is shown: without its account. */
export const payLineView = (row: PayLineRow): PayLineView => ({
  id: row.id,
  runId: row.runId,
  caseId: row.caseId,
  householdId: row.householdId,
  ...(row.personId !== null && { personId: row.personId }),
  kind: row.kind,
  month: row.month,
  amount: Number(row.amount),
  state: row.state,
  fund: row.fund,
  ...(row.reason !== null && { reason: row.reason }),
  ...(row.replaces !== null && { replaces: row.replaces }),
  ...(row.batch !== null && { batch: row.batch }),
});
