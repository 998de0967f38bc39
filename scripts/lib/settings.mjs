import { existsSync } from 'node:fs';
import { inClone } from './clone.mjs';
import { Refusal } from './say.mjs';

/** Reads `.env` of the clone, if there is one, into the environment. What the environment says already stays. */
export function readSettingsFile() {
  const file = inClone('.env');
  if (!existsSync(file)) return;
  try {
    process.loadEnvFile(file);
  } catch (error) {
    throw new Refusal(`${file} cannot be read: ${error.message}`);
  }
}

/** The server to use instead of an own one; an empty value counts as none. */
export function databaseUrl() {
  return process.env.DATABASE_URL?.trim() || undefined;
}

/** Where the service will listen, as far as it can be known before it has read its settings. */
export function listenAddress() {
  return { host: process.env.HOST?.trim() || '127.0.0.1', port: Number(process.env.PORT?.trim() || 3000) };
}
