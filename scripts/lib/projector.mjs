import { inClone } from './clone.mjs';
import { runChild } from './run-child.mjs';
import { say } from './say.mjs';
import { databaseUrl, readSettingsFile } from './settings.mjs';
import { ensureReady } from './setup.mjs';

/**
 * `npm run projector`: one more process that works on the read models, process managers and the outbox of a service on a
 * server of its own. Gives the exit code.
 */
export async function startProjector() {
  readSettingsFile();
  if (databaseUrl() === undefined) {
    say('set DATABASE_URL: on the embedded database the service works on its read models itself');
    return 2;
  }
  await ensureReady();
  return runChild(['--enable-source-maps', inClone('dist', 'apps', 'projector', 'src', 'main.js')]);
}
