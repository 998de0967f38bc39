import { isInstant, isLocalDate } from './formats.js';
import { invalid } from './problem.js';

/** The time that a read is asked to look back to. A date means the end of that day in the area's time zone. */
export type Known =
  | { readonly kind: 'instant'; readonly at: string }
  | { readonly kind: 'date'; readonly date: string }
  | { readonly kind: 'position'; readonly position: string };

/** True for the form of a log position; whether it was reached is another question. */
export const isPosition = (text: string): boolean => /^[0-9A-Za-z_-]{1,64}$/.test(text);

/** Reads `known` of a query. @throws Problem 400 */
export function parseKnown(query: unknown): Known | undefined {
  const text = parameter(query, 'known');
  if (text === undefined) return undefined;
  if (isLocalDate(text)) return { kind: 'date', date: text };
  if (isInstant(text)) return { kind: 'instant', at: new Date(text).toISOString() };
  const position = text.startsWith('position:') ? text.slice('position:'.length) : '';
  if (isPosition(position)) return { kind: 'position', position };
  throw invalid({ pointer: '?known', code: 'isKnown' });
}

/** Reads `waitFor` of a query. @throws Problem 400 */
export function parseWaitFor(query: unknown): string | undefined {
  const text = parameter(query, 'waitFor');
  if (text !== undefined && !isPosition(text)) throw invalid({ pointer: '?waitFor', code: 'isPosition' });
  return text;
}

function parameter(query: unknown, name: string): string | undefined {
  if (typeof query !== 'object' || query === null || !Object.hasOwn(query, name)) return undefined;
  const value: unknown = Reflect.get(query, name);
  if (typeof value !== 'string') throw invalid({ pointer: `?${name}`, code: 'isString' });
  return value;
}
