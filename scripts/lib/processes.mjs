import { execFileSync, spawn } from 'node:child_process';
import { readFileSync, readdirSync, readlinkSync, realpathSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Stopped } from './say.mjs';

const linux = process.platform === 'linux';

function ps(...args) {
  try {
    return execFileSync('ps', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return '';
  }
}

/** State and start time (clock ticks since boot) from /proc; undefined when there is no such process or it may not be seen. */
function procStat(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0], started: fields[19] };
  } catch {
    return undefined;
  }
}

/** Whether a process runs under this id. One that was killed and waits to be collected by its parent does not. */
export function alive(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code !== 'EPERM') return false;
  }
  const state = linux ? procStat(pid)?.state : ps('-o', 'state=', '-p', String(pid)).trim()[0];
  return state !== 'Z' && state !== 'X';
}

/** What tells a process from a later one with the same id: when it started, and after which boot. Empty where it cannot be known. */
export function processMark(pid) {
  if (!linux) return ps('-o', 'lstart=', '-p', String(pid)).trim();
  const started = procStat(pid)?.started;
  return started === undefined ? '' : `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${started}`;
}

/** Whether the process that left this id and mark is still there. In doubt it is. */
export function stillRuns({ pid, mark }) {
  if (!Number.isInteger(pid) || pid <= 0 || !alive(pid)) return false;
  const now = processMark(pid);
  return now === '' || mark === '' || now === mark;
}

/** Ids of the PostgreSQL processes, main or helper, that work in this data directory. */
export function postgresProcessesOn(dataDirectory) {
  let real;
  try {
    real = realpathSync(dataDirectory);
  } catch {
    return [];
  }
  if (!linux) {
    const lines = ps('-axo', 'pid=,command=').split('\n');
    return lines
      .filter((line) => line.includes('postgres') && line.includes(`-D ${dataDirectory}`))
      .map((line) => parseInt(line, 10));
  }
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => {
    try {
      return (
        readlinkSync(`/proc/${pid}/cwd`) === real && basename(readlinkSync(`/proc/${pid}/exe`)).startsWith('postgres')
      );
    } catch {
      return false;
    }
  });
}

/** Sends a signal to a process that may be gone already. */
export function signalTo(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/** Waits until a condition holds; false when it does not within the time. */
export async function until(condition, ms, every = 25) {
  const end = performance.now() + ms;
  while (!condition()) {
    if (performance.now() > end) return false;
    await sleep(every);
  }
  return true;
}

/** The end of a child process as a promise of its exit code and signal. */
export function endOf(child) {
  return new Promise((done, failed) => {
    child.once('error', failed);
    child.once('exit', (code, signal) => done({ code, signal }));
  });
}

/**
 * Runs a program to its end with its output on stderr (`quiet`: only when it fails) and gives its exit code.
 * When `signal` fires, the program and everything that it started are ended and `Stopped` is thrown.
 */
export async function runTool(command, args, { cwd, env, signal, quiet = false } = {}) {
  signal?.throwIfAborted();
  const output = quiet ? 'pipe' : 2;
  const child = spawn(command, args, {
    cwd,
    env,
    stdio: ['ignore', output, output],
    detached: process.platform !== 'win32',
  });
  const chunks = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => chunks.push(chunk));
  const killAll = (how) => {
    if (child.pid !== undefined) signalTo(process.platform === 'win32' ? child.pid : -child.pid, how);
  };
  let hard;
  const abort = () => {
    killAll('SIGTERM');
    hard = setTimeout(killAll, 2000, 'SIGKILL');
  };
  signal?.addEventListener('abort', abort, { once: true });
  try {
    const { code } = await endOf(child);
    if (signal?.aborted) throw new Stopped();
    if (code !== 0) process.stderr.write(Buffer.concat(chunks));
    return code ?? 1;
  } finally {
    clearTimeout(hard);
    signal?.removeEventListener('abort', abort);
  }
}

/**
 * Calls back, once, when this program is asked to end: Ctrl-C, SIGTERM, SIGHUP, or the end of the npm that started it.
 * npm passes a signal on only to the shell between it and this program; that shell ends and leaves us behind.
 */
export function onStopRequest(callback) {
  let asked = false;
  const ask = (reason) => {
    if (asked) return;
    asked = true;
    callback(reason);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => ask(signal));
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {}); // the terminal may be gone by now
  if (process.env.npm_lifecycle_event) {
    const parent = process.ppid;
    setInterval(() => process.ppid === parent || ask('SIGTERM'), 200).unref();
  }
}
