import type { ProblemWords } from '#libs/platform';
import type { CaseStatus } from './domain/case.state.js';

const statuses: Readonly<Record<CaseStatus, string>> = {
  submitted: '已提交',
  accepted: '已受理',
  investigating: '调查中',
  'opinion-issued': '已出初审意见',
  'on-notice': '公示中',
  reinvestigating: '重新调查中',
  'with-county': '待县级审核确认',
  active: '享受待遇中',
  'under-recheck': '复核中',
  'not-accepted': '不予受理',
  refused: '不予确认',
  withdrawn: '已撤回',
  stopped: '已停发',
};

const reasons: Readonly<Record<string, string>> = {
  NO_MEMBERS: '没有家庭成员',
  INCOME_NOT_BELOW_STANDARD: '人均收入不低于保障标准',
  FAMILY_NOT_MARGINAL: '单人户申请人的家庭不属于低保边缘家庭',
  NO_DISABILITY: '无残疾证',
  NO_SEVERE_DISABILITY: '残疾等级不符合条件',
  NO_LONG_TERM_CARE_NEED: '无长期照护需求',
  NO_DIBAO_YET: '尚未享受最低生活保障',
};

/** Chinese words for what stands in a case's refusals. */
export const caseWords: ProblemWords = {
  status: statuses,
  duty: { acceptance: '受理', investigation: '入户调查' },
  reasons,
};

/** A reason of an assessment in Chinese. */
export const reasonInChinese = (reason: string): string => reasons[reason] ?? reason;
