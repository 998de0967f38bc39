import { formatAmount } from '#libs/money';
import type { EventTexts } from '#libs/platform';
import type { PayRunEvent } from './domain/pay-run.events.js';

type DataOf<Type extends PayRunEvent['type']> = Extract<PayRunEvent, { type: Type }>['data'];

/** What each event of a pay run says, without personal data. */
export const payRunTexts = {
  PayRunOpened: ({ scheme, month, kind, sequence }: DataOf<'PayRunOpened'>) =>
    kind === 'regular'
      ? { en: `Pay run of ${scheme} for ${month} opened.`, zh: `开立 ${scheme} ${month} 发放。` }
      : {
          en: `Supplementary pay run ${sequence} of ${scheme} for ${month} opened.`,
          zh: `开立 ${scheme} ${month} 第 ${sequence} 次补发。`,
        },
  PayListGenerated: ({ lines, leftOut, overpaid, chunk, of }: DataOf<'PayListGenerated'>) => ({
    en: `List made, part ${chunk} of ${of}: ${lines.length} lines, ${leftOut.length} left out for want of an account, ${overpaid.length} months overpaid.`,
    zh: `生成清册第 ${chunk}/${of} 部分：${lines.length} 笔，${leftOut.length} 笔因无账户未列入，${overpaid.length} 个月多发。`,
  }),
  ListChecked: ({ lineCount, controlSum }: DataOf<'ListChecked'>) => ({
    en: `List checked: ${lineCount} lines, ${formatAmount(controlSum)}.`,
    zh: `清册已复核：${lineCount} 笔，合计 ${formatAmount(controlSum)}。`,
  }),
  PayRunApproved: ({ lineCount, controlSum }: DataOf<'PayRunApproved'>) => ({
    en: `Pay run approved: ${lineCount} lines, ${formatAmount(controlSum)}.`,
    zh: `发放已批准：${lineCount} 笔，合计 ${formatAmount(controlSum)}。`,
  }),
  BatchSent: ({ batch, lineCount, controlSum }: DataOf<'BatchSent'>) => ({
    en: `Batch ${batch} sent to the bank: ${lineCount} lines, ${formatAmount(controlSum)}.`,
    zh: `第 ${batch} 批已送银行：${lineCount} 笔，合计 ${formatAmount(controlSum)}。`,
  }),
  LineCredited: ({ batch, lines }: DataOf<'LineCredited'>) => ({
    en: `Bank credited ${lines.length} lines of batch ${batch}.`,
    zh: `银行回盘：第 ${batch} 批 ${lines.length} 笔入账成功。`,
  }),
  LineRejected: ({ batch, lines }: DataOf<'LineRejected'>) => ({
    en: `Bank rejected ${lines.length} lines of batch ${batch} (${reasonsOf(lines)}).`,
    zh: `银行回盘：第 ${batch} 批 ${lines.length} 笔被拒绝（${reasonsOf(lines)}）。`,
  }),
  LineReturned: ({ batch, lines }: DataOf<'LineReturned'>) => ({
    en: `Bank returned ${lines.length} lines of batch ${batch} (${reasonsOf(lines)}).`,
    zh: `银行退票：第 ${batch} 批 ${lines.length} 笔（${reasonsOf(lines)}）。`,
  }),
  LineReissued: ({ line }: DataOf<'LineReissued'>) => ({
    en: `Line of ${line.month} over ${formatAmount(line.amount)} re-issued in place of a failed one.`,
    zh: `重发 ${line.month} 未成功款项 ${formatAmount(line.amount)}。`,
  }),
  BatchReconciled: ({ sent, credited, rejected, returned }: DataOf<'BatchReconciled'>) => ({
    en: `Reconciled with the bank: sent ${formatAmount(sent)}, credited ${formatAmount(credited)}, rejected ${formatAmount(rejected)}, returned ${formatAmount(returned)}.`,
    zh: `与银行对账相符：发送 ${formatAmount(sent)}，入账 ${formatAmount(credited)}，拒绝 ${formatAmount(rejected)}，退回 ${formatAmount(returned)}。`,
  }),
} satisfies EventTexts<PayRunEvent['type']>;

const reasonsOf = (lines: readonly { readonly reason: string }[]): string =>
  [...new Set(lines.map(({ reason }) => reason))].sort().join(', ');
