import { formatAmount } from '#libs/money';

const yuan = (fen: number) => `${formatAmount(fen)} yuan`;
const yuanZh = (fen: number) => `${formatAmount(fen)} 元`;

/** One saying in both languages, with the same values. */
const saying = <Values extends readonly unknown[]>(
  en: (...values: Values) => string,
  zh: (...values: Values) => string,
) => ({ en, zh });

const count = (number: number, one: string) => `${number} ${one}${number === 1 ? '' : 's'}`;

const SCHEMES: Readonly<Record<string, { readonly en: string; readonly zh: string }>> = {
  dibao: { en: 'minimum living allowance', zh: '最低生活保障' },
  'disability-living': { en: 'disability living subsidy', zh: '困难残疾人生活补贴' },
  'disability-nursing': { en: 'disability nursing subsidy', zh: '重度残疾人护理补贴' },
};

const en = (scheme: string) => SCHEMES[scheme]?.en ?? scheme;
const zh = (scheme: string) => SCHEMES[scheme]?.zh ?? scheme;

/** Whom a case is for: a member's name, or the household. */
export interface Subject {
  readonly scheme: string;
  readonly name?: string;
}

const subjectEn = ({ scheme, name }: Subject) => en(scheme) + (name === undefined ? '' : ` for ${name}`);
const subjectZh = ({ scheme, name }: Subject) => zh(scheme) + (name === undefined ? '' : `（${name}）`);

const STATES_ZH: Readonly<Record<string, string>> = {
  credited: '已入账',
  returned: '已退回',
  rejected: '被拒付',
  pending: '待回盘',
};
const KINDS_ZH: Readonly<Record<string, string>> = {
  regular: '当月',
  arrears: '补发',
  offset: '抵扣',
  're-issue': '重发',
};

