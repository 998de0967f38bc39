import type { PluginMetadata } from '#libs/platform';

/** What the build read from the sources for the OpenAPI document; undefined when it was not built. */
export async function pluginMetadata(): Promise<PluginMetadata | undefined> {
  const file: string = './metadata.js';
  const loaded = (await import(file).catch(() => undefined)) as { default: PluginMetadata } | undefined;
  return loaded?.default;
}
