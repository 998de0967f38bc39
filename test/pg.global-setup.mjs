import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockHolder, tryLock } from '../scripts/lib/lock.mjs';
import { startPostgres } from '../scripts/lib/postgres.mjs';
import { postgresProcessesOn, signalTo } from '../scripts/lib/processes.mjs';

const prefix = 'almoner-test-';

/** Ends the servers of test runs that were killed, and removes their folders. */
function sweep(base) {
  for (const name of readdirSync(base).filter((entry) => entry.startsWith(prefix))) {
    const dir = join(base, name);
    try {
      if (lockHolder(join(dir, 'lock'))) continue;
      for (const pid of postgresProcessesOn(join(dir, 'data'))) signalTo(pid, 'SIGQUIT');
      rmSync(dir, { recursive: true, force: true, maxRetries: 10 });
    } catch {
      // another user's
    }
  }
}

function makeFolder() {
  for (const base of ['/dev/shm', tmpdir()]) {
    try {
      const dir = mkdtempSync(join(base, prefix));
      tryLock(join(dir, 'lock'));
      sweep(base);
      return dir;
    } catch {
      // no memory-backed storage here
    }
  }
  throw new Error(`no folder for the test server in /dev/shm or ${tmpdir()}`);
}

/** One server for the whole run, in memory where there is such storage; the tests make their own databases on it. */
export default async function setup() {
  const dir = makeFolder();
  const server = await startPostgres({ dir, fast: true });
  globalThis.testServer = { dir, stop: server.stop };
  process.env.TEST_PG_URL = server.url;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.once(signal, () => {
      void server.stop(1_000).then(() => {
        rmSync(dir, { recursive: true, force: true });
        process.exit(1);
      });
    });
  }
}
