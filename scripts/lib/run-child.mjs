import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { endOf, onStopRequest } from './processes.mjs';

/** Runs a Node program in the foreground of this terminal, passes a request to stop on to it, and gives its exit code. */
export async function runChild(args, env = {}) {
  const child = spawn(process.execPath, args, { stdio: 'inherit', env: { ...process.env, ...env } });
  onStopRequest((signal) => {
    if (!(signal === 'SIGINT' && process.stdin.isTTY)) child.kill(signal); // a terminal gives Ctrl-C to both of us
    setTimeout(() => child.kill('SIGKILL'), 5_000).unref();
  });
  const { code, signal } = await endOf(child);
  return code ?? 128 + (constants.signals[signal] ?? 0);
}
