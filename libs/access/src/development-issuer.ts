import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, importJWK, jwtVerify, SignJWT, type JWK, type JWTPayload } from 'jose';
import type { Role } from './roles.js';

const ISSUER = 'urn:almoner:development';
const AUDIENCE = 'almoner';
const ALGORITHM = 'EdDSA';
const KEY_FILE = 'dev-issuer.json';

/** The area of development tokens when none is named: the root of the example tree. */
export const DEFAULT_AREA = '430000';

/** Whom a development token is for. */
export interface TokenWish {
  readonly role: Role;
  /** Area code; 430000 by default. */
  readonly area?: string | undefined;
  /** A different name is a different person; the role's name by default. */
  readonly name?: string | undefined;
}

/** Issues and checks tokens for development, with a key pair that lies in the data folder. */
export class DevelopmentIssuer {
  private constructor(private readonly jwk: JWK) {}

  /** Opens the issuer of a data folder; makes its key when there is none. */
  static async open(dataDir: string): Promise<DevelopmentIssuer> {
    const file = join(dataDir, KEY_FILE);
    const jwk = (await readKey(file)) ?? (await makeKey(dataDir, file));
    return new DevelopmentIssuer(jwk);
  }

  /** A token that lasts twelve hours. */
  async issue({ role, area = DEFAULT_AREA, name = role }: TokenWish): Promise<string> {
    return new SignJWT({ name, role, area })
      .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
      .setSubject(`development:${name}`)
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setIssuedAt()
      .setExpirationTime('12h')
      .setJti(randomUUID())
      .sign(await importJWK(this.jwk, ALGORITHM));
  }

  /** The claims of a token of this issuer. @throws JOSEError */
  async verify(token: string): Promise<JWTPayload> {
    const { kty, crv, x } = this.jwk;
    const key = await importJWK({ kty, crv, x } as JWK, ALGORITHM);
    const checks = { issuer: ISSUER, audience: AUDIENCE, algorithms: [ALGORITHM], clockTolerance: 5 };
    const { payload } = await jwtVerify(token, key, { ...checks, requiredClaims: ['sub', 'exp', 'iat'] });
    return payload;
  }
}

async function readKey(file: string): Promise<JWK | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as JWK;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Two processes may start together: the first to link its file wins, and both use that one. */
async function makeKey(dataDir: string, file: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { crv: 'Ed25519', extractable: true });
  const part = `${file}.${randomUUID()}`;
  await mkdir(dataDir, { recursive: true });
  await writeFile(part, JSON.stringify(await exportJWK(privateKey)), { mode: 0o600 });
  try {
    await link(part, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(part, { force: true });
  }
  const key = await readKey(file);
  if (!key) throw new Error(`${KEY_FILE} vanished`);
  return key;
}
