import type { NumberContext } from '../domain/identity/resident-number.js';
import { textOf, type Cell, type DaySystem, type SourceRow } from './cell.js';
import { columns, type ColumnKey } from './columns.js';
import type { Heading } from './heading.js';
import type { RowProblem } from './problems.js';
import { Flaw, readCount, readDate, readName, readNumber, readPhone, readText, readWord, type Read } from './values.js';
import type { Words } from './words.js';

/** What rows are judged by. */
export interface RowContext extends NumberContext {
  readonly heading: Heading;
  readonly days: DaySystem;
}

/** Months for which an amount can be, and care be needed. */
export const MOST_MONTHS = 120;

/** Reads the cells of one row, and notes everything that is wrong with them. */
export class CellReader {
  readonly problems: RowProblem[] = [];

  constructor(
    readonly row: SourceRow,
    protected readonly context: RowContext,
  ) {}

  /** Notes a problem of a cell, or of the row. */
  refuse(code: string, key?: ColumnKey | number, details?: RowProblem['details']): undefined {
    const { heading } = this.context;
    const at = typeof key === 'string' ? heading.at[key] : key;
    const column = at === undefined ? (typeof key === 'string' ? columns[key].zh : undefined) : heading.names[at];
    this.problems.push({
      line: this.row.line,
      ...(column !== undefined && { column }),
      code,
      ...(details && { details }),
    });
    return undefined;
  }

  cell(key: ColumnKey): Cell | undefined {
    const at = this.context.heading.at[key];
    return at === undefined ? undefined : this.row.cells[at];
  }

  text = (key: ColumnKey): string | undefined => this.taken(key, readText(this.cell(key)));
  name = (key: ColumnKey): string | undefined => this.taken(key, readName(this.cell(key)));
  number = (key: ColumnKey): string | undefined => this.taken(key, readNumber(this.cell(key)));
  phone = (key: ColumnKey): string | undefined => this.taken(key, readPhone(this.cell(key)));
  word = <Code extends string>(key: ColumnKey, words: Words<Code>): Code | undefined =>
    this.taken(key, readWord(this.cell(key), words));

  date(key: ColumnKey, until: 'today' | 'ever' = 'today'): string | undefined {
    const day = this.taken(key, readDate(this.cell(key), this.context.days));
    return day !== undefined && until === 'today' && day > this.context.today
      ? this.refuse('DATE_IN_FUTURE', key)
      : day;
  }

  protected count(key: ColumnKey, from: number): number | undefined {
    return this.taken(key, readCount(this.cell(key), from, MOST_MONTHS));
  }

  protected taken<Value>(key: ColumnKey, read: Read<Value>): Value | undefined {
    return read instanceof Flaw ? this.refuse(read.code, key, read.details) : read;
  }

  protected takenAt<Value>(at: number, read: Read<Value>): Value | undefined {
    return read instanceof Flaw ? this.refuse(read.code, at, read.details) : read;
  }

  /** Notes that a cell is empty, unless something else is wrong with it. */
  protected needed<Value>(key: ColumnKey, value: Value | undefined): Value | undefined {
    return value ?? this.neededUnlessRefused(key, value);
  }

  protected neededUnlessRefused(key: ColumnKey, value: unknown): undefined {
    if (value === undefined && textOf(this.cell(key)) === '') this.refuse('VALUE_MISSING', key);
    return undefined;
  }

  /** What two cells make together, of which none may be missing. */
  protected both<One, Two, Made>(
    key: ColumnKey,
    one: One | undefined,
    otherKey: ColumnKey,
    two: Two | undefined,
    make: (one: One, two: Two) => Made,
  ): Made | undefined {
    this.neededUnlessRefused(key, one);
    this.neededUnlessRefused(otherKey, two);
    return one === undefined || two === undefined ? undefined : make(one, two);
  }
}
