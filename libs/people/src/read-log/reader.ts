import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { isRole } from '#libs/access';
import { callerOf, Problem, requestParameter, type Caller } from '#libs/platform';
import { defaultPurposes, isReadingPurpose, readingPurposes, type ReadingPurpose } from './purposes.js';

/** Who reads, as what, what for, and which times they asked for: what the read log keeps of a reader. */
export interface Reader extends Pick<Caller, 'subject' | 'role' | 'area'> {
  readonly purpose: ReadingPurpose;
  readonly requestId: string;
  /** As the query says them; undefined for now. */
  readonly known: string | undefined;
  readonly effective: string | undefined;
}

/** The reader of a request whose guard has run. @throws Problem 400 PURPOSE_REQUIRED, PURPOSE_UNKNOWN */
export function readerOf(request: FastifyRequest): Reader {
  const { subject, role, area } = callerOf(request);
  const purpose = purposeOf(request.headers['almoner-purpose'], role);
  const [known, effective] = ['known', 'effective'].map((name) => parameter(request.query, name));
  return { subject, role, area, purpose, requestId: request.id, known, effective };
}

function purposeOf(header: string | string[] | undefined, role: string): ReadingPurpose {
  if (header === undefined || header === '') {
    const usual = isRole(role) ? defaultPurposes[role] : undefined;
    if (usual === undefined) throw new Problem(400, 'PURPOSE_REQUIRED');
    return usual;
  }
  if (!isReadingPurpose(header)) throw new Problem(400, 'PURPOSE_UNKNOWN');
  return header;
}

/** Longer than any time that is understood. */
const LONGEST = 80;

function parameter(query: unknown, name: string): string | undefined {
  const value: unknown = typeof query === 'object' && query !== null ? Reflect.get(query, name) : undefined;
  return typeof value === 'string' ? value.slice(0, LONGEST) : undefined;
}

const Reader_ = requestParameter(readerOf);

const words = Object.entries(readingPurposes)
  .map(([code, { en, zh }]) => `${code}: ${en}（${zh}）`)
  .join('; ');

/** Parameter: the {@link Reader}, for {@link ReadLog.note}. The route then takes the header `Almoner-Purpose`. */
export const Reader = (): ParameterDecorator => (target, key, index) => {
  Reader_()(target, key, index);
  const descriptor = key === undefined ? undefined : Object.getOwnPropertyDescriptor(target, key);
  if (key === undefined || !descriptor) return;
  ApiHeader({
    name: 'Almoner-Purpose',
    required: false,
    description: `What the personal data are read for; each role but the administrator has a default. ${words}`,
    schema: { type: 'string', enum: Object.keys(readingPurposes) },
  })(target, key, descriptor);
};
