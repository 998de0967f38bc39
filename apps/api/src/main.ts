import { readSettings } from '#libs/platform';
import { endWithReason } from './end-with-reason.js';
import { createService } from './service.js';

// The starter ends, however it ends: so do we.
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));

try {
  const settings = readSettings(process.env);
  const app = await createService(settings);
  await app.listen(settings.port, settings.host);
  const url = `http://${settings.host}:${settings.port}`;
  const lines = [
    `Almoner is ready at ${url}`,
    `  API docs   ${url}/docs`,
    `  data       ${process.env['ALMONER_EMBEDDED'] === undefined ? 'in the database of DATABASE_URL' : settings.dataDir}`,
    ...(settings.production ? [] : ['  a token    npm run -s almoner -- token inspector']),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
} catch (error) {
  endWithReason(error);
}
