import { Injectable } from '@nestjs/common';
import { Gate, Problem, PUBLIC_ROUTE, type Caller, type Enter } from '#libs/platform';
import { ALLOWED_ROLES } from './allow.decorator.js';
import { Rights } from './rights.js';
import type { Role } from './roles.js';
import { TokenVerifier, unauthenticated, type VerifiedToken } from './token-verifier.js';

/** Lets a request in by its bearer token and role. A route that says nothing lets nobody in. */
@Injectable()
export class AuthGate extends Gate {
  constructor(
    private readonly tokens: TokenVerifier,
    private readonly rights: Rights,
  ) {
    super();
  }

  override of(method: object, controller: object): Enter | undefined {
    const declared = <T>(key: string) =>
      (Reflect.getMetadata(key, method) ?? Reflect.getMetadata(key, controller)) as T | undefined;
    if (declared<true>(PUBLIC_ROUTE) === true) return undefined;
    const roles = declared<readonly Role[]>(ALLOWED_ROLES);
    const mayEnter = (role: string) => roles !== undefined && (roles.length === 0 || roles.some((one) => one === role));
    return (request) => {
      const letIn = (verified: VerifiedToken): void => {
        request.caller = this.callerFor(verified);
        if (!mayEnter(request.caller.role)) throw new Problem(403, 'FORBIDDEN');
      };
      const verified = this.tokens.verify(tokenIn(request.headers.authorization));
      return verified instanceof Promise ? verified.then(letIn) : letIn(verified);
    };
  }

  private callerFor(verified: VerifiedToken): Caller {
    const { role, area } = this.rights.of(verified);
    return { subject: verified.subject, name: verified.name, role, area };
  }
}

/** @throws Problem 401 */
function tokenIn(authorization: string | undefined): string {
  const [, token] = /^Bearer +([\w.~+/=-]+)$/i.exec(authorization ?? '') ?? [];
  if (token === undefined) throw unauthenticated();
  return token;
}
