import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload } from 'jose';
import { Problem, type OidcSettings, type Settings } from '#libs/platform';
import { DevelopmentIssuer } from './development-issuer.js';

/** Who a token is for, and the claims that rights may rest on. */
export interface VerifiedToken {
  readonly subject: string;
  readonly name: string;
  readonly role: unknown;
  readonly area: unknown;
}

/** Checks bearer tokens. Life times are of the machine's own clock. */
export abstract class TokenVerifier {
  /** @throws Problem 401 for a token that is not valid, 503 when the issuer's keys cannot be fetched */
  abstract verify(token: string): Promise<VerifiedToken>;
}

/** The verifier that the settings ask for: an identity provider's, or in development that of the own issuer. */
export async function createTokenVerifier(settings: Settings): Promise<TokenVerifier> {
  if (settings.oidc) return new OidcVerifier(settings.oidc);
  if (settings.production) throw new Error('The development issuer is refused in production');
  return new DevelopmentVerifier(await DevelopmentIssuer.open(settings.dataDir));
}

class OidcVerifier extends TokenVerifier {
  private readonly keys;

  constructor(private readonly oidc: OidcSettings) {
    super();
    this.keys = createRemoteJWKSet(new URL(oidc.jwksUri), {
      timeoutDuration: 5_000,
      cooldownDuration: 30_000,
      cacheMaxAge: 600_000,
    });
  }

  override async verify(token: string): Promise<VerifiedToken> {
    const { issuer, audience, tokenType, nameClaim, roleClaim, areaClaim } = this.oidc;
    const checked = jwtVerify(token, this.keys, {
      issuer,
      audience,
      algorithms: ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA'],
      clockTolerance: 5,
      requiredClaims: ['sub', 'exp', 'iat'],
      ...(tokenType !== undefined && { typ: tokenType }),
    });
    const { payload } = await checked.catch((error: unknown) => {
      throw problemOf(error);
    });
    return read(payload, nameClaim, roleClaim, areaClaim);
  }
}

class DevelopmentVerifier extends TokenVerifier {
  constructor(private readonly issuer: DevelopmentIssuer) {
    super();
  }

  override async verify(token: string): Promise<VerifiedToken> {
    const payload = await this.issuer.verify(token).catch((error: unknown) => {
      throw problemOf(error);
    });
    return read(payload, 'name', 'role', 'area');
  }
}

/** The token is at fault, unless the keys to check it with could not be had. */
function problemOf(error: unknown): Problem {
  const atFault = error instanceof errors.JOSEError && !KEYS_MISSING.has(error.code);
  return atFault
    ? unauthenticated('invalid_token')
    : new Problem(503, 'IDENTITY_PROVIDER_UNAVAILABLE', { headers: { 'retry-after': '5' } });
}

const KEYS_MISSING = new Set(['ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID', 'ERR_JOSE_GENERIC']);

/** 401 with the challenge of RFC 6750. */
export const unauthenticated = (error?: 'invalid_token'): Problem =>
  new Problem(401, 'UNAUTHENTICATED', {
    headers: { 'www-authenticate': error === undefined ? 'Bearer' : `Bearer error="${error}"` },
  });

function read(payload: JWTPayload, nameClaim: string, roleClaim: string, areaClaim: string): VerifiedToken {
  const subject = payload.sub;
  const name = payload[nameClaim];
  if (!isShortText(subject)) throw unauthenticated('invalid_token');
  return { subject, name: isShortText(name) ? name : subject, role: payload[roleClaim], area: payload[areaClaim] };
}

const isShortText = (value: unknown): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= 200 && !/[\p{Cc}\p{Surrogate}]/u.test(value);