/** Everything that the demonstration says. */
export const TEXTS = {
  begin: saying(
    (url: string) => `One family's way through Almoner at ${url}. The figures are an example without authority.`,
    (url: string) => `一个家庭在 Almoner（${url}）中的全过程。所用标准仅为示例，不具效力。`,
  ),
  registered: saying(
    (number: string) =>
      `household ${number} registered: Father (54), Mother and Son (14), rural, in village 430225100201`,
    (number: string) => `登记家庭 ${number}：父亲（54 岁）、母亲、儿子（14 岁），农村户，住 430225100201 村`,
  ),
  income: saying(
    (year: number) => `income declared: ${yuan(year)} a year, ${yuan(year / 12)} a month`,
    (year: number) => `申报收入：全年 ${yuanZh(year)}，每月 ${yuanZh(year / 12)}`,
  ),
  applied: saying(
    (subject: Subject, number: string) => `application ${number}: ${subjectEn(subject)}`,
    (subject: Subject, number: string) => `提出申请 ${number}：${subjectZh(subject)}`,
  ),
  accepted: saying(
    (number: string) => `${number} accepted`,
    (number: string) => `受理 ${number}`,
  ),
  visited: saying(
    (first: string, second: string) => `home visited by ${first} and ${second}; Father was present and signed`,
    (first: string, second: string) => `${first}、${second} 入户调查，父亲在场并签字`,
  ),
  verified: saying(
    (sources: number) => `verification report recorded: ${sources} sources, nothing against the declaration`,
    (sources: number) => `录入核对报告：${sources} 个来源，与申报一致`,
  ),
  proposed: saying(
    (number: string) => `preliminary opinion on ${number}: in favour`,
    (number: string) => `${number} 初审意见：拟同意`,
  ),
  noticed: saying(
    (endsOn: string) => `public notice posted on the village board, until 24:00 on ${endsOn}`,
    (endsOn: string) => `在村公示栏公示，至 ${endsOn} 24 时止`,
  ),
  noticeEnded: saying(
    (number: string) => `the notice has ended without objection; ${number} is with the county`,
    (number: string) => `公示期满无异议，${number} 已报县级`,
  ),
  confirmed: saying(
    (subject: Subject, amount: number, from: string) =>
      `confirmed: ${subjectEn(subject)}, ${yuan(amount)} a month from ${from}`,
    (subject: Subject, amount: number, from: string) =>
      `审核确认：${subjectZh(subject)}，自 ${from} 起每月 ${yuanZh(amount)}`,
  ),
  careNeed: saying(
    (name: string, months: number) => `${name} needs long-term care: ${months} months`,
    (name: string, months: number) => `登记${name}长期照护需要：${months} 个月`,
  ),
  runOpened: saying(
    (scheme: string, month: string, lines: number, sum: number) =>
      `pay run ${month} ${en(scheme)} opened and listed: ${count(lines, 'line')}, ${yuan(sum)}`,
    (scheme: string, month: string, lines: number, sum: number) =>
      `开立 ${month} ${zh(scheme)}发放批次并生成清册：${lines} 条，${yuanZh(sum)}`,
  ),
  runsChecked: saying(
    (runs: number) => `${count(runs, 'list')} checked`,
    (runs: number) => `复核 ${runs} 份清册`,
  ),
  runReleased: saying(
    (scheme: string, payments: number) =>
      `${en(scheme)} released to the bank in a file of ${count(payments, 'payment')}`,
    (scheme: string, payments: number) => `${zh(scheme)}放行送银行，银行文件含 ${payments} 笔`,
  ),
  bankCredited: saying(
    (lines: number, sum: number) => `bank answers: ${count(lines, 'line')} credited, ${yuan(sum)}`,
    (lines: number, sum: number) => `银行回盘：入账 ${lines} 条，${yuanZh(sum)}`,
  ),
  bankReturned: saying(
    (subject: Subject, sum: number) => `bank returns ${yuan(sum)}, ${subjectEn(subject)}: account closed (AC04)`,
    (subject: Subject, sum: number) => `银行退票 ${yuanZh(sum)}，${subjectZh(subject)}：账户已销户（AC04）`,
  ),
  accountCorrected: saying(
    (name: string) => `new account of ${name} entered`,
    (name: string) => `更正${name}的账户`,
  ),
  accountConfirmed: saying(
    (name: string) => `new account of ${name} confirmed by a second person`,
    (name: string) => `${name}的新账户经第二人确认`,
  ),
  reissued: saying(
    (sum: number) => `returned line re-issued: ${yuan(sum)}`,
    (sum: number) => `退票重发：${yuanZh(sum)}`,
  ),
  reissueReleased: saying(
    () => 're-issue released to the bank',
    () => '重发放行送银行',
  ),
  reconciled: saying(
    (runs: number, sent: number, credited: number, returned: number) =>
      `${count(runs, 'run')} reconciled: sent ${yuan(sent)} = credited ${yuan(credited)} + returned ${yuan(returned)}`,
    (runs: number, sent: number, credited: number, returned: number) =>
      `${runs} 个批次对账：发出 ${yuanZh(sent)} = 入账 ${yuanZh(credited)} + 退回 ${yuanZh(returned)}`,
  ),
  monthPaid: saying(
    (month: string, runs: number, lines: number, sum: number) =>
      `${month} paid: ${count(runs, 'run')} opened, checked, released and credited; ${count(lines, 'line')}, ${yuan(sum)}`,
    (month: string, runs: number, lines: number, sum: number) =>
      `${month} 已发放：${runs} 个批次开立、复核、放行、入账，共 ${lines} 条，${yuanZh(sum)}`,
  ),
  firstMonth: saying(
    (month: string) => `\nThe family's lines of ${month}:`,
    (month: string) => `\n该家庭 ${month} 的发放明细：`,
  ),
  payLine: saying(
    (subject: Subject, kind: string, state: string, amount: number) =>
      `  ${formatAmount(amount).padStart(9)}  ${state.padEnd(9)}  ${kind.padEnd(9)}  ${subjectEn(subject)}`,
    (subject: Subject, kind: string, state: string, amount: number) =>
      `  ${formatAmount(amount).padStart(9)}  ${STATES_ZH[state] ?? state}  ${KINDS_ZH[kind] ?? kind}  ${subjectZh(subject)}`,
  ),
  paySums: saying(
    (credited: number, returned: number) =>
      `  together ${yuan(credited)} credited, ${yuan(returned)} returned and sent again`,
    (credited: number, returned: number) => `  合计入账 ${yuanZh(credited)}，退回并重发 ${yuanZh(returned)}`,
  ),
  recheckOpened: saying(
    (number: string, dueOn: string) => `annual re-check of ${number} opened, due on ${dueOn}`,
    (number: string, dueOn: string) => `启动 ${number} 年度复核，应于 ${dueOn} 进行`,
  ),
  rechecked: saying(
    (number: string, amount: number, from: string) =>
      `re-check of ${number} decided: ${yuan(amount)} a month from ${from}`,
    (number: string, amount: number, from: string) => `${number} 复核决定：自 ${from} 起每月 ${yuanZh(amount)}`,
  ),
  replay: saying(
    (number: string) => `\nAn inspector replays case ${number}, event by event:\n`,
    (number: string) => `\n监督检查人员逐事件回放案件 ${number}：\n`,
  ),
  end: saying(
    (household: string, cases: number, events: number, first: number, later: number) =>
      `\nHousehold ${household}: ${cases} cases, ${events} events; dibao ${yuan(first)} a month, ${yuan(later)} after the re-check.`,
    (household: string, cases: number, events: number, first: number, later: number) =>
      `\n家庭 ${household}：${cases} 个案件，${events} 个事件；低保每月 ${yuanZh(first)}，复核后 ${yuanZh(later)}。`,
  ),
} as const;

export type TextKey = keyof typeof TEXTS;
export type TextValues<K extends TextKey> = Parameters<(typeof TEXTS)[K]['en']>;
