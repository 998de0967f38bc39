import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addDays } from '#libs/calendar';
import { guarded, isRounded, sourceText, textOf, type Cell } from './cell.js';
import {
  Flaw,
  readAccount,
  readAmount,
  readCount,
  readDate,
  readName,
  readPhone,
  readText,
  readWord,
} from './values.js';
import { ethnicGroupOf, wordsOf } from './words.js';

const figure = (text: string): Cell => ({ figure: text });
const codeOf = (read: unknown) => (read instanceof Flaw ? read.code : read);

describe('a date', () => {
  it.each<[Cell, string | undefined]>([
    ['2025-09-01', '2025-09-01'],
    ['2025/9/1', '2025-09-01'],
    ['2025.9.1', '2025-09-01'],
    ['20250901', '2025-09-01'],
    ['2025年9月1日', '2025-09-01'],
    ['2025 年 9 月 1 日', '2025-09-01'],
    ['２０２５－０９－０１', '2025-09-01'],
    ['2025-09-01 00:00:00', '2025-09-01'],
    ['2025-09-01T00:00:00.000Z', '2025-09-01'],
    [figure('45901'), '2025-09-01'],
    [figure('45901.75'), '2025-09-01'],
    [figure('20250901'), '2025-09-01'],
    ['45901', '2025-09-01'],
    [figure('1'), '1900-01-01'],
    [figure('59'), '1900-02-28'],
    [figure('61'), '1900-03-01'],
    ['', undefined],
    [' \u3000', undefined],
    [figure('60'), 'DATE_UNKNOWN'],
    [figure('0'), 'DATE_UNKNOWN'],
    ['2025-02-30', 'DATE_UNKNOWN'],
    ['2025-13-01', 'DATE_UNKNOWN'],
    ['01/09/2025', 'DATE_FORM'],
    ['25-9-1', 'DATE_FORM'],
    ['2025-09', 'DATE_FORM'],
    ['昨天', 'DATE_FORM'],
    [figure('4.5901E+20'), 'DATE_FORM'],
  ])('written as %j is %s', (cell, expected) => {
    expect(codeOf(readDate(cell, 1900))).toBe(expected);
  });

  it('is four years and a day later where the workbook counts from 1904', () => {
    expect(readDate(figure('44439'), 1904)).toBe('2025-09-01');
    expect(readDate(figure('0'), 1904)).toBe('1904-01-01');
  });

  it('by its number is the day that lies so far after the first', () => {
    fc.assert(
      fc.property(fc.integer({ min: 61, max: 60_000 }), (number) => {
        expect(readDate(figure(String(number)), 1900)).toBe(addDays('1900-03-01', number - 61));
      }),
    );
  });
});

describe('an amount', () => {
  it.each<[Cell, number | string | undefined]>([
    ['1200', 120_000],
    ['1200.5', 120_050],
    ['1200.05', 120_005],
    ['0.1', 10],
    ['1200.500', 120_050],
    ['1,200.50', 120_050],
    ['12,345,678.90', 1_234_567_890],
    ['１，２００．５０', 120_050],
    ['¥1,200', 120_000],
    ['￥1200元', 120_000],
    ['-350.25', -35_025],
    ['-¥3', -300],
    ['0', 0],
    ['-0', 0],
    [figure('1200.1'), 120_010],
    [figure('1200.1000000000001'), 120_010],
    [figure('1.2E+3'), 120_000],
    [figure('0.30000000000000004'), 30],
    ['999999999.99', 99_999_999_999],
    ['', undefined],
    ['1000000000', 'AMOUNT_RANGE'],
    ['1200.005', 'AMOUNT_FORM'],
    ['1,20', 'AMOUNT_FORM'],
    ['12,00,000', 'AMOUNT_FORM'],
    ['1200,5', 'AMOUNT_FORM'],
    ['1.2万', 'AMOUNT_FORM'],
    ['1200-1300', 'AMOUNT_FORM'],
    ['约1200', 'AMOUNT_FORM'],
    ['#REF!', 'CELL_ERROR'],
  ])('written as %j is %s fen', (cell, expected) => {
    expect(codeOf(readAmount(cell, 'any'))).toBe(expected);
  });

  it('below nothing is refused where there can be no loss', () => {
    expect(readAmount('-1', 'positive')).toMatchObject({ code: 'AMOUNT_RANGE' });
  });

  it('of any fen comes back as it was written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 99_999_999_999 }), (fen) => {
        const yuan = `${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, '0')}`;
        expect(readAmount(yuan, 'any')).toBe(fen);
        expect(readAmount(figure(String(Number(yuan))), 'any')).toBe(fen);
        expect(readAmount(yuan.replace(/\B(?=(\d{3})+\.)/g, ','), 'any')).toBe(fen);
      }),
    );
  });
});

