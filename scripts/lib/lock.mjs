import { chmodSync, linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { processMark, stillRuns } from './processes.mjs';

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whoever a lock file names, or undefined when that process is gone or the file is no lock. */
function holderOf(text) {
  try {
    const holder = JSON.parse(text);
    return stillRuns(holder) ? holder : undefined;
  } catch {
    return undefined;
  }
}

/** The process that holds a lock, or undefined. */
export function lockHolder(path) {
  const text = read(path);
  return text === undefined ? undefined : holderOf(text);
}

/**
 * Takes a lock file for this process. A lock whose process is gone is taken over.
 * @returns `{ release }`, or `{ holder }` with the `pid` of the process that has it
 */
export function tryLock(path) {
  const mine = JSON.stringify({ pid: process.pid, mark: processMark(process.pid) });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, mine);
  chmodSync(draft, 0o644); // whatever the umask: another user must be able to read who is here
  try {
    for (;;) {
      try {
        linkSync(draft, path); // a whole file or none: nobody reads a half-written lock
        return { release: () => read(path) === mine && rmSync(path, { force: true }) };
      } catch (error) {
        if (error.code !== 'EEXIST') throw error;
      }
      const found = read(path);
      if (found === undefined) continue;
      const holder = holderOf(found);
      if (holder) return { holder };
      takeAside(path, found);
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Removes a lock left behind, but not one that another process has put in its place meanwhile. */
function takeAside(path, expected) {
  const aside = `${path}.${process.pid}.old`;
  try {
    renameSync(path, aside);
    if (read(aside) !== expected) linkSync(aside, path);
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'EEXIST') throw error;
  }
  rmSync(aside, { force: true });
}

/** Waits for a lock; `onWait` is told once who has it. */
export async function waitForLock(path, { signal, onWait }) {
  for (let told = false; ; told = true) {
    const { release, holder } = tryLock(path);
    if (release) return release;
    if (!told) onWait(holder);
    await sleep(200);
    signal?.throwIfAborted();
  }
}
