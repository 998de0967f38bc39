import type { Key, Queryable } from './follower.js';
import { historyOf, quoted, type ReadColumn, type ReadTable } from './read-table.js';

/** A row by the properties of its class. */
export type RowData = Record<string, unknown>;

/** What is known of one key. */
interface Entry {
  row: RowData | undefined;
  /** The row is in the database, in whatever state. */
  stored: boolean;
  changed: boolean;
  /** The version that was opened since the last write, for tables with history. */
  version?: Version;
}

interface Version {
  row: RowData;
  readonly from: string;
  until: string | null;
}

/** How many rows stay in memory between two writes. */
const keptRows = 50_000;
/** How many rows one statement carries. */
const rowsPerStatement = 5_000;

/** The rows of one table that a fold has at hand, and what it has to write. */
export class TableCache {
  private readonly entries = new Map<string, Entry>();
  private readonly wanted = new Set<string>();
  private readonly changed = new Map<string, Entry>();
  private versions: Version[] = [];
  /** Keys whose stored version ends, and where. */
  private readonly closings = new Map<string, string>();
  private readonly sql: Statements;
  private readonly single: ReadColumn | undefined;

  constructor(
    schema: string,
    private readonly table: ReadTable,
  ) {
    this.sql = statementsOf(schema, table);
    this.single = table.key.length === 1 ? table.key[0] : undefined;
  }

  /** One text for a key. */
  keyOf(key: Key): string {
    return Array.isArray(key) ? (this.single ? String(key[0]) : JSON.stringify(key.map(String))) : String(key);
  }

  /** Notes a key whose row will be needed. */
  want(key: string): void {
    if (!this.entries.has(key)) this.wanted.add(key);
  }

  has(key: string): boolean {
    return this.entries.has(key);
  }

  get(key: string): Readonly<RowData> | undefined {
    return this.entries.get(key)?.row;
  }

  /** Fetches every wanted row. */
  async fetch(db: Queryable): Promise<void> {
    if (this.wanted.size === 0) return;
    const keys = [...this.wanted];
    this.wanted.clear();
    this.keep(await db.query<RowData>(this.sql.select, [this.keyParameter(keys)]));
    for (const key of keys) {
      if (!this.entries.has(key)) this.entries.set(key, { row: undefined, stored: false, changed: false });
    }
  }

  async fetchOne(db: Queryable, key: string): Promise<void> {
    this.want(key);
    await this.fetch(db);
  }

  /** Fetches every row with a value in a column; gives the keys of those that have it now. */
  async fetchWhere(db: Queryable, property: string, value: unknown): Promise<string[]> {
    const column = this.table.columns.find((each) => each.property === property);
    if (column === undefined) throw new Error(`${this.table.name} has no ${property}`);
    this.keep(await db.query<RowData>(`${this.sql.all} where ${quoted(column.name)} = $1`, [value]));
    const wanted = normal(column, value);
    return [...this.entries].filter(([, { row }]) => row?.[property] === wanted).map(([key]) => key);
  }

  add(given: RowData, position: string): void {
    const row = this.normalised(given);
    const key = this.keyOf(this.table.key.map(({ property }) => row[property] as string));
    const entry = this.entries.get(key);
    if (entry?.row !== undefined) throw new Error(`${this.table.name} has a row ${key} already`);
    this.set(key, entry ?? { row: undefined, stored: false, changed: false }, row, position);
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
    const inserts: RowData[] = [];
    const updates: RowData[] = [];
    const deletes: string[] = [];
    for (const [key, { row, stored }] of this.changed) {
      if (row === undefined) {
        if (stored) deletes.push(key);
      } else (stored ? updates : inserts).push(row);
    }
    if (deletes.length > 0) await db.query(this.sql.delete, [this.keyParameter(deletes)]);
    for (const part of parts(updates)) await db.query(this.sql.update, [this.parameter(part)]);
    for (const part of parts(inserts)) await db.query(this.sql.insert, [this.parameter(part)]);
    if (this.table.history) await this.writeHistory(db);
  }

