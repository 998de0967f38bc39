import { Injectable, Logger, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { lastValueFrom, of, type Observable } from 'rxjs';
import { Unavailable, type CommandAnswer } from '#libs/event-sourcing';
import { callerOf } from './caller.js';
import { COMMAND_KIND, commandIdOf, parseIdempotencyKey, parseIfMatch, type CommandKind } from './command-headers.js';
import { digestOf, IdempotencyKeys, type StoredAnswer } from './idempotency.js';
import { Problem } from './problem.js';
import { toProblem } from './problem-mapping.js';
import { refuseUnusableBody, refuseUnknownParameters } from './request-input.js';

/** Carries out each command once: reads its headers, claims its key, and answers a repeat with the first answer. */
@Injectable()
export class CommandInterceptor implements NestInterceptor {
  private readonly logger = new Logger(CommandInterceptor.name);

  constructor(
    private readonly reflector: Reflector,
    private readonly keys: IdempotencyKeys,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const kind = this.reflector.get<CommandKind>(COMMAND_KIND, context.getHandler());
    const path = pathOf(request);
    const key = parseIdempotencyKey(request.headers['idempotency-key']);
    request.commandId = commandIdOf(callerOf(request).subject, request.method, path, key);
    if (kind === 'changes') request.seenRevision = parseIfMatch(request.headers['if-match']);
    refuseUnknownParameters(context, request.query, []);
    refuseUnusableBody(context, request.body);

    const answer = await this.once(request.commandId, request.body, async () => {
      const body = (await lastValueFrom(next.handle())) as CommandAnswer;
      return answerTo(kind, path, body);
    });
    void http.getResponse<FastifyReply>().status(answer.status).headers(answer.headers);
    return of(answer.body);
  }

  private async once(commandId: string, body: unknown, act: () => Promise<StoredAnswer>): Promise<StoredAnswer> {
    const claim = await this.keys.claim(commandId, digestOf(body));
    if (claim.kind === 'done') return claim.answer;
    if (claim.kind === 'other-content') throw new Problem(422, 'IDEMPOTENCY_KEY_REUSED');
    if (claim.kind === 'running') throw new Problem(409, 'COMMAND_STILL_RUNNING', { headers: { 'retry-after': '1' } });
    let answer: StoredAnswer;
    try {
      answer = await act();
    } catch (error) {
      await this.quietly(
        mayHaveHappened(error)
          ? this.keys.leaveUnknown(commandId, claim.lease)
          : this.keys.free(commandId, claim.lease),
      );
      throw error;
    }
    await this.quietly(this.keys.finish(commandId, answer));
    return answer;
  }

  /** The log decides whether a command happened; a key that could not be updated costs a repeat only a short wait. */
  private async quietly(update: Promise<void>): Promise<void> {
    await update.catch((error: unknown) => this.logger.warn(`Idempotency key not updated: ${String(error)}`));
  }
}

/** False when the failure says for certain that nothing was recorded. */
function mayHaveHappened(error: unknown): boolean {
  return !(error instanceof Unavailable) && toProblem(error).status >= 500;
}

const pathOf = (request: FastifyRequest): string => request.url.split('?', 1)[0] ?? '';

function answerTo(kind: CommandKind, path: string, body: CommandAnswer): StoredAnswer {
  const headers = { etag: `"${body.revision}"`, 'almoner-position': body.position };
  if (kind === 'changes') return { status: 200, headers, body };
  return { status: 201, headers: { ...headers, location: `${path.replace(/\/$/, '')}/${body.id}` }, body };
}
