import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { prepareDataDir } from './data-dir.mjs';
import { tryLock } from './lock.mjs';
import { startPostgres } from './postgres.mjs';
import { onStopRequest } from './processes.mjs';
import { Refusal, Stopped } from './say.mjs';

/** As durable as the service's server, and large enough that no checkpoint falls into one measurement and not into another. */
const settings = { shared_buffers: '512MB', max_wal_size: '4GB', checkpoint_timeout: '30min', max_connections: '200' };

/**
 * Starts a server for measuring, on the disk where the service's data lie, and works with its URL. Nothing of it is left.
 * @throws Refusal while another measurement runs on this clone: they would measure each other
 */
export async function withBenchServer({ dataDir, account }, work) {
  prepareDataDir(dataDir);
  const { release, holder } = tryLock(join(dataDir, 'bench.lock'));
  if (holder) throw new Refusal(`process ${holder.pid} is measuring here: wait for it`);
  const dir = join(dataDir, 'bench');
  const stop = new AbortController();
  onStopRequest(() => stop.abort(new Stopped()));
  try {
    const postgres = await startPostgres({ dir, account, settings, signal: stop.signal });
    try {
      return await work(postgres.url);
    } finally {
      await postgres.stop(1_000);
      rmSync(dir, { recursive: true, force: true });
    }
  } finally {
    release();
  }
}
