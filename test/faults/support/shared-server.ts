import { Client } from 'pg';

const server = (): string => {
  const url = process.env['TEST_PG_URL'];
  if (url === undefined) throw new Error('TEST_PG_URL is not set: run the project "integration"');
  return url;
};

/** The URL of a database of that name on the server of the test run, which does not wait for the disk. */
export const sharedDatabase = (name: string): string => Object.assign(new URL(server()), { pathname: `/${name}` }).href;

/** Makes an empty database, or a copy of another, on the server of the test run. */
export async function createSharedDatabase(name: string, template = 'template0'): Promise<string> {
  await sql(server(), `drop database if exists ${name} with (force)`);
  await sql(server(), `create database ${name} template ${template}`);
  return sharedDatabase(name);
}

export const dropSharedDatabase = (name: string): Promise<void> =>
  sql(server(), `drop database if exists ${name} with (force)`);

/** Runs statements as the owner of everything. */
export async function sql(url: string, statements: string): Promise<void> {
  const db = new Client({ connectionString: url });
  await db.connect();
  try {
    await db.query(statements);
  } finally {
    await db.end();
  }
}

/** Rows of a query as the owner of everything. */
export async function rowsOf<Row extends object>(url: string, query: string, values: unknown[] = []): Promise<Row[]> {
  const db = new Client({ connectionString: url });
  await db.connect();
  try {
    return (await db.query<Row>(query, values)).rows;
  } finally {
    await db.end();
  }
}
