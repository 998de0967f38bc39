import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { AppendBatcher, batchLimits, type Append, type BatchLimits, type Verdict } from './append-batcher.js';
import { OutcomeUnknown, Unavailable } from './event-store.js';

const ok: Verdict = { outcome: 'ok', revision: 0n, position: '0' };

/** A log that keeps each batch until it is told to answer it. */
class SlowLog {
  readonly batches: string[][] = [];
  private readonly answers: ((outcomes: readonly (Verdict | Error)[]) => void)[] = [];

  readonly send = (batch: readonly Append[]) => {
    this.batches.push(batch.map(({ stream }) => stream));
    return new Promise<readonly (Verdict | Error)[]>((resolve) => this.answers.push(resolve));
  };

  /** Answers the batch that was sent first. */
  answer(...outcomes: readonly (Verdict | Error)[]): void {
    const index = this.batches.length - this.answers.length;
    this.answers.shift()?.(outcomes.length > 0 ? outcomes : (this.batches[index] ?? []).map(() => ok));
  }
}

const turn = async () => {
  for (let n = 0; n < 4; n += 1) await new Promise((resolve) => setImmediate(resolve));
};

describe('appends in batches', () => {
  let log: SlowLog;
  const newBatcher = (limits: Partial<BatchLimits> = {}) =>
    new AppendBatcher(log.send, { ...batchLimits, batchesAtOnce: 1, ...limits });
  const append = (batcher: AppendBatcher<Append>, stream: string, bytes = 1, deadlineMs = 1000) => {
    const outcome = batcher.add({ stream, bytes }, deadlineMs).then(
      ({ outcome }) => outcome,
      (error: unknown) => error,
    );
    return outcome;
  };

  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'performance'] });
    log = new SlowLog();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('gathers what comes while a batch is being written', async () => {
    const batcher = newBatcher();
    const all = [append(batcher, 'a'), append(batcher, 'b')];
    await turn();
    all.push(append(batcher, 'c'), append(batcher, 'd'));
    await turn();
    expect(log.batches).toEqual([['a', 'b']]);
    log.answer();
    await turn();
    expect(log.batches).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
    log.answer();
    expect(await Promise.all(all)).toEqual(['ok', 'ok', 'ok', 'ok']);
  });

  it('takes one append of a stream at a time, in their order', async () => {
    const batcher = newBatcher({ batchesAtOnce: 2 });
    const all = ['a', 'a', 'b', 'a'].map((stream) => append(batcher, stream));
    await turn();
    expect(log.batches).toEqual([['a', 'b']]);
    for (let n = 2; n <= 3; n += 1) {
      log.answer();
      await turn();
      expect(log.batches).toHaveLength(n);
      expect(log.batches.at(-1)).toEqual(['a']);
    }
    log.answer();
    expect(await Promise.all(all)).toEqual(['ok', 'ok', 'ok', 'ok']);
  });

  it('sends no more batches at once than it may', async () => {
    const batcher = newBatcher({ batchesAtOnce: 2 });
    for (const stream of ['a', 'b', 'c', 'd']) {
      void append(batcher, stream);
      await turn();
    }
    expect(log.batches).toEqual([['a'], ['b']]);
    log.answer();
    await turn();
    expect(log.batches.at(-1)).toEqual(['c', 'd']);
  });

  it('fills a batch up to its limits, and sends one that is larger by itself', async () => {
    const batcher = newBatcher({ batchCommands: 3, batchBytes: 10 });
    for (const [stream, bytes] of [
      ['a', 4],
      ['b', 6],
      ['c', 1],
      ['d', 99],
      ['e', 1],
      ['f', 1],
      ['g', 1],
      ['h', 1],
    ] as const)
      void append(batcher, stream, bytes);
    for (let n = 0; n < 5; n += 1) {
      await turn();
      log.answer();
    }
    expect(log.batches).toEqual([['a', 'b'], ['c'], ['d'], ['e', 'f', 'g'], ['h']]);
  });

  it('gives each its own outcome', async () => {
    const batcher = newBatcher();
    const all = ['a', 'b', 'c'].map((stream) => append(batcher, stream));
    await turn();
    const gone = new OutcomeUnknown('gone');
    log.answer({ ...ok, outcome: 'conflict' }, gone);
    expect(await Promise.all(all)).toEqual(['conflict', gone, expect.any(OutcomeUnknown)]);
  });

  it.each([
    { what: 'many', limits: { waitingCommands: 2 } },
    { what: 'large', limits: { waitingBytes: 25 } },
  ])('refuses at once when too $what are waiting, and takes them again later', async ({ limits }) => {
    const batcher = newBatcher(limits);
    void append(batcher, 'sent', 10);
    await turn();
    void append(batcher, 'a', 10);
    void append(batcher, 'b', 10);
    expect(await append(batcher, 'c', 10)).toMatchObject({ overloaded: true });
    log.answer();
    await turn();
    expect(log.batches.at(-1)).toEqual(['a', 'b']);
    const again = append(batcher, 'c', 10);
    log.answer();
    await turn();
    log.answer();
    expect(await again).toBe('ok');
  });

  it('does not know what became of those that were sent, and knows that the others were not', async () => {
    const batcher = newBatcher();
    const sent = append(batcher, 'a', 1, 50);
    await turn();
    const [waiting, behind, later] = [append(batcher, 'b', 1, 50), append(batcher, 'a', 1, 50), append(batcher, 'b')];
    jest.advanceTimersByTime(60);
    expect(await sent).toBeInstanceOf(OutcomeUnknown);
    expect(await waiting).toBeInstanceOf(Unavailable);
    expect(await behind).toBeInstanceOf(Unavailable);
    log.answer();
    await turn();
    expect(log.batches).toEqual([['a'], ['b']]);
    log.answer();
    expect(await later).toBe('ok');
    const last = append(batcher, 'a');
    await turn();
    log.answer();
    expect(await last).toBe('ok');
  });

  it('answers all that it has taken before it is closed', async () => {
    const batcher = newBatcher();
    const first = append(batcher, 'a');
    await turn();
    const second = append(batcher, 'a');
    let closed = false;
    const closing = batcher.close().then(() => (closed = true));
    expect(await append(batcher, 'b')).toBeInstanceOf(Unavailable);
    log.answer();
    await turn();
    expect(closed).toBe(false);
    log.answer();
    await closing;
    expect(await Promise.all([first, second])).toEqual(['ok', 'ok']);
  });
});
