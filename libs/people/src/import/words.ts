import {
  assetKinds,
  notCountedReasons,
  relations,
  singleFilingGrounds,
  spendingKinds,
  type DeclaredAsset,
  type DeclaredIncome,
  type DeclaredSpending,
  type NotCountedReason,
  type Relation,
  type SingleFilingGround,
} from '../domain/household.facts.js';
import {
  employmentStatuses,
  hukouKinds,
  illnessKinds,
  schoolingStages,
  sexes,
  workAbilities,
  type DisabilityCard,
  type Employment,
  type HukouKind,
  type Illness,
  type Schooling,
  type Sex,
  type WorkAbility,
} from '../domain/person.facts.js';
import type { IdentityDocument } from '../domain/identity/document.js';
import type { Residence } from '#libs/schemes';
import { plain } from './cell.js';

/** Words that people write for a code. The code itself is understood too. */
export class Words<Code extends string> {
  private readonly codes = new Map<string, Code>();

  /** @param words Chinese and English words by code, apart from each other by spaces; the first is the one to be shown */
  constructor(private readonly words: Readonly<Record<Code, string>>) {
    for (const [code, list] of Object.entries(words) as [Code, string][])
      for (const word of [code, ...list.split(' ')]) this.codes.set(word, code).set(folded(word), code);
  }

  /** The code that a text means; undefined where it means none. */
  find(text: string): Code | undefined {
    return this.codes.get(text) ?? this.codes.get(folded(text));
  }

  /** What can be written, in Chinese with the code. */
  get allowed(): string {
    return (Object.entries(this.words) as [Code, string][])
      .map(([code, list]) => `${list.split(' ')[0]}/${code}`)
      .join(', ');
  }
}

/** As words are compared: in one case and width, without spaces and strokes. */
export const folded = (text: string): string =>
  plain(text)
    .toLowerCase()
    .replaceAll(/[-_/、()]/g, '');

type Listed<Codes extends readonly string[]> = Readonly<Record<Codes[number], string>>;

export const wordsOf = {
  yesNo: new Words<'yes' | 'no'>({ yes: '是 计入 有 true y 1 √', no: '否 不计入 无 false n 0 ×' }),
  residence: new Words<Residence>({ urban: '城镇 城市 非农业 城', rural: '农村 农业 乡村 农' }),
  relation: new Words<Relation>({
    applicant: '申请人 本人 户主 householder self',
    spouse: '配偶 妻 妻子 夫 丈夫 夫妻 husband wife',
    child:
      '子女 子 女 儿子 女儿 长子 次子 三子 四子 长女 次女 三女 四女 独生子 独生女 养子 养女 继子 继女 son daughter',
    parent: '父母 父亲 母亲 父 母 养父 养母 继父 继母 father mother',
    grandchild: '孙子女 孙子 孙女 孙 外孙子女 外孙子 外孙女 外孙 grandson granddaughter',
    grandparent: '祖父母 祖父 祖母 爷爷 奶奶 外祖父母 外祖父 外祖母 外公 外婆 姥爷 姥姥 grandfather grandmother',
    sibling: '兄弟姐妹 兄 弟 姐 妹 哥哥 弟弟 姐姐 妹妹 兄弟 姐妹 brother sister',
    other: '其他 其他亲属 儿媳 女婿 岳父 岳母 公公 婆婆 嫂子 弟媳 侄子 侄女 外甥 外甥女 非亲属',
  } satisfies Listed<typeof relations>),
  notCounted: new Words<NotCountedReason>({
    clergy: '宗教教职人员 宗教',
    'in-prison': '服刑 在监狱服刑 羁押',
    'drug-isolation': '强制隔离戒毒 戒毒',
    missing: '宣告失踪 失踪',
    conscript: '义务兵 服役',
    'lives-elsewhere': '不共同生活 连续三年以上脱离家庭独立生活 独立生活',
    'single-filing': '单人户 单独申请',
    other: '其他',
  } satisfies Listed<typeof notCountedReasons>),
  singleFiling: new Words<SingleFilingGround>({
    'severe-disability': '重度残疾 重残',
    'level-3-intellectual-mental': '三级智力精神残疾 三级智力残疾 三级精神残疾',
    'major-illness': '重病 重病患者 重大疾病',
    'clergy-hardship': '宗教教职人员生活困难 困难宗教教职人员',
  } satisfies Listed<typeof singleFilingGrounds>),
  document: new Words<IdentityDocument['kind']>({
    'resident-number': '居民身份证 身份证 公民身份号码 身份号码 idcard residentid',
    passport: '护照',
    other: '其他 其他证件 出生医学证明 户口簿 居住证',
    none: '无 无证件 没有',
    unknown: '不详 身份不明 未知',
  }),
  sex: new Words<Sex>({ female: '女 女性 f', male: '男 男性 m' } satisfies Listed<typeof sexes>),
  hukou: new Words<HukouKind>({
    urban: '非农业 城镇 非农 非农业户口 城镇户口 居民户口 城市',
    rural: '农业 农村 农业户口 农村户口',
  } satisfies Listed<typeof hukouKinds>),
  disability: new Words<DisabilityCard['category']>({
    visual: '视力 视力残疾',
    hearing: '听力 听力残疾',
    speech: '言语 言语残疾 语言残疾',
    'hearing-speech': '听力言语 听力言语残疾',
    physical: '肢体 肢体残疾',
    intellectual: '智力 智力残疾',
    mental: '精神 精神残疾',
    multiple: '多重 多重残疾',
  }),
  level: new Words<'1' | '2' | '3' | '4'>({
    '1': '一级 1级 一 壹级 level1',
    '2': '二级 2级 二 贰级 level2',
    '3': '三级 3级 三 叁级 level3',
    '4': '四级 4级 四 肆级 level4',
  }),
  illness: new Words<Illness['kind']>({
    major: '重大疾病 大病 重病',
    'chronic-special': '慢特病 慢性病 门诊慢特病',
    rare: '罕见病',
    'severe-mental': '严重精神障碍 重性精神病',
    other: '其他',
  } satisfies Listed<typeof illnessKinds>),
  schooling: new Words<Schooling['stage']>({
    none: '未就学 不在读 无 否',
    kindergarten: '幼儿园 学前',
    primary: '小学',
    'junior-middle': '初中',
    'senior-middle': '高中 普通高中',
    vocational: '中职 中专 职高 技校 中等职业学校',
    'junior-college': '大专 专科 高职',
    bachelor: '本科 大学 大学本科',
    postgraduate: '研究生 硕士 博士',
  } satisfies Listed<typeof schoolingStages>),
  employment: new Words<Employment['status']>({
    employed: '在职 就业 正式就业 单位就业',
    'self-employed': '个体经营 个体 自主创业',
    farming: '务农',
    casual: '灵活就业 打零工 零工',
    'registered-unemployed': '登记失业 失业登记',
    'not-working': '未就业 无业 失业 未登记失业',
    student: '在校学生 学生 在校生',
    retired: '离退休 退休',
  } satisfies Listed<typeof employmentStatuses>),
  ability: new Words<WorkAbility>({
    able: '有劳动能力 有 正常',
    partly: '部分丧失劳动能力 部分丧失 部分劳动能力',
    'fully-lost': '完全丧失劳动能力 完全丧失 丧失劳动能力',
    none: '无劳动能力 无',
  } satisfies Listed<typeof workAbilities>),
  income: new Words<DeclaredIncome['kind']>({
    wages: '工资性收入 工资 wageincome',
    business: '经营净收入 经营性收入 经营收入 businessincome',
    property: '财产净收入 财产性收入 财产收入 propertyincome',
    transfers: '转移净收入 转移性收入 转移收入 transferincome',
    other: '其他收入 其他 otherincome',
  }),
  asset: new Words<DeclaredAsset['kind']>({
    deposit: '存款 银行存款',
    securities: '有价证券 证券 股票',
    'real-estate': '房产 不动产 住房',
    vehicle: '机动车 车辆',
    machinery: '大型农机具 农机',
    company: '企业 公司 出资',
    insurance: '商业保险 保险',
    other: '其他财产 其他',
  } satisfies Listed<typeof assetKinds>),
  spending: new Words<DeclaredSpending['kind']>({
    medical: '医疗支出 医疗',
    education: '教育支出 教育',
    rehabilitation: '残疾康复支出 康复支出 康复',
    housing: '住房支出 住房',
    accident: '意外事故支出 意外 灾害',
    other: '其他支出 其他',
  } satisfies Listed<typeof spendingKinds>),
} as const;

