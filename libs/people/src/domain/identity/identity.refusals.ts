import type { RefusalTexts } from '#libs/event-sourcing/decider';

/** Why a text is no number of an identity document. No text and no detail repeats the number. */
export const identityRefusals = {
  ID_NUMBER_LENGTH: {
    status: 422,
    en: 'An identity number has 18 characters, an old one 15.',
    zh: '公民身份号码为 18 位，旧号码为 15 位。',
  },
  ID_NUMBER_CHARACTERS: {
    status: 422,
    en: 'An identity number consists of digits; only the last of 18 characters may be X.',
    zh: '公民身份号码应为数字，仅 18 位号码的最后一位可为 X。',
  },
  ID_NUMBER_SPREADSHEET: {
    status: 422,
    en: 'A spreadsheet turned the identity number into a figure, and its last digits are lost: take it from the document, with the column set to text.',
    zh: '身份号码已被表格软件转为数值，末几位已丢失：请将该列设为文本，按证件重新填写。',
  },
  ID_NUMBER_DATE: {
    status: 422,
    en: 'The birth date within the identity number does not exist, or nobody can be born on it.',
    zh: '身份号码中的出生日期不存在或不可能。',
  },
  ID_NUMBER_CHECK: {
    status: 422,
    en: 'The last character of the identity number does not match the others: one of them is mistyped.',
    zh: '身份号码校验码不符：至少有一位填写有误。',
  },
  ID_NUMBER_ROUNDED: {
    status: 422,
    en: 'The last character of the identity number does not match the others, and it ends with 000, as when a spreadsheet rounded it.',
    zh: '身份号码校验码不符，且末三位为 000，可能已被表格软件舍入。',
  },
  ID_NUMBER_FOR_TESTS: {
    status: 422,
    en: 'Identity numbers that begin with 19 are made up for tests.',
    zh: '以 19 开头的身份号码仅供测试使用。',
  },
  DOCUMENT_NUMBER_LENGTH: {
    status: 422,
    en: 'The number of a document has {shortest} to {longest} characters.',
    zh: '证件号码为 {shortest} 至 {longest} 位。',
  },
  DOCUMENT_NUMBER_CHARACTERS: {
    status: 422,
    en: 'The number of this document has characters that none of its kind has.',
    zh: '证件号码含有此类证件不会出现的字符。',
  },
  DOCUMENT_ISSUER_UNKNOWN: {
    status: 422,
    en: 'The country of a passport is a code of three letters (ISO 3166), such as CHN.',
    zh: '护照签发国家应为三位字母代码（ISO 3166），如 CHN。',
  },
} as const satisfies RefusalTexts;

export type IdentityRefusal = keyof typeof identityRefusals;
