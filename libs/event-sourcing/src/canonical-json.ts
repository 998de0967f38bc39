/** Values that may stand in the log: JSON without floats. Integers stay within 2^53, so every reader agrees on them. */
export type LogValue =
  string | number | boolean | null | readonly LogValue[] | { readonly [key: string]: LogValue | undefined };

/** Data that has no canonical form; the pointer (RFC 6901) names the place. */
export class NotCanonical extends Error {
  constructor(
    readonly pointer: string,
    reason: string,
  ) {
    super(`${pointer || '/'}: ${reason}`);
  }
}

/**
 * Canonical JSON text by RFC 8785 (JCS), narrowed: no floats, no minus zero, no lone surrogates. Keys are ordered by
 * UTF-16 code units; members that are `undefined` are left out, as JSON has no such value.
 *
 * @example canonicalJson({ b: 1, a: 'x' }) === '{"a":"x","b":1}'
 */
export function canonicalJson(value: unknown, pointer = ''): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') {
    if (/[\ud800-\udfff]/u.test(value)) throw new NotCanonical(pointer, 'lone surrogate');
    return JSON.stringify(value);
  }
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value) || Object.is(value, -0))
      throw new NotCanonical(pointer, 'not an integer within 2^53');
    return String(value);
  }
  if (Array.isArray(value))
    return `[${value.map((item, index) => canonicalJson(item, `${pointer}/${index}`)).join(',')}]`;
  if (typeof value !== 'object' || !isPlain(value))
    throw new NotCanonical(pointer, `not a JSON value: ${typeof value}`);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${canonicalJson(key, pointer)}:${canonicalJson(member, `${pointer}/${token(key)}`)}`);
  return `{${members.join(',')}}`;
}

/** The canonical text as the UTF-8 bytes that are stored and hashed. */
export const canonicalBytes = (value: unknown): Buffer => Buffer.from(canonicalJson(value), 'utf8');

const token = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
