import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from 'jose';
import { readSettings } from '#libs/platform';
import { createTokenVerifier, type TokenVerifier } from './token-verifier.js';

const issuer = 'https://id.example';
let keys: Server;
let privateKey: CryptoKey;
let verifier: TokenVerifier;
/** Whether the provider still lists its key. */
let listed = true;

beforeAll(async () => {
  const pair = await generateKeyPair('RS256');
  privateKey = pair.privateKey;
  const jwk = { ...(await exportJWK(pair.publicKey)), alg: 'RS256', use: 'sig', kid: 'one' };
  keys = createServer((_, response) =>
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: listed ? [jwk] : [] })),
  );
  await new Promise<void>((resolve) => keys.listen(0, '127.0.0.1', resolve));
  verifier = await createTokenVerifier(
    readSettings({
      OIDC_ISSUER: issuer,
      OIDC_AUDIENCE: 'almoner',
      OIDC_JWKS_URI: `http://127.0.0.1:${(keys.address() as AddressInfo).port}/`,
      OIDC_ROLE_CLAIM: 'almoner_role',
      OIDC_TOKEN_TYPE: 'at+jwt',
    }),
  );
});
afterAll(() => new Promise((resolve) => keys.close(resolve)));

const sign = (change: JWTPayload = {}, typ = 'at+jwt') => {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    sub: 'u1',
    iss: issuer,
    aud: 'almoner',
    iat: now,
    exp: now + 60,
    almoner_role: 'finance',
    area: '430225',
  };
  return new SignJWT({ ...claims, ...change }).setProtectedHeader({ alg: 'RS256', kid: 'one', typ }).sign(privateKey);
};

describe('tokens of an identity provider', () => {
  it('tell who somebody is by the claims that are set', async () => {
    expect(await verifier.verify(await sign())).toEqual({ subject: 'u1', name: 'u1', role: 'finance', area: '430225' });
    expect(await verifier.verify(await sign({ name: 'Li' }))).toMatchObject({ name: 'Li' });
  });

  it.each([
    ['another issuer', { iss: 'https://other.example' }],
    ['another audience', { aud: 'other' }],
    ['an end in the past', { exp: 1_700_000_000 }],
    ['an empty subject', { sub: '' }],
    ['a subject with a line break', { sub: 'a\nb' }],
  ])('are refused with %s', async (_, change) => {
    await expect(verifier.verify(await sign(change))).rejects.toMatchObject({ status: 401 });
  });

  it('are refused when of another type', async () => {
    await expect(verifier.verify(await sign({}, 'JWT'))).rejects.toMatchObject({ status: 401 });
  });

  it('are remembered, until the provider has withdrawn the key that signed them', async () => {
    const token = await sign({ exp: Math.floor(Date.now() / 1000) + 3_600 });
    await verifier.verify(token);
    const first = await verifier.verify(token);
    expect(await verifier.verify(token)).toBe(first);
    listed = false;
    expect(await verifier.verify(token)).toBe(first);
    const later = Date.now() + 601_000;
    const clock = jest.spyOn(Date, 'now').mockReturnValue(later);
    try {
      await expect(verifier.verify(token)).rejects.toMatchObject({ status: 401 });
    } finally {
      clock.mockRestore();
    }
  });
});
