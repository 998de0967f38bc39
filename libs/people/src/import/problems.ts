import { identityRefusals } from '../domain/identity/identity.refusals.js';

/** A text in both languages; `{name}` stands for a detail. */
interface Texts {
  readonly en: string;
  readonly zh: string;
}

/** Why a row, or the household that it belongs to, is not taken. No text and no detail repeats what stands in a cell. */
export const rowProblems = {
  ROW_BROKEN: {
    en: 'The quotes of this row do not fit together.',
    zh: '该行引号不匹配。',
  },
  ROW_TOO_LONG: {
    en: 'The row has more cells than the header has columns: a text with a separator in it needs quotes.',
    zh: '该行单元格多于表头列数：含分隔符的内容须加引号。',
  },
  CELL_ERROR: {
    en: 'The cell shows an error of the spreadsheet.',
    zh: '单元格为表格软件的错误值。',
  },
  VALUE_MISSING: { en: 'The cell is empty but needed here.', zh: '此处必填，但单元格为空。' },
  VALUE_UNKNOWN: {
    en: 'The cell has none of the words that can stand here: {allowed}.',
    zh: '单元格内容不在可选范围内：{allowed}。',
  },
  TEXT_TOO_LONG: { en: 'The text has more than {longest} characters.', zh: '文字超过 {longest} 个字符。' },
  TEXT_CHARACTERS: { en: 'The text has characters that cannot be kept.', zh: '文字含有无法保存的字符。' },
  DATE_FORM: {
    en: 'This is no date: write it as 2025-09-01.',
    zh: '日期格式不正确：请填写为 2025-09-01 的形式。',
  },
  DATE_UNKNOWN: { en: 'There is no such day.', zh: '不存在这一天。' },
  DATE_IN_FUTURE: { en: 'The day is still to come.', zh: '日期晚于今天。' },
  AMOUNT_FORM: {
    en: 'This is no amount in yuan with at most two decimals.',
    zh: '金额应以元为单位，最多两位小数。',
  },
  AMOUNT_RANGE: { en: 'The amount is greater than can be, or less.', zh: '金额超出范围。' },
  NUMBER_FORM: { en: 'This is no whole number from {from} to {to}.', zh: '应为 {from} 至 {to} 的整数。' },
  NUMBER_ROUNDED: {
    en: 'A spreadsheet turned the number into a figure, and its last digits are lost: take it from the document, with the column set to text.',
    zh: '号码已被表格软件转为数值，末几位已丢失：请将该列设为文本，按证件重新填写。',
  },
  PHONE_FORM: { en: 'This is no telephone number.', zh: '电话号码格式不正确。' },
  ACCOUNT_FORM: { en: 'The number of an account has 8 to 32 digits.', zh: '银行账号应为 8 至 32 位数字。' },
  AREA_NOT_YOURS: {
    en: 'There is no such area within yours.',
    zh: '在您的辖区内没有此区划。',
  },
  AREA_CODE_FORM: { en: 'The code of an area has 6, 9 or 12 digits.', zh: '区划代码应为 6、9 或 12 位数字。' },
  BIRTH_DATE_DIFFERS: {
    en: 'The birth date is not the one within the identity number.',
    zh: '出生日期与身份号码不一致。',
  },
  SEX_DIFFERS: { en: 'The sex is not the one within the identity number.', zh: '性别与身份号码不一致。' },
  REASON_CONTRADICTS: {
    en: 'The person counts, and yet a reason is given why not.',
    zh: '该人员计入家庭成员，却填写了不计入原因。',
  },
  HOUSEHOLD_APART: {
    en: 'The rows of this household do not stand together.',
    zh: '该户各行未排在一起。',
  },
  HOUSEHOLD_DIFFERS: {
    en: 'The rows of this household say different things here, where one thing holds for all of it.',
    zh: '该户各行此列内容不一致，应相同。',
  },
  HOUSEHOLD_TOO_LARGE: { en: 'A household has at most {most} rows.', zh: '一户最多 {most} 行。' },
  APPLICANT_MISSING: { en: 'Nobody of this household is the applicant.', zh: '该户没有申请人。' },
  APPLICANT_TWICE: { en: 'The household has a second applicant.', zh: '该户有多名申请人。' },
  PERSON_TWICE: {
    en: 'The same document stands in two rows of the household.',
    zh: '该户两行填写了同一证件。',
  },
} as const satisfies Readonly<Record<string, Texts>>;

