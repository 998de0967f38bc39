import type { Pool, PoolClient, QueryConfig } from 'pg';
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

/** Work on whole tables takes the longer the more is in them, and would be in vain if it were cut off. */
export const beginUnhurried = 'begin; set local synchronous_commit to off; set local statement_timeout to 0';

/** A statement of such work: neither does the client stop waiting for it. */
export const unhurried = (text: string): QueryConfig & { query_timeout: number } => ({
  text,
  query_timeout: 24 * 3_600_000,
});

/** Locks, deadlocks, lack of room, a server that goes away, only reads or cannot reach its disk: the same again may well succeed. */
export function isTransient(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: string };
  if (typeof code === 'string') return /^(08|25|40|53|55P03|57|58|E[A-Z]+$)/.test(code);
  return /Connection terminated|timeout|Client has encountered|not queryable|end on the pool/i.test(message ?? '');
}
