import type { RefusalTexts } from '#libs/event-sourcing/decider';

/** Why a command to an erasure is refused. */
export const erasureRefusals = {
  ERASURE_EXISTS: { status: 409, en: 'The erasure is requested already.', zh: '该删除申请已提交。' },
  ALREADY_ERASED: { status: 409, en: 'These data are erased already.', zh: '该信息已删除。' },
  HOUSEHOLD_MEMBERS_NOT_ERASED: {
    status: 409,
    en: 'A household is erased no earlier than its last member, and a person no earlier than the files that were merged into theirs: {members} are not erased.',
    zh: '家庭共同信息不得早于最后一名成员删除，人员不得早于并入其档案的各档案删除，尚有 {members} 份未删除。',
  },
  ERASURE_HELD: {
    status: 409,
    en: 'The data must still be kept ({holds}). Erasure is possible from: {possibleFrom}.',
    zh: '该信息依法仍须保存（{holds}），最早可删除日期：{possibleFrom}。',
  },
  ERASURE_NOT_PENDING: {
    status: 409,
    en: 'The erasure waits for no decision: it is "{status}".',
    zh: '该删除申请当前状态为“{status}”，无需审批。',
  },
  SECOND_PERSON_APPROVES_ERASURE: {
    status: 409,
    en: 'The one who requested an erasure cannot approve it.',
    zh: '删除申请不得由申请人本人批准。',
  },
  DATA_PROTECTION_OFFICER_NEEDED: {
    status: 409,
    en: 'One of the two who request and approve an erasure is the data-protection officer.',
    zh: '删除的申请人与批准人之中须有一名个人信息保护负责人。',
  },
} as const satisfies RefusalTexts;

export type ErasureRefusalCode = keyof typeof erasureRefusals;
