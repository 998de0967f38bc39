import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import type { FastifyRequest } from 'fastify';

type Read = (request: FastifyRequest) => unknown;

/** What the compiled routes call, by what stands in the metadata of a parameter. */
const reads = new WeakMap<object, Read>();

/** Makes a parameter decorator of how its value is read from a request: what `createParamDecorator` does, without a context. */
export function requestParameter(read: Read): () => ParameterDecorator {
  const factory = (_: unknown, context: ExecutionContext) => read(context.switchToHttp().getRequest<FastifyRequest>());
  reads.set(factory, read);
  return createParamDecorator(factory);
}

/** What `createParamDecorator` takes. */
export type ParameterFactory = (data: unknown, context: ExecutionContext) => unknown;

/** How a custom parameter's value is read, by whatever made its decorator. */
export const readOf = (factory: ParameterFactory, data: unknown): Read =>
  reads.get(factory) ?? ((request) => factory(data, new ExecutionContextHost([request])));
