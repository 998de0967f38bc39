import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';

const clone = resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

/** A process of the service that answers over HTTP. */
export interface RunningProcess {
  readonly url: string;
  /** Ends it by a signal; resolves when it is gone. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/** The built service as a process of its own, on a database of its own. */
export interface RunningService {
  readonly url: string;
  readonly databaseUrl: string;
  readonly dataDir: string;
  /** Runs a command of the command line against it; gives what it printed. */
  almoner(...args: string[]): Promise<string>;
  /** Starts a projector beside it. */
  startProjector(): Promise<RunningProcess>;
  stop(): Promise<void>;
}

const freePort = (): Promise<number> =>
  new Promise((found, failed) => {
    const probe = createServer().once('error', failed);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => found(port));
    });
  });

/** Starts a built process and waits until it answers. */
async function startProcess(
  app: 'api' | 'projector',
  env: Readonly<Record<string, string | undefined>>,
): Promise<RunningProcess> {
  const main = join(clone, `dist/apps/${app}/src/main.js`);
  const child = spawn(process.execPath, ['--enable-source-maps', main], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  await new Promise<void>((ready, failed) => {
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('http://')) ready();
    });
    child.once('exit', (code) => failed(new Error(`${app} ended with ${code}: ${said}`)));
  });
  return {
    url: `http://127.0.0.1:${env['PORT']}`,
    async end(signal) {
      child.kill(signal);
      await ended;
    },
  };
}

/**
 * Starts the built service with its clock at a date; the database's name must be new to this run of the tests. More settings
 * may be given.
 */
export async function startService(
  database: string,
  clockStart: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<RunningService> {
  const server = process.env['TEST_PG_URL'];
  if (server === undefined) throw new Error('TEST_PG_URL is not set');
  const databaseUrl = Object.assign(new URL(server), { pathname: `/${database}` }).href;
  const admin = new Client({ connectionString: server });
  await admin.connect();
  await admin.query(`create database ${database}`);
  await admin.end();
  const dataDir = mkdtempSync(join(tmpdir(), 'almoner-acceptance-'));
  const port = await freePort();
  const env = {
    ...process.env,
    NODE_OPTIONS: '',
    NODE_ENV: 'test',
    DATABASE_URL: databaseUrl,
    DATA_DIR: dataDir,
    PORT: String(port),
    CLOCK_START: clockStart,
    ...settings,
  };
  const service = await startProcess('api', env);
  return {
    url: service.url,
    databaseUrl,
    dataDir,
    async almoner(...args) {
      const cli = join(clone, 'dist/apps/almoner/src/main.js');
      const { stdout } = await run(process.execPath, [cli, ...args], { env, maxBuffer: 64 * 1024 * 1024 });
      return stdout;
    },
    startProjector: async () => startProcess('projector', { ...env, PORT: String(await freePort()) }),
    async stop() {
      await service.end('SIGTERM');
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
