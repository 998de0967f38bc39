import type { RefusalTexts } from '#libs/event-sourcing/decider';

/** Why a person's command is refused. No text repeats a name or a number. */
export const personRefusals = {
  PERSON_EXISTS: { status: 409, en: 'The person is registered already.', zh: '该人员已登记。' },
  NUMBER_REGISTERED: {
    status: 409,
    en: 'This number is registered already. If you may not see the file, a supervisor can be asked to look.',
    zh: '该证件号码已登记。如无权查看其档案，可请督查人员核对。',
  },
  PERSON_REGISTERED: {
    status: 409,
    en: 'This number is registered already: go on with the file {personId}.',
    zh: '该证件号码已登记，请在已有档案 {personId} 中办理。',
  },
  PERSON_UNKNOWN: { status: 422, en: 'There is no such person.', zh: '没有该人员。' },
  NAME_DIFFERS: {
    status: 409,
    en: 'This number is registered under another name: one of the two is wrong.',
    zh: '该证件号码已以其他姓名登记，两者必有一误。',
  },
  NAME_NEEDED: { status: 422, en: 'A person needs a name.', zh: '人员应当有姓名。' },
  BIRTH_DATE_NEEDED: {
    status: 422,
    en: 'The birth date is needed where the document does not say it.',
    zh: '证件未载明出生日期的，应当填写出生日期。',
  },
  BORN_IN_FUTURE: { status: 422, en: 'The birth date lies after today.', zh: '出生日期晚于今天。' },
  BIRTH_DATE_DIFFERS: {
    status: 422,
    en: 'The birth date is not the one that the identity number says.',
    zh: '出生日期与身份号码所载不一致。',
  },
  SEX_DIFFERS: {
    status: 422,
    en: 'The sex is not the one that the identity number says.',
    zh: '性别与身份号码所载不一致。',
  },
  HAPPENED_BEFORE_BIRTH: {
    status: 422,
    en: 'Nothing of this can have happened before the birth.',
    zh: '事实发生日期早于出生日期。',
  },
  PERSON_DIED: { status: 409, en: 'The person had died by then.', zh: '该人员当时已死亡。' },
  DEATH_RECORDED: {
    status: 409,
    en: 'The death is recorded already; another date is a correction.',
    zh: '死亡已登记；变更日期应当作为更正。',
  },
  PERSON_MERGED: {
    status: 409,
    en: 'This file was merged into another: record it there.',
    zh: '本档案已并入另一档案，请在该档案中办理。',
  },
  MERGED_INTO_ITSELF: { status: 422, en: 'A file cannot be merged into itself.', zh: '档案不能并入自身。' },
  OTHER_FILE_MERGED: {
    status: 409,
    en: 'That file was merged into another itself: merge into the one that goes on.',
    zh: '对方档案已并入其他档案，请并入现行档案。',
  },
  TWINS_UNCONFIRMED: {
    status: 409,
    en: 'These are probably twins, so two persons. Where it is certain that they are one, say so with confirmTwins.',
    zh: '两份档案可能属于双胞胎，应为两人。确系同一人的，请以 confirmTwins 确认。',
  },
  BOTH_COUNT: {
    status: 409,
    en: 'Both files count as members, in two households: one has to leave its household first.',
    zh: '两份档案分别计入两个家庭的共同生活成员，请先将其中一份移出。',
  },
  BOTH_HAVE_CASES: {
    status: 409,
    en: 'Both files have open cases of their own: one of these has to be closed first.',
    zh: '两份档案均有本人名下的在办案件，请先办结其中之一。',
  },
  DOUBLE_OF_ITSELF: { status: 422, en: 'A file is no double of itself.', zh: '档案不能是自身的重复档案。' },
  NOT_MERGED: { status: 409, en: 'The file is not merged into that one.', zh: '本档案未并入该档案。' },
  ACCOUNT_NOT_PROPOSED: {
    status: 409,
    en: 'No change of account with this id waits for confirmation.',
    zh: '没有待确认的该账户变更。',
  },
  ACCOUNT_NOT_WITHDRAWN: {
    status: 409,
    en: 'An account is not withdrawn: record the right one, which a second person confirms.',
    zh: '账户不得撤回：请登记正确的账户，并由另一人确认。',
  },
  SECOND_PERSON_CONFIRMS_ACCOUNT: {
    status: 409,
    en: 'The one who corrected an account cannot confirm it.',
    zh: '账户变更不得由经办人本人确认。',
  },
} as const satisfies RefusalTexts;

export type PersonRefusal = keyof typeof personRefusals;
