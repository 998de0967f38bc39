import { createHmac, createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import type { Pool } from 'pg';
import type { KeyService } from './key-service.js';

/** The name under which the key of the index is wrapped. */
export const INDEX_KEY_NAME = 'index';

/**
 * Hashes by which a thing is found that may not be read: HMAC-SHA-256 under one key for the whole installation. The key never
 * changes, since claims are named by its hashes; it is escrowed with the key-encryption keys. Whoever holds it can try all
 * identity numbers, so nothing that has few values, such as sex or district, is ever hashed.
 */
export class KeyedIndex {
  constructor(private readonly key: KeyObject) {}

  /**
   * The hash of a text, 64 hexadecimal digits. Equal texts of different kinds have different hashes. The text is to be in
   * the one form that equal things share: `identityKey` of a document, `plainNumber` of a phone.
   */
  hash(kind: string, text: string): string {
    return createHmac('sha256', this.key)
      .update(JSON.stringify([kind, text]))
      .digest('hex');
  }
}

/**
 * The index of this installation; its key is made at the first use, once for all processes. Held as long as the process
 * lives, so that finding goes on while the key service is away.
 * @throws KeyServiceUnavailable
 */
export async function openKeyedIndex(pool: Pool, keyService: KeyService): Promise<KeyedIndex> {
  const read = async (kekId: string | null, wrapped: Buffer | null) =>
    (await pool.query<{ kek_id: string; wrapped: Buffer }>('select * from keys.index_key($1, $2)', [kekId, wrapped]))
      .rows[0];
  let row = await read(null, null);
  if (!row) {
    const [made] = await keyService.wrap([{ name: INDEX_KEY_NAME, key: randomBytes(32) }]);
    row = await read(made?.kekId ?? null, made?.wrapped ?? null);
  }
  if (!row) throw new Error('the key of the index was not kept');
  const [bytes] = await keyService.unwrap([{ name: INDEX_KEY_NAME, kekId: row.kek_id, wrapped: row.wrapped }]);
  const key = createSecretKey(bytes as Buffer);
  bytes?.fill(0);
  return new KeyedIndex(key);
}
