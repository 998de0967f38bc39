import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, relative } from 'node:path';
import { clone, inClone } from './clone.mjs';
import { runTool } from './processes.mjs';
import { Refusal, say, seconds } from './say.mjs';

const stampFile = inClone('dist', '.almoner-build');
/** Written anew by each build; one of an earlier state names files that may be gone, and the compiler would want them. */
const metadata = inClone('apps', 'api', 'src', 'metadata.ts');
const settings = [
  'package.json',
  'package-lock.json',
  'nest-cli.json',
  '.swcrc',
  'tsconfig.json',
  'tsconfig.build.json',
];

/** Everything that the build reads. Specs are not built, and the swagger plugin writes metadata.ts itself. */
function inputs() {
  const found = settings.map((name) => inClone(name)).filter((path) => existsSync(path));
  for (const root of ['apps', 'libs']) {
    for (const entry of readdirSync(inClone(root), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || entry.name.endsWith('.spec.ts') || entry.name === basename(metadata)) continue;
      found.push(`${entry.parentPath ?? entry.path}/${entry.name}`);
    }
  }
  return found.sort();
}

function fingerprint() {
  const hash = createHash('sha256');
  for (const path of inputs()) {
    const content = readFileSync(path);
    hash.update(`${relative(clone, path)}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/** Whether dist/ was built from the sources as they are now. */
export function isBuilt() {
  try {
    return readFileSync(stampFile, 'utf8') === fingerprint();
  } catch {
    return false;
  }
}

/**
 * Builds apps and libs into dist/ unless that was done from the same sources.
 * @throws Refusal when the compiler finds errors; they come before
 */
export async function ensureBuilt({ force = false, signal } = {}) {
  if (!force && isBuilt()) return;
  const start = performance.now();
  say('building …');
  const before = fingerprint();
  for (const file of [stampFile, metadata]) rmSync(file, { force: true });
  const nest = inClone('node_modules', '@nestjs', 'cli', 'bin', 'nest.js');
  const code = await runTool(process.execPath, [nest, 'build', 'api'], { cwd: clone, signal, quiet: true });
  if (code !== 0) throw new Refusal('the build failed: see above');
  writeFileSync(stampFile, before);
  say(`built (${seconds(performance.now() - start)})`);
}
