import { kernelMigrations, MemoryEventStore, PostgresEventStore, WakeUp } from '#libs/event-sourcing';
import { createPool } from '#libs/platform';
import { eventStoreContract } from './contracts/event-store.contract.js';
import { Link } from './stand-in/link.mjs';
import { createTestDatabase } from './support/database.js';

eventStoreContract('memory', async () => ({
  store: new MemoryEventStore(() => new Date().toISOString()),
  close: async () => undefined,
}));

eventStoreContract(
  'PostgreSQL',
  async () => {
    const database = await createTestDatabase('log_contract', kernelMigrations);
    const server = new URL(database.url);
    const link = await new Link(Number(server.port || 5432), server.hostname).open();
    const url = Object.assign(new URL(server), { hostname: '127.0.0.1', port: String(link.port) });
    const pool = createPool(url.href, 20);
    return {
      store: new PostgresEventStore(pool, new WakeUp()),
      link,
      fail: async () => {
        await link.refuse();
        return () => link.mend();
      },
      close: async () => {
        await pool.end();
        await link.close();
        await database.drop();
      },
    };
  },
  { link: true, fail: true },
);
