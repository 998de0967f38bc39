import { textOf, type SourceRow } from './cell.js';
import { amountGroups, columns, columnTexts, type AmountGroup, type AmountKind, type ColumnKey } from './columns.js';
import { FileRefused } from './problems.js';
import { folded } from './words.js';

/** Where an amount stands in a row: its kind and months in cells beside it, or as the heading says. */
export interface AmountColumns {
  readonly group: AmountGroup;
  readonly amount: number;
  readonly kind: AmountKind | { readonly at: number };
  /** Undefined for assets. */
  readonly months: number | { readonly at: number } | undefined;
}

/** The columns of a file. */
export interface Heading {
  /** The line of the header. */
  readonly line: number;
  /** The headings as the file has them, in its order. */
  readonly names: readonly string[];
  readonly at: Readonly<Partial<Record<ColumnKey, number>>>;
  readonly amounts: readonly AmountColumns[];
  /** Headings that nobody knows; what stands below them is left alone. */
  readonly ignored: readonly string[];
}

/** Headings of the columns that a file of rejected rows has at its end. */
export const problemHeadings = {
  line: '行号 line',
  column: '问题列 problem column',
  code: '问题代码 problem code',
  en: 'problem',
  zh: '问题',
} as const;
const problemNames = new Set(Object.values(problemHeadings).map(folded));

/** Columns without which nothing can be registered. */
const needed: readonly ColumnKey[] = ['household', 'residence', 'relation', 'name'];

/** How many rows at the beginning of a file are looked at for the header. */
export const HEADER_ROWS = 30;

const keys = new Map(
  (Object.keys(columns) as ColumnKey[]).flatMap((key) => {
    const { en, zh, also } = columnTexts(key);
    return [key, en, zh, ...(also?.split(' ') ?? [])].map((heading) => [folded(heading), key] as const);
  }),
);

