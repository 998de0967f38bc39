import { afterAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CsvParser } from './csv-parser.js';
import { openHouseholdFile } from './open-file.js';
import { rejectedHeader, rejectedRows } from './rejected-file.js';
import { readHousehold } from './household-rows.js';
import { problemText } from './problems.js';
import { templateCsv, templateWorkbook } from './template.js';
import { contextOf, csvOf, Folder, gb18030, madeUpNumber, readAll, tableOf } from './test/files.js';
import { workbookBytes, zipped } from './xlsx-writer.js';

const folder = new Folder();
afterAll(() => folder.remove());

const number = madeUpNumber();
const rows = [
  {
    户编号: '1',
    城乡类型: '农村',
    与申请人关系: '申请人',
    姓名: '示例甲',
    证件号码: number,
    '工资性收入(元/年)': '1,200.50',
  },
  {
    户编号: '2',
    城乡类型: '城镇',
    与申请人关系: '本人',
    姓名: '示例“乙”',
    证件号码: madeUpNumber('1970-01-01', 5),
    '工资性收入(元/年)': '',
  },
];
const table = tableOf(rows);
const titled = [['某县家庭情况登记表'], [], ...table];
const csv = csvOf(table);
const separatedBy = (separator: string) =>
  table.map((cells) => cells.map((cell) => `"${cell}"`).join(separator)).join('\n');
const drafts = await readAll(folder.write(csv));

describe('a file of households', () => {
  it('is read at all', () => {
    expect(drafts.map(({ problems }) => problems)).toEqual([undefined, undefined]);
  });

  it.each<[string, Buffer | string]>([
    ['UTF-8 with a byte order mark', `\ufeff${csv}`],
    ['GB18030', gb18030(csv)],
    ['UTF-16, as Excel saves "Unicode text"', Buffer.from(`\ufeff${separatedBy('\t')}`, 'utf16le')],
    ['separated by semicolons', separatedBy(';')],
    ['separated by tabs', separatedBy('\t')],
    ['with line ends of old Macs', csv.replaceAll('\r\n', '\r')],
    ['without a last line end', csv.trimEnd()],
    ['with titles above the header', csvOf(titled)],
    ['a workbook', workbookBytes([{ name: '表', rows: table }])],
    ['a workbook with titles above the header', workbookBytes([{ name: '表', rows: titled }])],
    [
      'a workbook whose second sheet it is',
      workbookBytes([
        { name: '说明', rows: [['说明']] },
        { name: '表', rows: table },
      ]),
    ],
  ])('says the same: %s', async (_, bytes) => {
    expect(await readAll(folder.write(bytes))).toEqual(drafts);
  });

  it('is told from others by what is in it, not by its name', async () => {
    expect(await readAll(folder.write(workbookBytes([{ name: '表', rows: table }]), 'file.csv'))).toEqual(drafts);
  });

  it('is the sheet that is asked for', async () => {
    const path = folder.write(
      workbookBytes([
        { name: '一', rows: table.slice(0, 2) },
        { name: '二', rows: table },
      ]),
    );
    expect(await readAll(path)).toHaveLength(1);
    expect(await readAll(path, { sheet: '二' })).toEqual(drafts);
    await expect(readAll(path, { sheet: '三' })).rejects.toMatchObject({ code: 'SHEET_UNKNOWN' });
  });

  const head = '户编号,城乡类型,与申请人关系,姓名';
  const ole = Buffer.from('d0cf11e0a1b11ae1', 'hex');
  const workbook = workbookBytes([{ name: '表', rows: table }]);
  it.each<[string, Buffer | string]>([
    ['FILE_IS_XLS', Buffer.concat([ole, Buffer.alloc(512)])],
    ['FILE_FORMAT_UNKNOWN', '%PDF-1.7'],
    ['FILE_FORMAT_UNKNOWN', '<html><table>'],
    ['FILE_FORMAT_UNKNOWN', zipped([['content.xml', '<a/>']])],
    ['FILE_FORMAT_UNKNOWN', Buffer.from(`${head}\n\0\0\0`)],
    ['FILE_ENCODING_UNKNOWN', Buffer.concat([Buffer.from(head), Buffer.from([0xff, 0xff, 0x0a])])],
    ['FILE_DAMAGED', workbook.subarray(0, workbook.length - 300)],
    ['FILE_DAMAGED', zipped([['xl/workbook.xml', '<workbook><sheets>']])],
    ['HEADER_MISSING', ''],
    ['HEADER_MISSING', 'a,b\n1,2'],
    ['COLUMN_MISSING', '户编号,姓名\n1,示例甲'],
    ['COLUMN_MISSING', `${head},收入类型,收入月数`],
    ['COLUMN_TWICE', `${head},成员姓名`],
    ['COLUMN_PERIOD_MISSING', `${head},工资性收入(元)`],
    ['COLUMN_UNIT', `${head},工资性收入(万元/年)`],
  ])('is refused as a whole: %s', async (code, bytes) => {
    await expect(readAll(folder.write(bytes))).rejects.toMatchObject({ code });
  });

  it('names the columns that nobody knows', async () => {
    const {
      heading,
      rows: count,
      households,
    } = await openHouseholdFile(
      folder.write(`序号,${csvOf([['备注', ...(table[0] ?? [])]])}1,,${csvOf([table[1] ?? []])}`),
    );
    expect(heading.ignored).toEqual(['序号', '备注']);
    expect([count, households]).toEqual([1, 1]);
  });
});

