import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, chmodSync, chownSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { clone, inClone } from './clone.mjs';
import { Refusal } from './say.mjs';

/** Where root keeps what a clone that others cannot enter must share with the database's user. */
export const outside = '/var/lib/almoner';

const isRoot = process.getuid?.() === 0;

function lookUp(flags, who) {
  try {
    return execFileSync('id', [flags, '--', String(who)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return undefined;
  }
}

/** What is at a path; undefined when nothing is, or nothing that we may see. */
function statOf(path) {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

/** The name of a user id, or the id itself. */
export function userName(uid) {
  return lookUp('-nu', uid) ?? String(uid);
}

/**
 * The user that PostgreSQL runs as when we are root, which it refuses: the owner of the first of these folders that is not root's,
 * else `postgres`, else `nobody` (initdb wants a user with a name). Undefined for anyone but root, null when there is no such user.
 */
export function databaseAccount(folders) {
  if (!isRoot) return undefined;
  for (const folder of folders) {
    const stat = statOf(folder);
    if (stat && stat.uid !== 0 && (lookUp('-nu', stat.uid) || existsSync(join(folder, 'data')))) {
      return { uid: stat.uid, gid: Number(lookUp('-g', stat.uid) ?? stat.gid) };
    }
  }
  for (const name of ['postgres', 'nobody']) {
    const uid = lookUp('-u', name);
    if (uid) return { uid: Number(uid), gid: Number(lookUp('-g', name)) };
  }
  return null;
}

/** Whether a user can go into a folder. */
export function canEnter(account, folder) {
  return (
    !account || spawnSync('/bin/sh', ['-c', 'cd "$0"', folder], { ...account, cwd: '/', stdio: 'ignore' }).status === 0
  );
}

/** The folder outside for a clone's data: its name to be read, and a hash of its path. */
export function folderOutside(path) {
  return join(outside, `${basename(path)}-${createHash('sha256').update(path).digest('hex').slice(0, 8)}`);
}

/**
 * Finds where this clone's data lie, without making anything: `DATA_DIR`, else `.data` in the clone, else, when root's clone cannot be
 * entered by the database's user, a folder of the clone's name under /var/lib/almoner.
 * @returns `{ dataDir, account }`; account as in {@link databaseAccount}
 */
export function locateData() {
  const chosen = process.env.DATA_DIR?.trim();
  if (chosen) {
    const dataDir = resolve(clone, chosen);
    return { dataDir, account: databaseAccount([join(dataDir, 'postgres'), dataDir]) };
  }
  const within = inClone('.data');
  const without = folderOutside(clone);
  const account = databaseAccount([join(within, 'postgres'), within, clone]);
  const rootsOnly = existsSync(join(without, 'postgres')) && !existsSync(join(within, 'postgres'));
  if (account === undefined && rootsOnly) {
    throw new Refusal(
      `root keeps the data of this clone in ${without}: run this as root, or set DATA_DIR to use a folder of your own`,
    );
  }
  if (account && (rootsOnly || !canEnter(account, clone))) {
    return { dataDir: without, account: databaseAccount([join(without, 'postgres'), without]) };
  }
  return { dataDir: within, account };
}

/** Makes a folder that others may pass through, whatever the umask, owned like the folder it lies in. */
export function makeFolder(folder) {
  if (existsSync(folder)) return;
  const parent = dirname(folder);
  makeFolder(parent); // mkdir's own recursion never ends in a file system that makes no folders, such as /proc
  try {
    mkdirSync(folder);
  } catch (error) {
    if (error.code === 'EEXIST') return;
    throw error;
  }
  chmodSync(folder, 0o755);
  const { uid, gid } = statSync(parent);
  if (isRoot) chownSync(folder, uid, gid);
}

/**
 * Makes the data folder if it is not there.
 * @throws Refusal when it cannot be written
 */
export function prepareDataDir(dataDir) {
  try {
    makeFolder(dataDir);
    if (!statSync(dataDir).isDirectory()) throw Object.assign(new Error(), { code: 'ENOTDIR' });
    accessSync(dataDir, constants.W_OK | constants.X_OK);
  } catch (error) {
    const owner = statOf(dataDir);
    const whose = owner ? `, it belongs to ${userName(owner.uid)}` : '';
    throw new Refusal(
      `the data folder ${dataDir} cannot be written (${error.code}${whose}): change its rights or set DATA_DIR`,
    );
  }
}
