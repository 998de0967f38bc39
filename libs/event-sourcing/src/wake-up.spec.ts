import { describe, expect, it } from '@jest/globals';
import { WakeUp } from './wake-up.js';

const tookMs = async (wait: Promise<void>) => {
  const start = performance.now();
  await wait;
  return performance.now() - start;
};

describe('waiting for news', () => {
  it('ends with the next ring', async () => {
    const wakeUp = new WakeUp();
    const waits = [wakeUp.wait(5_000), wakeUp.wait(5_000)];
    wakeUp.ring();
    expect(await tookMs(Promise.all(waits).then(() => undefined))).toBeLessThan(1_000);
  });

  it('misses no ring between looking and waiting', async () => {
    const wakeUp = new WakeUp();
    const heard = wakeUp.rings;
    wakeUp.ring();
    expect(await tookMs(wakeUp.wait(5_000, undefined, heard))).toBeLessThan(1_000);
  });

  it('ends by itself, for polling stays the truth', async () => {
    const wakeUp = new WakeUp();
    wakeUp.ring();
    expect(await tookMs(wakeUp.wait(30))).toBeGreaterThanOrEqual(20);
  });

  it('ends when it is called off, before or meanwhile', async () => {
    const wakeUp = new WakeUp();
    const stop = new AbortController();
    const waiting = wakeUp.wait(5_000, stop.signal);
    stop.abort();
    expect(await tookMs(waiting)).toBeLessThan(1_000);
    expect(await tookMs(wakeUp.wait(5_000, stop.signal))).toBeLessThan(1_000);
  });
});
