import { Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Unavailable, type CommandAnswer } from '#libs/event-sourcing';
import { pathOf } from './command-step.js';
import type { CommandKind } from './command-headers.js';
import type { IdempotencyKeys, StoredAnswer } from './idempotency.js';
import { Problem } from './problem.js';
import { toProblem } from './problem-mapping.js';

const logger = new Logger('Commands');

/**
 * Carries out a command once: claims its key, lets the handler act, keeps the answer, and answers a repeat with the first
 * answer. The input is checked by then: what is refused for its form claims no key.
 */
export async function carryOut(
  kind: CommandKind,
  keys: IdempotencyKeys,
  request: FastifyRequest,
  reply: FastifyReply,
  act: () => CommandAnswer | Promise<CommandAnswer>,
): Promise<unknown> {
  const { commandId } = request;
  if (commandId === undefined) throw new Error('The headers of the command were not read');
  const claim = await keys.claim(commandId, request.body);
  if (claim.kind === 'done') return send(claim.answer, reply);
  if (claim.kind === 'other-content') throw new Problem(422, 'IDEMPOTENCY_KEY_REUSED');
  if (claim.kind === 'running') throw new Problem(409, 'COMMAND_STILL_RUNNING', { headers: { 'retry-after': '1' } });
  let answer: StoredAnswer;
  try {
    answer = answerTo(kind, pathOf(request), await act());
  } catch (error) {
    await quietly(mayHaveHappened(error) ? keys.leaveUnknown(claim.held) : keys.free(claim.held));
    throw error;
  }
  await quietly(keys.finish(claim.held, answer));
  return send(answer, reply);
}

function send({ status, headers, body }: StoredAnswer, reply: FastifyReply): unknown {
  reply.status(status).headers(headers);
  return body;
}

/** The log decides whether a command happened; a key that could not be updated costs a repeat only a short wait. */
const quietly = (update: Promise<void>): Promise<void> =>
  update.catch((error: unknown) => logger.warn(`Idempotency key not updated: ${String(error)}`));

/** False when the failure says for certain that nothing was recorded. */
function mayHaveHappened(error: unknown): boolean {
  return !(error instanceof Unavailable) && toProblem(error).status >= 500;
}

function answerTo(kind: CommandKind, path: string, body: CommandAnswer): StoredAnswer {
  const etag = `"${body.revision}"`;
  const position = body.position;
  if (kind === 'changes') return { status: 200, headers: { etag, 'almoner-position': position }, body };
  const location = `${path.endsWith('/') ? path.slice(0, -1) : path}/${body.id}`;
  return { status: 201, headers: { etag, 'almoner-position': position, location }, body };
}
