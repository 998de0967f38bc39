import { onSupportedNode } from './node-version.mjs';

onSupportedNode(async () => {
  const { runCommand } = await import('./lib/command.mjs');
  process.exit(await runCommand(process.argv.slice(2)));
});
