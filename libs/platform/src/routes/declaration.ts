import { RequestMethod, type PipeTransform, type Type } from '@nestjs/common';
import {
  EXCEPTION_FILTERS_METADATA,
  GUARDS_METADATA,
  HEADERS_METADATA,
  HTTP_CODE_METADATA,
  INTERCEPTORS_METADATA,
  METHOD_METADATA,
  PARAMTYPES_METADATA,
  PATH_METADATA,
  PIPES_METADATA,
  REDIRECT_METADATA,
  RENDER_METADATA,
  RESPONSE_PASSTHROUGH_METADATA,
  ROUTE_ARGS_METADATA,
  SSE_METADATA,
} from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { COMMAND_KIND, type CommandKind } from '../command-headers.js';
import { KNOWN_AT_ROUTE, READS } from '../read-metadata.js';
import { readOf, type ParameterFactory } from '../request-parameter.js';

/** A method of a controller, as it is called. */
export type Act = (this: object, ...args: unknown[]) => unknown;

/** One argument of a method: where its value comes from, and what checks it. */
export interface Parameter {
  readonly index: number;
  readonly kind: 'body' | 'query' | 'param' | 'custom';
  readonly metatype: Type | undefined;
  readonly pipes: readonly PipeTransform[];
  readonly read: (request: FastifyRequest, reply: FastifyReply) => unknown;
}

/** All that the decorators of a controller say of one route, read once. */
export interface Declaration {
  /** `Controller.method`, for messages. */
  readonly name: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** In the order in which they are checked. */
  readonly parameters: readonly Parameter[];
  readonly takesBody: boolean;
  readonly takesQuery: boolean;
  readonly command: CommandKind | undefined;
  /** The projections that a read shows; undefined where the route is not declared as a read. */
  readonly reads: readonly string[] | undefined;
  /** Whether a read takes `?known=`. */
  readonly looksBack: boolean;
}

/** What of Nest's router has no place in a compiled route: leaving it out unseen could open a door. */
const UNSUPPORTED = {
  UseGuards: GUARDS_METADATA,
  UseInterceptors: INTERCEPTORS_METADATA,
  UsePipes: PIPES_METADATA,
  UseFilters: EXCEPTION_FILTERS_METADATA,
  Redirect: REDIRECT_METADATA,
  Render: RENDER_METADATA,
  Sse: SSE_METADATA,
};

/** True for what is declared as a route. */
export const isRoute = (method: object): boolean => Reflect.hasMetadata(PATH_METADATA, method);

/** Reads what is declared at a method and its controller. @throws Error for what a compiled route does not know */
export function declarationOf(controller: Type, method: Act): Declaration {
  const name = `${controller.name}.${method.name}`;
  for (const [decorator, key] of Object.entries(UNSUPPORTED))
    if (Reflect.hasMetadata(key, method) || Reflect.hasMetadata(key, controller))
      throw new Error(`${name}: @${decorator} is not supported`);
  const verb = Reflect.getMetadata(METHOD_METADATA, method) as RequestMethod;
  if (verb !== RequestMethod.GET && verb !== RequestMethod.POST)
    throw new Error(`${name}: only GET and POST are supported`);
  const types = (Reflect.getMetadata(PARAMTYPES_METADATA, controller.prototype as object, method.name) ?? []) as Type[];
  const args = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, method.name) ?? {}) as Record<string, Argument>;
  const parameters = Object.entries(args).map(([key, arg]) => parameterOf(name, key, arg, types[arg.index]));
  const takesOver = Object.keys(args).some((key) => key.startsWith(`${RouteParamtypes.RESPONSE}:`));
  if (takesOver && Reflect.getMetadata(RESPONSE_PASSTHROUGH_METADATA, controller, method.name) !== true)
    throw new Error(`${name}: @Res() must let the answer through`);
  const whole = (kind: RouteParamtypes) => Object.keys(args).some((key) => key.startsWith(`${kind}:`));
  return {
    name,
    status:
      (Reflect.getMetadata(HTTP_CODE_METADATA, method) as number | undefined) ??
      (verb === RequestMethod.POST ? 201 : 200),
    headers: headersOf(name, method),
    parameters,
    takesBody: whole(RouteParamtypes.BODY),
    takesQuery: whole(RouteParamtypes.QUERY),
    command: Reflect.getMetadata(COMMAND_KIND, method) as CommandKind | undefined,
    reads: Reflect.getMetadata(READS, method) as readonly string[] | undefined,
    looksBack: Reflect.getMetadata(KNOWN_AT_ROUTE, method) === true,
  };
}

/** A parameter as Nest's decorators keep it, under the key `<kind>:<index>`. */
interface Argument {
  readonly index: number;
  readonly data?: unknown;
  readonly factory?: ParameterFactory;
  readonly pipes?: readonly (PipeTransform | Type<PipeTransform>)[];
}

function parameterOf(
  name: string,
  key: string,
  { index, data, factory, pipes = [] }: Argument,
  type?: Type,
): Parameter {
  const fail = (why: string): never => {
    throw new Error(`${name}: parameter ${index} ${why}`);
  };
  const made = pipes.map((pipe): PipeTransform => {
    if (typeof pipe !== 'function') return pipe;
    return pipe.length === 0 ? new pipe() : fail(`has ${pipe.name}, which needs others to be made`);
  });
  const common = { index, metatype: type, pipes: made };
  if (factory !== undefined) return { ...common, kind: 'custom', read: readOf(factory, data) };
  const source = SOURCES[Number(key.split(':')[0])] ?? fail('is of a kind that is not supported');
  return { ...common, ...source(typeof data === 'string' ? data : undefined, fail) };
}

type Source = (part: string | undefined, fail: (why: string) => never) => Pick<Parameter, 'kind' | 'read'>;

/** By kind of parameter. Bodies and queries are taken whole, so that their DTO tells what is known; of the path, one part. */
const SOURCES: Readonly<Record<number, Source>> = {
  [RouteParamtypes.BODY]: (part, fail) =>
    part === undefined ? { kind: 'body', read: ({ body }) => body } : fail('takes a part of the body'),
  [RouteParamtypes.QUERY]: (part, fail) =>
    part === undefined ? { kind: 'query', read: ({ query }) => query } : fail('takes a part of the query'),
  [RouteParamtypes.PARAM]: (part = '', fail) =>
    part === ''
      ? fail('takes all parts of the path')
      : { kind: 'param', read: ({ params }) => (params as Record<string, unknown>)[part] },
  [RouteParamtypes.REQUEST]: () => ({ kind: 'custom', read: (request) => request }),
  [RouteParamtypes.RESPONSE]: () => ({ kind: 'custom', read: (_, reply) => reply }),
};

function headersOf(route: string, method: object): Record<string, string> {
  const given = (Reflect.getMetadata(HEADERS_METADATA, method) ?? []) as { name: string; value: unknown }[];
  return Object.fromEntries(
    given.map(({ name, value }) => {
      if (typeof value !== 'string') throw new Error(`${route}: header ${name} is not a text`);
      return [name, value];
    }),
  );
}
