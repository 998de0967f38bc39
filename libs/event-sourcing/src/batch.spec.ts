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
  it('runs those together who come in one turn, and those who come meanwhile', async () => {
    const { batch, runs } = held();
    const answers = [1, 2, 3, 4, 5].map((item) => batch.ask(item));
    await settled();
    expect(runs.map(({ items }) => items)).toEqual([[1, 2, 3]]);
    runs[0]?.end();
    expect(await answers[0]).toBe('answer 1');
    answers.push(batch.ask(6));
    await settled();
    expect(runs.map(({ items }) => items)).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    runs[1]?.end();
    expect(await Promise.all(answers)).toEqual([1, 2, 3, 4, 5, 6].map((item) => `answer ${item}`));
  });

  it('lets a lone asker wait for nobody, time and again', async () => {
    const { batch, runs } = held();
    for (const item of [1, 2]) {
      const answer = batch.ask(item);
      await settled();
      expect(runs.at(-1)?.items).toEqual([item]);
      runs.at(-1)?.end();
      expect(await answer).toBe(`answer ${item}`);
      await settled();
    }
  });

  it('that fails tells its own askers, and goes on', async () => {
    const { batch, runs } = held();
    const first = batch.ask(1);
    await settled();
    const second = batch.ask(2);
    runs[0]?.end(new Error('gone'));
    await expect(first).rejects.toThrow('gone');
    await settled();
    runs[1]?.end();
    expect(await second).toBe('answer 2');
  });

  it('tells at once that too many wait', async () => {
    const batch = new Batch<number, number>(() => new Promise(() => undefined));
    for (let n = 0; n < 5_000; n++) void batch.ask(n).catch(() => undefined);
    await expect(batch.ask(5_000)).rejects.toMatchObject({ overloaded: true });
  });
});