// Source: GB/T 3304-1991, and the two codes of the population register for others.
const GROUPS =
  '01 汉 Han,02 蒙古 Mongol,03 回 Hui,04 藏 Zang,05 维吾尔 Uygur,06 苗 Miao,07 彝 Yi,08 壮 Zhuang,09 布依 Buyei,10 朝鲜 Chosen,11 满 Man,12 侗 Dong,13 瑶 Yao,14 白 Bai,15 土家 Tujia,16 哈尼 Hani,17 哈萨克 Kazak,18 傣 Dai,19 黎 Li,20 傈僳 Lisu,21 佤 Va,22 畲 She,23 高山 Gaoshan,24 拉祜 Lahu,25 水 Sui,26 东乡 Dongxiang,27 纳西 Naxi,28 景颇 Jingpo,29 柯尔克孜 Kirgiz,30 土 Tu,31 达斡尔 Daur,32 仫佬 Mulao,33 羌 Qiang,34 布朗 Blang,35 撒拉 Salar,36 毛南 Maonan,37 仡佬 Gelao,38 锡伯 Xibe,39 阿昌 Achang,40 普米 Pumi,41 塔吉克 Tajik,42 怒 Nu,43 乌孜别克 Uzbek,44 俄罗斯 Russ,45 鄂温克 Ewenki,46 德昂 Deang,47 保安 Bonan,48 裕固 Yugur,49 京 Gin,50 塔塔尔 Tatar,51 独龙 Derung,52 鄂伦春 Oroqen,53 赫哲 Hezhen,54 门巴 Monba,55 珞巴 Lhoba,56 基诺 Jino,97 其他 Others,98 外国血统中国籍人士 Naturalized';

const groups = new Map(
  GROUPS.split(',').flatMap((line) => {
    const [code = '', zh = '', en = ''] = line.split(' ');
    return [code, String(Number(code)), zh, `${zh}族`, en].map((word) => [folded(word), code] as const);
  }),
);

/** The code of an ethnic group, by its name or a code that lost its leading zero. */
export const ethnicGroupOf = (text: string): string | undefined => groups.get(folded(text));
