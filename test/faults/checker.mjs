#!/usr/bin/env node
/**
 * Proves the promises from the outside: reads the database and what the clients noted, and shares no code with the application.
 *
 *   node checker.mjs DATABASE_URL [--journal FILE] [--noted FILE] [--note FILE]
 *
 * `--journal` is what clients asked for and were told (a JSON object a line, see `checker/journal.mjs`), `--noted` a size and root of
 * the log from an earlier run, `--note` writes those of this run. Prints a line per finding and one that sums up; exit code 0 when
 * there is no finding, 1 when there are, 2 when it could not check.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { checkClaims } from './checker/claims.mjs';
import { checkJournal } from './checker/journal.mjs';
import { readLog } from './checker/log.mjs';
import { checkReadModels } from './checker/read-models.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { journal: { type: 'string' }, noted: { type: 'string' }, note: { type: 'string' } },
});

async function check() {
  const db = new pg.Client({ connectionString: positionals[0], connectionTimeoutMillis: 10_000 });
  await db.connect();
  const findings = [];
  const find = (promise, text) => findings.push(`${promise} ${text}`);
  try {
    await db.query('begin isolation level repeatable read read only'); // one view of the log and of what was made of it
    const noted = values.noted === undefined ? undefined : JSON.parse(readFileSync(values.noted, 'utf8'));
    const log = await readLog(db, find, noted);
    if (values.journal !== undefined) checkJournal(readFileSync(values.journal, 'utf8'), log, find);
    checkClaims(log, find);
    const parked = await checkReadModels(db, log, find);
    if (values.note !== undefined) writeFileSync(values.note, JSON.stringify({ size: log.size, root: log.root }));
    return { findings, log, parked };
  } finally {
    await db.end();
  }
}

try {
  const { findings, log, parked } = await check();
  for (const line of parked) process.stdout.write(`parked ${line}\n`);
  for (const line of findings) process.stdout.write(`${line}\n`);
  process.stdout.write(
    `${log.size} events, root ${log.root.slice(0, 16)}…, ${parked.length} parked, ${findings.length} findings\n`,
  );
  process.exitCode = findings.length === 0 ? 0 : 1;
} catch (error) {
  process.stderr.write(`checker: ${error.stack}\n`);
  process.exitCode = 2;
}
