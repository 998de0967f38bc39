import type { HouseholdDraft } from '../drafts.js';
import { identityKey } from '../domain/identity/document.js';
import { plain, textOf, type SourceRow } from './cell.js';
import type { ColumnKey } from './columns.js';
import type { Heading } from './heading.js';
import type { RowContext } from './cell-reader.js';
import { RowReader } from './person-row.js';
import type { RowProblem } from './problems.js';
import { wordsOf } from './words.js';

/** What the rows of a file are judged by. */
export interface ImportContext extends RowContext {
  /** The area of households whose rows name none. */
  readonly area: string | undefined;
  /** Whether the person who imports may register in an area. */
  readonly mayRegisterIn: (area: string) => boolean;
  /** References of households whose rows do not stand together. */
  readonly apart: ReadonlySet<string>;
}

/** The rows of one household. */
export interface HouseholdRows {
  /** As {@link referenceOf} gives it; empty where the row has none. */
  readonly reference: string;
  readonly rows: readonly SourceRow[];
}

/** A household as it can be registered, or everything that is wrong with its rows. */
export type ReadHousehold =
  { readonly draft: HouseholdDraft; readonly problems?: undefined } | { readonly problems: readonly RowProblem[] };

/** A household of more rows is a mistake in the column of references. */
const MOST_ROWS = 100;
/** Rows of one reference that are held in memory; more of them are refused part by part. */
const ROWS_HELD = 10_000;

/** Rows of the template that only show how to fill it in. */
export const exampleReferences = { en: 'EXAMPLE', zh: '示例' } as const;
const isExample = (reference: string): boolean => Object.values(exampleReferences).some((each) => each === reference);

/** Which household a row belongs to. */
export const referenceOf = (row: SourceRow, { at }: Heading): string =>
  at.household === undefined ? '' : plain(textOf(row.cells[at.household]));

/** True for rows that say nothing: empty ones and examples. */
export const saysNothing = (row: SourceRow, heading: Heading): boolean =>
  row.broken !== true && (row.cells.every((cell) => textOf(cell) === '') || isExample(referenceOf(row, heading)));

/** Puts rows that follow each other and have one reference together. A row without a reference stands alone. */
export async function* byHousehold(
  batches: AsyncIterable<readonly SourceRow[]>,
  heading: Heading,
): AsyncGenerator<HouseholdRows> {
  let reference = '';
  let rows: SourceRow[] = [];
  for await (const batch of batches) {
    for (const row of batch) {
      if (saysNothing(row, heading)) continue;
      const next = referenceOf(row, heading);
      if (rows.length > 0 && (next !== reference || next === '' || rows.length === ROWS_HELD)) {
        yield { reference, rows };
        rows = [];
      }
      reference = next;
      rows.push(row);
    }
  }
  if (rows.length > 0) yield { reference, rows };
}

/** Reads one household from its rows. */
export function readHousehold({ reference, rows }: HouseholdRows, context: ImportContext): ReadHousehold {
  const readers = rows.map((row) => new RowReader(row, context));
  const [first] = readers;
  if (first === undefined) return { problems: [] };
  if (reference === '')
    first.refuse(first.row.broken ? 'ROW_BROKEN' : 'VALUE_MISSING', first.row.broken ? undefined : 'household');
  if (context.apart.has(reference)) first.refuse('HOUSEHOLD_APART', 'household');
  if (rows.length > MOST_ROWS) first.refuse('HOUSEHOLD_TOO_LARGE', 'household', { most: MOST_ROWS });
  const problemsOf = () => readers.flatMap(({ problems }) => problems);
  if (problemsOf().length > 0) return { problems: problemsOf() };

  const members = readers.map((reader, index) => reader.member(index));
  checkMembers(readers);
  refuseTwins(readers, members);
  const area =
    one(readers, 'area', (reader) => reader.number('area')) ?? (isEmpty(readers, 'area') ? context.area : undefined);
  const residence = one(readers, 'residence', (reader) => reader.word('residence', wordsOf.residence));
  const happenedOn = one(readers, 'happenedOn', (reader) => reader.date('happenedOn'));
  const knownOn = one(readers, 'knownOn', (reader) => reader.date('knownOn'));
  const document = one(readers, 'source', (reader) => reader.text('source'));
  const singleFiling = one(readers, 'singleFiling', (reader) => reader.word('singleFiling', wordsOf.singleFiling));
  if (area === undefined && isEmpty(readers, 'area')) first.refuse('VALUE_MISSING', 'area');
  if (area !== undefined && !context.mayRegisterIn(area)) first.refuse('AREA_NOT_YOURS', 'area');
  if (residence === undefined && isEmpty(readers, 'residence')) first.refuse('VALUE_MISSING', 'residence');
  const problems = problemsOf();
  if (problems.length > 0 || area === undefined || residence === undefined) return { problems };
  const read = members.flatMap((member) => member ?? []);
  const income = read.flatMap(({ amounts }) => amounts.income);
  const assets = read.flatMap(({ amounts }) => amounts.assets);
  const spending = read.flatMap(({ amounts }) => amounts.spending);
  return {
    draft: {
      area,
      residence,
      members: read.map(({ member }) => member),
      ...(happenedOn !== undefined && { happenedOn }),
      ...(knownOn !== undefined && { knownOn }),
      ...(document !== undefined && { document }),
      ...(singleFiling !== undefined && { singleFiling }),
      ...(income.length > 0 && { income }),
      ...(assets.length > 0 && { assets }),
      ...(spending.length > 0 && { spending }),
    },
  };
}

const isEmpty = (readers: readonly RowReader[], key: ColumnKey): boolean =>
  readers.every((reader) => textOf(reader.cell(key)) === '');

/** What holds for the household as a whole: it may stand in one of its rows, or be the same in several. */
function one<Value extends string>(
  readers: readonly RowReader[],
  key: ColumnKey,
  read: (reader: RowReader) => Value | undefined,
): Value | undefined {
  let found: Value | undefined;
  for (const reader of readers) {
    const value = read(reader);
    if (value !== undefined && found !== undefined && value !== found) return reader.refuse('HOUSEHOLD_DIFFERS', key);
    found ??= value;
  }
  return found;
}

function checkMembers(readers: readonly RowReader[]): void {
  const applicants = readers.filter((reader) => wordsOf.relation.find(textOf(reader.cell('relation'))) === 'applicant');
  if (applicants.length === 0) readers[0]?.refuse('APPLICANT_MISSING', 'relation');
  for (const reader of applicants.slice(1)) reader.refuse('APPLICANT_TWICE', 'relation');
}

function refuseTwins(readers: readonly RowReader[], members: readonly ReturnType<RowReader['member']>[]): void {
  const seen = new Set<string>();
  for (const [index, read] of members.entries()) {
    const key = read && identityKey(read.member.person.identity.document);
    if (key === undefined) continue;
    if (seen.has(key)) readers[index]?.refuse('PERSON_TWICE', 'documentNumber');
    seen.add(key);
  }
}
