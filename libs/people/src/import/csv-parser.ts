import type { SourceRow } from './cell.js';

/** A quoted field that is longer than a spreadsheet's cell has no end: its first quote is a slip. */
const LONGEST_FIELD = 32_767;

/**
 * Splits CSV text that comes in pieces into rows, as RFC 4180 has it: a field in quotes may hold separators, line ends and
 * doubled quotes; a quote within a field that does not begin with one is a character like others. Where quotes do not fit
 * together, the row is marked as broken and reading goes on with the next line.
 */
export class CsvParser {
  private text = '';
  private line = 1;
  private ended = false;

  constructor(private readonly separator: string) {}

  /** Takes the next piece and gives the rows that are complete with it. */
  push(piece: string): SourceRow[] {
    this.text += piece;
    return this.rows();
  }

  /** Gives what is left. */
  end(): SourceRow[] {
    this.ended = true;
    return this.rows();
  }

  private rows(): SourceRow[] {
    const rows: SourceRow[] = [];
    let at = 0;
    for (;;) {
      const read = this.row(at);
      if (read === undefined) break;
      at = read.next;
      rows.push(read.row);
    }
    this.text = this.text.slice(at);
    return rows;
  }

  /** The row that begins at a place; undefined until all of it is there. */
  private row(start: number): { readonly row: SourceRow; readonly next: number } | undefined {
    const { text } = this;
    if (start >= text.length) return undefined;
    const cells: string[] = [];
    let broken = false;
    let at = start;
    for (;;) {
      let field: string;
      if (text[at] === '"') {
        const close = closingQuote(text, at + 1);
        if (close === undefined || close - at > LONGEST_FIELD * 2) {
          if (close !== undefined || this.ended || text.length - at > LONGEST_FIELD * 2) return this.brokenRow(start);
          return undefined;
        }
        // Whether the quote ends the field shows in the character after it.
        if (close + 1 >= text.length && !this.ended) return undefined;
        field = text.slice(at + 1, close).replaceAll('""', '"');
        at = close + 1;
        const rest = this.plainEnd(at);
        if (rest === undefined) return undefined;
        if (rest > at) {
          if (text.slice(at, rest).trim() !== '') broken = true;
          at = rest;
        }
      } else {
        const end = this.plainEnd(at);
        if (end === undefined) return undefined;
        field = text.slice(at, end);
        at = end;
      }
      cells.push(field);
      if (text[at] === this.separator) {
        at += 1;
        if (at >= text.length && !this.ended) return undefined;
        continue;
      }
      if (text[at] === '\r') {
        if (at + 1 >= text.length && !this.ended) return undefined;
        at += text[at + 1] === '\n' ? 2 : 1;
      } else if (text[at] === '\n') at += 1;
      const line = this.line;
      this.line += lineEnds(text, start, at);
      return { row: { line, cells, ...(broken && { broken: true as const }) }, next: at };
    }
  }

  /** Where a field without quotes ends; undefined while that may still come. */
  private plainEnd(from: number): number | undefined {
    const { text, separator } = this;
    for (let at = from; at < text.length; at += 1) {
      const character = text[at];
      if (character === separator || character === '\n' || character === '\r') return at;
    }
    return this.ended ? text.length : undefined;
  }

  /** The line alone, with its cells as they come. */
  private brokenRow(start: number): { readonly row: SourceRow; readonly next: number } {
    const { text } = this;
    const found = /\r\n|\r|\n/g;
    found.lastIndex = start;
    const end = found.exec(text);
    const cells = text.slice(start, end?.index ?? text.length).split(this.separator);
    const line = this.line;
    this.line += 1;
    return { row: { line, cells, broken: true }, next: end === null ? text.length : found.lastIndex };
  }
}

function closingQuote(text: string, from: number): number | undefined {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 2)) if (text[at + 1] !== '"') return at;
  return undefined;
}

function lineEnds(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = from; at < to; at += 1)
    if (text[at] === '\n' || (text[at] === '\r' && text[at + 1] !== '\n')) count += 1;
  return count;
}

/** A row of CSV; fields are quoted where they have to be. */
export const csvLine = (fields: readonly string[]): string =>
  `${fields.map((field) => (/[",\r\n;\t]|^\s|\s$/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join(',')}\r\n`;
