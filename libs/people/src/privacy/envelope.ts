import { createHash, type KeyObject } from 'node:crypto';
import { parse, stringify } from 'uuid';
import { canonicalJson } from '#libs/event-sourcing';
import { decrypt, encrypt } from './aead.js';

/** A personal value as it is stored: JSON-safe, readable with the key it names alone, and at its place alone. */
export interface Sealed<T = unknown> {
  /** `1.<key id>.<nonce, ciphertext and tag>`, both base64url. */
  readonly $enc: string;
  /** What is inside; never there at run time. */
  readonly $holds?: T;
}

/** Where a sealed value stands. Moved elsewhere, it cannot be opened. */
export interface FieldPlace {
  readonly streamId: string;
  readonly eventId: string;
  /** RFC 6901 pointer within the data of the event. */
  readonly path: string;
}

/** A data key with its id. */
export interface DataKey {
  readonly id: string;
  readonly key: KeyObject;
}

/** What says it is sealed is not: it was changed, or moved from another place. */
export class EnvelopeDamaged extends Error {}

const VERSION = '1';
const PADDED_TO = 32;

/**
 * Seals a value of canonical JSON with AES-256-GCM. Stream, event, path and key id are associated data. The plaintext is filled up with spaces to
 * a multiple of 32 bytes, so that the length tells no yes from no and no short name from a long one.
 */
export function seal<T>(value: T, { id, key }: DataKey, place: FieldPlace): Sealed<T> {
  const text = canonicalJson(value);
  const length = Buffer.byteLength(text);
  const plain = Buffer.from(text + ' '.repeat(Math.ceil(length / PADDED_TO) * PADDED_TO - length));
  const payload = encrypt(key, plain, associated(place, id)).toString('base64url');
  return { $enc: `${VERSION}.${Buffer.from(parse(id)).toString('base64url')}.${payload}` };
}

/** @throws EnvelopeDamaged */
export function unseal<T>(sealed: Sealed<T>, { id, key }: DataKey, place: FieldPlace): T {
  const payload = Buffer.from(partsOf(sealed)[1], 'base64url');
  let plain: Buffer;
  try {
    plain = decrypt(key, payload, associated(place, id));
  } catch {
    throw new EnvelopeDamaged(`${place.streamId}, event ${place.eventId}: ${place.path} cannot be opened`);
  }
  return JSON.parse(plain.toString('utf8')) as T;
}

/** The id of the key that opens it. @throws EnvelopeDamaged */
export const keyIdOf = (sealed: Sealed): string => stringify(Buffer.from(partsOf(sealed)[0], 'base64url'));

/** Names an envelope where it is cited as a ground: SHA-256 of what is stored, hex. It says nothing of what is inside. */
export const digestOf = ({ $enc }: Sealed): string => createHash('sha256').update($enc).digest('hex');

/** Whether a part of stored data is an envelope. */
export const isSealed = (value: unknown): value is Sealed =>
  typeof value === 'object' && value !== null && '$enc' in value && typeof value.$enc === 'string';

function partsOf({ $enc }: Sealed): [key: string, payload: string] {
  const [version, key, payload] = $enc.split('.');
  if (version !== VERSION || key?.length !== 22 || payload === undefined)
    throw new EnvelopeDamaged('an envelope of a form that this program does not know');
  return [key, payload];
}

const associated = ({ streamId, eventId, path }: FieldPlace, keyId: string): string =>
  JSON.stringify([`almoner-field/${VERSION}`, streamId, eventId, path, keyId]);
