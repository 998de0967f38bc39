import { rmSync } from 'node:fs';

export default async function teardown() {
  const server = globalThis.testServer;
  if (!server) return;
  await server.stop(5_000);
  rmSync(server.dir, { recursive: true, force: true, maxRetries: 10 });
}
