import { areasCommand } from './areas.js';
import { backupCommand } from './backup.js';
import { benchCommand } from './bench.js';
import { UsageError, type Command, type Terminal } from './command.js';
import { demoCommand } from './demo.js';
import { doublesCommand } from './doubles.js';
import { erasuresCommand } from './erasures.js';
import { helpCommand, printHelp } from './help.js';
import { importCommand } from './import.js';
import { keysCommand } from './keys.js';
import { outboxCommand } from './outbox.js';
import { projectionsCommand } from './projections.js';
import { restoreCommand } from './restore.js';
import { seedCommand } from './seed.js';
import { settingsCommand } from './settings.js';
import { tokenCommand } from './token.js';

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [
  demoCommand,
  tokenCommand,
  settingsCommand,
  projectionsCommand,
  outboxCommand,
  areasCommand,
  importCommand,
  seedCommand,
  doublesCommand,
  erasuresCommand,
  backupCommand,
  restoreCommand,
  keysCommand,
  benchCommand,
  helpCommand(() => commands),
];

/**
 * Runs what the arguments ask for; without any, the help.
 * @throws UsageError for an unknown command, and whatever the command throws
 */
export async function runCommandLine(args: readonly string[], terminal: Terminal): Promise<void> {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h') return printHelp(commands, terminal);
  const command = commands.find((each) => each.name === name);
  if (!command) throw new UsageError(`unknown command '${name}'`);
  if (rest.includes('--help')) return printHelp([command], terminal);
  await command.run(rest, terminal);
}
