import { onSupportedNode } from './node-version.mjs';

onSupportedNode(async () => {
  const { runOnEventStore } = await import('./lib/eventstore.mjs');
  process.exit(await runOnEventStore(process.argv.slice(2)));
});
