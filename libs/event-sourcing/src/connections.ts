import type { Pool, PoolClient } from 'pg';

const listening = new WeakSet<PoolClient>();

/**
 * A connection of one's own. When the server goes away, the statement in hand fails; that the connection itself also
 * says so would, unheard, end the process.
 */
export async function checkOut(pool: Pool): Promise<PoolClient> {
  const client = await pool.connect();
  if (!listening.has(client)) {
    listening.add(client);
    client.on('error', () => undefined);
  }
  return client;
}
