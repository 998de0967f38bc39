import { onSupportedNode } from './node-version.mjs';

onSupportedNode(async () => {
  const { runFresh } = await import('./lib/fresh.mjs');
  process.exit(await runFresh(process.argv.slice(2)));
});
