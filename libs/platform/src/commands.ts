import { applyDecorators, HttpCode, Post, SetMetadata } from '@nestjs/common';
import { ApiHeader, ApiResponse } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { CommandMeta } from '#libs/event-sourcing';
import { callerOf } from './caller.js';
import { COMMAND_KIND, type CommandKind } from './command-headers.js';
import { requestParameter } from './request-parameter.js';

const command = (kind: CommandKind, path: string | undefined) => [
  path === undefined ? Post() : Post(path),
  SetMetadata(COMMAND_KIND, kind),
  ApiHeader({
    name: 'Idempotency-Key',
    required: true,
    description:
      'Chosen by the client for one command, 1 to 255 visible ASCII characters; a repeat gets the first answer.',
    schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[\\x21-\\x7e]+$' },
  }),
];

const answerHeaders = {
  ETag: { description: 'Revision after the command, in quotes.', schema: { type: 'string' as const } },
  'Almoner-Position': { description: 'Log position for `waitFor`.', schema: { type: 'string' as const } },
};

/** Route of a command that creates something: POST, 201 with Location. */
export const Creates = (path?: string) =>
  applyDecorators(
    ...command('creates', path),
    HttpCode(201),
    ApiResponse({
      status: 201,
      description: 'Created.',
      headers: { ...answerHeaders, Location: { description: 'Where it can be read.', schema: { type: 'string' } } },
    }),
  );

/** Route of a command on something that exists: POST, 200, needs If-Match. */
export const Changes = (path: string) =>
  applyDecorators(
    ...command('changes', path),
    HttpCode(200),
    ApiHeader({
      name: 'If-Match',
      required: true,
      description: 'The revision that the person saw, in quotes.',
      schema: { type: 'string', pattern: '^"\\d+"$' },
    }),
    ApiResponse({ status: 200, description: 'Done.', headers: answerHeaders }),
  );

/** Parameter: the command id, UUIDv5 of subject, method, path and key. Ids of what is created derive from it. */
export const CommandId = requestParameter(({ commandId }) => present(commandId, 'command id'));

/** Parameter of a {@link Changes} handler: the revision that the person saw, as bigint. */
export const SeenRevision = requestParameter(({ seenRevision }) => present(seenRevision, 'seen revision'));

/** Who commands, and the ids that tie the command's events together. For requests of {@link Creates} and {@link Changes} only. */
export function commandMeta(request: FastifyRequest): CommandMeta {
  const { subject, role, area } = callerOf(request);
  const commandId = present(request.commandId, 'command id');
  return { commandId, correlationId: request.id, causationId: commandId, actor: subject, role, area };
}

/** Parameter: {@link commandMeta} of the request. */
export const Meta = requestParameter(commandMeta);

function present<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`No ${what}: the route is not declared with @Creates or @Changes`);
  return value;
}
