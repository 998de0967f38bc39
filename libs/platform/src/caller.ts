import type { FastifyRequest } from 'fastify';
import { requestParameter } from './request-parameter.js';

/** The person behind a request: who they are and as what, and for which area, they act. */
export interface Caller {
  /** Stable identity: the token's subject. */
  readonly subject: string;
  /** The name to show; the subject when the token carries none. */
  readonly name: string;
  /** A role in lower case with hyphens, e.g. `county-reviewer`. */
  readonly role: string;
  /** Area code: the caller acts within this area and everything below it. */
  readonly area: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set where the token was checked; absent on public routes. */
    caller?: Caller;
    /** Set on commands: the id that makes a repeated command the same command. */
    commandId?: string;
    /** Set on commands that change something: the revision that the person saw. */
    seenRevision?: bigint;
  }
}

/** The caller of a request that was let in. */
export function callerOf(request: FastifyRequest): Caller {
  if (!request.caller) throw new Error(`No caller on ${request.method} ${request.routeOptions.url ?? 'unknown route'}`);
  return request.caller;
}

/** Parameter: the {@link Caller}. */
export const Caller = requestParameter(callerOf);
