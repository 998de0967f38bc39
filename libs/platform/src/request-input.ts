import { findUnstorable } from './storable.js';
import { isRecord } from './validation-plan.js';
import { invalid } from './problem.js';

/** What a route takes whole, in a DTO, which then tells what is known. */
export interface Taken {
  readonly takesBody: boolean;
  readonly takesQuery: boolean;
}

/** Refuses parameters of the query, for routes that have no DTO for them. @throws Problem 400 */
export function refuseUnknownParameters(query: unknown, known: readonly string[]): void {
  const names = Object.keys(query ?? {}).filter((name) => !known.includes(name));
  if (names.length > 0) throw invalid(...names.map((name) => ({ pointer: `?${name}`, code: 'unknownField' })));
}

/** Refuses a body that cannot be stored, or has fields, for routes that have no DTO for it. @throws Problem 400 */
export function refuseUnusableBody(body: unknown): void {
  const unstorable = findUnstorable(body);
  if (unstorable) throw invalid(unstorable);
  if (body === undefined || body === null) return;
  if (!isRecord(body)) throw invalid({ pointer: '', code: 'isObjectBody' });
  const names = Object.keys(body);
  if (names.length > 0) throw invalid(...names.map((name) => ({ pointer: `/${name}`, code: 'unknownField' })));
}
