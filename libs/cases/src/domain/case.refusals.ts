import type { RefusalTexts } from '#libs/event-sourcing/decider';

/** Why a case's command is refused. */
export const caseRefusals = {
  CASE_EXISTS: { status: 409, en: 'The application is submitted already.', zh: '该申请已提交。' },
  STEP_NOT_DUE: {
    status: 409,
    en: 'This step is not due: the case is "{status}".',
    zh: '当前状态为“{status}”，不能进行此步骤。',
  },
  SCHEME_IS_FOR_PERSONS: {
    status: 422,
    en: 'This scheme is for one person: name the person.',
    zh: '该项目按个人申请，请指明申请人。',
  },
  SCHEME_IS_FOR_HOUSEHOLDS: {
    status: 422,
    en: 'This scheme is for the household as a whole: name no person.',
    zh: '该项目以家庭为单位申请，不能指定个人。',
  },
  PERSON_OUTSIDE_HOUSEHOLD: {
    status: 422,
    en: 'This person is no member of the household.',
    zh: '该人员不是此家庭的成员。',
  },
  NO_POLICY_PACK: {
    status: 422,
    en: 'The area has no parameters of this scheme, today or on the day of the application.',
    zh: '该地区在今天或申请当日没有此项目的政策参数。',
  },
  FACT_DATES_OUT_OF_ORDER: {
    status: 422,
    en: 'A fact happens no later than it becomes known, and neither after today ({today}).',
    zh: '事实发生日期不得晚于知悉日期，且均不得晚于今天（{today}）。',
  },
  TWO_INVESTIGATORS_NEEDED: {
    status: 422,
    en: 'A home visit is made by at least two different investigators.',
    zh: '入户调查应当由两名以上调查人员进行。',
  },
  INVESTIGATOR_RECORDS_VISIT: {
    status: 409,
    en: 'A home visit is recorded by one of its investigators.',
    zh: '入户调查应当由参与调查的人员登记。',
  },
  HOME_VISIT_MISSING: { status: 409, en: 'The home visit is not recorded yet.', zh: '尚未登记入户调查。' },
  VERIFICATION_REPORT_MISSING: {
    status: 409,
    en: 'There is no verification report yet.',
    zh: '尚无家庭经济状况核对报告。',
  },
  VERIFICATION_INCOMPLETE: {
    status: 409,
    en: 'A source of the verification report was not available: nothing is known of it.',
    zh: '核对报告中有数据来源不可用，不能视为无记录。',
  },
  INCOME_NOT_DECLARED: { status: 409, en: 'The household has not declared its income.', zh: '家庭尚未申报收入。' },
  NO_DIBAO_YET: {
    status: 409,
    en: 'The household receives no minimum living allowance yet; the application stays pending.',
    zh: '该家庭尚未享受最低生活保障，申请继续等待。',
  },
  DUTIES_ARE_SEPARATE: {
    status: 409,
    en: 'The one who did "{duty}" on this case cannot do this step.',
    zh: '承担“{duty}”的人员不得办理此步骤。',
  },
  OPINION_GIVER_CANNOT_CONFIRM: {
    status: 409,
    en: 'The one who gave the opinion cannot confirm it.',
    zh: '提出初审意见的人员不得审核确认。',
  },
  NOTICE_NOT_NEEDED: { status: 409, en: 'This case takes no public notice.', zh: '本案无需公示。' },
  NOTICE_STILL_RUNNING: {
    status: 409,
    en: 'The public notice runs to 24:00 of {endsOn}.',
    zh: '公示期至 {endsOn} 24时届满。',
  },
  NOTICE_OVER: {
    status: 409,
    en: 'The public notice ended with {endsOn}: the objection comes too late for it.',
    zh: '公示期已于 {endsOn} 届满，异议提出已逾期。',
  },
  CASE_OPEN_ALREADY: {
    status: 409,
    en: 'The household, or the person, has an open case of this scheme already.',
    zh: '该家庭（或人员）已有本项救助的在办案件。',
  },
  FACTS_ERASED: {
    status: 409,
    en: 'A fact that the decision would rest on was erased and can be read by nobody.',
    zh: '裁量所依据的信息已删除，无法读取。',
  },
  AWARD_EXISTS: {
    status: 409,
    en: 'Case {number} already pays this scheme to the same household or person in {fromMonth}.',
    zh: '案件 {number} 在 {fromMonth} 已向同一家庭或个人发放该项救助。',
  },
  NOT_ELIGIBLE: {
    status: 409,
    en: 'By the facts and parameters the application is not eligible: {reasons}.',
    zh: '按现有事实和参数不符合条件：{reasons}。',
  },
  FACTS_CHANGED_SINCE_OPINION: {
    status: 409,
    en: 'The facts or parameters have changed since the opinion: proposed {proposed}, now {now} (minor units a month). Return the case.',
    zh: '初审后事实或参数已变化：拟发 {proposed}，现为 {now}（分/月）。请退回重办。',
  },
  STOP_MONTH_PAST: {
    status: 422,
    en: 'The last month cannot lie before the month of the decision.',
    zh: '最后发放月份不得早于决定当月。',
  },
} as const satisfies RefusalTexts;

export type CaseRefusal = keyof typeof caseRefusals;
