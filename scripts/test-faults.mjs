import { onSupportedNode } from './node-version.mjs';

onSupportedNode(async () => {
  const { runFaults } = await import('./lib/faults.mjs');
  process.exit(await runFaults(process.argv.slice(2)));
});
