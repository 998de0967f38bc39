import { guarded, sourceText, type SourceRow } from './cell.js';
import { problemHeadings, type Heading } from './heading.js';
import { csvLine } from './csv-parser.js';
import type { RowProblem } from './problems.js';

/** The text of a problem: of ours, and of the libs that refuse households. */
export type ProblemTextOf = (problem: RowProblem, language: 'en' | 'zh') => string;

/**
 * The header of a file of rejected rows. It begins with a byte order mark, without which Excel takes UTF-8 for another
 * encoding; its columns are those of the file that was loaded, then those that say what is wrong.
 */
export const rejectedHeader = ({ names }: Heading): string =>
  `\ufeff${csvLine([...withoutProblems(names).map(({ name }) => guarded(name)), ...Object.values(problemHeadings)])}`;

/** The rows of a household that was not taken, the good ones among them too: a household goes in as a whole. */
export function rejectedRows(
  { names }: Heading,
  rows: readonly SourceRow[],
  problems: readonly RowProblem[],
  textOf: ProblemTextOf,
): string {
  const columns = withoutProblems(names);
  return rows
    .map(({ line, cells, broken }) => {
      const own = problems.filter((problem) => problem.line === line);
      const kept =
        broken === true
          ? [cells.map((cell) => sourceText(cell)).join(' ')]
          : columns.map(({ index }) => sourceText(cells[index]));
      return csvLine([
        ...columns.map((_, index) => guarded(kept[index] ?? '')),
        String(line),
        ...[
          own.map(({ column }) => column ?? ''),
          own.map(({ code }) => code),
          own.map((problem) => textOf(problem, 'en')),
          own.map((problem) => textOf(problem, 'zh')),
        ].map((texts) =>
          texts
            .filter((text) => text !== '')
            .map(guarded)
            .join('\n'),
        ),
      ]);
    })
    .join('');
}

/** A file that was rejected before names its problems in columns of its own, which are written anew. */
const withoutProblems = (names: readonly string[]) =>
  names
    .map((name, index) => ({ name, index }))
    .filter(({ name }) => !Object.values<string>(problemHeadings).includes(name));
