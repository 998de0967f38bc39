import type { RefusalTexts } from '#libs/event-sourcing/decider';

/** Every "no" of a pay run, with its words. */
export const payRunRefusals = {
  NO_PAY_RUN: { status: 404, en: 'There is no such pay run.', zh: '没有该发放批次。' },
  PAY_RUN_EXISTS: {
    status: 409,
    en: 'The regular pay run of {scheme} for {month} in {area} is already open.',
    zh: '{area} {month} {scheme} 的常规发放已经开立。',
  },
  AREA_NOT_A_COUNTY: {
    status: 422,
    en: 'Pay runs are opened for a county; {area} is none.',
    zh: '发放以县为单位；{area} 不是县级区划。',
  },
  UNKNOWN_SCHEME: { status: 422, en: 'There is no scheme {scheme}.', zh: '没有救助项目 {scheme}。' },
  MONTH_IN_FUTURE: { status: 422, en: 'The month {month} has not begun.', zh: '{month} 尚未开始。' },
  NOTHING_TO_PAY: {
    status: 409,
    en: 'Nothing is to be paid for {month}; {leftOut} due months have no confirmed account.',
    zh: '{month} 没有应发款项；{leftOut} 个应发月份没有已确认的账户。',
  },
  LIST_TOO_LONG: {
    status: 409,
    en: 'The list would have {lines} lines; a run holds at most {most}.',
    zh: '清册将有 {lines} 行；一次发放最多 {most} 行。',
  },
  EARLIER_RUN_NOT_FROZEN: {
    status: 409,
    en: 'A supplementary run opens only when the list of the run before it, for {month}, is checked.',
    zh: '须待 {month} 前一次发放的清册复核后，方可开立补发。',
  },
  CHECKER_OPENED_RUN: {
    status: 409,
    en: 'Who opened a pay run cannot check its list.',
    zh: '开立发放的人不得复核清册。',
  },
  LIST_ALREADY_CHECKED: { status: 409, en: 'The list is already checked.', zh: '清册已经复核。' },
  LIST_NOT_CHECKED: { status: 409, en: 'The list must be checked before it is released.', zh: '清册复核后方可放款。' },
  LIST_CHANGED: { status: 409, en: 'The list is not the one that was checked.', zh: '清册与复核时不一致。' },
  RELEASER_OPENED_RUN: { status: 409, en: 'Who opened a pay run cannot release it.', zh: '开立发放的人不得放款。' },
  RELEASER_CHECKED_LIST: { status: 409, en: 'Who checked the list cannot release it.', zh: '复核清册的人不得放款。' },
  RELEASER_REISSUED_LINE: { status: 409, en: 'Who re-issued a line cannot release it.', zh: '提出重发的人不得放款。' },
  NOTHING_TO_SEND: { status: 409, en: 'Every line is already sent.', zh: '所有款项均已发送。' },
  ACCOUNT_COOLING_OFF: {
    status: 409,
    en: 'The newly confirmed account can be used from {from}.',
    zh: '新确认的账户自 {from} 起方可使用。',
  },
  BATCH_NOT_SENT: { status: 409, en: 'Batch {batch} was not sent.', zh: '第 {batch} 批尚未发送。' },
  UNKNOWN_LINE: { status: 422, en: 'The line {lineId} is not in this pay run.', zh: '本次发放没有款项 {lineId}。' },
  LINE_NOT_SENT: { status: 409, en: 'The line {lineId} was not sent.', zh: '款项 {lineId} 尚未发送。' },
  LINE_IN_OTHER_BATCH: {
    status: 422,
    en: 'The line {lineId} was sent in batch {batch}.',
    zh: '款项 {lineId} 属于第 {batch} 批。',
  },
  LINE_ANSWERED_TWICE: {
    status: 422,
    en: 'The answer names the line {lineId} twice.',
    zh: '回盘中款项 {lineId} 重复出现。',
  },
  REASON_MISSING: {
    status: 422,
    en: 'The line {lineId} failed without a reason.',
    zh: '款项 {lineId} 未成功，但没有写明原因。',
  },
  ANSWER_BEFORE_SENDING: {
    status: 422,
    en: 'The answer for the line {lineId} is dated {on}, before its batch was sent on {sentOn}.',
    zh: '款项 {lineId} 的回盘日期 {on} 早于该批发送日期 {sentOn}。',
  },
  ANSWER_IN_FUTURE: {
    status: 422,
    en: 'The answer on the line {lineId} is dated {on}, which has not come.',
    zh: '款项 {lineId} 的回盘日期 {on} 尚未到来。',
  },
  ANSWER_CONTRADICTS: {
    status: 409,
    en: 'The line {lineId} is already {state}; this answer does not fit.',
    zh: '款项 {lineId} 已是 {state} 状态，与此回盘不符。',
  },
  LINE_NOT_FAILED: {
    status: 409,
    en: 'Only a rejected or returned line is re-issued; {lineId} is {state}.',
    zh: '只有被拒绝或退回的款项可以重发；{lineId} 为 {state} 状态。',
  },
  LINE_ALREADY_REISSUED: {
    status: 409,
    en: 'The line {lineId} is already re-issued.',
    zh: '款项 {lineId} 已经重发。',
  },
  DEATH_CHECK_FIRST: {
    status: 409,
    en: 'The bank says that the holder has died; this must be looked into first.',
    zh: '银行反馈户主已故，须先行核实。',
  },
  NO_CONFIRMED_ACCOUNT: { status: 409, en: 'The payee has no confirmed account.', zh: '收款人没有已确认的账户。' },
  ACCOUNT_NOT_CHANGED: {
    status: 409,
    en: 'The payment failed because of the account ({reason}); another one must be confirmed first.',
    zh: '因账户原因（{reason}）未发成功，须先确认另一账户。',
  },
  LINES_PENDING: {
    status: 409,
    en: '{pending} lines are not sent or not answered yet.',
    zh: '还有 {pending} 笔款项未发送或未回盘。',
  },
  BANK_FIGURES_DIFFER: {
    status: 409,
    en: 'The bank says {figure} {bank}, the run has {run} (in the minor unit).',
    zh: '{figure} 一项银行为 {bank}，本次发放为 {run}（以分计）。',
  },
} as const satisfies RefusalTexts;

export type PayRunRefusalCode = keyof typeof payRunRefusals;
