import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { processMark, stillRuns } from './processes.mjs';
import { say } from './say.mjs';

const fileIn = (dataDir) => join(dataDir, 'service.json');

/** Tells the other commands where the running service and its own database are. Holds the password: for the owner only. */
export function writeServiceFile(dataDir, { databaseUrl, port }) {
  const draft = `${fileIn(dataDir)}.${process.pid}`;
  rmSync(draft, { force: true });
  writeFileSync(draft, JSON.stringify({ pid: process.pid, mark: processMark(process.pid), databaseUrl, port }), {
    mode: 0o600,
    flag: 'wx',
  });
  renameSync(draft, fileIn(dataDir));
}

/** Once the service has ended there is nothing to find. */
export function removeServiceFile(dataDir) {
  rmSync(fileIn(dataDir), { force: true });
}

/** The service that runs on these data with its own database: `{ pid, databaseUrl, port }`; undefined when none does. */
export function runningService(dataDir) {
  try {
    const service = JSON.parse(readFileSync(fileIn(dataDir), 'utf8'));
    return stillRuns(service) ? service : undefined;
  } catch (error) {
    if (error.code === 'EACCES')
      say(`${fileIn(dataDir)} belongs to another user: run this as the one who started the service`);
    return undefined;
  }
}
