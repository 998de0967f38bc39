import { kernelMigrations, MemoryEventStore, PostgresEventStore, WakeUp } from '#libs/event-sourcing';
import { eventStoreContract } from './contracts/event-store.contract.js';
import { createTestDatabase } from './support/database.js';

eventStoreContract('memory', async () => ({
  store: new MemoryEventStore(() => new Date().toISOString()),
  close: async () => undefined,
}));

eventStoreContract('PostgreSQL', async () => {
  const database = await createTestDatabase('log_contract', kernelMigrations);
  return { store: new PostgresEventStore(database.pool, new WakeUp()), close: () => database.drop() };
});