/** Why a whole file is not taken. */
export const fileProblems = {
  FILE_IS_XLS: {
    en: 'This is a workbook of an old form (.xls) or one with a password: save it as .xlsx without a password.',
    zh: '这是旧格式（.xls）或带密码的工作簿：请另存为不带密码的 .xlsx。',
  },
  FILE_FORMAT_UNKNOWN: {
    en: 'Files of this kind cannot be read: CSV and XLSX can.',
    zh: '无法读取此类文件：请使用 CSV 或 XLSX。',
  },
  FILE_ENCODING_UNKNOWN: {
    en: 'The text is neither UTF-8 nor GB18030.',
    zh: '文本编码既不是 UTF-8 也不是 GB18030。',
  },
  FILE_ENCODING_MISSING: {
    en: 'This Node.js cannot read GB18030, as it was built without its tables: save the file as UTF-8.',
    zh: '当前 Node.js 未包含 GB18030 编码表：请将文件另存为 UTF-8。',
  },
  FILE_DAMAGED: { en: 'The file is damaged or incomplete.', zh: '文件已损坏或不完整。' },
  FILE_TOO_LARGE: { en: 'There is more in the file than can be taken.', zh: '文件内容过大。' },
  FILE_CHANGED: {
    en: 'The file is not the one that was begun with.',
    zh: '该文件与开始导入时的文件不同。',
  },
  SHEET_UNKNOWN: { en: 'The workbook has no such sheet.', zh: '工作簿中没有此工作表。' },
  HEADER_MISSING: {
    en: 'None of the first {rows} rows names the columns: see the template.',
    zh: '前 {rows} 行中没有列名：请参照模板。',
  },
  COLUMN_MISSING: { en: 'Needed columns are missing: {columns}.', zh: '缺少必需的列：{columns}。' },
  COLUMN_TWICE: { en: 'Two columns have the same meaning: {columns}.', zh: '有两列含义相同：{columns}。' },
  COLUMN_PERIOD_MISSING: {
    en: 'The heading must say for which time the amounts are, such as (yuan/year) or (yuan/month): {columns}.',
    zh: '列名须注明金额所属期间，如（元/年）或（元/月）：{columns}。',
  },
  COLUMN_UNIT: { en: 'Amounts must be in yuan: {columns}.', zh: '金额须以元为单位：{columns}。' },
} as const satisfies Readonly<Record<string, Texts>>;

export type RowProblemCode = keyof typeof rowProblems;
export type FileProblemCode = keyof typeof fileProblems;

type Details = Readonly<Record<string, string | number>>;

/** What is wrong with a row. */
export interface RowProblem {
  readonly line: number;
  /** The column as the file names it; left out where the whole row or household is meant. */
  readonly column?: string;
  /** One of {@link rowProblems}, or the code of a refusal. */
  readonly code: string;
  readonly details?: Details;
}

/** A file is refused as a whole; nothing of it was taken. */
export class FileRefused extends Error {
  constructor(
    readonly code: FileProblemCode,
    readonly details: Details = {},
  ) {
    super(code);
    this.name = 'FileRefused';
  }
}

const texts: Readonly<Record<string, Texts>> = { ...rowProblems, ...fileProblems, ...identityRefusals };

/** The words of a problem with its details; undefined for a code of another lib. */
export function problemText(code: string, language: 'en' | 'zh', details: Details = {}): string | undefined {
  return texts[code]?.[language].replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(details[name] ?? whole));
}
