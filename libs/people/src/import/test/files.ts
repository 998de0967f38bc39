import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TextDecoder } from 'node:util';
import { checkCharacter } from '../../domain/identity/resident-number.js';
import { readHousehold, type ImportContext, type ReadHousehold } from '../household-rows.js';
import { openHouseholdFile, type HouseholdFile } from '../open-file.js';
import { csvLine } from '../csv-parser.js';

/** A folder for the files of a spec; removed at its end. */
export class Folder {
  readonly path = mkdtempSync(join(tmpdir(), 'almoner-import-'));
  private count = 0;

  write(bytes: Buffer | string, name = `${(this.count += 1)}`): string {
    const path = join(this.path, name);
    writeFileSync(path, bytes);
    return path;
  }

  remove(): void {
    rmSync(this.path, { recursive: true });
  }
}

/** A made-up number of somebody born on a day. */
export function madeUpNumber(birthDate = '1980-01-01', sequence = 1): string {
  const body = `190225${birthDate.replaceAll('-', '')}${String(sequence).padStart(3, '0')}`;
  return body + checkCharacter(body);
}

export const today = '2025-09-01';

/** What specs read rows by. */
export const contextOf = (
  { heading, days, apart }: HouseholdFile,
  other: Partial<ImportContext> = {},
): ImportContext => ({
  heading,
  days,
  apart,
  today,
  testNumbers: 'accepted',
  area: '430225',
  mayRegisterIn: (area) => area.startsWith('4302'),
  ...other,
});

/** Every household of a file, as it was read. */
export async function readAll(
  path: string,
  { sheet, ...other }: Partial<ImportContext> & { readonly sheet?: string } = {},
): Promise<ReadHousehold[]> {
  const file = await openHouseholdFile(path, sheet);
  try {
    const context = contextOf(file, other);
    const read: ReadHousehold[] = [];
    for await (const household of file.read()) read.push(readHousehold(household, context));
    return read;
  } finally {
    file.close();
  }
}

/** Rows by heading as a table; cells that a row does not name are empty. */
export function tableOf(rows: readonly Readonly<Record<string, string>>[]): string[][] {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return [names, ...rows.map((row) => names.map((name) => row[name] ?? ''))];
}

export const csvOf = (table: readonly (readonly string[])[]): string => table.map(csvLine).join('');

let codes: Map<string, Buffer> | undefined;

/** Text in GB18030, as far as its characters have two bytes there. */
export function gb18030(text: string): Buffer {
  if (codes === undefined) {
    codes = new Map();
    const decoder = new TextDecoder('gb18030');
    for (let first = 0x81; first <= 0xfe; first += 1)
      for (let second = 0x40; second <= 0xfe; second += 1) {
        const bytes = Buffer.from([first, second]);
        const character = decoder.decode(bytes);
        if ([...character].length === 1) codes.set(character, bytes);
      }
  }
  const known = codes;
  return Buffer.concat(
    [...text].map((character) =>
      character < '\x80' ? Buffer.from(character) : (known.get(character) ?? Buffer.from('?')),
    ),
  );
}
