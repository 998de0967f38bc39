import type { Pool } from 'pg';
import { checkServer, createPool, StartUpError } from '#libs/platform';
import { Failure, type Terminal } from '../command.js';

/**
 * Does something on the database of DATABASE_URL with one connection.
 * @throws Failure when no database is known, or it cannot be used
 */
export async function onDatabase(
  env: Terminal['env'],
  work: (pool: Pool, url: string) => Promise<void>,
): Promise<void> {
  const url = env['DATABASE_URL']?.trim();
  if (url === undefined || url === '')
    throw new Failure('no database is known: start the service with npm start, or set DATABASE_URL');
  const pool = createPool(url, 1);
  try {
    await checkServer(pool, { durable: env['NODE_ENV'] !== 'test' });
    await work(pool, url);
  } catch (error) {
    if (error instanceof StartUpError) throw new Failure(error.message);
    throw error;
  } finally {
    await pool.end();
  }
}
