import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { Problem, PUBLIC_ROUTE, type Caller } from '#libs/platform';
import { ALLOWED_ROLES } from './allow.decorator.js';
import { Rights } from './rights.js';
import type { Role } from './roles.js';
import { TokenVerifier, unauthenticated } from './token-verifier.js';

/** Lets a request in by its bearer token and role. A route that says nothing lets nobody in. */
@Injectable()
export class AuthGuard implements CanActivate {
  /** By handler: declarations do not change while the program runs. */
  private readonly declared = new WeakMap<object, 'public' | readonly Role[] | undefined>();

  constructor(
    private readonly reflector: Reflector,
    private readonly tokens: TokenVerifier,
    private readonly rights: Rights,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const allowed = this.allowedAt(context);
    if (allowed === 'public') return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const caller = await this.identify(request.headers.authorization);
    request.caller = caller;
    const mayEnter = allowed !== undefined && (allowed.length === 0 || allowed.some((role) => role === caller.role));
    if (!mayEnter) throw new Problem(403, 'FORBIDDEN');
    return true;
  }

  /** What the route's declaration says: who may enter; undefined where it says nothing. */
  private allowedAt(context: ExecutionContext): 'public' | readonly Role[] | undefined {
    const handler = context.getHandler();
    if (this.declared.has(handler)) return this.declared.get(handler);
    const where = [handler, context.getClass()];
    const isPublic = this.reflector.getAllAndOverride<true | undefined>(PUBLIC_ROUTE, where);
    const allowed = isPublic ?? this.reflector.getAllAndOverride<readonly Role[] | undefined>(ALLOWED_ROLES, where);
    const answer = allowed === true ? 'public' : allowed;
    this.declared.set(handler, answer);
    return answer;
  }

  private async identify(authorization: string | undefined): Promise<Caller> {
    const [, token] = /^Bearer +([\w.~+/=-]+)$/i.exec(authorization ?? '') ?? [];
    if (token === undefined) throw unauthenticated();
    const verified = await this.tokens.verify(token);
    const { role, area } = await this.rights.of(verified);
    return { subject: verified.subject, name: verified.name, role, area };
  }
}
