import type { Pool } from 'pg';
import { byteaArray, textArray, uuidArray } from '#libs/event-sourcing';
import { INDEX_KEY_NAME } from './keyed-index.js';
import type { KeyService } from './key-service.js';

const PAGE = 1_000;

interface Row {
  readonly key_id: string;
  readonly kek_id: string;
  readonly wrapped: Buffer;
}

/**
 * Wraps every key anew that is not wrapped under the current key-encryption key. Keys stay what they are, so that no event
 * changes; a key that is destroyed meanwhile stays destroyed. May be stopped and begun again. Done by the owner of the tables.
 * @returns how many keys were wrapped anew
 */
export async function rewrapKeys(owner: Pool, keyService: KeyService): Promise<number> {
  const current = await keyService.currentKek();
  let done = await rewrapIndexKey(owner, keyService, current);
  for (let after = '00000000-0000-0000-0000-000000000000'; ;) {
    const { rows } = await owner.query<Row>(
      `select key_id, kek_id, wrapped from keys.subject_key
        where key_id > $1 and wrapped is not null and kek_id <> $2 order by key_id limit ${PAGE}`,
      [after, current],
    );
    const last = rows.at(-1);
    if (!last) return done;
    const keys = await rewrap(
      keyService,
      rows.map(({ key_id, kek_id, wrapped }) => ({ name: key_id, kekId: kek_id, wrapped })),
    );
    await owner.query(
      `update keys.subject_key k set kek_id = n.kek_id, wrapped = n.wrapped
        from unnest($1::uuid[], $2::text[], $3::bytea[]) n (key_id, kek_id, wrapped)
        where k.key_id = n.key_id and k.wrapped is not null`,
      [
        uuidArray(keys.map(({ name }) => name)),
        textArray(keys.map(({ kekId }) => kekId)),
        byteaArray(keys.map(({ wrapped }) => wrapped)),
      ],
    );
    done += keys.length;
    after = last.key_id;
  }
}

/** The key-encryption keys that something is still wrapped under; the others may be removed, once old backups are gone. */
export async function keksInUse(owner: Pool): Promise<readonly string[]> {
  const { rows } = await owner.query<{ kek_id: string }>(
    `select kek_id from keys.subject_key where kek_id is not null union select kek_id from keys.index_key order by kek_id`,
  );
  return rows.map(({ kek_id }) => kek_id);
}

/** The key-encryption keys that are needed and that the key service no longer holds: their file is to be brought back first. */
export async function missingKeks(owner: Pool, keyService: KeyService): Promise<readonly string[]> {
  const missing: string[] = [];
  for (const kekId of await keksInUse(owner)) if (!(await keyService.holds(kekId))) missing.push(kekId);
  return missing;
}

async function rewrapIndexKey(owner: Pool, keyService: KeyService, current: string): Promise<number> {
  const { rows } = await owner.query<Omit<Row, 'key_id'>>(
    'select kek_id, wrapped from keys.index_key where kek_id <> $1',
    [current],
  );
  const [key] = await rewrap(
    keyService,
    rows.map(({ kek_id, wrapped }) => ({ name: INDEX_KEY_NAME, kekId: kek_id, wrapped })),
  );
  if (!key) return 0;
  await owner.query('update keys.index_key set kek_id = $1, wrapped = $2', [key.kekId, key.wrapped]);
  return 1;
}

async function rewrap(keyService: KeyService, wrapped: Parameters<KeyService['unwrap']>[0]) {
  if (wrapped.length === 0) return [];
  const keys = await keyService.unwrap(wrapped);
  const anew = await keyService.wrap(keys.map((key, index) => ({ name: wrapped[index]?.name ?? '', key })));
  for (const key of keys) key.fill(0);
  return anew;
}
