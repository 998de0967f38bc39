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
  if (typeof value === 'string') return writeString(value, path);
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) throw refused(path, 'not an integer within 2^53');
    return String(value);
  }
  if (Array.isArray(value)) return `[${value.map((item, index) => writeBelow(item, path, index)).join(',')}]`;
  if (typeof value !== 'object' || !isPlain(value)) throw refused(path, `not a JSON value: ${typeof value}`);
  let members = '';
  for (const key of sorted(Object.keys(value))) {
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

/** By insertion: objects of the log have few members, and a comparison of texts is by their code units. */
function sorted(keys: string[]): string[] {
  for (let end = 1; end < keys.length; end++) {
    const key = keys[end] as string;
    let at = end;
    for (; at > 0 && (keys[at - 1] as string) > key; at--) keys[at] = keys[at - 1] as string;
    keys[at] = key;
  }
  return keys;
}

/** Longer texts are quicker looked at by the engine itself. */
const shortText = 100;

function writeString(text: string, path: readonly (string | number)[]): string {
  if (text.length <= shortText && isPlainText(text)) return `"${text}"`;
  if (/[\ud800-\udfff]/u.test(text)) throw refused(path, 'lone surrogate');
  return JSON.stringify(text);
}

/** True for text that stands in JSON as it is: ASCII without control characters, quotes and backslashes. */
function isPlainText(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x20 || code > 0x7e || code === 0x22 || code === 0x5c) return false;
  }
  return true;
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
