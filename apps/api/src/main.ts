import { readSettings, SettingsError, StartUpError } from '#libs/platform';
import { createService } from './service.js';

/** One clear line, and the process ends. */
function fail(error: unknown): never {
  process.stderr.write(`almoner: ${reasonOf(error)}\n`);
  process.exit(1);
}

function reasonOf(error: unknown): string {
  if (error instanceof StartUpError || error instanceof SettingsError) return error.message;
  const { code, message, stack } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return `port ${process.env['PORT'] ?? '3000'} is taken: set PORT to another one`;
  if (code === 'EACCES')
    return `port ${process.env['PORT'] ?? '3000'} may not be opened by this user: set PORT to another one`;
  return stack ?? message ?? String(error);
}

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
  fail(error);
}
