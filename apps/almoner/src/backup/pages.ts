import type { PoolClient, QueryResultRow } from 'pg';

/** About how much one page holds. */
const pageBytes = 4 * 1024 * 1024;
const largestPage = 5_000;

/**
 * The rows of a query, page by page, through a cursor of the transaction in hand. Pages are as long as keeps them near
 * the same size, so that memory stays flat whatever the rows hold.
 */
export async function* pagesOf<Row extends QueryResultRow>(
  db: PoolClient,
  query: { readonly text: string },
  sizeOf: (row: Row) => number,
): AsyncGenerator<readonly Row[]> {
  await db.query(`declare pages no scroll cursor for ${query.text}`);
  for (let count = 50; ;) {
    const { rows } = await db.query<Row>(`fetch ${count} from pages`);
    if (rows.length > 0) yield rows;
    if (rows.length < count) break;
    const size = rows.reduce((sum, row) => sum + sizeOf(row), 1);
    count = Math.min(largestPage, Math.max(1, Math.floor((pageBytes * rows.length) / size)), 4 * count);
  }
  await db.query('close pages');
}
