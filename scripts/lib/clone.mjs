import { realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The folder of this clone, with symbolic links resolved: its data are found by this name. */
export const clone = realpathSync(resolve(import.meta.dirname, '..', '..'));

/** A path inside the clone. */
export function inClone(...parts) {
  return join(clone, ...parts);
}
