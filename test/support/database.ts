import { Pool } from 'pg';
import { createDataSource, createPool, migrate, type Schema } from '#libs/platform';

/** A database of a test's own, on the server that the run started. */
export interface TestDatabase {
  readonly url: string;
  readonly pool: Pool;
  /** Ends the pool and removes the database. */
  drop(): Promise<void>;
}

/** Makes a database whose name nobody else uses, and brings it to the given migrations. */
export async function createTestDatabase(
  name: string,
  migrations: Schema['migrations'],
  poolSize = 20,
): Promise<TestDatabase> {
  const server = process.env['TEST_PG_URL'];
  if (server === undefined) throw new Error('TEST_PG_URL is not set: run the project "integration"');
  const database = `test_${name.replaceAll(/\W/g, '_')}_${process.pid}_${process.hrtime.bigint()}`;
  await asAdministrator(server, `create database ${database} template template0 encoding 'UTF8'`);
  const url = Object.assign(new URL(server), { pathname: `/${database}` }).href;
  const dataSource = createDataSource(url, { entities: [], migrations });
  await migrate(dataSource);
  await dataSource.destroy();
  const pool = createPool(url, poolSize);
  return {
    url,
    pool,
    drop: async () => {
      await pool.end();
      await asAdministrator(server, `drop database ${database} with (force)`);
    },
  };
}

async function asAdministrator(server: string, statement: string): Promise<void> {
  const pool = new Pool({ connectionString: server, max: 1 });
  try {
    await pool.query(statement);
  } finally {
    await pool.end();
  }
}
