import type { AreaRow } from '#libs/areas';
import { Failure } from '../command.js';

const columns = [
  'code',
  'parent',
  'level',
  'name_zh',
  'name_en',
  'time_zone',
  'currency',
  'valid_from',
  'valid_until',
] as const;

type Column = (typeof columns)[number];

const needed: readonly Column[] = ['code', 'parent', 'level', 'name_zh', 'valid_from'];

/**
 * Reads an office's own list of areas: CSV by RFC 4180 in UTF-8, with or without a byte order mark, its first line the names
 * of the columns in any order.
 * @throws Failure when it has no usable first line
 */
export function readAreaFile(text: string): AreaRow[] {
  const [head, ...records] = readCsv(text);
  const names = head?.fields.map((field) => field.trim()) ?? [];
  const missing = needed.filter((name) => !names.includes(name));
  if (missing.length > 0) throw new Failure(`the first line must name the columns; ${missing.join(', ')} missing`);
  const unknown = names.filter((name) => !columns.some((each) => each === name));
  if (unknown.length > 0) throw new Failure(`unknown column '${unknown[0]}': one of ${columns.join(', ')}`);
  return records.map(({ line, fields }) => {
    const field = (name: Column) => fields[names.indexOf(name)]?.trim() ?? '';
    return {
      line,
      code: field('code'),
      parent: field('parent'),
      level: field('level'),
      nameZh: field('name_zh'),
      nameEn: field('name_en'),
      timeZone: field('time_zone'),
      currency: field('currency'),
      validFrom: field('valid_from'),
      validUntil: field('valid_until'),
    };
  });
}

interface CsvRecord {
  /** Number of the line on which it begins. */
  readonly line: number;
  readonly fields: readonly string[];
}

/** Splits CSV into records; empty lines are left out, a quoted field may hold commas, quotes and line ends. */
export function readCsv(text: string): CsvRecord[] {
  const records: CsvRecord[] = [];
  const field = /(?:"((?:[^"]|"")*)"|((?!")[^,\r\n]*))(,|\r?\n|$)/y;
  const source = text.replace(/^\ufeff/, '');
  let line = 1;
  let begun = 1;
  let fields: string[] = [];
  while (field.lastIndex < source.length) {
    const found = field.exec(source);
    if (!found) throw new Failure(`line ${line}: a quoted field does not end, or goes on after its end`);
    const [whole, quoted, plain = '', end] = found;
    fields.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    line += whole.split('\n').length - 1;
    if (end === ',' && field.lastIndex < source.length) continue;
    if (end === ',') fields.push('');
    if (fields.some((each) => each !== '')) records.push({ line: begun, fields });
    fields = [];
    begun = line;
  }
  return records;
}
