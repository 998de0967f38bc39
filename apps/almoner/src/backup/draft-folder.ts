import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { Failure } from '../command.js';
import { syncFolder } from './files.js';

const LOCK = 'lock';

/** A folder that is filled under another name and gets its own when it is whole. */
export interface DraftFolder {
  /** Where to write. */
  readonly path: string;
  /** Gives it its name. */
  finish(): Promise<void>;
  /** Removes it; without effect once it is finished. */
  discard(): void;
}

/**
 * Begins a folder of the given name beside its place. One that an interrupted run left there is replaced.
 * @throws Failure when the place is taken, in use by a run that goes on, or cannot be written
 */
export function beginFolder(place: string): DraftFolder {
  const target = resolve(place);
  const draft = join(dirname(target), `.${basename(target)}.unfinished`);
  try {
    mkdirSync(dirname(target), { recursive: true });
    checkPlace(target);
    replaceLeftOver(draft, target);
    mkdirSync(draft, { mode: 0o700 });
    writeFileSync(join(draft, LOCK), String(process.pid), { mode: 0o600 });
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(`${target} cannot be written (${(error as NodeJS.ErrnoException).code ?? String(error)})`);
  }
  return {
    path: draft,
    finish: async () => {
      rmSync(join(draft, LOCK));
      await syncFolder(draft);
      checkPlace(target);
      if (existsSync(target)) rmdirSync(target);
      renameSync(draft, target);
      await syncFolder(dirname(target));
    },
    discard: () => rmSync(draft, { recursive: true, force: true }),
  };
}

function checkPlace(target: string): void {
  if (!existsSync(target)) return;
  if (!statSync(target).isDirectory()) throw new Failure(`${target} is there already and is no folder`);
  if (readdirSync(target).length > 0) throw new Failure(`${target} is not empty: name another folder`);
  if (statSync(target).dev !== statSync(dirname(target)).dev)
    throw new Failure(`${target} is a disk of its own: name a folder in it`);
}

function replaceLeftOver(draft: string, target: string): void {
  if (!existsSync(draft)) return;
  const lock = join(draft, LOCK);
  const owner = existsSync(lock) ? Number(readFileSync(lock, 'utf8')) : 0;
  if (owner > 0 && lives(owner)) throw new Failure(`${target} is in use: process ${owner} is writing a backup there`);
  rmSync(draft, { recursive: true });
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
