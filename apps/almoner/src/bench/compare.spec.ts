import { describe, expect, it } from '@jest/globals';
import { compare, median } from './compare.js';

describe('comparison with a baseline', () => {
  it('alternates which side begins, and takes the ratio within each round', async () => {
    const order: string[] = [];
    const round = (name: string, times: number[]) => async () => {
      order.push(name);
      return times.shift() ?? NaN;
    };
    const found = await compare(
      { rounds: 3, events: 10 },
      round('subject', [20, 400, 60]),
      round('plain', [10, 100, 30]),
    );
    expect(order).toEqual(['subject', 'plain', 'plain', 'subject', 'subject', 'plain']);
    expect(found).toEqual({
      rounds: 3,
      perEventUs: 6000,
      eventsPerSecond: 167,
      baselinePerEventUs: 3000,
      baselineEventsPerSecond: 333,
      ratio: 2,
      ratioRange: [2, 4],
    });
  });

  it.each([
    [[3, 1, 2], 2],
    [[4, 1, 2, 3], 2.5],
  ])('the median of %j is %d', (values, expected) => {
    expect(median(values)).toBe(expected);
  });
});
