import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

type Read = (request: FastifyRequest) => unknown;

/** What the compiled routes call, by what stands in the metadata of a parameter. */
const reads = new WeakMap<object, Read>();

/** Makes a parameter decorator of how its value is read from a request. */
export function requestParameter(read: Read): () => ParameterDecorator {
  const factory = (_: unknown, context: ExecutionContext) => read(context.switchToHttp().getRequest<FastifyRequest>());
  reads.set(factory, read);
  return createParamDecorator(factory);
}

/** How a parameter's value is read; undefined for a decorator that {@link requestParameter} did not make. */
export const readOf = (factory: object): Read | undefined => reads.get(factory);
