import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { clone, inClone } from './clone.mjs';
import { endOf } from './processes.mjs';
import { say, seconds } from './say.mjs';
import { ensureReady } from './setup.mjs';
import { jest } from './tests.mjs';

const bin = (...parts) => inClone('node_modules', ...parts);

/** What is checked, the slowest first. Each line: a name and the arguments of `node`. */
const checks = [
  ['lint', [bin('eslint', 'bin', 'eslint.js'), '.', '--max-warnings', '0']],
  ['unit specs', [...jest, '--selectProjects', 'unit', '--maxWorkers', '1', '--passWithNoTests']],
  ['types', [bin('typescript', 'bin', 'tsc'), '-p', 'tsconfig.json', '--noEmit']],
  [
    'boundaries',
    [bin('dependency-cruiser', 'bin', 'dependency-cruise.mjs'), 'apps', 'libs', '--config', '.dependency-cruiser.cjs'],
  ],
  ['format', [bin('prettier', 'bin', 'prettier.cjs'), '--check', '--log-level', 'warn', '.']],
];

/** Committed files that a built program writes: name of the file, the program, how to renew it. The program gets the path to write to. */
const generated = [
  ['openapi.json', 'dist/apps/api/src/openapi-export.js', 'npm run openapi'],
  ['docs/events.md', 'dist/apps/api/src/events-doc.js', 'npm run events-doc'],
  ['docs/events.zh-CN.md', 'dist/apps/api/src/events-doc.js', 'npm run events-doc'],
];

async function run(args) {
  const child = spawn(process.execPath, args, { cwd: clone, stdio: ['ignore', 'pipe', 'pipe'] });
  const chunks = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => chunks.push(chunk));
  const closed = new Promise((done) => child.once('close', done));
  const { code } = await endOf(child);
  await closed;
  return { ok: code === 0, output: Buffer.concat(chunks).toString() };
}

async function isFresh(file, program, renew) {
  const folder = mkdtempSync(join(tmpdir(), 'almoner-check-'));
  try {
    const copy = join(folder, basename(file));
    const { ok, output } = await run([inClone(program), copy]);
    if (!ok) return { ok, output };
    const same = existsSync(inClone(file)) && readFileSync(copy).equals(readFileSync(inClone(file)));
    return { ok: same, output: same ? '' : `${file} is not what the code says: run \`${renew}\` and commit it\n` };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `npm run check`: everything that can be known without a database. Gives the exit code. */
export async function runChecks() {
  await ensureReady();
  const start = performance.now();
  const fresh = generated.filter(([, program]) => existsSync(inClone(program)));
  const work = [
    ...checks.map(([name, args]) => [name, () => run(args)]),
    ...fresh.map(([file, program, renew]) => [file, () => isFresh(file, program, renew)]),
  ];
  let failed = 0;
  const worker = async () => {
    for (let next = work.shift(); next; next = work.shift()) {
      const [name, check] = next;
      const began = performance.now();
      const { ok, output } = await check();
      if (!ok) failed += 1;
      process.stdout.write(
        `${ok ? 'ok    ' : 'FAILED'}  ${name.padEnd(14)} ${seconds(performance.now() - began)}\n${ok ? '' : output}`,
      );
    }
  };
  await Promise.all(Array.from({ length: Math.min(4, Math.max(2, availableParallelism())) }, worker));
  say(`${failed === 0 ? 'all checks passed' : `${failed} failed`} (${seconds(performance.now() - start)})`);
  return failed === 0 ? 0 : 1;
}
