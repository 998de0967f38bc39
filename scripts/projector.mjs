import { onSupportedNode } from './node-version.mjs';

onSupportedNode(async () => {
  const { startProjector } = await import('./lib/projector.mjs');
  process.exit(await startProjector());
});
