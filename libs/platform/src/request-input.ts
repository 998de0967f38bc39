import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import type { ExecutionContext } from '@nestjs/common';
import { findUnstorable } from './storable.js';
import { isRecord } from './validation-plan.js';
import { invalid } from './problem.js';

type Kind = RouteParamtypes.QUERY | RouteParamtypes.BODY;
const taken = new WeakMap<object, Map<Kind, boolean>>();

/** True when the handler takes the whole body or query in a DTO, which then tells what is known. */
function takes(context: ExecutionContext, kind: Kind): boolean {
  const handler = context.getHandler();
  const known = taken.get(handler) ?? new Map<Kind, boolean>();
  const answer = known.get(kind) ?? declares(context, kind);
  taken.set(handler, known.set(kind, answer));
  return answer;
}

function declares(context: ExecutionContext, kind: Kind): boolean {
  const parameters = (Reflect.getMetadata(ROUTE_ARGS_METADATA, context.getClass(), context.getHandler().name) ??
    {}) as Record<string, unknown>;
  return Object.keys(parameters).some((key) => key.startsWith(`${kind}:`));
}

/** Refuses parameters of the query where the handler has no DTO for them. @throws Problem 400 */
export function refuseUnknownParameters(context: ExecutionContext, query: unknown, known: readonly string[]): void {
  if (takes(context, RouteParamtypes.QUERY)) return;
  const names = Object.keys(query ?? {}).filter((name) => !known.includes(name));
  if (names.length > 0) throw invalid(...names.map((name) => ({ pointer: `?${name}`, code: 'unknownField' })));
}

/** Refuses a body that cannot be stored, or has fields where the handler has no DTO for them. @throws Problem 400 */
export function refuseUnusableBody(context: ExecutionContext, body: unknown): void {
  if (takes(context, RouteParamtypes.BODY)) return; // the pipe looks at all of it
  const unstorable = findUnstorable(body);
  if (unstorable) throw invalid(unstorable);
  if (body === undefined || body === null) return;
  if (!isRecord(body)) throw invalid({ pointer: '', code: 'isObjectBody' });
  const names = Object.keys(body);
  if (names.length > 0) throw invalid(...names.map((name) => ({ pointer: `/${name}`, code: 'unknownField' })));
}
