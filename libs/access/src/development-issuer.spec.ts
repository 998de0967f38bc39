import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readSettings } from '#libs/platform';
import { DevelopmentIssuer } from './development-issuer.js';
import { createTokenVerifier } from './token-verifier.js';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'almoner-issuer-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

describe('the development issuer', () => {
  it('has one key, whoever opens it first', async () => {
    const issuers = await Promise.all(Array.from({ length: 5 }, () => DevelopmentIssuer.open(dir)));
    expect(await readdir(dir)).toEqual(['dev-issuer.json']);
    const token = await issuers[0]?.issue({ role: 'inspector', area: '430225', name: 'Li' });
    for (const issuer of issuers)
      expect(await issuer.verify(token ?? '')).toMatchObject({
        sub: 'development:Li',
        role: 'inspector',
        area: '430225',
      });
  });

  it('makes a different name a different person, and the role a name when there is none', async () => {
    const issuer = await DevelopmentIssuer.open(dir);
    const claims = async (name?: string) => issuer.verify(await issuer.issue({ role: 'finance', name }));
    expect((await claims()).sub).toBe('development:finance');
    expect((await claims('a')).sub).not.toBe((await claims('b')).sub);
    expect(await claims()).toMatchObject({ area: '430000' });
  });

  it('is refused in production', async () => {
    const settings = { ...readSettings({ DATA_DIR: dir }), production: true };
    await expect(createTokenVerifier(settings)).rejects.toThrow('refused in production');
  });
});

describe('an identity provider', () => {
  it('whose keys cannot be had is no fault of the token', async () => {
    const settings = readSettings({
      OIDC_ISSUER: 'http://127.0.0.1:1',
      OIDC_AUDIENCE: 'almoner',
      OIDC_JWKS_URI: 'http://127.0.0.1:1/keys',
    });
    const verifier = await createTokenVerifier(settings);
    const token = await (await DevelopmentIssuer.open(dir)).issue({ role: 'finance' });
    await expect(verifier.verify(token)).rejects.toMatchObject({ status: 503, code: 'IDENTITY_PROVIDER_UNAVAILABLE' });
    await expect(verifier.verify('nonsense')).rejects.toMatchObject({ status: 401 });
  });
});
