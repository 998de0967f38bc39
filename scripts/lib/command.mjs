import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { withBenchServer } from './bench-server.mjs';
import { inClone } from './clone.mjs';
import { locateData, prepareDataDir } from './data-dir.mjs';
import { startPostgres } from './postgres.mjs';
import { runChild } from './run-child.mjs';
import { Refusal } from './say.mjs';
import { claim } from './service.mjs';
import { runningService } from './service-file.mjs';
import { databaseUrl, readSettingsFile } from './settings.mjs';
import { ensureReady } from './setup.mjs';

/**
 * Commands that work on our own database also while no service runs, by what they need: `data` that are there already, or `any` place,
 * which is made when it is not there.
 */
const onOwnDatabase = { backup: 'data', restore: 'any', keys: 'data' };

/**
 * Runs a command of the command line on the same settings and data as the service. Where the service runs on its own database, the
 * command gets that database and the port; some commands get it started where no service runs. A measurement gets a server of its own. Gives the exit code.
 */
export async function runCommand(args) {
  readSettingsFile();
  const { dataDir, account } = locateData();
  await ensureReady();
  if (databaseUrl() !== undefined) return run(args, { DATA_DIR: dataDir });
  if (measures(args))
    return withBenchServer({ dataDir, account }, (url) => run(args, { DATA_DIR: dataDir, DATABASE_URL: url }));
  const service = runningService(dataDir);
  if (service) return run(args, { DATA_DIR: dataDir, PORT: String(service.port), ...embedded(service.databaseUrl) });
  const need = args.includes('--help') ? undefined : onOwnDatabase[args[0]];
  if (need === undefined) return run(args, { DATA_DIR: dataDir });
  const dir = join(dataDir, 'postgres');
  if (need === 'data' && !existsSync(join(dir, 'data', 'PG_VERSION')))
    throw new Refusal(`there are no data in ${dataDir}: set DATA_DIR or DATABASE_URL`);
  prepareDataDir(dataDir);
  const release = claim(dataDir);
  let postgres;
  try {
    postgres = await startPostgres({ dir, account });
    return await run(args, { DATA_DIR: dataDir, ...embedded(postgres.url) });
  } finally {
    await postgres?.stop();
    release();
  }
}

const measures = ([command, ...rest]) => command === 'bench' && rest.length > 0 && !rest.includes('--help');

const embedded = (url) => ({ DATABASE_URL: url, ALMONER_EMBEDDED: '1' });

/**
 * How Node keeps house while households are imported, in MiB: they are under way long enough to outlive a small young generation, and
 * below its limit the old one lets pile up what nobody needs any more.
 */
const importMemory = ['--max-semi-space-size=32', '--max-old-space-size=768'];
const imports = ([command, what]) => command === 'import' || (command === 'bench' && what === 'people');

const run = (args, env) => {
  const flags = ['--enable-source-maps', ...(imports(args) ? importMemory : [])];
  return runChild([...flags, inClone('dist', 'apps', 'almoner', 'src', 'main.js'), ...args], env);
};
