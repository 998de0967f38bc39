import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { callerOf } from './caller.js';
import { COMMAND_KIND, commandIdOf, parseIdempotencyKey, parseIfMatch, type CommandKind } from './command-headers.js';
import { IdempotencyKeys } from './idempotency.js';
import { refuseUnknownParameters, refuseUnusableBody } from './request-input.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set on commands: what sees to it that each is carried out once. */
    idempotencyKeys?: IdempotencyKeys;
  }
}

/** Reads the headers of a command before its input is looked at; {@link carryOut} then carries it out. */
@Injectable()
export class CommandGuard implements CanActivate {
  constructor(private readonly keys: IdempotencyKeys) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const kind = Reflect.getMetadata(COMMAND_KIND, context.getHandler()) as CommandKind;
    const key = parseIdempotencyKey(request.headers['idempotency-key']);
    request.commandId = commandIdOf(callerOf(request).subject, request.method, pathOf(request), key);
    if (kind === 'changes') request.seenRevision = parseIfMatch(request.headers['if-match']);
    request.idempotencyKeys = this.keys;
    refuseUnknownParameters(context, request.query, []);
    refuseUnusableBody(context, request.body);
    return true;
  }
}

/** The path without its query. */
export function pathOf({ url }: FastifyRequest): string {
  const end = url.indexOf('?');
  return end < 0 ? url : url.slice(0, end);
}
