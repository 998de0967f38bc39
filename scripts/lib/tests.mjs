import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inClone } from './clone.mjs';
import { runChild } from './run-child.mjs';
import { say } from './say.mjs';
import { ensureReady } from './setup.mjs';

/** The call of jest for native modules. */
export const jest = [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  inClone('node_modules', 'jest', 'bin', 'jest.js'),
];

/**
 * `npm test`: installs, builds (the acceptance tests run what was built) and runs the tests. The last line is always the tally, also
 * when it did not come to any test. Gives the exit code.
 */
export async function runTests(args) {
  const folder = mkdtempSync(join(tmpdir(), 'almoner-tally-'));
  const tally = join(folder, 'tally');
  let code = 1;
  try {
    await ensureReady();
    code = await runChild([...jest, ...args], { ALMONER_TALLY_FILE: tally });
  } catch (error) {
    say(error.message);
  }
  if (code !== 0 && !existsSync(tally)) process.stdout.write('0 passed, 1 failed\n');
  rmSync(folder, { recursive: true, force: true });
  return code;
}
