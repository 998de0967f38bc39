import { describe, expect, it } from '@jest/globals';
import { Batch } from './batch.js';

/** A batch whose runs are held until they are let go. */
function held() {
  const runs: { items: readonly number[]; end: (error?: Error) => void }[] = [];
  const batch = new Batch<number, string>(
    (items) =>
      new Promise((done, failed) =>
        runs.push({ items, end: (error) => (error ? failed(error) : done(items.map((item) => `answer ${item}`))) }),
      ),
    3,
  );
  return { batch, runs };
}

const settled = () => new Promise((done) => setImmediate(done));

describe('a batch', () => {
  it('runs a lone asker at once, and those who come meanwhile together', async () => {
    const { batch, runs } = held();
    const answers = [1, 2, 3, 4, 5].map((item) => batch.ask(item));
    expect(runs.map(({ items }) => items)).toEqual([[1]]);
    runs[0]?.end();
    expect(await answers[0]).toBe('answer 1');
    await settled();
    expect(runs.map(({ items }) => items)).toEqual([[1], [2, 3, 4]]);
    runs[1]?.end();
    await settled();
    runs[2]?.end();
    expect(await Promise.all(answers)).toEqual(['answer 1', 'answer 2', 'answer 3', 'answer 4', 'answer 5']);
  });

  it('that fails tells its own askers, and goes on', async () => {
    const { batch, runs } = held();
    const first = batch.ask(1);
    const second = batch.ask(2);
    runs[0]?.end(new Error('gone'));
    await expect(first).rejects.toThrow('gone');
    await settled();
    runs[1]?.end();
    expect(await second).toBe('answer 2');
  });
});
