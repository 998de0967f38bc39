import type { Pool, PoolClient } from 'pg';
import { checkOut } from '../connections.js';

/**
 * Does work in one transaction. What is folded from the log can be folded again, so its commits need not wait for the
 * disk; rows and position of one commit still come and go together.
 */
export async function inTransaction<T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
  begin = 'begin; set local synchronous_commit to off',
): Promise<T> {
  const client = await checkOut(pool);
  let broken: Error | undefined;
  try {
    await client.query(begin);
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((failure: Error) => (broken = failure));
    throw error;
  } finally {
    client.release(broken);
  }
}

/** Locks, deadlocks, lack of room, a server that goes away: the same again may well succeed. */
export function isTransient(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: string };
  if (typeof code === 'string') return /^(40001|40P01|53|55P03|57|08|E[A-Z]+$)/.test(code);
  return /Connection terminated|timeout|Client has encountered|not queryable|end on the pool/i.test(message ?? '');
}