describe('a workbook as Excel writes it', () => {
  const main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
  const type = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const shared = [
    '户编号',
    '城乡类型',
    '与申请人关系',
    '姓名',
    '证件类型',
    '知悉日期',
    '存款（元）',
    '联系电话',
    '农村',
    '申请人',
    '无',
    '公民身份号码',
  ];
  const cell = (name: string, text: string) => `<c r="${name}" t="s"><v>${shared.indexOf(text)}</v></c>`;
  const book = (extra: string, date1904 = '') =>
    zipped([
      [
        'xl/workbook.xml',
        `<workbook ${main} xmlns:r="${type}"><workbookPr ${date1904}/><sheets><sheet name="隐" sheetId="2" state="hidden" r:id="r3"/><sheet name="表" sheetId="1" r:id="r1"/></sheets></workbook>`,
      ],
      [
        'xl/_rels/workbook.xml.rels',
        `<Relationships><Relationship Id="r1" Type="${type}/worksheet" Target="/xl/worksheets/sheet1.xml"/><Relationship Id="r2" Type="${type}/sharedStrings" Target="sharedStrings.xml"/><Relationship Id="r3" Type="${type}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
      ],
      [
        'xl/sharedStrings.xml',
        `<sst ${main}>${shared.map((text) => `<si><t>${text}</t></si>`).join('')}<si><r><t>示例</t></r><r><rPr/><t xml:space="preserve"> 甲&amp;</t></r><rPh sb="0" eb="1"><t>shi</t></rPh></si></sst>`,
      ],
      [
        'xl/worksheets/sheet1.xml',
        `<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData>${`<row r="1"><c r="A1" t="inlineStr"><is><t>登记表</t></is></c></row><row r="3">${cell('A3', '户编号')}${cell('B3', '城乡类型')}${cell('C3', '与申请人关系')}${cell('D3', '姓名')}${cell('E3', '证件类型')}${cell('F3', '知悉日期')}${cell('G3', '存款（元）')}${cell('I3', '联系电话')}${cell('J3', '公民身份号码')}</row><row r="5"><c r="A5"><v>7</v></c>${cell('B5', '农村')}${cell('C5', '申请人')}<c r="D5" t="s"><v>${shared.length}</v></c>${extra}</row>`.replaceAll(/<(\/?)(?=[a-z])/g, '<$1x:')}</x:sheetData><x:mergeCells count="1"><x:mergeCell ref="A1:H1"/></x:mergeCells></x:worksheet>`,
      ],
    ]);
  const rest = `${cell('E5', '无')}<c r="F5" s="1"><v>45901</v></c><c r="G5"><f>1+1</f><v>1200.1000000000001</v></c><c r="I5"><v>1.39E10</v></c>`;

  it('is understood: shared and rich texts, figures, days by number, cells left out', async () => {
    const path = folder.write(book(rest));
    expect(await readAll(path)).toEqual([
      {
        draft: {
          area: '430225',
          residence: 'rural',
          knownOn: '2025-09-01',
          assets: [{ kind: 'deposit', value: 120_010, member: 0 }],
          members: [
            {
              relation: 'applicant',
              counts: true,
              person: { identity: { name: '示例 甲&', document: { kind: 'none' } }, phone: '13900000000' },
            },
          ],
        },
      },
    ]);
  });

  it('counts days from 1904 where it says so', async () => {
    const path = folder.write(book(rest.replace('45901', '44439'), 'date1904="1"'));
    expect(await readAll(path)).toMatchObject([{ draft: { knownOn: '2025-09-01' } }]);
  });

  it.each([
    [`<c r="J5"><v>${number}</v></c>`, 'ID_NUMBER_SPREADSHEET'],
    ['<c r="J5"><v>4.3022519800101001E+17</v></c>', 'ID_NUMBER_SPREADSHEET'],
    ['<c r="J5" t="e"><v>#N/A</v></c>', 'CELL_ERROR'],
    ['<c r="J5" t="str"><v>4.30225E+17</v></c>', 'ID_NUMBER_SPREADSHEET'],
  ])('has identity numbers as text or not at all: %s', async (extra, code) => {
    expect(await readAll(folder.write(book(extra)))).toMatchObject([
      { problems: [{ line: 5, column: '公民身份号码', code }] },
    ]);
  });

  it('is damaged where a cell refers to no text', async () => {
    await expect(readAll(folder.write(book('<c r="E5" t="s"><v>99</v></c>')))).rejects.toMatchObject({
      code: 'FILE_DAMAGED',
    });
  });
});

describe('CSV', () => {
  const parsed = (text: string, pieces: number) => {
    const parser = new CsvParser(',');
    const read = [];
    for (let at = 0; at < text.length; at += pieces) read.push(...parser.push(text.slice(at, at + pieces)));
    return [...read, ...parser.end()];
  };

  it('is one and the same however it is cut into pieces, and says the line of each row', () => {
    const text = 'a,"b\r\n""c"" , d",\r\n\ne,f"g\n"h" ,i';
    for (const pieces of [1, 2, 3, 5, 100])
      expect(parsed(text, pieces)).toEqual([
        { line: 1, cells: ['a', 'b\r\n"c" , d', ''] },
        { line: 3, cells: [''] },
        { line: 4, cells: ['e', 'f"g'] },
        { line: 5, cells: ['h', 'i'] },
      ]);
  });

  it('with a quote that never ends loses that line alone', () => {
    const text = `a,b\n1,"never\n2,x\n${'3,y\n'.repeat(30_000)}`;
    const read = parsed(text, 65_536);
    expect(read[1]).toEqual({ line: 2, cells: ['1', '"never'], broken: true });
    expect(read[2]).toEqual({ line: 3, cells: ['2', 'x'] });
    expect(read).toHaveLength(30_003);
    expect(parsed('a\n"b', 1)).toEqual([
      { line: 1, cells: ['a'] },
      { line: 2, cells: ['"b'], broken: true },
    ]);
  });

  it('with text after a closing quote is broken there', () => {
    expect(parsed('"a"b,c\nd,e', 4)).toEqual([
      { line: 1, cells: ['a', 'c'], broken: true },
      { line: 2, cells: ['d', 'e'] },
    ]);
  });
});

describe('the rejected rows', () => {
  const rejectedOf = async (path: string) => {
    const file = await openHouseholdFile(path);
    let text = rejectedHeader(file.heading);
    for await (const household of file.read()) {
      const { problems } = readHousehold(household, contextOf(file));
      if (problems)
        text += rejectedRows(
          file.heading,
          household.rows,
          problems,
          ({ code, details }, language) => problemText(code, language, details) ?? code,
        );
    }
    return text;
  };
  const bad = [
    { ...rows[0], 性别: '=cmd|x', 备注: '@SUM(1)' },
    { 户编号: '1', 与申请人关系: '子', 姓名: '-示例丙', 证件号码: madeUpNumber('2010-01-01', 3) },
    ...rows.slice(1),
  ];

  it('hold every row of the household with what is wrong, and nothing that runs', async () => {
    const text = await rejectedOf(folder.write(csvOf(tableOf(bad))));
    expect(text).toBe(
      `\ufeff户编号,城乡类型,与申请人关系,姓名,证件号码,工资性收入(元/年),性别,备注,行号 line,问题列 problem column,问题代码 problem code,problem,问题\r\n` +
        `1,农村,申请人,示例甲,'${number},"1,200.50",'=cmd|x,'@SUM(1),2,性别,VALUE_UNKNOWN,"The cell has none of the words that can stand here: 女/female, 男/male.",单元格内容不在可选范围内：女/female, 男/male。\r\n`
          .replace('女/female, 男/male。\r\n', '女/female, 男/male。"\r\n')
          .replace(',单元格', ',"单元格') +
        `1,,子,'-示例丙,'${madeUpNumber('2010-01-01', 3)},,,,3,,,,\r\n`,
    );
  });

  it('can be corrected and loaded again, and come back as they are while they are not', async () => {
    const text = await rejectedOf(folder.write(csvOf(tableOf(bad))));
    const again = folder.write(text);
    expect((await rejectedOf(again)).split('\r\n')[1]?.split(',')[8]).toBe(text.split('\r\n')[1]?.split(',')[8]);
    expect(await readAll(again)).toMatchObject([{ problems: [{ line: 2, column: '性别', code: 'VALUE_UNKNOWN' }] }]);
    const corrected = await readAll(folder.write(text.replace("'=cmd|x", '男')));
    expect(corrected).toMatchObject([
      {
        draft: {
          members: [{ person: { identity: { name: '示例甲' } } }, { person: { identity: { name: '-示例丙' } } }],
        },
      },
    ]);
  });
});

describe('the template', () => {
  it.each(['en', 'zh'] as const)('in %s has every column, and its example could be registered', async (language) => {
    for (const bytes of [templateWorkbook(language), Buffer.from(templateCsv(language))]) {
      const path = folder.write(bytes);
      const { heading, households, close } = await openHouseholdFile(path);
      close();
      expect(heading.ignored).toEqual([]);
      expect(households).toBe(0);
      expect(heading.amounts).toHaveLength(5);
    }
    const example = folder.write(templateCsv(language).replace(/\r\n(EXAMPLE|示例),/, '\r\n1,'));
    expect(await readAll(example)).toMatchObject([{ draft: { area: '430225', residence: 'rural' } }]);
  });
});

/** Rows of made-up households, with whatever people write into the cells of texts. */
const madeUpRows = fc
  .array(
    fc.array(
      fc.record({
        birth: fc.integer({ min: 1930, max: 2020 }),
        sequence: fc.integer({ min: 1, max: 999 }),
        name: fc.constantFrom('示例甲', 'Example, "Quoted"', '示例\n换行', "'=示例", '+示例', '買買提·示例'),
        address: fc.constantFrom('', '示例村1组;2号', '"', 'a\tb', '-'),
        fen: fc.integer({ min: 0, max: 10_000_000 }),
        counts: fc.boolean(),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((households) =>
    households.flatMap((members, household) =>
      members.map(({ birth, sequence, name, address, fen, counts }, member) => ({
        户编号: `${household + 1}`,
        城乡类型: '农村',
        与申请人关系: member === 0 ? '申请人' : '其他',
        姓名: name,
        证件号码: madeUpNumber(`${birth}-01-01`, sequence),
        居住地址: address,
        是否计入: counts ? '是' : '否',
        不计入原因: counts ? '' : '失踪',
        '工资性收入（元/月）': `${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, '0')}`,
      })),
    ),
  );

describe('the same rows in every kind of file', () => {
  it('are the same households', async () => {
    await fc.assert(
      fc.asyncProperty(madeUpRows, async (made) => {
        const cells = tableOf(made);
        const path = (bytes: Buffer | string) => folder.write(bytes, 'property');
        const first = await readAll(path(csvOf(cells)));
        expect(first).toHaveLength(new Set(made.map(({ 户编号 }) => 户编号)).size);
        const semicolons = cells
          .map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(';'))
          .join('\n');
        for (const bytes of [semicolons, gb18030(csvOf(cells)), workbookBytes([{ name: '表', rows: cells }])])
          expect(await readAll(path(bytes))).toEqual(first);
      }),
      { numRuns: 15 },
    );
  }, 60_000);
});
