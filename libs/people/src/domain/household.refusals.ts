import type { RefusalTexts } from '#libs/event-sourcing/decider';

/** Why a household's command is refused. */
export const householdRefusals = {
  HOUSEHOLD_EXISTS: { status: 409, en: 'The household is registered already.', zh: '该家庭已登记。' },
  HOUSEHOLD_ENDED: { status: 409, en: 'Nobody belongs to this household any more.', zh: '该家庭已终止。' },
  ONE_APPLICANT_NEEDED: {
    status: 422,
    en: 'A household has exactly one applicant among its members; {applicants} are named.',
    zh: '家庭成员中应当有且只有一名申请人，现有 {applicants} 名。',
  },
  APPLICANT_COUNTS: {
    status: 422,
    en: 'The applicant is a member who counts, unless one person files alone.',
    zh: '申请人应当计入家庭成员，单人户申请除外。',
  },
  MEMBER_TWICE: { status: 422, en: 'A person is named twice among the members.', zh: '同一人员重复列入家庭成员。' },
  REASON_NOT_COUNTED_NEEDED: {
    status: 422,
    en: 'Of a member who does not count, the reason is given; of one who counts, none.',
    zh: '不计入的成员应当注明原因，计入的成员不得注明。',
  },
  MEMBER_ALREADY: {
    status: 409,
    en: 'The person belongs to the household on that day already.',
    zh: '该人员当日已是本家庭成员。',
  },
  PERSON_NOT_IN_HOUSEHOLD: {
    status: 422,
    en: 'This person is no member of the household.',
    zh: '该人员不是本家庭成员。',
  },
  COUNTS_ELSEWHERE: {
    status: 409,
    en: 'A person counts as a member of another household. If you may not see it, a supervisor can be asked to look.',
    zh: '有人员已计入另一家庭。如无权查看，可请督查人员核对。',
  },
  MEMBERS_LEFT: { status: 409, en: 'Somebody still belongs to the household.', zh: '家庭仍有成员。' },
  HOUSEHOLD_HAS_CASE: {
    status: 409,
    en: 'The household has an open case or a running award: it is ended before the household is merged into another.',
    zh: '该家庭有在办或者在享的救助事项，应当先予办结再并户。',
  },
  SAME_HOUSEHOLD: { status: 422, en: 'This is the same household.', zh: '系同一家庭。' },
  ALL_MEMBERS_MERGE: {
    status: 422,
    en: 'When a household is merged, every member is named with their new place.',
    zh: '并户应当列明全部成员及其新关系。',
  },
  SINGLE_FILING_OF_ONE: {
    status: 422,
    en: 'When one person files alone, nobody else counts.',
    zh: '单人户申请的，其他成员不计入。',
  },
} as const satisfies RefusalTexts;

export type HouseholdRefusal = keyof typeof householdRefusals;