describe('a number that is no quantity', () => {
  it.each<[(cell: Cell) => unknown, Cell, string | undefined]>([
    [readPhone, '139 0000 0000', '13900000000'],
    [readPhone, '１３９００００００００', '13900000000'],
    [readPhone, figure('13900000000'), '13900000000'],
    [readPhone, figure('1.39E+10'), '13900000000'],
    [readPhone, '+86-0731-1234567转12', '+86-0731-1234567转12'],
    [readPhone, '无', 'PHONE_FORM'],
    [readAccount, '6200 0000 0000 0000 001', '6200000000000000001'],
    [readAccount, "'6200000000000000001", '6200000000000000001'],
    [readAccount, figure('6200000000000000001'), 'NUMBER_ROUNDED'],
    [readAccount, figure('6.2000000000000003E+18'), 'NUMBER_ROUNDED'],
    [readAccount, '6.2E+18', 'NUMBER_ROUNDED'],
    [readAccount, '62000', 'ACCOUNT_FORM'],
    [(cell) => readCount(cell, 1, 120), figure('12'), 12 as unknown as string],
    [(cell) => readCount(cell, 1, 120), '12个月', 12 as unknown as string],
    [(cell) => readCount(cell, 1, 120), '0', 'NUMBER_FORM'],
    [(cell) => readCount(cell, 1, 120), '1.5', 'NUMBER_FORM'],
  ])('%# %j is read as %s', (read, cell, expected) => {
    expect(codeOf(read(cell))).toBe(expected);
  });

  it('that a spreadsheet keeps as a figure is whole up to fifteen digits', () => {
    expect(isRounded(figure('123456789012345'))).toBe(false);
    expect(isRounded(figure('1234567890123456'))).toBe(true);
    expect(isRounded('4.30225E+17')).toBe(true);
    expect(isRounded('430225198001010010')).toBe(false);
  });
});

describe('a word', () => {
  it.each([
    ['sex', '男', 'male'],
    ['sex', '女性', 'female'],
    ['sex', 'F', 'female'],
    ['relation', '配偶', 'spouse'],
    ['relation', '长子', 'child'],
    ['relation', '户主', 'applicant'],
    ['relation', 'Daughter', 'child'],
    ['relation', '岳母', 'other'],
    ['hukou', '非农业', 'urban'],
    ['hukou', '农业户口', 'rural'],
    ['residence', '农村', 'rural'],
    ['disability', '听力、言语', 'hearing-speech'],
    ['disability', 'Hearing Speech', 'hearing-speech'],
    ['level', '贰级', '2'],
    ['level', '２级', '2'],
    ['illness', '慢特病', 'chronic-special'],
    ['schooling', '本科', 'bachelor'],
    ['employment', '打零工', 'casual'],
    ['ability', '部分丧失劳动能力', 'partly'],
    ['notCounted', '服刑', 'in-prison'],
    ['yesNo', '是', 'yes'],
    ['yesNo', 'N', 'no'],
  ] as const)('of %s, %s, is %s', (kind, text, code) => {
    expect(readWord<string>(text, wordsOf[kind])).toBe(code);
  });

  it('that nobody knows is refused with the words that can stand there', () => {
    expect(readWord('不男不女', wordsOf.sex)).toMatchObject({
      code: 'VALUE_UNKNOWN',
      details: { allowed: '女/female, 男/male' },
    });
  });

  it.each([
    ['汉', '01'],
    ['汉族', '01'],
    ['Han', '01'],
    ['1', '01'],
    ['08', '08'],
    ['土家族', '15'],
    ['穿青人', undefined],
  ])('of an ethnic group, %s, is %s', (text, code) => {
    expect(ethnicGroupOf(text)).toBe(code);
  });
});

describe('a text', () => {
  it.each<[Cell, string | undefined]>([
    ['张　三', '张三'],
    [' 欧阳 示例 ', '欧阳示例'],
    ['买买提·示例', '买买提·示例'],
    ['Example  Person', 'Example Person'],
    ['\u200b示例\ufeff', '示例'],
    ['#N/A', 'CELL_ERROR'],
    ['a\u0007b', 'TEXT_CHARACTERS'],
  ])('that is a name, %j, is %s', (cell, expected) => {
    expect(codeOf(readName(cell))).toBe(expected);
  });

  it('is no longer than can be kept', () => {
    expect(readText('示'.repeat(500))).toHaveLength(500);
    expect(readText('示'.repeat(501))).toMatchObject({ code: 'TEXT_TOO_LONG' });
  });

  it.each(['=1+1', '+1', '-1', '@x', '\tx', '\rx', "'x", "''", '430225198001010010', '19022519800101001x'])(
    'that a spreadsheet would change, %j, is guarded, and the guard taken off again',
    (text) => {
      expect(guarded(text)).toBe(`'${text}`);
      expect(sourceText(guarded(text))).toBe(text);
      expect(textOf(guarded(text))).toBe(text.trim());
    },
  );

  it('of any kind comes back from behind its guard', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(sourceText(guarded(text))).toBe(text);
        expect(guarded(text)).not.toMatch(/^([=+\-@\t\r]|\d{16})/);
      }),
    );
  });
});
