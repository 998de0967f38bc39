import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { Client } from 'pg';
import type { Journal } from './journal.js';
import { eventually } from './wait.js';

const program = resolve(import.meta.dirname, '../checker.mjs');

/** What the checker said. */
export interface Report {
  /** Lines that each begin with the broken promise. */
  readonly findings: string[];
  readonly parked: readonly string[];
  readonly summary: string;
}

/** Runs the checker, as a program of its own. `noted` is a file with an earlier size and root, `note` where to write those of now. */
export function runChecker(
  databaseUrl: string,
  { journal, noted, note }: { journal?: Journal; noted?: string; note?: string } = {},
): Report {
  const args = [
    program,
    databaseUrl,
    ...(journal === undefined ? [] : ['--journal', journal.file]),
    ...(noted === undefined ? [] : ['--noted', noted]),
    ...(note === undefined ? [] : ['--note', note]),
  ];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (status !== 0 && status !== 1) throw new Error(`the checker could not check: ${stderr}`);
  const lines = stdout.trimEnd().split('\n');
  return {
    findings: lines.filter((line) => /^P\d /.test(line)),
    parked: lines.filter((line) => line.startsWith('parked ')),
    summary: lines.at(-1) ?? '',
  };
}

/** Runs the checker on a journal and lets nothing pass. `keep` is a folder in which it notes size and root for the next time. */
export function proveAll(databaseUrl: string, journal: Journal): Report {
  const noted = join(journal.dir, 'noted.json');
  const report = runChecker(databaseUrl, { journal, note: noted });
  if (report.findings.length > 0) throw new Error(report.findings.slice(0, 20).join('\n'));
  return report;
}

/** Waits until every reader of the log has come to its head. */
export async function caughtUp(databaseUrl: string, withinMs = 30_000): Promise<void> {
  const db = new Client({ connectionString: databaseUrl });
  await db.connect();
  try {
    await eventually('the read models reach the head of the log', withinMs, async () => {
      const { rows } = await db.query<{ behind: string }>(
        `select count(*) as behind from proj_checkpoint left join proj_build using (projection, build)
          where coalesce(status, 'live') in ('live', 'building') and position <> coalesce((select max(global_position)::text from es_event), 'start')`,
      );
      return rows[0]?.behind === '0';
    });
  } finally {
    await db.end();
  }
}
