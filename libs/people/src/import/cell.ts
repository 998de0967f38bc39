/**
 * A cell as the file has it: text, or a figure of a spreadsheet in the digits in which it was stored. A figure is kept
 * apart from text because a spreadsheet keeps fifteen digits of it and no more.
 */
export type Cell = string | { readonly figure: string };

/** A row as it was read. Nothing of it is interpreted yet. */
export interface SourceRow {
  /** The line on which it begins, of a spreadsheet its row; from 1. */
  readonly line: number;
  readonly cells: readonly Cell[];
  /** Quotes in a CSV row do not fit together: its cells are not where they belong. */
  readonly broken?: true;
}

/** Which day has the number 1: that of Excel, or that of Excel on old Macs. */
export type DaySystem = 1900 | 1904;

/** Digits that a spreadsheet keeps of a number. */
const EXACT_DIGITS = 15;

/** Text that is as plain as can be, as most cells are: it is taken at once. */
const simple = /^[\x21-\x26\x28-\x7e]+$/;

/** The plain text of a cell: without the mark that keeps it from being taken for a formula, and without white space around. */
export function textOf(cell: Cell | undefined): string {
  if (cell === undefined || cell === '') return '';
  if (typeof cell !== 'string') return plainFigure(cell.figure);
  if (simple.test(cell)) return cell;
  return withoutGuard(cell)
    .replaceAll(/[\u200b-\u200d\u2060\ufeff]/g, '')
    .trim();
}

/** True for a number whose last digits a spreadsheet may have made up: a long figure, or text such as 4.30225E+17. */
export const isRounded = (cell: Cell | undefined): boolean =>
  cell !== undefined &&
  (typeof cell === 'string'
    ? /^\d+(\.\d+)?E\+?\d+$/i.test(plain(textOf(cell)))
    : Math.abs(Number(cell.figure)) >= 10 ** EXACT_DIGITS);

/** The cell as it stands in the file, for a copy of the row. */
export const sourceText = (cell: Cell | undefined): string =>
  cell === undefined ? '' : typeof cell === 'string' ? withoutGuard(cell) : plainFigure(cell.figure);

/** Text as codes and numbers are compared: full-width characters are plain ones, and there is no white space. */
export const plain = (text: string): string =>
  simple.test(text) ? text : text.normalize('NFKC').replaceAll(/[\s\p{Cf}]/gu, '');

/** The figure in plain digits where these say what the spreadsheet shows; as it was stored where digits are lost. */
function plainFigure(figure: string): string {
  const value = Number(figure);
  if (!Number.isFinite(value) || figure.trim() === '') return figure;
  if (/^-?\d+$/.test(figure)) return figure;
  if (Math.abs(value) >= 10 ** EXACT_DIGITS) return figure;
  // What it shows: its arithmetic in binary leaves traces behind the fifteenth digit.
  const shown = Number(value.toPrecision(EXACT_DIGITS));
  const text = String(shown);
  return text.includes('e') ? shown.toFixed(20).replace(/\.?0+$/, '') : text;
}

/** Begins like a formula, or is a number so long that a spreadsheet would round it, or bears a mark already. */
const needsGuard = /^([=+\-@\t\r']|\d{12,}[\dXx]?$)/;

/**
 * A text that no spreadsheet runs as a formula or turns into a figure when it opens a CSV file: a mark stands before it
 * where need be, which {@link textOf} takes off.
 */
export const guarded = (text: string): string => (needsGuard.test(text) ? `'${text}` : text);

const withoutGuard = (text: string): string => (text.startsWith("'") ? text.slice(1) : text);
