import type { RefusalTexts } from '#libs/event-sourcing/decider';

/** Why a household's command is refused. */
export const householdRefusals = {
  HOUSEHOLD_EXISTS: { status: 409, en: 'The household is registered already.', zh: '该家庭已登记。' },
  ONE_APPLICANT_NEEDED: {
    status: 422,
    en: 'A household has exactly one applicant among its members; {applicants} are named.',
    zh: '家庭成员中应当有且只有一名申请人，现有 {applicants} 名。',
  },
  BORN_IN_FUTURE: { status: 422, en: 'A birth date lies after today.', zh: '出生日期晚于今天。' },
  HAPPENED_IN_FUTURE: {
    status: 422,
    en: 'A fact cannot have happened after today ({today}).',
    zh: '事实发生日期不能晚于今天（{today}）。',
  },
  KNOWN_BEFORE_HAPPENED: {
    status: 422,
    en: 'The day the office came to know a fact lies between the day it happened and today.',
    zh: '知悉日期应当在事实发生日期与今天之间。',
  },
  PERSON_NOT_IN_HOUSEHOLD: {
    status: 422,
    en: 'This person is no member of the household.',
    zh: '该人员不是本家庭成员。',
  },
  ACCOUNT_NOT_PROPOSED: {
    status: 409,
    en: 'No change of account with this id waits for confirmation.',
    zh: '没有待确认的该账户变更。',
  },
  SECOND_PERSON_CONFIRMS_ACCOUNT: {
    status: 409,
    en: 'The one who corrected an account cannot confirm it.',
    zh: '账户变更不得由经办人本人确认。',
  },
} as const satisfies RefusalTexts;

export type HouseholdRefusal = keyof typeof householdRefusals;
