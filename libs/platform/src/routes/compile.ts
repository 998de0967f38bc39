import type { PipeTransform } from '@nestjs/common';
import type { FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify';
import type { CommandAnswer, Positions } from '#libs/event-sourcing';
import { carryOut } from '../carry-out.js';
import { commandStep } from '../command-step.js';
import type { Gate } from '../gate.js';
import type { IdempotencyKeys } from '../idempotency.js';
import type { ProblemFilter } from '../problem.filter.js';
import { readStep, revisionOf } from '../read-step.js';
import { InputPipe } from '../validation.pipe.js';
import type { Answers } from './answers.js';
import { declarationOf, type Act, type Declaration, type Parameter } from './declaration.js';

/** What compiled routes work with. */
export interface RouteParts {
  readonly gate: Gate;
  readonly keys: IdempotencyKeys;
  readonly positions: Positions;
  readonly problems: ProblemFilter;
  readonly answers: Answers;
}

/**
 * Makes one function of a controller's method and all that its decorators say. In this order: who may enter; headers of a
 * command, or parameters and position of a read; the arguments, each checked; the method; the answer.
 *
 * What can be known beforehand is worked out here, once, and a request waits only where there is something to wait for.
 * @throws Error for what is not supported, see {@link declarationOf}
 */
export function compileRoute(controller: object, method: Act, parts: RouteParts): RouteHandlerMethod {
  const type = controller.constructor as Parameters<typeof declarationOf>[0];
  const declared = declarationOf(type, method);
  const enter = parts.gate.of(method, type);
  const read = declared.reads && readStep(parts.positions, declared.reads, declared);
  const order = declared.command && commandStep(declared.command, declared);
  const answer = answerer(controller, method, declared, parts.keys);
  const { status, headers } = declared;
  const hasHeaders = Object.keys(headers).length > 0;

  const run = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    try {
      const entering = enter?.(request);
      if (entering !== undefined) await entering;
      order?.(request);
      if (read) await read(request, reply);
      reply.status(status);
      if (hasHeaders) reply.headers(headers);
      const body = await answer(request, reply);
      if (read) {
        const revision = revisionOf(body);
        if (revision !== undefined) reply.header('etag', `"${revision}"`);
      }
      parts.answers.add(reply, body);
    } catch (error) {
      parts.problems.answer(error, request, reply);
    }
  };
  return (request, reply) => {
    run(request, reply).catch((error: unknown) => void reply.send(error));
  };
}

type Answerer = (request: FastifyRequest, reply: FastifyReply) => unknown;

/** Gathers the arguments and calls the method; a command once. */
function answerer(controller: object, method: Act, declared: Declaration, keys: IdempotencyKeys): Answerer {
  const { command } = declared;
  const gather = gatherer(declared.parameters);
  const call = (args: unknown[], request: FastifyRequest, reply: FastifyReply): unknown => {
    if (command === undefined) return method.apply(controller, args);
    const act = () => method.apply(controller, args) as CommandAnswer | Promise<CommandAnswer>;
    return carryOut(command, keys, request, reply, act);
  };
  return (request, reply) => {
    const args = gather(request, reply);
    return args instanceof Promise
      ? args.then((gathered) => call(gathered, request, reply))
      : call(args, request, reply);
  };
}

type Gather = (request: FastifyRequest, reply: FastifyReply) => unknown[] | Promise<unknown[]>;

const input = new InputPipe();

/** Reads and checks the arguments in the order of their declaration; waits only for those whose check is a promise. */
function gatherer(parameters: readonly Parameter[]): Gather {
  const count = Math.max(0, ...parameters.map(({ index }) => index + 1));
  const steps = parameters.map((parameter) => ({ ...parameter, check: checkOf(parameter) }));
  return (request, reply) => {
    const args = new Array<unknown>(count);
    let pending: Promise<void>[] | undefined;
    for (const { index, read, check } of steps) {
      const value = check(read(request, reply));
      if (value instanceof Promise) (pending ??= []).push(value.then((checked) => void (args[index] = checked)));
      else args[index] = value;
    }
    return pending === undefined ? args : Promise.all(pending).then(() => args);
  };
}

type Check = (value: unknown) => unknown;

function checkOf({ kind, metatype, pipes }: Parameter): Check {
  if (kind === 'custom' && pipes.length === 0) return (value) => value;
  const about = { type: kind, metatype, data: undefined };
  return [input, ...pipes]
    .map(
      (pipe: PipeTransform): Check =>
        (value) =>
          pipe.transform(value, about) as unknown,
    )
    .reduce((first, next) => (value) => {
      const checked = first(value);
      return checked instanceof Promise ? checked.then(next) : next(checked);
    });
}
