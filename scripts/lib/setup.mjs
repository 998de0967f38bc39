import { inClone } from './clone.mjs';
import { makeFolder } from './data-dir.mjs';
import { ensureBuilt, isBuilt } from './build.mjs';
import { ensureInstalled, isInstalled } from './install.mjs';
import { waitForLock } from './lock.mjs';
import { say } from './say.mjs';

/** Two commands that start at once in a fresh clone must not install and build over each other. */
async function setupLock(signal) {
  try {
    makeFolder(inClone('.data'));
    return await waitForLock(inClone('.data', 'setup.lock'), {
      signal,
      onWait: ({ pid }) => say(`waiting for process ${pid}, which is installing or building here …`),
    });
  } catch (error) {
    if (error.code !== 'EACCES' && error.code !== 'EROFS') throw error;
    return () => {};
  }
}

/** Installs and builds what is missing or stale; silent when nothing is. */
export async function ensureReady({ build = true, force = false, signal } = {}) {
  if (isInstalled() && !force && (!build || isBuilt())) return;
  const release = await setupLock(signal);
  try {
    await ensureInstalled({ signal });
    if (build) await ensureBuilt({ force, signal });
  } finally {
    release();
  }
}
