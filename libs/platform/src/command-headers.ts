import { uuidV5 } from '#libs/event-sourcing';
import { Problem } from './problem.js';

export const COMMAND_KIND = 'almoner:command-kind';
export type CommandKind = 'creates' | 'changes';

/** Namespace of command ids; never changes. */
const COMMAND_NAMESPACE = '6a1f9d1e-5b0c-4e37-9a6b-0d3f5c1e7a42';

/** The id of a command: the same for every repeat of it, another for everything else. */
export const commandIdOf = (subject: string, method: string, path: string, key: string): string =>
  uuidV5(JSON.stringify([subject, method, path, key]), COMMAND_NAMESPACE);

type Header = string | string[] | undefined;

/** Reads Idempotency-Key. @throws Problem 400 */
export function parseIdempotencyKey(header: Header): string {
  if (typeof header !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(header))
    throw new Problem(400, 'IDEMPOTENCY_KEY_REQUIRED');
  return header;
}

/** Reads If-Match as one strong entity tag of a revision. @throws Problem 428 when missing, 400 when malformed */
export function parseIfMatch(header: Header): bigint {
  if (header === undefined || header === '') throw new Problem(428, 'IF_MATCH_REQUIRED');
  const [, digits] = (typeof header === 'string' && /^"(0|[1-9]\d{0,18})"$/.exec(header.trim())) || [];
  if (digits === undefined || BigInt(digits) > 2n ** 63n - 1n) throw new Problem(400, 'IF_MATCH_MALFORMED');
  return BigInt(digits);
}
