import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { describeSettings, envExample, readSettings, SettingsError } from './settings.js';

const oidc = { OIDC_ISSUER: 'https://id.example', OIDC_AUDIENCE: 'almoner', OIDC_JWKS_URI: 'https://id.example/keys' };

describe('settings', () => {
  it('have defaults that work in development', () => {
    const settings = readSettings({});
    expect(settings).toMatchObject({
      port: 3000,
      host: '127.0.0.1',
      production: false,
      logLevel: 'warn',
      oidc: undefined,
    });
    expect(settings.dataDir).toMatch(/\/\.data$/);
    expect(settings.keysDir).toBe(settings.dataDir);
    expect(readSettings({ KEYS_DIR: '/keys' }).keysDir).toBe('/keys');
    expect(settings.bankFilesDir).toBe(join(settings.dataDir, 'bank-files'));
  });

  it('count empty values as not set', () => {
    expect(readSettings({ PORT: '', DATABASE_URL: ' ' })).toMatchObject({ port: 3000, databaseUrl: undefined });
  });

  it.each([
    ['PORT', '70000'],
    ['PORT', '3000x'],
    ['PORT', '-1'],
    ['HOST', 'a b'],
    ['DATABASE_URL', 'mysql://x/y'],
    ['DATABASE_URL', 'nonsense'],
    ['DATABASE_POOL_SIZE', '1'],
    ['NODE_ENV', 'prod'],
    ['LOG_LEVEL', 'loud'],
    ['EVENT_STORE', 'paper'],
    ['EVENTSTORE_URL', 'http://store:2113'],
    ['EVENTSTORE_URL', 'esdb://'],
    ['EVENTSTORE_URL', 'esdb://store:2113'],
    ['CLOCK_START', '2025-02-30'],
    ['CLOCK_START', '2025-09-01T25:00:00Z'],
    ['CLOCK_START', 'tomorrow'],
    ['OIDC_ISSUER', 'id'],
  ])('name the wrong one: %s=%s', (name, value) => {
    const read = () => readSettings({ [name]: value });
    expect(read).toThrow(SettingsError);
    expect(read).toThrow(new RegExp(`^${name} must [^\\n]+$`));
  });

  it('take a start of the clock in development only', () => {
    expect(readSettings({ CLOCK_START: '2025-09-01' }).clockStart).toBe('2025-09-01');
    expect(readSettings({ CLOCK_START: '2025-09-01T08:00:00.000Z' }).clockStart).toBe('2025-09-01T08:00:00.000Z');
    const env = { NODE_ENV: 'production', CLOCK_START: '2025-09-01', ...oidc };
    expect(() => readSettings(env)).toThrow('CLOCK_START is refused in production');
  });

  it('need to know where EventStoreDB is when it is to be used', () => {
    expect(() => readSettings({ EVENT_STORE: 'esdb' })).toThrow('EVENTSTORE_URL is required where EVENT_STORE is esdb');
    for (const url of [
      'esdb://store?tls=false',
      'esdb://writer:secret@one:2113,two:2113,three:2113?nodePreference=leader&tlsCAFile=/etc/ssl/ca.crt',
      'esdb+discover://writer:secret@cluster.example:2113',
    ])
      expect(readSettings({ EVENT_STORE: 'esdb', EVENTSTORE_URL: url })).toMatchObject({
        eventStore: 'esdb',
        eventStoreUrl: url,
      });
  });

  it('need an identity provider in production, whole', () => {
    expect(() => readSettings({ NODE_ENV: 'production' })).toThrow('OIDC_ISSUER is required in production');
    expect(() => readSettings({ ...oidc, OIDC_AUDIENCE: '' })).toThrow(/^OIDC_AUDIENCE is missing/);
    expect(readSettings({ NODE_ENV: 'production', ...oidc })).toMatchObject({
      production: true,
      oidc: { roleClaim: 'role', areaClaim: 'area', nameClaim: 'name', tokenType: undefined },
    });
  });

  it('are all described, and all in the example', () => {
    const names = describeSettings().map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, en, zh } of describeSettings()) {
      expect(envExample()).toContain(`\n#${name}=`);
      expect(en).not.toBe('');
      expect(zh).toMatch(/\p{Script=Han}/u);
    }
  });

  it('stand in .env.example as they are', () => {
    const file = join(import.meta.dirname, '../../../.env.example');
    expect(readFileSync(file, 'utf8')).toBe(envExample());
  });
});
