import { once } from 'node:events';
import { from as copyFrom } from 'pg-copy-streams';
import type { PoolClient } from 'pg';
import type { Queryable } from './follower.js';
import { historyOf, knownFrom, quoted, type ReadColumn, type ReadTable } from './read-table.js';

/** A row by the properties of its class. */
export type RowData = Record<string, unknown>;

/** A row, and since which position it has stood so. */
export interface WrittenRow {
  readonly row: RowData;
  readonly from: string;
}

/** From so many rows on, COPY is quicker than one statement with all of them as JSON. */
const copyFromRows = 100;
/** Characters that go to the server at once. */
const chunkSize = 128 * 1024;

/** The SQL of one read table: rows in and out, each kind with as few statements as can be. */
export class TableWriter {
  private readonly target: string;
  private readonly history: string;
  private readonly columns: readonly ReadColumn[];
  private readonly names: string;
  private readonly typed: string;
  private readonly all: string;
  private readonly sameKey: string;
  private readonly assignments: string;
  /** Where rows lie that are on their way into the table. */
  private readonly staging: string;

  constructor(
    schema: string,
    private readonly table: ReadTable,
  ) {
    this.target = `${quoted(schema)}.${quoted(table.name)}`;
    this.history = `${quoted(schema)}.${quoted(historyOf(table))}`;
    this.staging = quoted(`staging_${schema}_${table.name}`.slice(0, 63));
    const since = { property: '', name: knownFrom, type: 'bigint', nullable: false };
    this.columns = table.history ? [...table.columns, since] : table.columns;
    this.names = this.columns.map(({ name }) => quoted(name)).join(', ');
    this.typed = typedList(this.columns);
    const selected = table.columns.map(({ name, property }) => `t.${quoted(name)} as ${quoted(property)}`);
    this.all = `select ${selected.join(', ')}${table.history ? `, t.${knownFrom} as "$from"` : ''} from ${this.target} t`;
    this.sameKey = table.key.map(({ name }) => `t.${quoted(name)} = r.${quoted(name)}`).join(' and ');
    const rest = this.columns.filter((column) => !table.key.includes(column));
    const set = rest.length > 0 ? rest : table.key;
    this.assignments = set.map(({ name }) => `${quoted(name)} = r.${quoted(name)}`).join(', ');
  }

  async select(db: Queryable, keys: readonly string[][]): Promise<WrittenRow[]> {
    return this.found(await db.query(`${this.all} join ${this.keyList()} on ${this.sameKey}`, [this.keyJson(keys)]));
  }

  async selectWhere(db: Queryable, column: ReadColumn, value: unknown): Promise<WrittenRow[]> {
    return this.found(await db.query(`${this.all} where t.${quoted(column.name)} = $1`, [value]));
  }

  async insert(db: Queryable, rows: readonly WrittenRow[]): Promise<void> {
    if (rows.length === 0) return;
    if (rows.length >= copyFromRows) return this.copy(db, this.target, this.names, this.lines(rows));
    await db.query(
      `insert into ${this.target} (${this.names}) select ${this.names} from json_to_recordset($1::json) as r(${this.typed})`,
      [this.json(rows)],
    );
  }

  async update(db: Queryable, rows: readonly WrittenRow[]): Promise<void> {
    if (rows.length === 0) return;
    if (rows.length < copyFromRows) {
      await db.query(
        `update ${this.target} t set ${this.assignments} from json_to_recordset($1::json) as r(${this.typed}) where ${this.sameKey}`,
        [this.json(rows)],
      );
      return;
    }
    await db.query(`create temp table if not exists ${this.staging} (${this.typed}) on commit delete rows`);
    await this.copy(db, `pg_temp.${this.staging}`, this.names, this.lines(rows));
    await db.query(
      `update ${this.target} t set ${this.assignments} from pg_temp.${this.staging} r where ${this.sameKey}`,
    );
  }

  async delete(db: Queryable, keys: readonly string[][]): Promise<void> {
    if (keys.length === 0) return;
    await db.query(`delete from ${this.target} t using ${this.keyList()} where ${this.sameKey}`, [this.keyJson(keys)]);
  }

  /** A former version as `insertFormer` takes it. */
  formerLine(row: RowData, from: string, until: string): string {
    return `${this.line({ row, from })}\t${until}\n`;
  }

  async insertFormer(db: Queryable, lines: readonly string[]): Promise<void> {
    if (lines.length > 0) await this.copy(db, this.history, `${this.names}, known_until`, lines);
  }

  private found({ rows }: { readonly rows: readonly RowData[] }): WrittenRow[] {
    return rows.map(({ $from = '', ...row }) => ({ row, from: $from as string }));
  }

  private *lines(rows: readonly WrittenRow[]): Generator<string> {
    for (const row of rows) yield `${this.line(row)}\n`;
  }

  private line({ row, from }: WrittenRow): string {
    let line = '';
    for (const { property } of this.table.columns) line += `${line === '' ? '' : '\t'}${field(row[property])}`;
    return this.table.history ? `${line}\t${from}` : line;
  }

  private json(rows: readonly WrittenRow[]): string {
    return JSON.stringify(
      rows.map(({ row, from }) => {
        const values: RowData = this.table.history ? { [knownFrom]: from } : {};
        for (const { property, name } of this.table.columns) values[name] = row[property] ?? null;
        return values;
      }),
    );
  }

  private keyList(): string {
    return `json_to_recordset($1::json) as r(${typedList(this.table.key)})`;
  }

  private keyJson(keys: readonly string[][]): string {
    return JSON.stringify(
      keys.map((values) => Object.fromEntries(this.table.key.map(({ name }, index) => [name, values[index]]))),
    );
  }

  private async copy(db: Queryable, target: string, names: string, lines: Iterable<string>): Promise<void> {
    const stream = (db as PoolClient).query(copyFrom(`copy ${target} (${names}) from stdin`));
    const ended = once(stream, 'finish');
    ended.catch(() => undefined);
    let chunk = '';
    for (const line of lines) {
      chunk += line;
      if (chunk.length < chunkSize) continue;
      const goesOn = stream.write(chunk);
      chunk = '';
      if (!goesOn) await Promise.race([once(stream, 'drain'), ended]);
    }
    stream.end(chunk);
    await ended;
  }
}

const typedList = (columns: readonly ReadColumn[]): string =>
  columns.map(({ name, type }) => `${quoted(name)} ${type}`).join(', ');

const special = /[\\\t\n\r]/;
const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** A value in the text format of COPY. */
function field(value: unknown): string {
  if (value === null || value === undefined) return '\\N';
  const text = typeof value === 'string' ? value : textOf(value);
  return special.test(text) ? text.replace(/[\\\t\n\r]/g, (character) => escapes[character] ?? character) : text;
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return `{${value.map(element).join(',')}}`;
  return typeof value === 'object' ? JSON.stringify(value) : `${value as string | number | boolean}`;
}

/** An element of an array as text: there a backslash stands for nothing but itself and the character after it. */
const element = (value: unknown): string =>
  value === null ? 'NULL' : `"${textOf(value).replaceAll(/["\\]/g, '\\$&')}"`;
