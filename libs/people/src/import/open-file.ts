import { open } from 'node:fs/promises';
import type { DaySystem, SourceRow } from './cell.js';
import { findHeading, HEADER_ROWS, type Heading } from './heading.js';
import { openCsv } from './csv-file.js';
import { byHousehold, type HouseholdRows } from './household-rows.js';
import { FileRefused } from './problems.js';
import { openWorkbook, type Workbook } from './xlsx-file.js';
import { ZipArchive } from './zip.js';

type Rows = () => AsyncGenerator<readonly SourceRow[]>;

/** A file of households that was looked through: all of it can be read. */
export interface HouseholdFile {
  readonly heading: Heading;
  readonly days: DaySystem;
  /** Rows of persons in it, by which progress is measured. */
  readonly rows: number;
  readonly households: number;
  /** References of households whose rows do not stand together. */
  readonly apart: ReadonlySet<string>;
  /** Its households from the first on, each time anew. */
  readonly read: () => AsyncGenerator<HouseholdRows>;
  readonly close: () => void;
}

/**
 * Opens a file of households, CSV or XLSX by its content, and looks through it once, so that nothing of a file is taken that
 * is damaged further on.
 * @param sheet the name of the sheet; else the first one with a header
 * @throws FileRefused
 */
export async function openHouseholdFile(path: string, sheet?: string): Promise<HouseholdFile> {
  const table = await openTable(path, sheet);
  try {
    return { ...table, ...(await lookThrough(table)) };
  } catch (error) {
    table.close();
    throw error;
  }
}

type Table = Pick<HouseholdFile, 'heading' | 'days' | 'read' | 'close'>;

async function openTable(path: string, sheet: string | undefined): Promise<Table> {
  switch (await formatOf(path)) {
    case 'csv': {
      const rows = await openCsv(path);
      return tableOf(rows, await headingOf(rows), 1900, () => undefined);
    }
    case 'zip': {
      const zip = await ZipArchive.open(path);
      try {
        const workbook = await openWorkbook(zip);
        const { rows, heading } = await sheetOf(workbook, sheet);
        return tableOf(rows, heading, workbook.days, () => zip.close());
      } catch (error) {
        zip.close();
        throw error;
      }
    }
  }
}

const tableOf = (rows: Rows, heading: Heading, days: DaySystem, close: () => void): Table => ({
  heading,
  days,
  close,
  read: () => byHousehold(below(rows(), heading), heading),
});

async function formatOf(path: string): Promise<'csv' | 'zip'> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(8), 0, 8, 0);
    const start = buffer.subarray(0, bytesRead);
    if (bytesRead === 0) throw new FileRefused('HEADER_MISSING', { rows: HEADER_ROWS });
    if (start.toString('hex') === 'd0cf11e0a1b11ae1') throw new FileRefused('FILE_IS_XLS');
    if (start.toString('latin1').startsWith('PK\x03\x04')) return 'zip';
    if (/^(%PDF|\{|<|\x1f\x8b|Rar!|7z)/.test(start.toString('latin1'))) throw new FileRefused('FILE_FORMAT_UNKNOWN');
    return 'csv';
  } finally {
    await file.close();
  }
}

/** The sheet of the name; without one the first that has a header. */
async function sheetOf({ sheets }: Workbook, name: string | undefined): Promise<{ rows: Rows; heading: Heading }> {
  const named = name === undefined ? sheets : sheets.filter((sheet) => sheet.name.trim() === name.trim());
  if (named.length === 0)
    throw new FileRefused(name === undefined ? 'HEADER_MISSING' : 'SHEET_UNKNOWN', { rows: HEADER_ROWS });
  for (const [index, { rows }] of named.entries()) {
    try {
      return { rows, heading: await headingOf(rows) };
    } catch (error) {
      const none = error instanceof FileRefused && error.code === 'HEADER_MISSING';
      if (!none || index === named.length - 1) throw error;
    }
  }
  throw new FileRefused('HEADER_MISSING', { rows: HEADER_ROWS });
}

async function headingOf(rows: Rows): Promise<Heading> {
  const first: SourceRow[] = [];
  for await (const batch of rows()) {
    first.push(...batch);
    if (first.length >= HEADER_ROWS) break;
  }
  return findHeading(first);
}

async function* below(
  batches: AsyncIterable<readonly SourceRow[]>,
  { line: header }: Heading,
): AsyncGenerator<readonly SourceRow[]> {
  for await (const batch of batches) {
    const [first] = batch;
    yield first !== undefined && first.line > header ? batch : batch.filter(({ line }) => line > header);
  }
}

/** Counts, and finds the households whose rows do not stand together. */
async function lookThrough({ read }: Table): Promise<Pick<HouseholdFile, 'rows' | 'households' | 'apart'>> {
  const seen = new Set<string>();
  const apart = new Set<string>();
  let rows = 0;
  let households = 0;
  for await (const household of read()) {
    rows += household.rows.length;
    households += 1;
    if (household.reference === '') continue;
    if (seen.has(household.reference)) apart.add(household.reference);
    seen.add(household.reference);
  }
  return { rows, households, apart };
}
