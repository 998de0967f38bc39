import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  canonicalBytes,
  derivedId,
  leafHash,
  limits,
  OutcomeUnknown,
  RevisionConflict,
  TooLarge,
  Unavailable,
  type Appended,
  type Capability,
  type EventStore,
  type ExpectedRevision,
  type NewEvent,
  type RecordedEvent,
  type SubscriptionMessage,
} from '#libs/event-sourcing';
import type { Link } from '../stand-in/link.mjs';

/** A store under test, and how to put it away. */
export interface StoreUnderTest {
  readonly store: EventStore;
  close(): Promise<void>;
  /** The line to the server, where there is one. */
  readonly link?: Pick<Link, 'silence' | 'loseAnswers' | 'forget' | 'drop' | 'mend'>;
  /** The server is gone; what this gives brings it back. */
  fail?(): Promise<() => Promise<void>>;
}

/** What can be asked of a store. */
export interface Conditions {
  /** Others have written to the server before: nothing is asked of an empty log. */
  readonly used?: boolean;
  /** `link` is there. */
  readonly link?: boolean;
  /** `fail` is there. */
  readonly fail?: boolean;
}

jest.setTimeout(30_000);

const namespace = 'b2a0c3de-8f5e-4d52-9d9b-0c2c3f6a7e11';
// Against a server that keeps what earlier runs wrote, ids must be others than theirs.
let made = process.env['EVENTSTORE_TEST_URL'] === undefined ? 0 : Date.now() * 1_000;

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

/** The same append, until it is answered: what a caller does who does not know the outcome. */
export async function untilAnswered(append: () => Promise<Appended>): Promise<Appended> {
  for (;;) {
    try {
      return await append();
    } catch (error) {
      if (!(error instanceof OutcomeUnknown || error instanceof Unavailable)) throw error;
      await later();
    }
  }
}

const idsOf = (events: readonly { readonly id: string }[]) => events.map(({ id }) => id);

