import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { tap, type Observable } from 'rxjs';
import { Positions, type GlobalPosition } from '#libs/event-sourcing';
import { parseKnown, parseWaitFor } from './known.js';
import { invalid, Problem } from './problem.js';
import { KNOWN_AT_ROUTE, READS } from './read-metadata.js';
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

/** Waits for `waitFor` before a read; names the read's position and, where one thing is shown, its revision. */
@Injectable()
export class ReadsInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly positions: Positions,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const http = context.switchToHttp();
    const { query } = http.getRequest<FastifyRequest>();
    const projections = this.reflector.get<string[]>(READS, context.getHandler());
    this.checkParameters(context, query);
    await this.wait(projections, parseWaitFor(query));
    // Read before the rows are: what the answer shows is at least as new as what it says.
    const position = await this.positions.current(projections);
    const reply = http.getResponse<FastifyReply>();
    void reply.header('almoner-position', position);
    return next.handle().pipe(
      tap((body: unknown) => {
        const revision = revisionOf(body);
        if (revision !== undefined) void reply.header('etag', `"${revision}"`);
      }),
    );
  }

  private checkParameters(context: ExecutionContext, query: unknown): void {
    const looksBack = this.reflector.get<true | undefined>(KNOWN_AT_ROUTE, context.getHandler()) === true;
    refuseUnknownParameters(context, query, ['waitFor', 'known']);
    const known = parseKnown(query);
    if (known && !looksBack) throw invalid({ pointer: '?known', code: 'unknownField' });
    if (known?.kind === 'position' && !this.isPosition(known.position))
      throw invalid({ pointer: '?known', code: 'isPosition' });
  }

  private async wait(projections: readonly string[], position: string | undefined): Promise<void> {
    if (position === undefined || position === 'start') return;
    if (!this.isPosition(position)) throw invalid({ pointer: '?waitFor', code: 'isPosition' });
    await untilReached(this.positions, projections, position);
  }

  private isPosition(text: string): boolean {
    return text === 'start' || this.positions.isPosition(text);
  }
}

/** The revision of the one thing that an answer shows: what a command on it names in If-Match. */
function revisionOf(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('revision' in body)) return undefined;
  return typeof body.revision === 'string' ? body.revision : undefined;
}
