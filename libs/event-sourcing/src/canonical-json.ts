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
export const canonicalJson = (value: unknown): string => write(value, []);

/** `path` holds the keys on the way here; it becomes a pointer only when something is refused. */
function write(value: unknown, path: (string | number)[]): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return writeString(value, path);
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) throw refused(path, 'not an integer within 2^53');
    return String(value);
  }
  if (Array.isArray(value)) return `[${value.map((item, index) => writeBelow(item, path, index)).join(',')}]`;
  if (typeof value !== 'object' || !isPlain(value)) throw refused(path, `not a JSON value: ${typeof value}`);
  let members = '';
  for (const key of Object.keys(value).sort()) {
    const member = (value as Record<string, unknown>)[key];
    if (member === undefined) continue;
    members += `${members === '' ? '' : ','}${writeString(key, path)}:${writeBelow(member, path, key)}`;
  }
  return `{${members}}`;
}

function writeBelow(value: unknown, path: (string | number)[], key: string | number): string {
  path.push(key);
  const text = write(value, path);
  path.pop();
  return text;
}

function writeString(text: string, path: readonly (string | number)[]): string {
  if (/[\ud800-\udfff]/u.test(text)) throw refused(path, 'lone surrogate');
  return JSON.stringify(text);
}

const refused = (path: readonly (string | number)[], reason: string): NotCanonical =>
  new NotCanonical(path.map((key) => `/${token(String(key))}`).join(''), reason);

/** The canonical text as the UTF-8 bytes that are stored and hashed. */
export const canonicalBytes = (value: unknown): Buffer => Buffer.from(canonicalJson(value), 'utf8');

const token = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
