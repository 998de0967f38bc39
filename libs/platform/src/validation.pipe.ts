import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { findUnstorable } from './storable.js';
import { invalid, Problem, type FieldError } from './problem.js';
import { isRecord, validate, type Dto } from './validation-plan.js';
import { queryNumbersOf } from './validation-rules.js';

const PLAIN_TYPES = new Set<unknown>([String, Number, Boolean, Array, Object, undefined]);

/** Names of query parameters that reads handle themselves; no DTO declares them. */
export const CENTRAL_PARAMETERS: readonly string[] = ['waitFor', 'known'];

/** Refuses input that its DTO does not describe, and text that cannot be stored, before a handler sees it. */
@Injectable()
export class InputPipe implements PipeTransform {
  transform(value: unknown, { metatype, type }: ArgumentMetadata): unknown {
    if (type === 'custom') return value;
    if (type === 'param') return checkPathPart(value);
    const unstorable = findUnstorable(value);
    if (unstorable) throw invalid(type === 'query' ? asParameter(unstorable) : unstorable);
    if (PLAIN_TYPES.has(metatype)) return value;
    const dto = metatype as Dto;
    return type === 'query' ? checkQuery(dto, value) : checkBody(dto, value ?? {});
  }
}

/** A part of the path: what cannot be stored cannot exist. */
function checkPathPart(value: unknown): unknown {
  if (findUnstorable(value)) throw new Problem(404, 'NOT_FOUND');
  return value;
}

function checkBody(dto: Dto, body: unknown): object {
  if (!isRecord(body)) throw invalid({ pointer: '', code: 'isObjectBody' });
  const errors = validate(dto, body);
  if (errors.length > 0) throw invalid(...errors);
  return body;
}

/** Reads a query into an instance, so that defaults are the initial values of the DTO. */
function checkQuery(dto: Dto, query: unknown): object {
  const numbers = queryNumbersOf(dto);
  const given = Object.entries(query ?? {}).filter(([name]) => !CENTRAL_PARAMETERS.includes(name));
  const read = given.map(
    ([name, value]) => [name, numbers.includes(name) ? toNumber(value) : (value as unknown)] as const,
  );
  const data: Record<string, unknown> = Object.fromEntries([...Object.entries(new dto()), ...read]);
  const errors = validate(dto, data);
  if (errors.length > 0) throw invalid(...errors.map(asParameter));
  return Object.assign(new dto(), data);
}

const toNumber = (value: unknown): unknown =>
  typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value;

const asParameter = (error: FieldError): FieldError => ({ ...error, pointer: `?${error.pointer.slice(1)}` });

/** Path parameter that must be a UUID; anything else is 404, for it names nothing. Use: `@Param('id', IdPipe) id: string`. */
@Injectable()
export class IdPipe implements PipeTransform<string, string> {
  transform(value: string): string {
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)) throw new Problem(404, 'NOT_FOUND');
    return value.toLowerCase();
  }
}