/** What every store promises, whatever it is made of. Positions are compared as the whole numbers that both stores give. */
export function eventStoreContract(
  name: string,
  makeStore: () => Promise<StoreUnderTest>,
  conditions: Conditions = {},
): void {
  const run = conditions.used ? derivedId(namespace, Date.now()) : 'a';
  describe(`the log: ${name}`, () => {
    let store: EventStore;
    let close: () => Promise<void>;
    let link: NonNullable<StoreUnderTest['link']>;
    let fail: NonNullable<StoreUnderTest['fail']>;
    let streams = 0;
    const newStream = (words = 'note') => `${words}-${run}-${++streams}`;
    const has = (capability: Capability) => store.capabilities.has(capability);
    /** What a repetition is answered with. */
    const repeated = (first: Appended): Appended => ({
      ...first,
      status: has('tells-duplicates') ? 'duplicate' : 'ok',
    });

    beforeAll(async () => {
      const made = await makeStore();
      store = made.store;
      if (made.link) link = made.link;
      if (made.fail) fail = () => (made.fail as NonNullable<StoreUnderTest['fail']>)();
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

    (conditions.used ? describe.skip : describe)('while it is empty', () => {
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
        expect(await store.append(stream, expected, events)).toEqual(repeated(first));
        expect(await store.head()).toBe(head);
      });

      it('at a revision tells where they are', async () => {
        const stream = newStream();
        await store.append(stream, 'no_stream', newEvents(3));
        const events = newEvents(2);
        const first = await store.append(stream, 2n, events);
        expect(await store.append(stream, 2n, events)).toEqual(repeated(first));
      });

      it('with others among them is a conflict', async () => {
        const stream = newStream();
        const [one, two] = newEvents(2) as [NewEvent, NewEvent];
        await store.append(stream, 'no_stream', [one, two]);
        await conflict(stream, 'no_stream', [one, newEvent()]);
        await conflict(stream, 'no_stream', [one, two, newEvent()]);
        if (has('unique-event-ids')) await conflict(stream, 1n, [newEvent(), two]);
        expect(await read(stream)).toHaveLength(2);
      });

      it('to another stream is a conflict, where ids are known beyond their stream', async () => {
        if (!has('unique-event-ids')) return;
        const [stream, other] = [newStream(), newStream()];
        const [event] = newEvents(1) as [NewEvent];
        await store.append(stream, 'no_stream', [event]);
        await conflict(other, 'no_stream', [event]);
        await conflict(other, 'no_stream', [newEvent(), event]);
      });

      it('twice in one append is a conflict, where ids are known beyond their place', async () => {
        if (!has('unique-event-ids')) return;
        const [event] = newEvents(1) as [NewEvent];
        await conflict(newStream(), 'no_stream', [event, event]);
      });
    });

    describe('many writers at once', () => {
      it('fill the log in one order, without loss', async () => {
        const before = await store.head();
        const writers = Array.from({ length: 16 }, async () => {
          const stream = newStream();
          for (let n = 0; n < 5; n++)
            await store.append(stream, n === 0 ? 'no_stream' : BigInt(2 * n - 1), newEvents(2));
        });
        await Promise.all(writers);
        const { events } = await allAfter(before, { max: 37 });
        expect(events).toHaveLength(160);
        const positions = events.map(({ position }) => Number(position));
        const first = before === 'start' ? 0 : Number(before) + 1;
        if (has('gapless-positions')) expect(positions).toEqual(Array.from({ length: 160 }, (_, n) => first + n));
        else expect(positions).toEqual(positions.toSorted((a, b) => a - b));
        expect(new Set(positions).size).toBe(160);
        expect(new Set(idsOf(events)).size).toBe(160);
        const times = events.map(({ recordedAt }) => recordedAt);
        if (has('gapless-positions')) expect(times).toEqual(times.toSorted());
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
        expect(answers.filter(({ status }) => status === 'ok')).toHaveLength(has('tells-duplicates') ? 1 : 8);
        expect(new Set(answers.map(({ position }) => position)).size).toBe(1);
        expect(await read(stream)).toHaveLength(2);
      });
    });

    describe('what is kept', () => {
      it.each([
        ['no metadata', {}],
        ['long and odd metadata', { 'a b': 'x'.repeat(20_000), '2': '1', '10': '2', __proto__x: '\u2028 "\\' }],
      ])('may have %s', async (_, metadata) => {
        const stream = newStream();
        await store.append(stream, 'no_stream', [newEvent({ metadata })]);
        expect((await read(stream))[0]?.metadata).toEqual(metadata);
      });

      it('is large where it must be: several events of one append together', async () => {
        const stream = newStream();
        const events = newEvents(3).map((event, n) => ({ ...event, data: Buffer.alloc(300 * 1024, n + 1) }));
        await store.append(stream, 'no_stream', events);
        const kept = await read(stream);
        expect(kept.map(({ data }, n) => Buffer.from(data).equals(events[n]?.data as Buffer))).toEqual([
          true,
          true,
          true,
        ]);
      });

      it('lies in the stream of exactly that name', async () => {
        const stream = newStream('name');
        const names = [
          stream,
          `${stream} `,
          stream.toUpperCase(),
          `${stream}/a-b`,
          `${stream}%20`,
          `${stream}😂`,
          `${stream}${'x'.repeat(150)}`,
        ];
        for (const name of names)
          await store.append(name, 'no_stream', [newEvent({ type: 'Named', metadata: { name } })]);
        for (const name of names) {
          const kept = await read(name);
          expect(kept.map(({ streamId, metadata }) => [streamId, metadata['name']])).toEqual([[name, name]]);
        }
      });

      it('lies side by side, and in the order given, where it came in one append', async () => {
        const before = await store.head();
        const appends = Array.from({ length: 8 }, () => newEvents(5));
        await Promise.all(appends.map((events) => store.append(newStream(), 'no_stream', events)));
        const { events } = await allAfter(before, { max: 100 });
        const runs = Array.from({ length: 8 }, (_, n) => idsOf(events.slice(n * 5, n * 5 + 5)).join());
        expect(runs.toSorted()).toEqual(appends.map((one) => idsOf(one).join()).toSorted());
      });

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
      const stream = newStream('long-stream');
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
        const beyond = String(Number(await store.head()) + 1_000_000);
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
      it('tells each of several followers everything', async () => {
        const before = await store.head();
        const stop = new AbortController();
        const followers = Array.from({ length: 3 }, () => follow(before, stop.signal, 4));
        const stream = newStream();
        const events = newEvents(4);
        await store.append(stream, 'no_stream', events.slice(0, 1));
        await store.append(stream, 0n, events.slice(1));
        expect(await Promise.all(followers)).toEqual([idsOf(events), idsOf(events), idsOf(events)]);
      });

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
        const stop = new AbortController();
        const told: SubscriptionMessage[] = [];
        for await (const message of store.subscribeAll(await store.head(), {}, stop.signal)) {
          told.push(message);
          setTimeout(() => stop.abort(), 20);
        }
        expect(told).toEqual([{ kind: 'caught-up' }]);
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

    describe('folding much of the log', () => {
      const stream = newStream('ten-thousand');
      let before: string;
      const events = newEvents(10_000, { type: 'Many', data: canonicalBytes({ note: 'one of many' }) });

      beforeAll(async () => {
        before = await store.head();
        for (let at = 0; at < events.length; at += 500)
          await store.append(stream, at === 0 ? 'no_stream' : BigInt(at - 1), events.slice(at, at + 500));
      }, 60_000);

      it('gives a stream of ten thousand events whole, forwards and backwards', async () => {
        expect(idsOf(await read(stream))).toEqual(idsOf(events));
        expect(idsOf(await read(stream, { direction: 'backwards', max: 3 }))).toEqual(
          idsOf(events.slice(-3).reverse()),
        );
        expect(idsOf(await read(stream, { from: 9_998n }))).toEqual(idsOf(events.slice(-2)));
      });

      it('gives everything after a position in its order, and ends at the head', async () => {
        const portions = await listed(store.scan(before));
        expect(portions.every((portion) => portion.length > 0)).toBe(true);
        expect(idsOf(portions.flat())).toEqual(idsOf(events));
      });

      it('ends at a position, that one included', async () => {
        const [, , third] = await read(stream, { max: 3 });
        const upTo = third?.position as string;
        expect(idsOf((await listed(store.scan(before, { upTo }))).flat())).toEqual(idsOf(events.slice(0, 3)));
        expect(await listed(store.scan(upTo, { upTo }))).toEqual([]);
        expect(await listed(store.scan(await store.head()))).toEqual([]);
      });

      it('takes an event on top of them, and refuses one behind', async () => {
        await conflict(stream, 5_000n, newEvents(1));
        expect(await store.append(stream, 9_999n, newEvents(1))).toMatchObject({ revision: 10_000n });
      });

      it('never tells a slow follower that it is further than it has come', async () => {
        const stop = new AbortController();
        let [last, counted] = ['', 0];
        const after = (await read(stream, { from: 7_999n, max: 1 }))[0]?.position as string;
        for await (const message of store.subscribeAll(after, { types: ['Many'] }, stop.signal)) {
          if (message.kind === 'event') {
            counted += 1;
            last = message.event.position;
            if (counted % 100 === 0) await later();
          }
          if (message.kind === 'checkpoint' && counted < 2_000) expect(message.position).toBe(last);
          if (message.kind === 'caught-up') stop.abort();
        }
        expect(counted).toBe(2_000);
      });

      it('goes on exactly where a follower stopped', async () => {
        const seen: string[] = [];
        let after = before;
        while (seen.length < 2_500) {
          for await (const message of store.subscribeAll(after, {}, new AbortController().signal)) {
            if (message.kind !== 'event') continue;
            seen.push(message.event.id);
            after = message.event.position;
            if (seen.length % 700 === 0) break;
          }
        }
        expect(seen).toEqual(idsOf(events.slice(0, seen.length)));
      });
    });

    (conditions.link ? describe : describe.skip)('when the line to the server fails', () => {
      afterEach(() => link.mend());

      it.each([
        ['to a new stream', 'no_stream', 1],
        ['of several events to a new stream', 'no_stream', 3],
        ['at a revision', 1n, 2],
        ['at any revision', 'stream_exists', 2],
      ] as const)('an append %s whose answer is lost is stored once', async (_, expected, count) => {
        const stream = newStream();
        const before = expected === 'no_stream' ? 0 : 2;
        if (before > 0) await store.append(stream, 'no_stream', newEvents(before));
        const events = newEvents(count);
        const append = (deadlineMs: number) => store.append(stream, expected, events, { deadlineMs });
        await lost(() => append(700));
        const answer = await untilAnswered(() => append(5_000));
        expect(answer.revision).toBe(BigInt(before + count - 1));
        const kept = await read(stream);
        expect(idsOf(kept.slice(before))).toEqual(idsOf(events));
        expect(kept.at(-1)?.position).toBe(answer.position);
      });

      it('an append whose answer is lost is known also when others came after it', async () => {
        const stream = newStream();
        const events = newEvents(2);
        await lost(() => store.append(stream, 'no_stream', events, { deadlineMs: 700 }));
        const first = await untilAnswered(() => store.append(stream, 'no_stream', events));
        await untilAnswered(() => store.append(stream, 1n, newEvents(1)));
        expect(await store.append(stream, 'no_stream', events)).toEqual(repeated({ ...first }));
        expect(await read(stream)).toHaveLength(3);
      });

      it('others among those whose answer was lost are still a conflict', async () => {
        const stream = newStream();
        const [one, two] = newEvents(2) as [NewEvent, NewEvent];
        await lost(() => store.append(stream, 'no_stream', [one, two], { deadlineMs: 700 }));
        await untilAnswered(() => store.append(stream, 'no_stream', [one, two]));
        await conflict(stream, 'no_stream', [one, newEvent()]);
        expect(idsOf(await read(stream))).toEqual(idsOf([one, two]));
      });

      it('an append to a silent server ends in time, and is stored once when it is asked again', async () => {
        const stream = newStream();
        const events = newEvents(2);
        link.silence();
        const begun = performance.now();
        const error = await store
          .append(stream, 'no_stream', events, { deadlineMs: 500 })
          .catch((reason: unknown) => reason);
        expect(error instanceof OutcomeUnknown || error instanceof Unavailable).toBe(true);
        expect(performance.now() - begun).toBeLessThan(3_000);
        await link.mend();
        await untilAnswered(() => store.append(stream, 'no_stream', events));
        expect(idsOf(await read(stream))).toEqual(idsOf(events));
      });

      it('connections that were forgotten on the way are given up for new ones', async () => {
        const stream = newStream();
        await store.append(stream, 'no_stream', newEvents(1));
        link.forget();
        const events = newEvents(1);
        await untilAnswered(() => store.append(stream, 0n, events, { deadlineMs: 1_500 }));
        link.drop();
        expect(await untilRead(stream)).toHaveLength(2);
      });

      it('sixteen writers under a line that breaks again and again lose nothing and store nothing twice', async () => {
        const before = await store.head();
        const appends = Array.from({ length: 16 }, () => ({ stream: newStream(), events: newEvents(5) }));
        let done = false;
        const breaking = (async () => {
          for (let times = 0; times < 6 && !done; times++) {
            await new Promise((resolve) => setTimeout(resolve, 20));
            link.drop();
          }
        })();
        await Promise.all(
          appends.map(async ({ stream, events }) => {
            for (const [n, event] of events.entries())
              await untilAnswered(() => store.append(stream, n === 0 ? 'no_stream' : BigInt(n - 1), [event]));
          }),
        );
        done = true;
        await breaking;
        for (const { stream, events } of appends) expect(idsOf(await untilRead(stream))).toEqual(idsOf(events));
        const { events } = await allAfter(before, { max: 1000 });
        expect(events).toHaveLength(80);
      });

      it.each([
        ['breaks', () => link.drop()],
        ['is silent for a while', () => link.silence()],
      ])('a follower goes on by itself after the line %s, without loss or repetition', async (_, disturb) => {
        const before = await store.head();
        const stop = new AbortController();
        const stream = newStream();
        const events = newEvents(4);
        await store.append(stream, 'no_stream', events.slice(0, 2));
        let seen = 0;
        const heard = follow(before, stop.signal, 4, () => {
          seen += 1;
          if (seen === 2) disturb();
        });
        while (seen < 2) await later();
        await new Promise((resolve) => setTimeout(resolve, 400));
        await link.mend();
        await untilAnswered(() => store.append(stream, 1n, events.slice(2)));
        expect(await heard).toEqual(idsOf(events));
      });
    });

    (conditions.fail ? describe : describe.skip)('when the server is gone and comes back', () => {
      it('an append says so, and goes through afterwards', async () => {
        const stream = newStream();
        const events = newEvents(2);
        const back = await fail();
        const error = await store
          .append(stream, 'no_stream', events, { deadlineMs: 300 })
          .catch((reason: unknown) => reason);
        expect(error instanceof OutcomeUnknown || error instanceof Unavailable).toBe(true);
        await back();
        expect(await untilAnswered(() => store.append(stream, 'no_stream', events))).toMatchObject({ revision: 1n });
        expect(await untilRead(stream)).toHaveLength(2);
      });

      it('a repetition is known', async () => {
        const stream = newStream();
        const events = newEvents(2);
        const first = await store.append(stream, 'no_stream', events);
        await (
          await fail()
        )();
        expect(await untilAnswered(() => store.append(stream, 'no_stream', events))).toEqual(repeated(first));
        await untilAnswered(() => store.append(stream, 1n, newEvents(1)));
        expect(await untilRead(stream)).toHaveLength(3);
      });

      it('a follower goes on by itself', async () => {
        const before = await store.head();
        const stop = new AbortController();
        const stream = newStream();
        const events = newEvents(4);
        await store.append(stream, 'no_stream', events.slice(0, 2));
        let seen = 0;
        const heard = follow(before, stop.signal, 4, () => (seen += 1));
        while (seen < 2) await later();
        await (
          await fail()
        )();
        await untilAnswered(() => store.append(stream, 1n, events.slice(2)));
        expect(await heard).toEqual(idsOf(events));
      });
    });

    /** The ids of so many events after a position, as a follower hears them. */
    async function follow(after: string, signal: AbortSignal, count: number, heard: () => void = () => undefined) {
      const ids: string[] = [];
      for await (const message of store.subscribeAll(after, {}, signal)) {
        if (message.kind !== 'event') continue;
        ids.push(message.event.id);
        heard();
        if (ids.length === count) break;
      }
      return ids;
    }

    /** An append whose answer does not come back. */
    async function lost(append: () => Promise<unknown>): Promise<void> {
      link.loseAnswers();
      const error = await append().catch((reason: unknown) => reason);
      expect(error instanceof OutcomeUnknown || error instanceof Unavailable).toBe(true);
      await link.mend();
    }

    /** A stream, read as soon as it can be. */
    async function untilRead(stream: string): Promise<RecordedEvent[]> {
      for (;;) {
        try {
          return await read(stream);
        } catch {
          await later();
        }
      }
    }
  });
}
