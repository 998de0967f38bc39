import { afterAll, describe, expect, it } from '@jest/globals';
import type { ReadHousehold } from './household-rows.js';
import { problemText } from './problems.js';
import { csvOf, Folder, madeUpNumber, readAll, tableOf } from './test/files.js';

const folder = new Folder();
afterAll(() => folder.remove());

const number = madeUpNumber('1980-01-01', 1);
const applicant = {
  户编号: '1',
  城乡类型: '农村',
  与申请人关系: '申请人',
  姓名: '示例甲',
  身份证号: number,
} as const;
const spouse = { 户编号: '1', 与申请人关系: '配偶', 姓名: '示例乙', 身份证号: madeUpNumber('1981-02-03', 2) };
type Row = Readonly<Record<string, string>>;

const read = (...rows: Row[]): Promise<ReadHousehold[]> => readAll(folder.write(csvOf(tableOf(rows))));
const problemsOf = async (...rows: Row[]) =>
  (await read(...rows)).flatMap(({ problems }) => problems ?? []).map(({ line, column, code }) => [line, column, code]);
const personOf = async (row: Row) => {
  const [household] = await read({ ...applicant, ...row });
  if (household === undefined || household.problems) throw new Error(JSON.stringify(household));
  const [member] = household.draft.members;
  if (member === undefined || !('person' in member)) throw new Error('nobody');
  return { ...member, ...member.person, draft: household.draft };
};

describe('a household in rows', () => {
  it('is registered with everyone in it', async () => {
    expect(await read({ ...applicant, 区划代码: '430225101' }, spouse)).toEqual([
      {
        draft: {
          area: '430225101',
          residence: 'rural',
          members: [
            {
              relation: 'applicant',
              counts: true,
              person: {
                identity: {
                  name: '示例甲',
                  document: { kind: 'resident-number', number },
                  birthDate: '1980-01-01',
                  sex: 'male',
                },
              },
            },
            {
              relation: 'spouse',
              counts: true,
              person: {
                identity: {
                  name: '示例乙',
                  document: { kind: 'resident-number', number: spouse.身份证号 },
                  birthDate: '1981-02-03',
                  sex: 'female',
                },
              },
            },
          ],
        },
      },
    ]);
  });

  it('lies in the area of whoever imports where its rows name none', async () => {
    expect((await personOf({})).draft.area).toBe('430225');
  });

  it('may be followed by others', async () => {
    const other = { ...applicant, 户编号: '2', 身份证号: madeUpNumber('1970-01-01', 5) };
    expect((await read(applicant, spouse, other)).map((each) => each.problems ?? each.draft.members.length)).toEqual([
      2, 1,
    ]);
  });

  it('of the template that only shows how is left out, and so are empty rows', async () => {
    expect(await read({ ...applicant, 户编号: '示例' }, { 户编号: '' }, { ...applicant, 户编号: 'EXAMPLE' })).toEqual(
      [],
    );
  });
});

