import {
  applyDecorators,
  createParamDecorator,
  HttpCode,
  Post,
  SetMetadata,
  UseGuards,
  type ExecutionContext,
} from '@nestjs/common';
import { ApiHeader, ApiResponse } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CommandAnswer, CommandMeta } from '#libs/event-sourcing';
import { callerOf } from './caller.js';
import { carryOut } from './carry-out.js';
import { CommandGuard } from './command.guard.js';
import { COMMAND_KIND, type CommandKind } from './command-headers.js';

const Http = createParamDecorator((_: unknown, context: ExecutionContext) => context.switchToHttp());

/**
 * Makes the method carry out its command once. It wraps the method itself: an interceptor would run before the input is
 * checked, and costs as much as all the rest of the framework's part.
 */
const once =
  (kind: CommandKind): MethodDecorator =>
  (target, name, descriptor) => {
    const act = descriptor.value as (...args: unknown[]) => Promise<CommandAnswer>;
    const count = (Reflect.getMetadata('design:paramtypes', target, name) as unknown[]).length;
    const carriedOutOnce = function (this: unknown, ...args: unknown[]): Promise<unknown> {
      const http = args[count] as ReturnType<ExecutionContext['switchToHttp']>;
      return carryOut(kind, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>(), async () =>
        act.apply(this, args.slice(0, count)),
      );
    };
    for (const key of Reflect.getMetadataKeys(act) as string[])
      Reflect.defineMetadata(key, Reflect.getMetadata(key, act), carriedOutOnce);
    Object.defineProperty(carriedOutOnce, 'name', { value: act.name });
    Http()(target, name, count);
    descriptor.value = carriedOutOnce as NonNullable<typeof descriptor.value>;
  };

const command = (kind: CommandKind, path: string | undefined) => [
  once(kind), // the first: what the others say of the method must stand at the one that is called
  path === undefined ? Post() : Post(path),
  SetMetadata(COMMAND_KIND, kind),
  UseGuards(CommandGuard),
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
export const CommandId = createParamDecorator((_: unknown, context: ExecutionContext) =>
  present(context.switchToHttp().getRequest<FastifyRequest>().commandId, 'command id'),
);

/** Parameter of a {@link Changes} handler: the revision that the person saw, as bigint. */
export const SeenRevision = createParamDecorator((_: unknown, context: ExecutionContext) =>
  present(context.switchToHttp().getRequest<FastifyRequest>().seenRevision, 'seen revision'),
);

/** Who commands, and the ids that tie the command's events together. For requests of {@link Creates} and {@link Changes} only. */
export function commandMeta(request: FastifyRequest): CommandMeta {
  const { subject, role, area } = callerOf(request);
  const commandId = present(request.commandId, 'command id');
  return { commandId, correlationId: request.id, causationId: commandId, actor: subject, role, area };
}

/** Parameter: {@link commandMeta} of the request. */
export const Meta = createParamDecorator((_: unknown, context: ExecutionContext) =>
  commandMeta(context.switchToHttp().getRequest<FastifyRequest>()),
);

function present<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`No ${what}: the route is not declared with @Creates or @Changes`);
  return value;
}
