import { wordsOf, type Words } from './words.js';
import type { DeclaredAsset, DeclaredIncome, DeclaredSpending } from '../domain/household.facts.js';

/** A column of the format. The first heading of each language is that of the template; the others are understood too. */
interface ColumnTexts {
  readonly en: string;
  readonly zh: string;
  readonly also?: string;
  /** What stands in it. */
  readonly note: { readonly en: string; readonly zh: string };
  readonly words?: Words<string>;
  /** What the example of the template has. */
  readonly example?: string | { readonly en: string; readonly zh: string };
}

const date = { en: 'a date such as 2025-09-01', zh: '日期，如 2025-09-01' };
const yuan = { en: 'in yuan, at most two decimals', zh: '以元为单位，最多两位小数' };
const coded = { en: 'one of these words', zh: '从下列词语中选填' };
const free = { en: 'text', zh: '文字' };

/** Every column but those of amounts, of which there may be several. */
export const columns = {
  household: {
    en: 'Household reference',
    zh: '户编号',
    also: '户号 家庭编号 家庭编码 household householdref',
    note: {
      en: 'any text that is the same in all rows of one household; they stand together. Needed',
      zh: '同一户各行填写相同内容，且排在一起。必填',
    },
  },
  area: {
    en: 'Area code',
    zh: '区划代码',
    also: '行政区划代码 地区代码 area',
    note: { en: 'code of the village or township of the file', zh: '档案所在村（社区）或乡镇的区划代码' },
    example: '430225',
  },
  residence: {
    en: 'Residence',
    zh: '城乡类型',
    also: '城乡 城乡类别 居住类型',
    note: coded,
    words: wordsOf.residence,
    example: { en: 'rural', zh: '农村' },
  },
  relation: {
    en: 'Relation',
    zh: '与申请人关系',
    also: '与户主关系 家庭关系 关系 relationtoapplicant',
    note: { en: 'one of these words; exactly one applicant. Needed', zh: '从下列词语中选填，每户恰有一名申请人。必填' },
    words: wordsOf.relation,
    example: { en: 'applicant', zh: '申请人' },
  },
  counts: {
    en: 'Counts',
    zh: '是否计入',
    also: '是否共同生活 是否共同生活家庭成员 是否计入家庭人口',
    note: { en: 'yes where it is empty', zh: '空白视为“是”' },
    words: wordsOf.yesNo,
  },
  notCounted: { en: 'Reason not counted', zh: '不计入原因', note: coded, words: wordsOf.notCounted },
  name: {
    en: 'Name',
    zh: '姓名',
    also: '成员姓名 家庭成员姓名 fullname',
    note: { en: 'as on the document. Needed', zh: '与证件一致。必填' },
    example: { en: 'Example Person', zh: '示例甲' },
  },
  otherName: { en: 'Other name', zh: '其他文字姓名', also: '外文姓名 曾用名', note: free },
  documentKind: {
    en: 'Document kind',
    zh: '证件类型',
    also: '证件类别 证件种类 documenttype',
    note: { en: 'one of these words; identity card where it is empty', zh: '从下列词语中选填，空白视为居民身份证' },
    words: wordsOf.document,
  },
  documentNumber: {
    en: 'Document number',
    zh: '证件号码',
    also: '身份证号 身份证号码 公民身份号码 身份号码 证件号 身份证 idnumber',
    note: { en: 'in a column of text: figures lose their last digits', zh: '请将该列设为文本格式，否则末几位会丢失' },
    example: '190225200001010011',
  },
  documentIssuer: {
    en: 'Document issuer',
    zh: '签发机关',
    also: '签发国家 发证机关 issuer',
    note: {
      en: 'of a passport the country in three letters; of other documents the office',
      zh: '护照填国家三位字母代码，其他证件填机关',
    },
  },
  documentName: { en: 'Document name', zh: '证件名称', note: { en: 'of other documents', zh: '其他证件填写' } },
  birthDate: { en: 'Birth date', zh: '出生日期', also: '出生年月日 生日 dateofbirth', note: date },
  sex: { en: 'Sex', zh: '性别', also: 'gender', note: coded, words: wordsOf.sex },
  ethnicGroup: {
    en: 'Ethnic group',
    zh: '民族',
    note: { en: 'name or code by GB/T 3304', zh: '名称或 GB/T 3304 代码' },
    example: { en: 'Han', zh: '汉族' },
  },
  hukouArea: {
    en: 'Hukou area code',
    zh: '户籍区划代码',
    also: '户籍地代码',
    note: { en: 'six digits or more', zh: '六位以上数字' },
  },
  hukouKind: {
    en: 'Hukou kind',
    zh: '户口性质',
    also: '户籍类型 户籍性质 户口类型 户口类别',
    note: coded,
    words: wordsOf.hukou,
  },
  hukouAddress: { en: 'Hukou address', zh: '户籍地址', also: '户籍所在地', note: free },
  address: { en: 'Address', zh: '居住地址', also: '住址 现住址 家庭住址 家庭地址 地址', note: free },
  phone: { en: 'Phone', zh: '联系电话', also: '电话 手机 手机号 手机号码 电话号码 联系方式 telephone', note: free },
  bank: { en: 'Bank', zh: '开户银行', also: '开户行 银行 银行名称', note: free },
  accountNumber: {
    en: 'Account number',
    zh: '银行账号',
    also: '账号 银行卡号 卡号 银行帐号 帐号 一卡通账号',
    note: { en: 'in a column of text', zh: '请将该列设为文本格式' },
  },
  accountHolder: { en: 'Account holder', zh: '账户户名', also: '户名 开户人 开户名 账户姓名', note: free },
  disabilityCategory: {
    en: 'Disability category',
    zh: '残疾类别',
    also: '残疾类型',
    note: coded,
    words: wordsOf.disability,
  },
  disabilityLevel: { en: 'Disability level', zh: '残疾等级', also: '残疾级别', note: coded, words: wordsOf.level },
  disabilityNumber: {
    en: 'Disability card number',
    zh: '残疾证号',
    also: '残疾人证号 残疾证号码',
    note: { en: 'in a column of text', zh: '请将该列设为文本格式' },
  },
  disabilityUntil: {
    en: 'Disability card valid until',
    zh: '残疾证有效期至',
    also: '残疾证有效期 残疾人证有效期至',
    note: date,
  },
  illness: {
    en: 'Illness',
    zh: '患病类别',
    also: '疾病类别 患病种类',
    note: { en: 'one of these words, or several with a comma between', zh: '从下列词语中选填，多个用逗号隔开' },
    words: wordsOf.illness,
  },
  illnessName: { en: 'Illness name', zh: '病种名称', also: '病种 疾病名称', note: free },
  schooling: {
    en: 'Schooling',
    zh: '就学阶段',
    also: '在读阶段 教育阶段 就学情况',
    note: coded,
    words: wordsOf.schooling,
  },
  fullTime: {
    en: 'Full-time',
    zh: '是否全日制',
    also: '全日制',
    note: { en: 'needed after junior middle school', zh: '初中以上须填写' },
    words: wordsOf.yesNo,
  },
  school: { en: 'School', zh: '就读学校', also: '学校 学校名称', note: free },
  employment: { en: 'Employment', zh: '就业状况', also: '就业情况 就业状态', note: coded, words: wordsOf.employment },
  employer: { en: 'Employer', zh: '工作单位', also: '单位名称', note: free },
  ability: { en: 'Ability to work', zh: '劳动能力', also: '劳动能力状况', note: coded, words: wordsOf.ability },
  careMonths: {
    en: 'Months of care needed',
    zh: '需照护月数',
    also: '照护月数 护理月数 caremonths',
    note: { en: 'months for which long-term care is needed', zh: '需要长期照护的月数' },
  },
  guardianName: { en: 'Guardian name', zh: '监护人姓名', also: '监护人 guardian', note: free },
  guardianRelation: { en: 'Guardian relation', zh: '监护人关系', also: '与监护人关系', note: free },
  guardianPhone: { en: 'Guardian phone', zh: '监护人电话', note: free },
  singleFiling: {
    en: 'Single filing ground',
    zh: '单人户依据',
    also: '单人户申请依据 单人保依据',
    note: coded,
    words: wordsOf.singleFiling,
  },
  happenedOn: { en: 'True since', zh: '情况发生日期', also: '发生日期 happenedon', note: date },
  knownOn: { en: 'Known since', zh: '知悉日期', also: '登记日期 申报日期 knownon', note: date },
  source: { en: 'Source document', zh: '证明材料', also: '依据材料 材料', note: free },
} as const satisfies Readonly<Record<string, ColumnTexts>>;

export type ColumnKey = keyof typeof columns;
/** A {@link columns} entry with everything that any of them may have. */
export const columnTexts = (key: ColumnKey): ColumnTexts => columns[key];

/** Amounts that a row may have several of: what they are called, and the words for their kinds. */
export const amountGroups = {
  income: {
    en: { kind: 'Income kind', amount: 'Income amount (yuan)', months: 'Income months' },
    zh: { kind: '收入类型', amount: '收入金额（元）', months: '收入月数' },
    words: wordsOf.income,
    period: true,
    note: yuan,
  },
  asset: {
    en: { kind: 'Asset kind', amount: 'Asset value (yuan)' },
    zh: { kind: '财产类型', amount: '财产价值（元）' },
    words: wordsOf.asset,
    period: false,
    note: yuan,
  },
  spending: {
    en: { kind: 'Spending kind', amount: 'Spending amount (yuan)', months: 'Spending months' },
    zh: { kind: '支出类型', amount: '支出金额（元）', months: '支出月数' },
    words: wordsOf.spending,
    period: true,
    note: yuan,
  },
} as const;
export type AmountGroup = keyof typeof amountGroups;
export type AmountKind = (DeclaredIncome | DeclaredAsset | DeclaredSpending)['kind'];
