import { createSecretKey } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { KeyCache } from './key-cache.js';

const key = createSecretKey(Buffer.alloc(32));
const cacheOf = (size: number) => {
  const clock = { now: 0 };
  return { clock, cache: new KeyCache({ size, maxAgeMs: 100, now: () => clock.now }) };
};

describe('unwrapped keys', () => {
  it('are bounded: the least recently used leaves', () => {
    const { cache } = cacheOf(2);
    cache.add({ id: 'a', slot: 'A', key });
    cache.add({ id: 'b', slot: 'B', key });
    cache.find('A');
    cache.add({ id: 'c', key });
    expect(cache.size).toBe(2);
    expect([cache.find('A')?.id, cache.find('B'), cache.get('b')]).toEqual(['a', undefined, undefined]);
  });

  it('leave after their time however often they are used', () => {
    const { cache, clock } = cacheOf(2);
    cache.add({ id: 'a', slot: 'A', key });
    clock.now = 99;
    expect(cache.find('A')?.id).toBe('a');
    clock.now = 100;
    expect([cache.find('A'), cache.size]).toEqual([undefined, 0]);
  });

  it('leave at once when they are forgotten', () => {
    const { cache } = cacheOf(2);
    cache.add({ id: 'a', slot: 'A', key });
    cache.forget(['a', 'z']);
    expect([cache.get('a'), cache.find('A'), cache.size]).toEqual([undefined, undefined, 0]);
  });

  it('keep the slot that they seal when they are looked up for reading too', () => {
    const { cache } = cacheOf(2);
    cache.add({ id: 'a', slot: 'A', key });
    cache.add({ id: 'a', key });
    expect(cache.find('A')?.id).toBe('a');
  });
});
