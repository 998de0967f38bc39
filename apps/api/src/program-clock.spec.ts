import { describe, expect, it, jest } from '@jest/globals';
import type { DatabaseClock, EventStore } from '#libs/event-sourcing';
import { readSettings } from '#libs/platform';
import { ProgramClock } from './program-clock.js';

const production = {
  NODE_ENV: 'production',
  OIDC_ISSUER: 'https://id.example',
  OIDC_AUDIENCE: 'almoner',
  OIDC_JWKS_URI: 'https://id.example/keys',
};

function programClock(offset: number, env: Record<string, string>, head = 'start') {
  const startAt = jest.fn(async (_: string) => true);
  const clock = { offset: async () => offset, startAt } as unknown as DatabaseClock;
  const log = { head: async () => head } as unknown as EventStore;
  return { startAt, boot: () => new ProgramClock(clock, log, readSettings(env)).onModuleInit() };
}

describe('the program’s clock at boot', () => {
  it('is refused by production where it was ever moved', async () => {
    await expect(programClock(1, production).boot()).rejects.toThrow('moved clock');
    await expect(programClock(0, production).boot()).resolves.toBeUndefined();
  });

  it('starts in development at an instant, or with a date in the example’s zone', async () => {
    const byDate = programClock(0, { CLOCK_START: '2025-09-01' });
    await byDate.boot();
    expect(byDate.startAt).toHaveBeenCalledWith('2025-08-31T16:00:00.000Z');
    const byInstant = programClock(0, { CLOCK_START: '2025-09-01T01:00:00Z' });
    await byInstant.boot();
    expect(byInstant.startAt.mock.calls[0]?.[0]).toMatch(/^2025-09-01T01:00:00/);
    const unset = programClock(0, {});
    await unset.boot();
    expect(unset.startAt).not.toHaveBeenCalled();
    const recorded = programClock(0, { CLOCK_START: '2025-09-01' }, '17');
    await recorded.boot();
    expect(recorded.startAt).not.toHaveBeenCalled();
  });
});
