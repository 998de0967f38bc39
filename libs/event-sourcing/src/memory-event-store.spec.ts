import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { derivedId } from './aggregate-store.js';
import { RevisionConflict, type NewEvent, type RecordedEvent } from './event-store.js';
import { MemoryEventStore } from './memory-event-store.js';

const namespace = '0b6a4f55-5a57-43f5-8f5c-2f1f6a0c4d11';
const event = (n: number): NewEvent => ({
  id: derivedId(namespace, n),
  type: n % 2 === 0 ? 'Even' : 'Odd',
  schemaVersion: 1,
  data: Buffer.from(String(n)),
  metadata: {},
});
const all = async (events: AsyncIterable<RecordedEvent>) => {
  const list: RecordedEvent[] = [];
  for await (const one of events) list.push(one);
  return list;
};

describe('the log in memory', () => {
  it('holds what a plain list of accepted appends holds, whatever is appended where and read how', async () => {
    const attempt = fc.record({
      stream: fc.constantFrom('a-1', 'a-2', 'b-1'),
      revisionOff: fc.constantFrom(0, 0, 0, 0, 1, -1),
      first: fc.nat(40),
      size: fc.integer({ min: 1, max: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(attempt, { maxLength: 25 }), fc.integer({ min: 1, max: 7 }), async (attempts, max) => {
        const store = new MemoryEventStore(() => '2025-09-01T00:00:00.000Z');
        const model: { stream: string; id: string; type: string }[] = [];
        for (const { stream, revisionOff, first, size } of attempts) {
          const events = Array.from({ length: size }, (_, n) => event(first + n));
          const past = model.filter((one) => one.stream === stream);
          const at = past.length - 1 + revisionOff;
          if (at < -1) continue;
          const repeated = events.every(({ id }, n) => past[at + 1 + n]?.id === id);
          const fits = revisionOff === 0 && !events.some(({ id }) => model.some((one) => one.id === id));
          const outcome = store.append(stream, at === -1 ? 'no_stream' : BigInt(at), events);
          if (repeated) {
            expect(await outcome).toMatchObject({ status: 'duplicate', revision: BigInt(at + size) });
          } else if (fits) {
            model.push(...events.map(({ id, type }) => ({ stream, id, type })));
            expect(await outcome).toEqual({
              status: 'ok',
              revision: BigInt(at + size),
              position: String(model.length - 1),
            });
          } else {
            await expect(outcome).rejects.toThrow(RevisionConflict);
          }
        }
        for (const types of [undefined, ['Even']]) {
          const read: RecordedEvent[] = [];
          let position: string = 'start';
          for (let caughtUp = false; !caughtUp;) {
            const page = await store.readAll(position, { max, ...(types && { types }) });
            read.push(...page.events);
            position = page.nextPosition;
            caughtUp = page.caughtUp;
          }
          expect(read.map(({ id }) => id)).toEqual(
            model.filter(({ type }) => types?.includes(type) ?? true).map(({ id }) => id),
          );
        }
        for (const stream of ['a-1', 'a-2', 'b-1']) {
          const ids = model.filter((one) => one.stream === stream).map(({ id }) => id);
          expect((await all(store.readStream(stream))).map(({ id }) => id)).toEqual(ids);
          expect((await all(store.readStream(stream, { direction: 'backwards' }))).map(({ id }) => id)).toEqual(
            ids.toReversed(),
          );
        }
      }),
      { seed: 20250901, numRuns: 200 },
    );
  });

  it('never records earlier than the event before, even when its clock steps back', async () => {
    const times = ['2025-09-01T00:00:05.000Z', '2025-09-01T00:00:01.000Z'];
    const store = new MemoryEventStore(() => times.shift() ?? '');
    await store.append('a-1', 'no_stream', [event(1)]);
    await store.append('a-1', 0n, [event(2)]);
    expect((await all(store.readStream('a-1'))).map(({ recordedAt }) => recordedAt)).toEqual([
      '2025-09-01T00:00:05.000Z',
      '2025-09-01T00:00:05.000Z',
    ]);
  });
});
