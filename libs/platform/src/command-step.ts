import type { FastifyRequest } from 'fastify';
import { callerOf } from './caller.js';
import { commandIdOf, parseIdempotencyKey, parseIfMatch, type CommandKind } from './command-headers.js';
import { refuseUnknownParameters, refuseUnusableBody, type Taken } from './request-input.js';

/**
 * What is done with a command before its input is looked at: reads its headers, and refuses what the route takes nowhere.
 * @throws Problem 400, 428
 */
export const commandStep =
  (kind: CommandKind, { takesBody, takesQuery }: Taken) =>
  (request: FastifyRequest): void => {
    const key = parseIdempotencyKey(request.headers['idempotency-key']);
    request.commandId = commandIdOf(callerOf(request).subject, request.method, pathOf(request), key);
    if (kind === 'changes') request.seenRevision = parseIfMatch(request.headers['if-match']);
    if (!takesQuery) refuseUnknownParameters(request.query, []);
    if (!takesBody) refuseUnusableBody(request.body);
  };

/** The path without its query. */
export function pathOf({ url }: FastifyRequest): string {
  const end = url.indexOf('?');
  return end < 0 ? url : url.slice(0, end);
}
