import type { Pool } from 'pg';
import { Unavailable } from '#libs/event-sourcing';

const pauseMs = 50;

/** The last that asked for a name in this process. */
const lasts = new WeakMap<Pool, Map<string, Promise<unknown>>>();

/**
 * Does something while nobody else does it under the same name. In this process one after the other, since each waits with a
 * connection in hand and needs more to act: together they could run the pool dry. The lock is the database session's, so it ends
 * with the process at the latest. @throws Unavailable when another process does not free it in time
 */
export async function withAdvisoryLock<T>(pool: Pool, name: string, waitMs: number, act: () => Promise<T>): Promise<T> {
  const names = lasts.get(pool) ?? new Map<string, Promise<unknown>>();
  lasts.set(pool, names);
  const mine = (names.get(name) ?? Promise.resolve()).then(() => locked(pool, name, waitMs, act));
  const over = mine.catch(() => undefined);
  names.set(name, over);
  try {
    return await mine;
  } finally {
    if (names.get(name) === over) names.delete(name);
  }
}

async function locked<T>(pool: Pool, name: string, waitMs: number, act: () => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    const deadline = performance.now() + waitMs;
    for (;;) {
      const { rows } = await client
        .query<{ got: boolean }>('select pg_try_advisory_lock(hashtextextended($1, 0)) as got', [name])
        .catch((failure: Error) => {
          // Whether the session has the lock is not known: it must not be used again.
          throw (broken = failure);
        });
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
