import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  canonicalBytes,
  derivedId,
  leafHash,
  limits,
  RevisionConflict,
  TooLarge,
  type EventStore,
  type ExpectedRevision,
  type NewEvent,
  type RecordedEvent,
  type SubscriptionMessage,
} from '#libs/event-sourcing';

/** A store under test, and how to put it away. */
export interface StoreUnderTest {
  readonly store: EventStore;
  close(): Promise<void>;
}

const namespace = 'b2a0c3de-8f5e-4d52-9d9b-0c2c3f6a7e11';
let made = 0;

/** A new event; ids never repeat within a run. */
export function newEvent(more: Partial<NewEvent> = {}): NewEvent {
  made += 1;
  return {
    id: derivedId(namespace, made),
    type: 'Noted',
    schemaVersion: 1,
    data: canonicalBytes({ n: made }),
    metadata: { actor: 'officer-1', schemaVersion: '1' },
    ...more,
  };
}

/** Several new events. */
export const newEvents = (count: number, more: Partial<NewEvent> = {}): NewEvent[] =>
  Array.from({ length: count }, () => newEvent(more));

/** Everything that is read, as a list. */
export async function listed<T>(source: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const one of source) list.push(one);
  return list;
}

const later = () => new Promise((resolve) => setTimeout(resolve, 5));
const idsOf = (events: readonly { readonly id: string }[]) => events.map(({ id }) => id);

