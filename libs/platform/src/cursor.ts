import { invalid } from './problem.js';

/** Makes an opaque cursor of the sort key of the last row of a page. */
export const encodeCursor = (key: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify(key)).toString('base64url');

/**
 * Reads a cursor back, as whole numbers in text (they may pass 2^53); undefined when none was given.
 * @param length number of parts of the sort key
 * @param most for a cursor that may carry more parts than that: how many at most
 * @throws Problem 400 for one that no page gave out
 */
export function decodeCursor(cursor: string | undefined, length: number, most = length): readonly string[] | undefined {
  if (cursor === undefined) return undefined;
  const key = parse(Buffer.from(cursor, 'base64url').toString());
  const usable =
    Array.isArray(key) &&
    key.length >= length &&
    key.length <= most &&
    key.every((part) => (typeof part === 'string' || typeof part === 'number') && /^\d{1,18}$/.test(String(part)));
  if (!usable) throw invalid({ pointer: '?cursor', code: 'isCursor' });
  return key.map(String);
}

/** A cursor that holds the id of the last row of a page, for lists without a number to go on from. @throws Problem 400 */
export function decodeIdCursor(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  const key = parse(Buffer.from(cursor, 'base64url').toString());
  const [id] = Array.isArray(key) && key.length === 1 ? (key as unknown[]) : [];
  if (typeof id === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) return id;
  throw invalid({ pointer: '?cursor', code: 'isCursor' });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
