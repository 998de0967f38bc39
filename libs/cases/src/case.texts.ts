import { formatAmount } from '#libs/money';
import type { EventTexts } from '#libs/platform';
import { getScheme, type Words } from '#libs/schemes';
import { reasonInChinese } from './case.words.js';
import type { CaseEvent } from './domain/case.events.js';
import type { ShownCaseEvent, ShownText } from './shown-events.js';

type DataOf<Type extends CaseEvent['type']> = Extract<ShownCaseEvent, { type: Type }>['data'];

const perMonth = (amount: number) => formatAmount(amount);

/** What happened, with what an officer wrote of it; without that where the reader is not shown it. */
const withWords = (what: Words, words: ShownText | undefined): Words =>
  words === undefined
    ? { en: `${what.en}.`, zh: `${what.zh}。` }
    : {
        en: `${what.en}: ${typeof words === 'string' ? words : 'erased'}`,
        zh: `${what.zh}：${typeof words === 'string' ? words : '已删除'}`,
      };

/** What each event of a case says to a caseworker or inspector. */
export const caseTexts = {
  ApplicationSubmitted: ({ number, scheme }: DataOf<'ApplicationSubmitted'>) => ({
    en: `Application ${number} submitted: ${getScheme(scheme).name.en}.`,
    zh: `提交申请 ${number}：${getScheme(scheme).name.zh}。`,
  }),
  ApplicationAccepted: (_: DataOf<'ApplicationAccepted'>) => ({ en: 'Application accepted.', zh: '受理申请。' }),
  ApplicationNotAccepted: ({ reason }: DataOf<'ApplicationNotAccepted'>) =>
    withWords({ en: 'Application not accepted', zh: '不予受理' }, reason),
  ApplicationWithdrawn: ({ reason }: DataOf<'ApplicationWithdrawn'>) =>
    withWords({ en: 'Application withdrawn', zh: '撤回申请' }, reason),
  InvestigationStarted: ({ investigators, happenedOn }: DataOf<'InvestigationStarted'>) => ({
    en: `Home visited on ${happenedOn} by ${investigators.join(' and ')}.`,
    zh: `${happenedOn} 入户调查，调查人：${investigators.join('、')}。`,
  }),
  VerificationReportIssued: ({ sources, complete }: DataOf<'VerificationReportIssued'>) => ({
    en: `Verification report from ${sources.length} sources${complete ? '' : '; not every source was available'}.`,
    zh: `出具核对报告，来源 ${sources.length} 个${complete ? '' : '，有来源不可用'}。`,
  }),
  PreliminaryOpinionIssued: ({ proposal, monthlyAmount, assessment }: DataOf<'PreliminaryOpinionIssued'>) =>
    proposal === 'award'
      ? {
          en: `Preliminary opinion: ${perMonth(monthlyAmount)} a month.`,
          zh: `初审意见：拟每月 ${perMonth(monthlyAmount)} 元。`,
        }
      : {
          en: `Preliminary opinion: not eligible (${assessment.reasons.join(', ')}).`,
          zh: `初审意见：不符合条件（${assessment.reasons.map(reasonInChinese).join('，')}）。`,
        },
  NoticePosted: ({ place, endsOn }: DataOf<'NoticePosted'>) => ({
    en: `Public notice posted at ${place}, to 24:00 of ${endsOn}.`,
    zh: `在${place}公示，至 ${endsOn} 24时止。`,
  }),
  NoticeExpiredClean: (_: DataOf<'NoticeExpiredClean'>) => ({
    en: 'Public notice ended without objection; case sent to the county.',
    zh: '公示期满无异议，报送县级。',
  }),
  NoticeObjected: (_: DataOf<'NoticeObjected'>) => ({
    en: 'Objection at the public notice; case goes back to investigation.',
    zh: '公示期间有异议，重新调查。',
  }),
  CaseReturnedForMore: ({ reason }: DataOf<'CaseReturnedForMore'>) =>
    withWords({ en: 'Returned by the county', zh: '县级退回' }, reason),
  CaseConfirmed: ({ monthlyAmount, fromMonth }: DataOf<'CaseConfirmed'>) => ({
    en: `Confirmed: ${perMonth(monthlyAmount)} a month from ${fromMonth}.`,
    zh: `审核确认：自 ${fromMonth} 起每月 ${perMonth(monthlyAmount)} 元。`,
  }),
  CaseRefused: ({ reason }: DataOf<'CaseRefused'>) => withWords({ en: 'Refused', zh: '不予确认' }, reason),
  RecheckOpened: ({ kind }: DataOf<'RecheckOpened'>) =>
    kind === 'annual'
      ? { en: 'Annual re-check opened.', zh: '开始年度定期核查。' }
      : { en: 'Re-check opened on a change.', zh: '因情况变化开始核查。' },
  AwardIncreased: ({ previousAmount, monthlyAmount, fromMonth }: DataOf<'AwardIncreased'>) => ({
    en: `Increased from ${perMonth(previousAmount)} to ${perMonth(monthlyAmount)} a month from ${fromMonth}.`,
    zh: `增发：自 ${fromMonth} 起由每月 ${perMonth(previousAmount)} 元调为 ${perMonth(monthlyAmount)} 元。`,
  }),
  AwardReduced: ({ previousAmount, monthlyAmount, fromMonth }: DataOf<'AwardReduced'>) => ({
    en: `Reduced from ${perMonth(previousAmount)} to ${perMonth(monthlyAmount)} a month from ${fromMonth}.`,
    zh: `减发：自 ${fromMonth} 起由每月 ${perMonth(previousAmount)} 元调为 ${perMonth(monthlyAmount)} 元。`,
  }),
  AwardUnchanged: ({ monthlyAmount }: DataOf<'AwardUnchanged'>) => ({
    en: `Re-check: unchanged at ${perMonth(monthlyAmount)} a month.`,
    zh: `核查后不变，每月 ${perMonth(monthlyAmount)} 元。`,
  }),
  AwardStopped: ({ reasons, reason, fromMonth }: DataOf<'AwardStopped'>) => {
    const stopped = { en: `Stopped from ${fromMonth}`, zh: `自 ${fromMonth} 起停发` };
    if (reasons.length === 0) return withWords(stopped, reason);
    return {
      en: `${stopped.en}: ${reasons.join(', ')}`,
      zh: `${stopped.zh}：${reasons.map(reasonInChinese).join('，')}`,
    };
  },
} satisfies EventTexts<CaseEvent['type']>;
