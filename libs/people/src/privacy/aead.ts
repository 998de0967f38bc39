import { createCipheriv, createDecipheriv, randomBytes, type KeyObject } from 'node:crypto';

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Random bytes for so many nonces are fetched at once: fetching costs more than the sealing of a short text. */
const NONCES = 256;
let fetched = Buffer.alloc(0);
let used = 0;

function nonce(): Buffer {
  if (used === fetched.length) {
    fetched = randomBytes(NONCES * IV_BYTES);
    used = 0;
  }
  return fetched.subarray(used, (used += IV_BYTES));
}

/** AES-256-GCM under a random nonce: nonce, ciphertext and tag in one. */
export function encrypt(key: KeyObject | Buffer, plain: Buffer, associated: string): Buffer {
  const iv = nonce();
  const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(associated, 'utf8'));
  return Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** @throws Error when anything was changed, or stands elsewhere than it was written for */
export function decrypt(key: KeyObject | Buffer, sealed: Buffer, associated: string): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(associated, 'utf8'));
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  return Buffer.concat([decipher.update(sealed.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]);
}
