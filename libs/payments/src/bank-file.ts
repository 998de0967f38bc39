import { formatAmount } from '#libs/money';
import type { PayLine } from './domain/pay-run.events.js';
import type { AccountDetails } from './ports.js';

const columns = ['batch', 'line', 'lineId', 'holder', 'bank', 'account', 'amount', 'currency', 'purpose'];
const byteOrderMark = '\uFEFF';

/**
 * A batch as the bank takes it: CSV by RFC 4180 in UTF-8 with a byte order mark, amounts in the major unit with two
 * decimals. Text that a spreadsheet would run as a formula gets an apostrophe before it.
 */
export function bankFile(
  batch: { readonly number: number; readonly currency: string; readonly purpose: (line: PayLine) => string },
  lines: readonly { readonly line: PayLine; readonly account: Omit<AccountDetails, 'personId'> }[],
): string {
  const rows = lines.map(({ line, account: { holder, bank, number } }, index) => [
    String(batch.number),
    String(index + 1),
    line.lineId,
    holder,
    bank,
    number,
    formatAmount(line.amount),
    batch.currency,
    batch.purpose(line),
  ]);
  return byteOrderMark + [columns, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
