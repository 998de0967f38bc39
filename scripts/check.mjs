import { onSupportedNode } from './node-version.mjs';

onSupportedNode(async () => {
  const { runChecks } = await import('./lib/checks.mjs');
  process.exit(await runChecks());
});