describe('a cell of a row', () => {
  it.each<[string, Row, object]>([
    ['old number', { 身份证号: '190225800101001' }, { identity: { document: { number } } }],
    [
      'full-width number',
      { 身份证号: number.replaceAll(/\d/g, (digit) => String.fromCharCode(0xfee0 + digit.charCodeAt(0))) },
      { identity: { document: { number } } },
    ],
    [
      'number in pieces',
      { 身份证号: ` ${number.slice(0, 6)} ${number.slice(6)}` },
      { identity: { document: { number } } },
    ],
    ['number behind a mark', { 身份证号: `'${number}` }, { identity: { document: { number } } }],
    [
      'passport',
      { 证件类型: '护照', 身份证号: 'l898902c3', 签发机关: 'uto' },
      { identity: { document: { kind: 'passport', issuer: 'UTO', number: 'L898902C3' } } },
    ],
    [
      'birth certificate',
      { 证件类型: '出生医学证明', 身份证号: 'A123', 签发机关: '示例医院' },
      { identity: { document: { kind: 'other', name: '出生医学证明', issuer: '示例医院', number: 'A123' } } },
    ],
    ['no document', { 证件类型: '无', 身份证号: '' }, { identity: { document: { kind: 'none' } } }],
    [
      'birth date and sex',
      { 出生日期: '1980年1月1日', 性别: '男' },
      { identity: { birthDate: '1980-01-01', sex: 'male' } },
    ],
    ['ethnic group', { 民族: '苗族' }, { identity: { ethnicGroup: '06' } }],
    ['other name', { 其他文字姓名: 'Example' }, { identity: { otherName: 'Example' } }],
    [
      'hukou',
      { 户籍区划代码: '430225', 户口性质: '非农业', 户籍地址: '示例路1号' },
      { hukou: { area: '430225', kind: 'urban', address: '示例路1号' } },
    ],
    ['contact', { 居住地址: '示例村', 联系电话: '139-0000-0000' }, { address: '示例村', phone: '139-0000-0000' }],
    [
      'account',
      { 开户银行: '示例银行', 银行账号: '6200 0000 0000 0000 001', 账户户名: '示 例 甲' },
      { account: { bank: '示例银行', number: '6200000000000000001', holder: '示例甲' } },
    ],
    [
      'disability',
      { 残疾类别: '肢体', 残疾等级: '一级', 残疾证号: `${number}41`, 残疾证有效期至: '2030.1.31' },
      { disability: { category: 'physical', level: 1, number: `${number}41`, validUntil: '2030-01-31' } },
    ],
    [
      'card for ever',
      { 残疾类别: '视力', 残疾等级: '4', 残疾证有效期至: '长期' },
      { disability: { category: 'visual', level: 4 } },
    ],
    [
      'illnesses',
      { 患病类别: '重大疾病、罕见病', 病种名称: '示例病' },
      { illnesses: [{ kind: 'major', name: '示例病' }, { kind: 'rare' }] },
    ],
    [
      'schooling',
      { 就学阶段: '小学', 就读学校: '示例小学' },
      { schooling: { stage: 'primary', fullTime: true, school: '示例小学' } },
    ],
    ['studies', { 就学阶段: '本科', 是否全日制: '否' }, { schooling: { stage: 'bachelor', fullTime: false } }],
    ['employment', { 就业状况: '务农', 工作单位: '' }, { employment: { status: 'farming' } }],
    ['ability', { 劳动能力: '完全丧失劳动能力' }, { ability: 'fully-lost' }],
    ['care', { 需照护月数: '6' }, { careNeedMonths: 6 }],
    ['guardian', { 监护人姓名: '示例丙', 监护人关系: '叔叔' }, { guardian: { name: '示例丙', relation: '叔叔' } }],
    ['not counted', { 不计入原因: '服刑' }, { counts: false, notCounted: 'in-prison' }],
    ['not counted, twice', { 是否计入: '否', 不计入原因: '失踪' }, { counts: false, notCounted: 'missing' }],
    [
      'income of a year',
      { '工资性收入（元/年）': '12,000.50' },
      { draft: { income: [{ kind: 'wages', amount: 1_200_050, months: 12, member: 0 }] } },
    ],
    [
      'income of a month',
      { 'Transfers (yuan/month)': '300' },
      { draft: { income: [{ kind: 'transfers', amount: 30_000, months: 1, member: 0 }] } },
    ],
    [
      'loss',
      { '年经营净收入(元)': '-80' },
      { draft: { income: [{ kind: 'business', amount: -8000, months: 12, member: 0 }] } },
    ],
    [
      'income in three columns',
      { 收入类型1: '财产净收入', '收入金额1（元）': '90', 收入月数1: '3' },
      { draft: { income: [{ kind: 'property', amount: 9000, months: 3, member: 0 }] } },
    ],
    ['no income', { 收入类型: '', '收入金额（元）': '', 收入月数: '' }, { draft: { residence: 'rural' } }],
    ['assets', { '存款（元）': '5000' }, { draft: { assets: [{ kind: 'deposit', value: 500_000, member: 0 }] } }],
    [
      'spending',
      { '医疗支出(元/年)': '1' },
      { draft: { spending: [{ kind: 'medical', amount: 100, months: 12, member: 0 }] } },
    ],
    [
      'dates of the household',
      { 情况发生日期: '20250701', 知悉日期: '2025/8/1', 证明材料: '申请表' },
      { draft: { happenedOn: '2025-07-01', knownOn: '2025-08-01', document: '申请表' } },
    ],
    ['single filing', { 单人户依据: '重残' }, { draft: { singleFiling: 'severe-disability' } }],
  ])('is understood: %s', async (_, row, expected) => {
    expect(await personOf(row)).toMatchObject(expected);
  });

  it.each<[string, string, Row]>([
    ['ID_NUMBER_SPREADSHEET', '身份证号', { 身份证号: '4.30225E+17' }],
    ['ID_NUMBER_CHECK', '身份证号', { 身份证号: `${number.slice(0, 17)}${number.endsWith('1') ? '2' : '1'}` }],
    ['ID_NUMBER_LENGTH', '身份证号', { 身份证号: number.slice(1) }],
    ['VALUE_MISSING', '身份证号', { 身份证号: '' }],
    ['VALUE_MISSING', '姓名', { 姓名: ' ' }],
    ['VALUE_MISSING', '城乡类型', { 城乡类型: '' }],
    ['VALUE_MISSING', '户编号', { 户编号: '' }],
    ['VALUE_UNKNOWN', '城乡类型', { 城乡类型: '海上' }],
    ['VALUE_UNKNOWN', '性别', { 性别: '?' }],
    ['VALUE_UNKNOWN', '民族', { 民族: '示例族' }],
    ['SEX_DIFFERS', '性别', { 性别: '女' }],
    ['BIRTH_DATE_DIFFERS', '出生日期', { 出生日期: '1980-01-02' }],
    ['DATE_IN_FUTURE', '知悉日期', { 知悉日期: '2025-09-02' }],
    ['DOCUMENT_ISSUER_UNKNOWN', '签发机关', { 证件类型: '护照', 身份证号: 'L898902C3', 签发机关: 'Utopia' }],
    ['VALUE_MISSING', '签发机关', { 证件类型: '护照', 身份证号: 'L898902C3', 签发机关: '' }],
    ['VALUE_MISSING', '户口性质', { 户籍区划代码: '430225', 户口性质: '' }],
    ['AREA_CODE_FORM', '户籍区划代码', { 户籍区划代码: '43', 户口性质: '农业' }],
    ['AREA_NOT_YOURS', '区划代码', { 区划代码: '440106' }],
    ['VALUE_MISSING', '账户户名', { 开户银行: '示例银行', 银行账号: '6200000000000000001', 账户户名: '' }],
    ['NUMBER_ROUNDED', '银行账号', { 开户银行: '示例银行', 银行账号: '6.2E+18', 账户户名: '示例甲' }],
    ['VALUE_MISSING', '残疾等级', { 残疾类别: '肢体', 残疾等级: '' }],
    ['VALUE_MISSING', '是否全日制', { 就学阶段: '高中', 是否全日制: '' }],
    ['REASON_CONTRADICTS', '不计入原因', { 是否计入: '是', 不计入原因: '服刑' }],
    ['VALUE_MISSING', '不计入原因', { 是否计入: '否', 不计入原因: '' }],
    ['VALUE_MISSING', '收入月数', { 收入类型: '工资', '收入金额（元）': '1', 收入月数: '' }],
    ['VALUE_MISSING', '收入金额（元）', { 收入类型: '工资', '收入金额（元）': '', 收入月数: '1' }],
    ['AMOUNT_RANGE', '存款(元)', { '存款(元)': '-1' }],
    ['NUMBER_FORM', '需照护月数', { 需照护月数: '很多' }],
    ['APPLICANT_MISSING', '与申请人关系', { 与申请人关系: '配偶' }],
  ])('is refused with its column: %s in %s', async (code, column, row) => {
    expect(await problemsOf({ ...applicant, ...row })).toEqual([[2, column, code]]);
  });

  it('does not give away in any text what stands in it', async () => {
    const secret = '示例甲示例甲';
    const [household] = await read({
      ...applicant,
      姓名: secret,
      身份证号: `${number}7`,
      民族: secret,
      性别: secret,
      银行账号: secret,
    });
    const told =
      JSON.stringify(household?.problems) +
      household?.problems
        ?.map(({ code, details }) => (problemText(code, 'en', details) ?? '') + problemText(code, 'zh', details))
        .join();
    expect(household?.problems).toHaveLength(6);
    expect(told).not.toContain(secret);
    expect(told).not.toContain(number.slice(0, 10));
  });
});

