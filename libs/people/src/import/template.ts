import { guarded } from './cell.js';
import { amountGroups, columnTexts, columns, type ColumnKey } from './columns.js';
import { csvLine } from './csv-parser.js';
import { exampleReferences } from './household-rows.js';
import { workbookBytes } from './xlsx-writer.js';

type Language = 'en' | 'zh';

/** A heading of the template with what stands below it. */
interface TemplateColumn {
  readonly heading: string;
  readonly note: string;
  readonly words: string;
  readonly example: string;
}

const words = {
  en: {
    sheet: 'Households',
    notes: 'Notes',
    noteHeadings: ['Column', 'What stands in it', 'Words'],
    rules: [
      'One row for each person. The rows of a household have the same reference and stand together.',
      `Rows whose household reference is ${exampleReferences.en} are examples and are left out.`,
      'Set columns of numbers (identity numbers, accounts) to text: a spreadsheet rounds figures of more than 15 digits.',
      'The columns of amounts may be repeated with another number at their end, or be named after the kind and the time, such as Wages (yuan/year).',
    ],
    ofKind: ['Wages (yuan/year)', 'Transfers (yuan/month)'],
  },
  zh: {
    sheet: '家庭成员',
    notes: '填写说明',
    noteHeadings: ['列名', '填写内容', '可选词语'],
    rules: [
      '每人一行。同一户各行的户编号相同，且排在一起。',
      `户编号为“${exampleReferences.zh}”的行是示例，不会导入。`,
      '号码类列（身份证号、银行账号等）请设为文本格式：表格软件只保留数值的前 15 位。',
      '金额各列可增加，并在列名末尾编号；也可用收入种类加期间作列名，如“工资性收入（元/年）”。',
    ],
    ofKind: ['工资性收入（元/年）', '转移净收入（元/月）'],
  },
} as const;

function templateColumns(language: Language): TemplateColumn[] {
  const plain = (Object.keys(columns) as ColumnKey[]).map((key) => {
    const { note, words: allowed, example, ...headings } = columnTexts(key);
    const shown = typeof example === 'object' ? example[language] : (example ?? '');
    return {
      heading: headings[language],
      note: note[language],
      words: allowed?.allowed ?? '',
      example: key === 'household' ? exampleReferences[language] : shown,
    };
  });
  const amounts = Object.values(amountGroups).flatMap((group) =>
    Object.entries(group[language]).map(([part, heading]) => ({
      heading,
      note: part === 'amount' ? group.note[language] : '',
      words: part === 'kind' ? group.words.allowed : '',
      example: '',
    })),
  );
  const ofKind = words[language].ofKind.map((heading, index) => ({
    heading,
    note: amountGroups.income.note[language],
    words: '',
    example: index === 0 ? '12000.00' : '',
  }));
  return [...plain, ...amounts, ...ofKind];
}

/** The template as a workbook: a sheet to be filled in, with one row that shows how, and a sheet of notes. */
export function templateWorkbook(language: Language): Buffer {
  const listed = templateColumns(language);
  const { sheet, notes, noteHeadings, rules } = words[language];
  return workbookBytes([
    {
      name: sheet,
      rows: [listed.map(({ heading }) => heading), listed.map(({ example }) => example)],
      widths: listed.map(({ heading }) => Math.max(12, 2 * heading.length)),
      frozenRows: 1,
    },
    {
      name: notes,
      rows: [
        ...rules.map((rule) => [rule]),
        [],
        [...noteHeadings],
        ...listed.map(({ heading, note, words: allowed }) => [heading, note, allowed]),
      ],
      widths: [28, 60, 100],
    },
  ]);
}

/** The template as CSV, which has room for the header and the example alone. */
export function templateCsv(language: Language): string {
  const listed = templateColumns(language);
  return `\ufeff${csvLine(listed.map(({ heading }) => heading))}${csvLine(listed.map(({ example }) => guarded(example)))}`;
}
