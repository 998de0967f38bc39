import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { inClone } from './clone.mjs';
import { locateData, prepareDataDir } from './data-dir.mjs';
import { tryLock } from './lock.mjs';
import { startPostgres } from './postgres.mjs';
import { endOf, onStopRequest } from './processes.mjs';
import { Refusal, Stopped, say, seconds } from './say.mjs';
import { removeServiceFile, writeServiceFile } from './service-file.mjs';
import { databaseUrl, listenAddress, readSettingsFile } from './settings.mjs';
import { ensureReady } from './setup.mjs';

/** From the request to stop: when the service is ended hard, and when the database is told to give up its last checkpoint (ms). */
const serviceGrace = 2_300;
const databaseGrace = 2_700;

/**
 * Takes the data folder for this process: its database can have only one server.
 * @returns what gives it back
 * @throws Refusal when another process has it
 */
export function claim(dataDir) {
  const { release, holder } = tryLock(join(dataDir, 'lock'));
  if (holder)
    throw new Refusal(
      `the data in ${dataDir} are in use by process ${holder.pid}: stop that service first, or set DATA_DIR and PORT`,
    );
  return release;
}

/** Fails before minutes of installing and building, not after. The service still has the last word. */
function checkPort({ host, port }) {
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return undefined;
  return new Promise((free, taken) => {
    const probe = createServer();
    probe.once('error', (error) => {
      if (error.code === 'EADDRINUSE')
        taken(new Refusal(`port ${port} on ${host} is taken: stop what listens there, or set PORT`));
      else free();
    });
    probe.listen(port, host, () => probe.close(() => free()));
  });
}

/** The service as a child that lives only as long as we do: it ends when the channel between us breaks. */
function spawnService(env) {
  return spawn(process.execPath, ['--enable-source-maps', inClone('dist', 'apps', 'api', 'src', 'main.js')], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, ...env },
    detached: process.platform !== 'win32', // Ctrl-C reaches it through us alone, once
  });
}

/** Runs the service on these settings until it ends or someone asks for its end; gives the exit code. */
async function serve({ dataDir, postgres, stopping, requested, since }) {
  const url = postgres?.url ?? databaseUrl();
  const service = spawnService({
    DATABASE_URL: url,
    DATA_DIR: dataDir,
    ...(postgres ? { ALMONER_EMBEDDED: '1' } : {}),
  });
  let hard;
  const end = () => {
    service.kill('SIGTERM');
    hard ??= setTimeout(() => service.kill('SIGKILL'), Math.max(0, serviceGrace - since()));
  };
  if (postgres) {
    writeServiceFile(dataDir, { databaseUrl: url, port: listenAddress().port });
    service.on('message', (message) => {
      if (Number.isInteger(message?.port)) writeServiceFile(dataDir, { databaseUrl: url, port: message.port });
    });
  }
  if (stopping.aborted) end();
  void requested.then(end);
  let lost = false;
  void postgres?.ended.then(({ code, signal }) => {
    if (stopping.aborted || service.exitCode !== null || service.signalCode !== null) return;
    lost = true;
    say(
      `PostgreSQL ended by itself (${signal ?? `exit code ${code}`}), so the service stops; see ${join(postgres.dir, 'log')}`,
    );
    end();
  });
  const { code, signal } = await endOf(service);
  clearTimeout(hard);
  if (lost) return 1;
  if (stopping.aborted && signal === 'SIGKILL') say('the service did not stop in time and was killed');
  if (stopping.aborted) return code ?? (signal === 'SIGKILL' ? 1 : 0);
  if (signal) say(`the service was ended by ${signal}`);
  return code ?? 1;
}

/**
 * `npm start`: installs and builds what is missing, starts a PostgreSQL of its own unless DATABASE_URL names one, runs the service, and
 * stops all of it when asked. Ends the process with the exit code of the service.
 */
export async function startService() {
  const stop = new AbortController();
  let asked = 0;
  const requested = new Promise((done) => {
    onStopRequest(() => {
      asked = performance.now();
      stop.abort(new Stopped());
      done();
    });
  });
  const since = () => (asked === 0 ? 0 : performance.now() - asked);
  const signal = stop.signal;
  readSettingsFile();
  const embedded = databaseUrl() === undefined;
  const { dataDir, account } = locateData();
  prepareDataDir(dataDir);
  const release = embedded ? claim(dataDir) : () => {};
  let postgres;
  try {
    if (embedded) await checkPort(listenAddress());
    await ensureReady({ signal });
    if (embedded) {
      const start = performance.now();
      postgres = await startPostgres({ dir: join(dataDir, 'postgres'), account, signal });
      say(`PostgreSQL runs on the data in ${postgres.dir} (${seconds(performance.now() - start)})`);
    }
    signal.throwIfAborted();
    process.exitCode = await serve({ dataDir, postgres, stopping: signal, requested, since });
  } finally {
    if (embedded) removeServiceFile(dataDir);
    await postgres?.stop(signal.aborted ? Math.max(100, databaseGrace - since()) : undefined);
    release();
  }
  process.exit();
}