/** A heading without the mark of needed columns and without what is added in brackets. */
const bare = (heading: string): string => folded(heading.replaceAll(/[*＊:：]/g, '').replaceAll(/[(（[【].*$/g, ''));
const keyOf = (heading: string): ColumnKey | undefined =>
  keys.get(folded(heading.replaceAll(/[*＊:：]/g, ''))) ?? keys.get(bare(heading));

/** How many headings of the format a row has; 0 for one that can be no header. */
export function headingsIn({ cells }: SourceRow): number {
  const found = new Set(cells.map((cell) => keyOf(textOf(cell))));
  found.delete(undefined);
  return found.has('household') || found.has('name') ? found.size : 0;
}

/** The header among the first rows, which titles may stand above. @throws FileRefused */
export function findHeading(rows: readonly SourceRow[]): Heading {
  const counts = rows.slice(0, HEADER_ROWS).map(headingsIn);
  const most = Math.max(0, ...counts);
  const row = rows[counts.indexOf(most)];
  if (row === undefined || most < 2) throw new FileRefused('HEADER_MISSING', { rows: HEADER_ROWS });
  return headingOf(row);
}

function headingOf({ line, cells }: SourceRow): Heading {
  const names = cells.map(textOf);
  const at: Partial<Record<ColumnKey, number>> = {};
  const ignored: string[] = [];
  const amounts = new AmountHeadings();
  for (const [index, name] of names.entries()) {
    const key = keyOf(name);
    if (key !== undefined) {
      if (at[key] !== undefined) throw new FileRefused('COLUMN_TWICE', { columns: name });
      at[key] = index;
    } else if (!amounts.take(name, index) && name !== '' && !problemNames.has(folded(name))) ignored.push(name);
  }
  const missing = needed.filter((key) => at[key] === undefined);
  if (missing.length > 0)
    throw new FileRefused('COLUMN_MISSING', {
      columns: missing.map((key) => `${columns[key].zh} ${columns[key].en}`).join(', '),
    });
  return { line, names, at, amounts: amounts.found(), ignored };
}

type Part = 'kind' | 'amount' | 'months';

const parts = new Map(
  (Object.entries(amountGroups) as [AmountGroup, (typeof amountGroups)[AmountGroup]][]).flatMap(([group, texts]) =>
    [texts.en, texts.zh].flatMap((headings) =>
      (Object.entries(headings) as [Part, string][]).map(
        ([part, heading]) => [bare(heading), { group, part }] as const,
      ),
    ),
  ),
);

/** Collects the columns of amounts: `Income amount 2 (yuan)` with its neighbours, or `工资性收入(元/年)`. */
class AmountHeadings {
  private readonly ofKind: AmountColumns[] = [];
  private readonly numbered = new Map<string, { readonly group: AmountGroup } & Partial<Record<Part, number>>>();

  take(name: string, index: number): boolean {
    const [, base = '', number = ''] = /^(.*?)(\d*)$/.exec(bare(name)) ?? [];
    const part = parts.get(base);
    if (part === undefined) return this.takeKind(name, index);
    if (part.part === 'amount') refuseOtherUnits(name);
    const key = `${part.group} ${number}`;
    const columns = this.numbered.get(key) ?? { group: part.group };
    if (columns[part.part] !== undefined) throw new FileRefused('COLUMN_TWICE', { columns: name });
    this.numbered.set(key, { ...columns, [part.part]: index });
    return true;
  }

  found(): AmountColumns[] {
    const numbered = [...this.numbered.values()].map(({ group, kind, amount, months }) => {
      const texts = amountGroups[group];
      const missing = [
        ...(kind === undefined ? [texts.zh.kind] : []),
        ...(amount === undefined ? [texts.zh.amount] : []),
        ...(months === undefined && 'months' in texts.zh ? [texts.zh.months] : []),
      ];
      if (kind === undefined || amount === undefined || missing.length > 0)
        throw new FileRefused('COLUMN_MISSING', { columns: missing.join(', ') });
      return { group, amount, kind: { at: kind }, months: months === undefined ? undefined : { at: months } };
    });
    return [...this.ofKind, ...numbered];
  }

  /** A heading that names the kind itself, with the time that its amounts are for. */
  private takeKind(name: string, index: number): boolean {
    const base = bare(name).replace(/^[年月](?=.)/, '');
    for (const group of ['income', 'asset', 'spending'] as const) {
      const { words, period } = amountGroups[group];
      const kind = words.find(base);
      if (kind === undefined || !isAmountHeading(name, base, period)) continue;
      refuseOtherUnits(name);
      const months = period ? monthsIn(name) : undefined;
      if (period && months === undefined) throw new FileRefused('COLUMN_PERIOD_MISSING', { columns: name });
      const same = this.ofKind.some((each) => each.group === group && each.kind === kind && each.months === months);
      if (same) throw new FileRefused('COLUMN_TWICE', { columns: name });
      this.ofKind.push({ group, amount: index, kind, months });
      return true;
    }
    return false;
  }
}

/** Short words such as 其他 head no amounts, and a column of assets that names no unit may tell that there are any. */
const isAmountHeading = (name: string, base: string, period: boolean): boolean =>
  period ? /\p{Script=Han}{3,}|[a-z]{5,}/u.test(base) && base !== 'other' : /元|yuan/i.test(name);

function monthsIn(name: string): number | undefined {
  const text = name.normalize('NFKC').toLowerCase().replaceAll(/\s/g, '');
  if (/^年|[/每]年|\/(year|yr)|peryear|annual|yearly/.test(text)) return 12;
  return /^月|[/每]月|\/month|permonth|monthly/.test(text) ? 1 : undefined;
}

function refuseOtherUnits(name: string): void {
  if (/[万千百]元|美元|fen|分\/|（分）|\(分\)/.test(name.normalize('NFKC')))
    throw new FileRefused('COLUMN_UNIT', { columns: name });
}
