import { onSupportedNode } from './node-version.mjs';

onSupportedNode(async () => {
  const { startService } = await import('./lib/service.mjs');
  await startService();
});
