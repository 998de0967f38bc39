import { inClone } from './clone.mjs';
import { locateData } from './data-dir.mjs';
import { runChild } from './run-child.mjs';
import { runningService } from './service-file.mjs';
import { databaseUrl, readSettingsFile } from './settings.mjs';
import { ensureReady } from './setup.mjs';

/**
 * Runs a command of the command line on the same settings and data as the service. Where the service runs on its own database, the
 * command gets that database and the port. Gives the exit code.
 */
export async function runCommand(args) {
  readSettingsFile();
  const { dataDir } = locateData();
  await ensureReady();
  const service = databaseUrl() === undefined ? runningService(dataDir) : undefined;
  const found = service ? { DATABASE_URL: service.databaseUrl, ALMONER_EMBEDDED: '1', PORT: String(service.port) } : {};
  return runChild(['--enable-source-maps', inClone('dist', 'apps', 'almoner', 'src', 'main.js'), ...args], {
    DATA_DIR: dataDir,
    ...found,
  });
}
