import { onSupportedNode } from './node-version.mjs';

onSupportedNode(async () => {
  const { ensureReady } = await import('./lib/setup.mjs');
  await ensureReady({ force: process.argv.includes('--force') });
});