describe('the rows of a household together', () => {
  it.each<[string, Row[], unknown[]]>([
    ['have one applicant', [applicant, { ...spouse, 与申请人关系: '本人' }], [[3, '与申请人关系', 'APPLICANT_TWICE']]],
    ['name nobody twice', [applicant, { ...spouse, 身份证号: number }], [[3, '身份证号', 'PERSON_TWICE']]],
    [
      'say one thing of the household',
      [applicant, { ...spouse, 城乡类型: '城镇' }],
      [[3, '城乡类型', 'HOUSEHOLD_DIFFERS']],
    ],
    [
      'stand together',
      [applicant, { ...applicant, 户编号: '2', 身份证号: madeUpNumber('1970-01-01', 5) }, spouse],
      [
        [2, '户编号', 'HOUSEHOLD_APART'],
        [4, '户编号', 'HOUSEHOLD_APART'],
      ],
    ],
    [
      'are so few that they can be one',
      Array.from({ length: 101 }, () => applicant),
      [[2, '户编号', 'HOUSEHOLD_TOO_LARGE']],
    ],
  ])('%s', async (_, rows, problems) => {
    expect(await problemsOf(...rows)).toEqual(problems);
  });

  it('stay out together when one of them is bad, and the others go in', async () => {
    const other = { ...applicant, 户编号: '2', 身份证号: madeUpNumber('1970-01-01', 5) };
    const outcomes = await read(applicant, { ...spouse, 姓名: '' }, other);
    expect(outcomes.map(({ problems }) => problems?.length)).toEqual([1, undefined]);
  });

  it('are refused in production where numbers are made up', async () => {
    const path = folder.write(csvOf(tableOf([applicant])));
    expect(await readAll(path, { testNumbers: 'refused' })).toMatchObject([
      { problems: [{ code: 'ID_NUMBER_FOR_TESTS' }] },
    ]);
  });
});
