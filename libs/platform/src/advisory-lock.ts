import type { Pool } from 'pg';
import { Unavailable } from '#libs/event-sourcing';

const pauseMs = 50;

/**
 * Does something while no other process does it under the same name. The lock is the database session's, so it ends
 * with the process at the latest. @throws Unavailable when it is not free in time
 */
export async function withAdvisoryLock<T>(pool: Pool, name: string, waitMs: number, act: () => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    const deadline = performance.now() + waitMs;
    for (;;) {
      const { rows } = await client.query<{ got: boolean }>(
        'select pg_try_advisory_lock(hashtextextended($1, 0)) as got',
        [name],
      );
      if (rows[0]?.got === true) break;
      if (performance.now() > deadline) throw new Unavailable(`${name} is in use`);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
    try {
      return await act();
    } finally {
      await client
        .query('select pg_advisory_unlock(hashtextextended($1, 0))', [name])
        .catch((failure: Error) => (broken = failure));
    }
  } finally {
    client.release(broken);
  }
}
