import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { importJWK, type JWK } from 'jose';
import { DevelopmentIssuer } from '#libs/access';
import { officer } from './visit.js';

/** The folder with the issuer's key, which the benchmark makes and removes. */
export const dataDir = (): string => process.env['DATA_DIR'] ?? '';

/** A token of the development issuer for the officer who sends the command. */
export async function benchToken(): Promise<string> {
  const issuer = await DevelopmentIssuer.open(dataDir());
  return issuer.issue({ role: 'township-officer', area: officer.area, name: officer.name });
}

/** The issuer's public key and what a token of it must say, for a server that checks tokens by itself. */
export async function publicKey() {
  await DevelopmentIssuer.open(dataDir());
  const { kty, crv, x } = JSON.parse(await readFile(join(dataDir(), 'dev-issuer.json'), 'utf8')) as JWK;
  const key = await importJWK({ kty, crv, x } as JWK, 'EdDSA');
  return {
    key,
    checks: { issuer: 'urn:almoner:development', audience: 'almoner', algorithms: ['EdDSA'], clockTolerance: 5 },
  };
}
