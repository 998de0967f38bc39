import { describe, expect, it } from '@jest/globals';
import { compared, inRounds, keepInFlight, median, quantile, type Measure } from './rounds.js';

describe('rounds', () => {
  it('let another contender begin each time', async () => {
    const order: string[] = [];
    const contender = (name: string) => async (): Promise<Measure> => {
      order.push(name);
      return { perSecond: order.length };
    };
    const measures = await inRounds(3, { a: contender('a'), b: contender('b'), c: contender('c') });
    expect(order).toEqual(['a', 'b', 'c', 'b', 'c', 'a', 'c', 'a', 'b']);
    expect(measures['a']?.map(({ perSecond }) => perSecond)).toEqual([1, 6, 8]);
  });

  it('compare medians, tell the range within rounds, and give more than one where ours is faster', () => {
    const rates = (...values: number[]) => values.map((perSecond) => ({ perSecond, p99Ms: perSecond / 10 }));
    const names = { case: '64 in flight', against: 'pgbench', unit: 'events/s' };
    expect(compared(names, rates(200, 300, 1000), rates(100, 200, 100))).toEqual({
      ...names,
      value: 300,
      baseline: 100,
      ratio: 3,
      ratioRange: [1.5, 10],
      p99Ms: 30,
      baselineP99Ms: 10,
    });
  });

  it('keep as much under way as they say, and no more', async () => {
    let now = 0;
    let most = 0;
    const { perSecond, p99Ms } = await keepInFlight(5, 0.05, async () => {
      most = Math.max(most, ++now);
      await new Promise((done) => setImmediate(done));
      now--;
    });
    expect(most).toBe(5);
    expect(perSecond).toBeGreaterThan(5);
    expect(p99Ms).toBeGreaterThan(0);
  });

  it.each([
    [[3, 1, 2], 2],
    [[4, 1, 2, 3], 2.5],
  ])('the median of %j is %d', (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  it('the quantile is taken by size, not by order', () => {
    expect(quantile([...Array(100).keys()].reverse(), 0.99)).toBe(99);
    expect(quantile([5], 0.99)).toBe(5);
  });
});
