import { posix } from 'node:path';
import type { Cell, DaySystem, SourceRow } from './cell.js';
import { FileRefused } from './problems.js';
import { readSharedStrings, RichText, SharedStrings, unescaped } from './shared-strings.js';
import { attributeOf, readWholeXml, readXml } from './xml.js';
import type { ZipArchive } from './zip.js';

/** Columns beyond this are no data of people. */
const MOST_COLUMNS = 1_000;
const LONGEST_CELL = 32_767;

/** A sheet of a workbook. */
export interface Sheet {
  readonly name: string;
  /** Its rows from the first on, each time anew. */
  readonly rows: () => AsyncGenerator<readonly SourceRow[]>;
}

/** A workbook: what its sheets are called, and how it counts days. */
export interface Workbook {
  readonly days: DaySystem;
  /** In their order; hidden ones come last. */
  readonly sheets: readonly Sheet[];
}

/** Reads what a workbook consists of. @throws FileRefused */
export async function openWorkbook(zip: ZipArchive): Promise<Workbook> {
  const root = await relations(zip, '_rels/.rels', '');
  const main = [...root.values()].find(({ type }) => type.endsWith('/officeDocument'))?.target ?? 'xl/workbook.xml';
  if (!zip.has(main)) throw new FileRefused('FILE_FORMAT_UNKNOWN');
  let days: DaySystem = 1900;
  const listed: { readonly name: string; readonly id: string; readonly hidden: boolean }[] = [];
  await readWholeXml(zip.bytes(main), {
    open(name, attributes) {
      if (name === 'workbookPr' && /^(1|true)$/.test(attributes['date1904'] ?? '')) days = 1904;
      if (name === 'sheet')
        listed.push({
          name: attributes['name'] ?? '',
          id: Object.entries(attributes).find(([key]) => key.endsWith(':id'))?.[1] ?? '',
          hidden: (attributes['state'] ?? 'visible') !== 'visible',
        });
    },
  });
  const folder = posix.dirname(main);
  const parts = await relations(zip, `${folder}/_rels/${posix.basename(main)}.rels`, folder);
  const shared = [...parts.values()].find(({ type }) => type.endsWith('/sharedStrings'))?.target;
  let strings: Promise<SharedStrings> | undefined;
  const stringsOnce = () =>
    (strings ??=
      shared !== undefined && zip.has(shared)
        ? readSharedStrings(zip.bytes(shared))
        : Promise.resolve(new SharedStrings()));
  const sheets = [...listed.filter(({ hidden }) => !hidden), ...listed.filter(({ hidden }) => hidden)].flatMap(
    ({ name, id }) => {
      const part = parts.get(id);
      return part?.type.endsWith('/worksheet') ? [{ name, rows: () => rowsOf(zip, part.target, stringsOnce) }] : [];
    },
  );
  return { days, sheets };
}

async function relations(zip: ZipArchive, part: string, folder: string) {
  const found = new Map<string, { readonly type: string; readonly target: string }>();
  if (!zip.has(part)) return found;
  await readWholeXml(zip.bytes(part), {
    open(name, attributes) {
      const [id, type, target] = ['Id', 'Type', 'Target'].map((key) => attributeOf(attributes, key) ?? '');
      if (name !== 'Relationship' || id === undefined || type === undefined || target === undefined) return;
      found.set(id, { type, target: target.startsWith('/') ? target.slice(1) : posix.join(folder, target) });
    },
  });
  return found;
}

async function* rowsOf(
  zip: ZipArchive,
  part: string,
  stringsOnce: () => Promise<SharedStrings>,
): AsyncGenerator<readonly SourceRow[]> {
  const reader = new SheetReader(await stringsOnce());
  for await (const _ of readXml(zip.bytes(part), reader)) {
    const rows = reader.take();
    if (rows.length > 0) yield rows;
  }
}

/** Puts the cells of a sheet together as its XML comes. */
class SheetReader {
  private rows: SourceRow[] = [];
  private line = 0;
  private cells: Cell[] = [];
  private column = -1;
  private type = 'n';
  private value = '';
  private readonly inline = new RichText();
  private within: 'value' | 'inline' | undefined;

  constructor(private readonly strings: SharedStrings) {}

  take(): SourceRow[] {
    const { rows } = this;
    this.rows = [];
    return rows;
  }

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    switch (name) {
      case 'row':
        this.line = attributes['r'] === undefined ? this.line + 1 : Number(attributes['r']);
        this.cells = [];
        this.column = -1;
        break;
      case 'c':
        this.column = attributes['r'] === undefined ? this.column + 1 : columnOf(attributes['r']);
        this.type = attributes['t'] ?? 'n';
        this.value = '';
        break;
      case 'v':
        this.within = 'value';
        break;
      case 'is':
        this.within = 'inline';
        break;
      default:
        if (this.within === 'inline') this.inline.open(name);
    }
  }

  text(piece: string): void {
    if (this.within === 'inline') this.inline.add(piece);
    else if (this.within === 'value') this.value += piece;
  }

  close(name: string): void {
    if (name === 'v' || name === 'is') this.within = undefined;
    else if (this.within === 'inline') this.inline.close(name);
    else if (name === 'c') this.endCell();
    else if (name === 'row') this.rows.push({ line: this.line, cells: this.cells });
  }

  private endCell(): void {
    if (this.column >= MOST_COLUMNS) return;
    const cell = this.cell();
    if (cell === '') return;
    while (this.cells.length < this.column) this.cells.push('');
    this.cells[this.column] = cell;
  }

  private cell(): Cell {
    const { type, value } = this;
    if (type === 'inlineStr') return this.inline.take().slice(0, LONGEST_CELL);
    if (value === '') return '';
    if (type === 's') return this.strings.get(Number(value)).slice(0, LONGEST_CELL);
    if (type === 'n') return { figure: value };
    if (type === 'b') return value === '1' ? 'true' : 'false';
    return unescaped(value).slice(0, LONGEST_CELL);
  }
}

/** The place of a column by the name of a cell, such as AB12; from 0. */
function columnOf(name: string): number {
  let column = 0;
  for (const letter of name) {
    const value = letter.charCodeAt(0) - 64;
    if (value < 1 || value > 26) break;
    column = column * 26 + value;
  }
  return column - 1;
}
