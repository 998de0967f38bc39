import { Failure, UsageError, type Terminal } from './command.js';
import { runCommandLine } from './commands.js';
import { languageOf } from './language.js';

const SEE_HELP = { en: 'see: npm run -s almoner -- help', zh: '参见：npm run -s almoner -- help' };

const terminal: Terminal = {
  env: process.env,
  language: languageOf(process.env),
  print: (line) => console.log(line),
};

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

try {
  await runCommandLine(process.argv.slice(2), terminal);
} catch (error) {
  if (error instanceof UsageError) {
    console.error(`almoner: ${error.message}; ${SEE_HELP[terminal.language]}`);
    process.exitCode = 2;
  } else if (error instanceof Failure) {
    console.error(`almoner: ${error.message}`);
    process.exitCode = 1;
  } else {
    throw error;
  }
}
