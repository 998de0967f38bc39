import type { Key, Queryable } from './follower.js';
import type { ReadColumn, ReadTable } from './read-table.js';
import { TableWriter, type RowData, type WrittenRow } from './table-writer.js';

/** What is known of one key. */
interface Entry {
  row: RowData | undefined;
  /** The row is in the database, in whatever state. */
  stored: boolean;
  changed: boolean;
  /** Since which position the row has stood as it stands, for tables with history. */
  from: string;
}

/** How many rows stay in memory between two writes. */
const keptRows = 50_000;

/** The rows of one table that a fold has at hand, and what it has to write. */
export class TableCache {
  private readonly entries = new Map<string, Entry>();
  private readonly wanted = new Set<string>();
  private readonly expected = new Set<string>();
  private readonly changed = new Map<string, Entry>();
  /** Versions that ended, ready to be written. */
  private former: string[] = [];
  private readonly writer: TableWriter;
  private readonly single: ReadColumn | undefined;
  private readonly bigints: readonly ReadColumn[];

  constructor(
    schema: string,
    private readonly table: ReadTable,
  ) {
    this.writer = new TableWriter(schema, table);
    this.bigints = table.columns.filter(({ type }) => type === 'bigint');
    this.single = table.key.length === 1 ? table.key[0] : undefined;
  }

  /** One text for a key. */
  keyOf(key: Key): string {
    return Array.isArray(key) ? (this.single ? String(key[0]) : JSON.stringify(key.map(String))) : String(key);
  }

  /** Notes a key whose row will be needed. */
  want(key: string): void {
    if (!this.entries.has(key) && !this.expected.has(key)) this.wanted.add(key);
  }

  /** Notes a row that will have been added by then: it need not be looked for. */
  expect(row: RowData): void {
    this.expected.add(this.keyOfRow(row));
  }

  has(key: string): boolean {
    return this.entries.has(key);
  }

  get(key: string): Readonly<RowData> | undefined {
    return this.entries.get(key)?.row;
  }

  /** Fetches every wanted row. */
  async fetch(db: Queryable): Promise<void> {
    this.expected.clear();
    if (this.wanted.size === 0) return;
    const keys = [...this.wanted];
    this.wanted.clear();
    this.keep(
      await this.writer.select(
        db,
        keys.map((key) => this.valuesOf(key)),
      ),
    );
    for (const key of keys) if (!this.entries.has(key)) this.entries.set(key, absent());
  }

  async fetchOne(db: Queryable, key: string): Promise<void> {
    this.want(key);
    await this.fetch(db);
  }

  /** Fetches every row with a value in a column; gives the keys of those that have it now. */
  async fetchWhere(db: Queryable, property: string, value: unknown): Promise<string[]> {
    const column = this.table.columns.find((each) => each.property === property);
    if (column === undefined) throw new Error(`${this.table.name} has no ${property}`);
    this.keep(await this.writer.selectWhere(db, column, value));
    const wanted = this.normalised({ [property]: value })[property];
    return [...this.entries].filter(([, { row }]) => row?.[property] === wanted).map(([key]) => key);
  }

  add(given: RowData, position: string): void {
    const row = this.normalised(given);
    const key = this.keyOfRow(row);
    const entry = this.entries.get(key);
    if (entry?.row !== undefined) throw new Error(`${this.table.name} has a row ${key} already`);
    this.set(key, entry ?? absent(), row, position);
  }

  change(key: string, change: RowData | ((row: Readonly<RowData>) => RowData), position: string): void {
    const entry = this.entries.get(key);
    if (entry?.row === undefined) throw new Error(`${this.table.name} has no row ${key}`);
    const changes = typeof change === 'function' ? change(entry.row) : change;
    this.set(key, entry, { ...entry.row, ...this.normalised(changes) }, position);
  }

  remove(key: string, position: string): void {
    const entry = this.entries.get(key);
    if (entry?.row !== undefined) this.set(key, entry, undefined, position);
  }

  /** Writes what has changed. */
  async write(db: Queryable): Promise<void> {
    const inserts: WrittenRow[] = [];
    const updates: WrittenRow[] = [];
    const deletes: string[][] = [];
    for (const [key, { row, stored, from }] of this.changed) {
      if (row === undefined) {
        if (stored) deletes.push(this.valuesOf(key));
      } else (stored ? updates : inserts).push({ row, from });
    }
    await this.writer.delete(db, deletes);
    await this.writer.update(db, updates);
    await this.writer.insert(db, inserts);
    await this.writer.insertFormer(db, this.former);
  }

  /** What was written is stored now. */
  committed(): void {
    for (const [key, entry] of this.changed) {
      if (entry.row === undefined) this.entries.delete(key);
      entry.stored = true;
      entry.changed = false;
    }
    this.forgetChanges();
    let excess = this.entries.size - keptRows;
    for (const key of this.entries.keys()) {
      if (excess-- <= 0) break;
      this.entries.delete(key);
    }
  }

  reset(): void {
    this.entries.clear();
    this.forgetChanges();
  }

  private forgetChanges(): void {
    this.wanted.clear();
    this.expected.clear();
    this.changed.clear();
    this.former = [];
  }

  private set(key: string, entry: Entry, row: RowData | undefined, position: string): void {
    if (this.table.history && entry.row !== undefined && entry.from !== position)
      this.former.push(this.writer.formerLine(entry.row, entry.from, position));
    entry.row = row;
    entry.from = position;
    if (entry.changed) return;
    entry.changed = true;
    this.entries.set(key, entry);
    this.changed.set(key, entry);
  }

  private keyOfRow(row: RowData): string {
    return this.keyOf(this.table.key.map(({ property }) => row[property] as string));
  }

  /** Rows that are at hand already are newer than what the database says. */
  private keep(rows: readonly WrittenRow[]): void {
    for (const { row, from } of rows) {
      const key = this.keyOfRow(row);
      if (!this.entries.has(key)) this.entries.set(key, { row, stored: true, changed: false, from });
    }
  }

  /** The row with its numbers in the form in which they come back; the very same where there is nothing to do. */
  private normalised(row: RowData): RowData {
    let values = row;
    for (const { property } of this.bigints) {
      const value = row[property];
      if (typeof value !== 'number' && typeof value !== 'bigint') continue;
      if (values === row) values = { ...row };
      values[property] = String(value);
    }
    return values;
  }

  private valuesOf(key: string): string[] {
    return this.single ? [key] : (JSON.parse(key) as string[]);
  }
}

const absent = (): Entry => ({ row: undefined, stored: false, changed: false, from: '' });
