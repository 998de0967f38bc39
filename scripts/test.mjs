import { onSupportedNode } from './node-version.mjs';

onSupportedNode(async () => {
  const { runTests } = await import('./lib/tests.mjs');
  process.exit(await runTests(process.argv.slice(2)));
});