/** What every store promises, whatever it is made of. Positions are compared as the whole numbers that both stores give. */
export function eventStoreContract(name: string, makeStore: () => Promise<StoreUnderTest>): void {
  describe(`the log: ${name}`, () => {
    let store: EventStore;
    let close: () => Promise<void>;
    let streams = 0;
    const newStream = (words = 'note') => `${words}-${++streams}`;

    beforeAll(async () => {
      const made = await makeStore();
      store = made.store;
      close = () => made.close();
    }, 60_000);

    afterAll(() => close());

    const read = (stream: string, options?: Parameters<EventStore['readStream']>[1]) =>
      listed(store.readStream(stream, options));
    const conflict = async (stream: string, expected: ExpectedRevision, events: readonly NewEvent[]) => {
      const head = await store.head();
      const error = await store.append(stream, expected, events).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(RevisionConflict);
      expect(await store.head()).toBe(head);
      return error as RevisionConflict;
    };
    const allAfter = async (after: string, options: { max: number; types?: readonly string[] }) => {
      const events: RecordedEvent[] = [];
      const pages: number[] = [];
      let position = after;
      for (let caughtUp = false; !caughtUp;) {
        const page = await store.readAll(position, options);
        events.push(...page.events);
        pages.push(page.events.length);
        position = page.nextPosition;
        caughtUp = page.caughtUp;
      }
      return { events, pages, position };
    };

    describe('while it is empty', () => {
      it('has neither head nor events', async () => {
        expect(await store.head()).toBe('start');
        expect(await store.positionAt('2030-01-01T00:00:00.000Z')).toBe('start');
        expect(await store.readAll('start', { max: 10 })).toEqual({
          events: [],
          nextPosition: 'start',
          caughtUp: true,
        });
        expect(await read('note-0')).toEqual([]);
      });
    });

    describe('appending', () => {
      it('gives revisions from 0 and says where the last event lies', async () => {
        const stream = newStream();
        const first = await store.append(stream, 'no_stream', newEvents(2));
        expect(first).toEqual({ status: 'ok', revision: 1n, position: await store.head() });
        const second = await store.append(stream, 1n, newEvents(1));
        expect(second).toMatchObject({ status: 'ok', revision: 2n });
        expect(store.compare(first.position, second.position)).toBe(-1);
        expect((await read(stream)).map(({ revision }) => revision)).toEqual([0n, 1n, 2n]);
      });

      it('goes on at any revision of a stream that is there', async () => {
        const stream = newStream();
        await store.append(stream, 'no_stream', newEvents(1));
        expect(await store.append(stream, 'stream_exists', newEvents(2))).toMatchObject({ revision: 2n });
      });

      it.each([
        ['a stream that is there, taken for new', 'no_stream', 1n],
        ['a stream that has moved on', 0n, 1n],
        ['a revision that is not there yet', 7n, 1n],
      ] as const)('is a conflict on %s', async (_, expected, actual) => {
        const stream = newStream();
        await store.append(stream, 'no_stream', newEvents(2));
        expect(await conflict(stream, expected, newEvents(1))).toMatchObject({ stream, expected, actual });
      });

      it.each([0n, 'stream_exists'] as const)('at %s is a conflict where there is no stream', async (expected) => {
        expect(await conflict(newStream(), expected, newEvents(1))).toMatchObject({ actual: 'no_stream' });
      });

      it('is refused with nothing to append', async () => {
        await expect(store.append(newStream(), 'no_stream', [])).rejects.toThrow(TooLarge);
      });

      it.each([
        ['an event', () => [newEvent({ data: Buffer.alloc(limits.eventBytes + 1, 0x20) })]],
        ['too many events', () => newEvents(limits.eventsPerAppend + 1)],
        ['an append', () => newEvents(9, { data: Buffer.alloc(limits.eventBytes, 0x20) })],
      ])('is refused with %s over the limits', async (_, events) => {
        const stream = newStream();
        await expect(store.append(stream, 'no_stream', events())).rejects.toThrow(TooLarge);
        expect(await read(stream)).toEqual([]);
      });

      it('takes as many events as the limits allow, and the largest', async () => {
        const many = newEvents(limits.eventsPerAppend);
        const stream = newStream();
        expect(await store.append(stream, 'no_stream', many)).toMatchObject({ revision: 499n });
        const large = newEvent({ data: Buffer.alloc(limits.eventBytes, 0x20) });
        await store.append(stream, 499n, [large]);
        const [last] = await read(stream, { direction: 'backwards', max: 1 });
        expect(last?.data.byteLength).toBe(limits.eventBytes);
      });
    });

    describe('appending the same events again', () => {
      it.each([
        ['to a new stream', 'no_stream'],
        ['at any revision', 'stream_exists'],
      ] as const)('%s tells where they are, also when the stream has moved on', async (_, expected) => {
        const stream = newStream();
        if (expected === 'stream_exists') await store.append(stream, 'no_stream', newEvents(1));
        const events = newEvents(2);
        const first = await store.append(stream, expected, events);
        await store.append(stream, first.revision, newEvents(3));
        const head = await store.head();
        expect(await store.append(stream, expected, events)).toEqual({ ...first, status: 'duplicate' });
        expect(await store.head()).toBe(head);
      });

      it('at a revision tells where they are', async () => {
        const stream = newStream();
        await store.append(stream, 'no_stream', newEvents(3));
        const events = newEvents(2);
        const first = await store.append(stream, 2n, events);
        expect(await store.append(stream, 2n, events)).toEqual({ ...first, status: 'duplicate' });
      });

      it('with others among them is a conflict', async () => {
        const stream = newStream();
        const [one, two] = newEvents(2) as [NewEvent, NewEvent];
        await store.append(stream, 'no_stream', [one, two]);
        await conflict(stream, 'no_stream', [one, newEvent()]);
        await conflict(stream, 'no_stream', [one, two, newEvent()]);
        await conflict(stream, 1n, [newEvent(), two]);
        expect(await read(stream)).toHaveLength(2);
      });

      it('to another stream is a conflict', async () => {
        const [stream, other] = [newStream(), newStream()];
        const [event] = newEvents(1) as [NewEvent];
        await store.append(stream, 'no_stream', [event]);
        await conflict(other, 'no_stream', [event]);
        await conflict(other, 'no_stream', [newEvent(), event]);
      });

      it('twice in one append is a conflict', async () => {
        const [event] = newEvents(1) as [NewEvent];
        await conflict(newStream(), 'no_stream', [event, event]);
      });
    });

    describe('many writers at once', () => {
      it('fill the log without gap and without loss', async () => {
        const before = await store.head();
        const writers = Array.from({ length: 16 }, async () => {
          const stream = newStream();
          for (let n = 0; n < 5; n++)
            await store.append(stream, n === 0 ? 'no_stream' : BigInt(2 * n - 1), newEvents(2));
        });
        await Promise.all(writers);
        const { events } = await allAfter(before, { max: 37 });
        expect(events).toHaveLength(160);
        const first = before === 'start' ? 0 : Number(before) + 1;
        expect(events.map(({ position }) => Number(position))).toEqual(
          Array.from({ length: 160 }, (_, n) => first + n),
        );
        expect(new Set(idsOf(events)).size).toBe(160);
        const times = events.map(({ recordedAt }) => recordedAt);
        expect(times).toEqual(times.toSorted());
        expect(times.every((time) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(time))).toBe(true);
      });

      it('on one revision of one stream let one of them through', async () => {
        const stream = newStream();
        await store.append(stream, 'no_stream', newEvents(1));
        const outcomes = await Promise.allSettled(
          Array.from({ length: 16 }, () => store.append(stream, 0n, newEvents(1))),
        );
        expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
        const reasons = outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
        expect(reasons.every((reason) => reason instanceof RevisionConflict)).toBe(true);
        expect(await read(stream)).toHaveLength(2);
      });

      it('with the same events all get the same answer', async () => {
        const stream = newStream();
        const events = newEvents(2);
        const answers = await Promise.all(Array.from({ length: 8 }, () => store.append(stream, 'no_stream', events)));
        expect(answers.filter(({ status }) => status === 'ok')).toHaveLength(1);
        expect(new Set(answers.map(({ position }) => position)).size).toBe(1);
        expect(await read(stream)).toHaveLength(2);
      });
    });

    describe('what is kept', () => {
      it.each([
        ['letters of all scripts', canonicalBytes({ 名: '湘株炎陵 😂 ﷽ A\u030a' })],
        ['control characters', canonicalBytes({ text: '\u0000\u0001\b\t\n"\\\u007f' })],
        ['bytes that are no text', Buffer.from([0, 255, 254, 128, 10, 13, 0])],
        ['nothing', Buffer.alloc(0)],
      ])('is %s, byte for byte', async (_, data) => {
        const stream = newStream('户口 😂');
        const event = newEvent({ type: '申请已提交', data, metadata: { actor: '张三 "\\', area: '', 名: 'x' } });
        await store.append(stream, 'no_stream', [event]);
        const [kept] = await read(stream);
        expect(kept).toMatchObject({ streamId: stream, id: event.id, type: event.type, metadata: event.metadata });
        expect(Buffer.from((kept as RecordedEvent).data)).toEqual(data);
      });

      it('carries the leaf hash over exactly what is read', async () => {
        const stream = newStream('户口');
        await store.append(stream, 'no_stream', [newEvent({ type: '申请' }), newEvent({ schemaVersion: 12 })]);
        const events = await read(stream);
        expect(events.map(({ schemaVersion }) => schemaVersion)).toEqual([1, 12]);
        for (const event of events) {
          const { position, revision, recordedAt, streamId, id, type, data, metadata } = event;
          const hash = leafHash({
            position: BigInt(position),
            revision,
            recordedAt: Date.parse(recordedAt),
            streamId,
            eventId: id,
            type,
            data,
            metadata: canonicalBytes(metadata),
          });
          expect(Buffer.from(event.leafHash)).toEqual(hash);
        }
      });
    });

    describe('reading a stream', () => {
      const stream = 'long-stream';
      const events = newEvents(1203);
      let third: string;

      beforeAll(async () => {
        await store.append(stream, 'no_stream', events.slice(0, 3));
        third = await store.head();
        for (let at = 3; at < events.length; at += 400)
          await store.append(stream, BigInt(at - 1), events.slice(at, at + 400));
      });

      it('gives everything in order, beyond a page', async () => {
        expect(idsOf(await read(stream))).toEqual(idsOf(events));
        expect(idsOf(await read(stream, { direction: 'backwards' }))).toEqual(idsOf(events.toReversed()));
      });

      it('starts at a revision and ends after a number', async () => {
        const revisions = async (options: Parameters<EventStore['readStream']>[1]) =>
          (await read(stream, options)).map(({ revision }) => Number(revision));
        expect(await revisions({ from: 1200n })).toEqual([1200, 1201, 1202]);
        expect(await revisions({ from: 2n, max: 2 })).toEqual([2, 3]);
        expect(await revisions({ from: 2n, direction: 'backwards' })).toEqual([2, 1, 0]);
        expect(await revisions({ max: 1, direction: 'backwards' })).toEqual([1202]);
        expect(await revisions({ from: 5000n })).toEqual([]);
        expect(await revisions({ max: 0 })).toEqual([]);
      });

      it('cuts at a position, that one included', async () => {
        expect(idsOf(await read(stream, { upTo: third }))).toEqual(idsOf(events.slice(0, 3)));
        expect(idsOf(await read(stream, { upTo: third, direction: 'backwards', max: 1 }))).toEqual([events[2]?.id]);
        expect(await read(stream, { upTo: 'start' })).toEqual([]);
      });
    });

    describe('reading the log', () => {
      it('goes on page by page, and past what a filter leaves out', async () => {
        const before = await store.head();
        const kinds = ['Kept', 'Left', 'Left', 'Left', 'Kept', 'Left', 'Left'];
        const events = kinds.map((type) => newEvent({ type }));
        await store.append(newStream(), 'no_stream', events);
        const whole = await allAfter(before, { max: 3 });
        expect(idsOf(whole.events)).toEqual(idsOf(events));
        expect(whole.pages).toEqual([3, 3, 1]);
        const some = await allAfter(before, { max: 3, types: ['Kept'] });
        expect(idsOf(some.events)).toEqual([events[0]?.id, events[4]?.id]);
        expect(some.pages).toEqual([1, 1, 0]);
        expect(some.position).toBe(await store.head());
        expect(await store.readAll(before, { max: 3, types: [] })).toMatchObject({ events: [], caughtUp: false });
      });

      it('from its head on gives nothing yet', async () => {
        const head = await store.head();
        expect(await store.readAll(head, { max: 10 })).toEqual({ events: [], nextPosition: head, caughtUp: true });
      });

      it('from beyond its head stays where it was asked', async () => {
        const beyond = String(Number(await store.head()) + 1000);
        expect(await store.readAll(beyond, { max: 10 })).toEqual({ events: [], nextPosition: beyond, caughtUp: true });
      });

      it('knows the order of positions and which text is one', async () => {
        const head = await store.head();
        expect(store.compare('start', head)).toBe(-1);
        expect(store.compare(head, 'start')).toBe(1);
        expect(store.compare(head, head)).toBe(0);
        expect(store.compare('start', 'start')).toBe(0);
        expect(store.compare('9', '10')).toBe(-1);
        expect(store.isPosition(head)).toBe(true);
        for (const text of ['', 'start', '-1', '01', '1.5', '1e3', ' 1', '99999999999999999999'])
          expect(store.isPosition(text)).toBe(false);
      });
    });

    describe('following the log', () => {
      it('tells events, then how far it is, then that it has caught up, and then what comes', async () => {
        const before = await store.head();
        const first = newEvents(2, { type: 'Followed' });
        const stream = newStream();
        const { position: one } = await store.append(stream, 'no_stream', [...first, newEvent({ type: 'Other' })]);
        const stop = new AbortController();
        const told: SubscriptionMessage[] = [];
        const second = newEvent({ type: 'Followed' });
        for await (const message of store.subscribeAll(before, { types: ['Followed'] }, stop.signal)) {
          told.push(message);
          if (told.length === 4) await store.append(stream, 2n, [second]);
          if (told.length === 7) stop.abort();
        }
        expect(told.map((message) => (message.kind === 'event' ? message.event.id : message.kind))).toEqual([
          ...idsOf(first),
          'checkpoint',
          'caught-up',
          second.id,
          'checkpoint',
          'caught-up',
        ]);
        expect(told[2]).toEqual({ kind: 'checkpoint', position: one });
        expect(told[5]).toEqual({ kind: 'checkpoint', position: await store.head() });
      });

      it('ends at once when it is told to', async () => {
        expect(await listed(store.subscribeAll('start', {}, AbortSignal.abort()))).toEqual([]);
        const waiting = listed(store.subscribeAll(await store.head(), {}, AbortSignal.timeout(20)));
        expect(await waiting).toEqual([{ kind: 'caught-up' }]);
      });
    });

    describe('what was known at an instant', () => {
      it('is everything recorded up to it', async () => {
        const stream = newStream();
        await later();
        const before = await store.head();
        const one = await store.append(stream, 'no_stream', newEvents(2));
        await later();
        const two = await store.append(stream, 1n, newEvents(1));
        const [first, , third] = (await read(stream)) as [RecordedEvent, RecordedEvent, RecordedEvent];
        const justBefore = (instant: string) => new Date(Date.parse(instant) - 1).toISOString();
        expect(await store.positionAt(justBefore(first.recordedAt))).toBe(before);
        expect(await store.positionAt(first.recordedAt)).toBe(one.position);
        expect(await store.positionAt(justBefore(third.recordedAt))).toBe(one.position);
        expect(await store.positionAt(third.recordedAt)).toBe(two.position);
        expect(await store.positionAt('2999-01-01T00:00:00.000Z')).toBe(await store.head());
        expect(await store.positionAt('1999-01-01T00:00:00.000Z')).toBe('start');
      });
    });
  });
}
