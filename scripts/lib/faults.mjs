import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inClone } from './clone.mjs';
import { runChild } from './run-child.mjs';
import { ensureReady } from './setup.mjs';
import { jest } from './tests.mjs';

/**
 * `npm run test:faults`: the fault tests in their long form, one after the other, and then a table of what passed, failed and was left
 * out, with the seeds. Words such as `F1` choose faults, everything else goes to jest. Gives the exit code.
 */
export async function runFaults(args) {
  await ensureReady();
  const chosen = args.filter((word) => /^F\d+$/.test(word));
  const others = args.filter((word) => !chosen.includes(word));
  const names = chosen.length > 0 ? ['-t', `(^| )(${chosen.join('|')}) `] : [];
  const folder = mkdtempSync(join(tmpdir(), 'almoner-faults-report-'));
  const report = join(folder, 'report.jsonl');
  const config = ['--config', inClone('test', 'faults', 'jest.config.js'), '--rootDir', inClone()];
  try {
    const code = await runChild([...jest, ...config, '--runInBand', ...names, ...others], {
      FAULTS: 'long',
      FAULTS_REPORT: report,
    });
    process.stdout.write(tableOf(report, chosen));
    return code;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function tableOf(report, chosen) {
  if (!existsSync(report)) return '';
  const runs = readFileSync(report, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
    .filter(({ id }) => chosen.length === 0 || chosen.includes(id))
    .sort((a, b) => Number(a.id.slice(1)) - Number(b.id.slice(1)));
  const width = Math.max(...runs.map(({ title }) => title.length));
  const lines = runs.map(({ id, title, state, seed, note }) => {
    const [first] = note.split('\n');
    return `${id.padEnd(4)} ${title.padEnd(width)}  ${state.padEnd(8)}  seed ${String(seed ?? '-').padEnd(10)} ${first}`;
  });
  return ['', 'Faults', ...lines, ''].join('\n');
}