  /** What was written is stored now. */
  committed(): void {
    for (const [key, entry] of this.changed) {
      if (entry.row === undefined) this.entries.delete(key);
      entry.stored = true;
      entry.changed = false;
      delete entry.version;
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
    this.changed.clear();
    this.closings.clear();
    this.versions = [];
  }

  private async writeHistory(db: Queryable): Promise<void> {
    const closings = [...this.closings].map(([key, until]) => ({ ...this.keyColumns(key), known_until: until }));
    for (const part of parts(closings)) await db.query(this.sql.closeVersions, [JSON.stringify(part)]);
    for (const part of parts(this.versions)) {
      const rows = part.map(({ row, from, until }) => ({
        ...this.byColumn(row),
        known_from: from,
        known_until: until,
      }));
      await db.query(this.sql.insertVersions, [JSON.stringify(rows)]);
    }
  }

  private set(key: string, entry: Entry, row: RowData | undefined, position: string): void {
    if (this.table.history) this.remember(key, entry, row, position);
    entry.row = row;
    if (!entry.changed) {
      entry.changed = true;
      this.entries.set(key, entry);
      this.changed.set(key, entry);
    }
  }

  private remember(key: string, entry: Entry, row: RowData | undefined, position: string): void {
    const open = entry.version;
    if (open !== undefined && open.from === position && row !== undefined) {
      open.row = row;
      return;
    }
    if (open !== undefined) open.until = position;
    else if (entry.stored && entry.row !== undefined && !this.closings.has(key)) this.closings.set(key, position);
    delete entry.version;
    if (row === undefined) return;
    entry.version = { row, from: position, until: null };
    this.versions.push(entry.version);
  }

  /** Rows that are at hand already are newer than what the database says. */
  private keep({ rows }: { readonly rows: readonly RowData[] }): void {
    for (const row of rows) {
      const key = this.keyOf(this.table.key.map(({ property }) => row[property] as string));
      if (!this.entries.has(key)) this.entries.set(key, { row, stored: true, changed: false });
    }
  }

  private normalised(row: RowData): RowData {
    const values: RowData = {};
    for (const column of this.table.columns) {
      const value = row[column.property];
      if (value !== undefined) values[column.property] = normal(column, value);
    }
    return values;
  }

  private byColumn(row: RowData): RowData {
    const values: RowData = {};
    for (const { property, name } of this.table.columns) values[name] = row[property] ?? null;
    return values;
  }

  private keyColumns(key: string): RowData {
    const values = this.single ? [key] : (JSON.parse(key) as string[]);
    return Object.fromEntries(this.table.key.map(({ name }, index) => [name, values[index]]));
  }

  private parameter(rows: readonly RowData[]): string {
    return JSON.stringify(rows.map((row) => this.byColumn(row)));
  }

  private keyParameter(keys: readonly string[]): unknown {
    return this.single ? keys : JSON.stringify(keys.map((key) => this.keyColumns(key)));
  }
}

/** The form in which a value is kept in memory: the one in which it comes back from the database. */
function normal({ type }: ReadColumn, value: unknown): unknown {
  return type === 'bigint' && (typeof value === 'number' || typeof value === 'bigint') ? String(value) : value;
}

function* parts<T>(rows: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < rows.length; from += rowsPerStatement) yield rows.slice(from, from + rowsPerStatement);
}

interface Statements {
  readonly all: string;
  readonly select: string;
  readonly insert: string;
  readonly update: string;
  readonly delete: string;
  readonly closeVersions: string;
  readonly insertVersions: string;
}

/** Rows travel as one JSON text: quick to write in Node, quick to read in PostgreSQL, and typed by the column list. */
function statementsOf(schema: string, table: ReadTable): Statements {
  const target = `${quoted(schema)}.${quoted(table.name)}`;
  const history = `${quoted(schema)}.${quoted(historyOf(table))}`;
  const names = table.columns.map(({ name }) => quoted(name));
  const typed = (columns: readonly ReadColumn[]) =>
    columns.map(({ name, type }) => `${quoted(name)} ${type}`).join(', ');
  const sameKey = (left: string) =>
    table.key.map(({ name }) => `${left}.${quoted(name)} = r.${quoted(name)}`).join(' and ');
  const rest = table.columns.filter((column) => !table.key.some(({ name }) => name === column.name));
  const single = table.key.length === 1 ? table.key[0] : undefined;
  const all = `select ${table.columns.map(({ name, property }) => `t.${quoted(name)} as ${quoted(property)}`).join(', ')} from ${target} t`;
  const keys = `json_to_recordset($1::json) as r(${typed(table.key)})`;
  return {
    all,
    select: single
      ? `${all} where ${quoted(single.name)} = any ($1::${single.type}[])`
      : `${all} join ${keys} on ${sameKey('t')}`,
    insert: `insert into ${target} (${names.join(', ')}) select ${names.join(', ')} from json_to_recordset($1::json) as r(${typed(table.columns)})`,
    update: `update ${target} t set ${(rest.length > 0 ? rest : table.key).map(({ name }) => `${quoted(name)} = r.${quoted(name)}`).join(', ')}
      from json_to_recordset($1::json) as r(${typed(table.columns)}) where ${sameKey('t')}`,
    delete: single
      ? `delete from ${target} where ${quoted(single.name)} = any ($1::${single.type}[])`
      : `delete from ${target} t using ${keys} where ${sameKey('t')}`,
    closeVersions: `update ${history} h set known_until = r.known_until
      from json_to_recordset($1::json) as r(${typed(table.key)}, known_until bigint) where ${sameKey('h')} and h.known_until is null`,
    insertVersions: `insert into ${history} (${names.join(', ')}, known_from, known_until)
      select ${names.join(', ')}, known_from, known_until from json_to_recordset($1::json) as r(${typed(table.columns)}, known_from bigint, known_until bigint)`,
  };
}
