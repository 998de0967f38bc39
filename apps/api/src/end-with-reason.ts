import { SettingsError, StartUpError } from '#libs/platform';

/** One clear line, and the process ends. */
export function endWithReason(error: unknown): never {
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
