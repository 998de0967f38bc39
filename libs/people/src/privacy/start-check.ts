import type { Pool } from 'pg';
import { StartUpError, type Settings } from '#libs/platform';
import { KeyServiceUnavailable } from './key-service.js';
import { LocalKeyService } from './local-key-service.js';
import { missingKeks } from './rewrap.js';

/**
 * Whether the key-encryption keys that the data need are here, and the table of keys with the log. Without this a
 * service would go on with a new key of the index, under which everybody could be registered a second time.
 * @throws StartUpError
 */
export async function checkKeys(owner: Pool, { keysDir }: Pick<Settings, 'keysDir'>): Promise<void> {
  const { rows } = await owner.query<{ lost: boolean }>(
    `select not exists (select from keys.index_key) and
       (exists (select from es_event) or exists (select from proj_checkpoint where position <> 'start')) lost`,
  );
  if (rows[0]?.lost === true)
    throw new StartUpError(
      'The log has events and the schema keys is empty: bring back the schema keys from its own backup, or nobody’s data can be read',
    );
  const missing = await missingKeks(owner, new LocalKeyService(keysDir)).catch((error: unknown) => {
    if (error instanceof KeyServiceUnavailable) throw new StartUpError(error.message);
    throw error;
  });
  if (missing.length > 0)
    throw new StartUpError(
      `The key-encryption keys ${missing.join(', ')} are needed to read personal data and are not in ${keysDir}: bring back the file key-encryption-keys.json that holds them, or set KEYS_DIR`,
    );
}
