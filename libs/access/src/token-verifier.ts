import { createRemoteJWKSet, errors, jwksCache, jwtVerify, type JWKSCacheInput, type JWTPayload } from 'jose';
import { Problem, type OidcSettings, type Settings } from '#libs/platform';
import { DevelopmentIssuer } from './development-issuer.js';
import { RememberedTokens } from './remembered-tokens.js';

/** Who a token is for, and the claims that rights may rest on. */
export interface VerifiedToken {
  readonly subject: string;
  readonly name: string;
  readonly role: unknown;
  readonly area: unknown;
}

/** Checks bearer tokens. Life times are of the machine's own clock. */
export abstract class TokenVerifier {
  /**
   * At once for a token that was checked before.
   * @throws Problem 401 for a token that is not valid, 503 when the issuer's keys cannot be fetched
   */
  abstract verify(token: string): VerifiedToken | Promise<VerifiedToken>;
}

/** The verifier that the settings ask for: an identity provider's, or in development that of the own issuer. */
export async function createTokenVerifier(settings: Settings): Promise<TokenVerifier> {
  if (settings.oidc) return new OidcVerifier(settings.oidc);
  if (settings.production) throw new Error('The development issuer is refused in production');
  return new DevelopmentVerifier(await DevelopmentIssuer.open(settings.dataDir));
}

/** How long after its end a token is still taken, for clocks that differ. */
const TOLERANCE_S = 5;

class OidcVerifier extends TokenVerifier {
  /** Filled by the key set; `uat` says when its keys were last fetched. */
  private readonly fetched: JWKSCacheInput & { uat?: number } = {};
  private readonly remembered = new RememberedTokens<VerifiedToken>();
  private readonly keys;

  constructor(private readonly oidc: OidcSettings) {
    super();
    this.keys = createRemoteJWKSet(new URL(oidc.jwksUri), {
      timeoutDuration: 5_000,
      cooldownDuration: 30_000,
      cacheMaxAge: 600_000,
      [jwksCache]: this.fetched,
    });
  }

  override verify(token: string): VerifiedToken | Promise<VerifiedToken> {
    // A token is known by the keys that checked it: with keys that are due or fetched anew it is checked again.
    const known = this.keys.fresh ? this.remembered.find(token, this.fetched.uat) : undefined;
    return known ?? this.checkAndKeep(token);
  }

  private async checkAndKeep(token: string): Promise<VerifiedToken> {
    const keys = this.fetched.uat;
    const payload = await this.check(token);
    const { nameClaim, roleClaim, areaClaim } = this.oidc;
    const verified = read(payload, nameClaim, roleClaim, areaClaim);
    // Keys that came meanwhile may not be those that checked it.
    if (keys === this.fetched.uat) this.remembered.keep(token, verified, endOf(payload), keys);
    return verified;
  }

  private async check(token: string): Promise<JWTPayload> {
    const { issuer, audience, tokenType } = this.oidc;
    const checked = jwtVerify(token, this.keys, {
      issuer,
      audience,
      algorithms: ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA'],
      clockTolerance: TOLERANCE_S,
      requiredClaims: ['sub', 'exp', 'iat'],
      ...(tokenType !== undefined && { typ: tokenType }),
    });
    const { payload } = await checked.catch((error: unknown) => {
      throw problemOf(error);
    });
    return payload;
  }
}

class DevelopmentVerifier extends TokenVerifier {
  private readonly remembered = new RememberedTokens<VerifiedToken>();

  constructor(private readonly issuer: DevelopmentIssuer) {
    super();
  }

  override verify(token: string): VerifiedToken | Promise<VerifiedToken> {
    return this.remembered.find(token) ?? this.checkAndKeep(token);
  }

  private async checkAndKeep(token: string): Promise<VerifiedToken> {
    const payload = await this.issuer.verify(token).catch((error: unknown) => {
      throw problemOf(error);
    });
    const verified = read(payload, 'name', 'role', 'area');
    this.remembered.keep(token, verified, endOf(payload));
    return verified;
  }
}

/** The millisecond until which a checked token is taken. */
const endOf = ({ exp = 0 }: JWTPayload): number => (exp + TOLERANCE_S) * 1000;

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
