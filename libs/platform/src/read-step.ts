import type { FastifyReply, FastifyRequest } from 'fastify';
import type { GlobalPosition, Positions } from '#libs/event-sourcing';
import { parseKnown, parseWaitFor } from './known.js';
import { invalid, Problem } from './problem.js';
import { refuseUnknownParameters } from './request-input.js';

const WAIT_MS = 2_000;

/** Waits until the projections have reached a position, two seconds at most. @throws Problem 503 when they have not */
export async function untilReached(
  positions: Positions,
  projections: readonly string[],
  position: GlobalPosition | 'start',
): Promise<void> {
  if (position === 'start' || (await positions.reached(projections, position, WAIT_MS))) return;
  throw new Problem(503, 'POSITION_NOT_REACHED', { headers: { 'retry-after': '1' } });
}

/** What is done before a read: checks its parameters, waits for `waitFor`, and names the read's position. */
export function readStep(
  positions: Positions,
  projections: readonly string[],
  { takesQuery, looksBack }: { readonly takesQuery: boolean; readonly looksBack: boolean },
): (request: FastifyRequest, reply: FastifyReply) => Promise<void> {
  const isKnownPosition = (text: string): boolean => text === 'start' || positions.isPosition(text);
  const check = (query: unknown): void => {
    if (!takesQuery) refuseUnknownParameters(query, ['waitFor', 'known']);
    const known = parseKnown(query);
    if (known && !looksBack) throw invalid({ pointer: '?known', code: 'unknownField' });
    if (known?.kind === 'position' && !isKnownPosition(known.position))
      throw invalid({ pointer: '?known', code: 'isPosition' });
  };
  const wait = async (position: string | undefined): Promise<void> => {
    if (position === undefined || position === 'start') return;
    if (!isKnownPosition(position)) throw invalid({ pointer: '?waitFor', code: 'isPosition' });
    await untilReached(positions, projections, position);
  };
  return async ({ query }, reply) => {
    check(query);
    await wait(parseWaitFor(query));
    // Read before the rows are: what the answer shows is at least as new as what it says.
    reply.header('almoner-position', await positions.current(projections));
  };
}

/** The revision of the one thing that an answer shows: what a command on it names in If-Match. */
export function revisionOf(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('revision' in body)) return undefined;
  return typeof body.revision === 'string' ? body.revision : undefined;
}
