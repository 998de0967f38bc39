import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  EsdbEventStore,
  limits,
  NotCanonical,
  OutcomeUnknown,
  RevisionConflict,
  StreamClosed,
  TooLarge,
  Unavailable,
  WakeUp,
  type EsdbOptions,
  type NewEvent,
  type SubscriptionMessage,
} from '#libs/event-sourcing';
import { listed, newEvent, newEvents, untilAnswered } from './contracts/event-store.contract.js';
import { StandIn, type Fault } from './stand-in/cluster.mjs';

const tryMs = 250;
const idsOf = (events: readonly { readonly id: string }[]) => events.map(({ id }) => id);
const failure = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
const after = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function until(condition: () => boolean, withinMs = 5_000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!condition()) {
    if (performance.now() > end) throw new Error('it did not come about');
    await after(5);
  }
}

const uncaught: unknown[] = [];
const note = (error: unknown) => void uncaught.push(error);
beforeAll(() => void process.on('unhandledRejection', note).on('uncaughtException', note));
afterAll(() => void process.off('unhandledRejection', note).off('uncaughtException', note));

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
  expect(uncaught.splice(0)).toEqual([]);
});

async function servers(nodes = 1): Promise<StandIn> {
  const standIn = await StandIn.start({ nodes });
  open.push(() => standIn.stop());
  return standIn;
}

async function storeAt(url: string, options: Partial<EsdbOptions> = {}): Promise<EsdbEventStore> {
  const store = await EsdbEventStore.open(url, {
    now: () => new Date().toISOString(),
    wakeUp: new WakeUp(),
    tryMs,
    ...options,
  });
  open.push(() => store.close());
  return store;
}

/** Where so many events lie in the stand-in's own log, by id. */
const storedIds = (standIn: StandIn, stream: string) =>
  idsOf(standIn.log.records.filter((one) => one.stream === stream));

describe('appending', () => {
  it.each(['esdb://writer:secret@', 'esdb://'])('goes one by one, and to the leader only, with %s', async (user) => {
    const standIn = await servers();
    const [node] = standIn.nodes;
    const store = await storeAt(standIn.url.replace(/^.*@/, user));
    await store.append('case-1', 'no_stream', newEvents(2));
    expect(node?.calls).toMatchObject({ append: 1, batchAppend: 0 });
    expect(node?.lastAppend.get('requires-leader')).toEqual(['true']);
  });

  it.each<[string, Fault]>([
    ['the server gives up waiting for its followers', { after: { code: 10, message: 'Commit phase timeout' } }],
    ['the server cancels', { after: { code: 1, message: 'Request canceled by server' } }],
    ['the connection goes', { after: { code: 14, message: 'Connection dropped' } }],
    ['the server breaks off', { after: { code: 13, message: 'Received RST_STREAM with code 2' } }],
    ['the server does not say why', { after: { code: 2, message: 'Unexpected exception' } }],
    ['no answer comes', { after: 'silence' }],
  ])('is answered with the first place where %s after storing', async (_, fault) => {
    const standIn = await servers();
    const store = await storeAt(standIn.url);
    for (const [stream, expected] of [
      ['case-new', 'no_stream'],
      ['case-known', 0n],
      ['case-any', 'stream_exists'],
    ] as const) {
      if (expected !== 'no_stream') await store.append(stream, 'no_stream', newEvents(1));
      const events = newEvents(3);
      standIn.nodes[0]?.faults.push(fault);
      const answer = await store.append(stream, expected, events);
      const kept = (await listed(store.readStream(stream))).slice(-3);
      expect(idsOf(kept)).toEqual(idsOf(events));
      expect(answer).toEqual({ status: 'ok', revision: kept[2]?.revision, position: kept[2]?.position });
      expect(storedIds(standIn, stream)).toHaveLength(expected === 'no_stream' ? 3 : 4);
    }
  });

  it('is answered with the first place where the server dies after storing', async () => {
    const standIn = await servers();
    const store = await storeAt(standIn.url);
    const events = newEvents(2);
    standIn.nodes[0]?.faults.push({ after: 'die' });
    const append = store.append('case-1', 'no_stream', events);
    await until(() => standIn.log.records.length === 2);
    await after(50);
    await standIn.revive();
    expect(await append).toMatchObject({ revision: 1n });
    expect(storedIds(standIn, 'case-1')).toEqual(idsOf(events));
  });

  it.each<[string, Fault]>([
    ['is not ready', { instead: { code: 14, message: 'Server Is Not Ready' } }],
    [
      'is no leader, and names one that is dead',
      {
        instead: {
          code: 5,
          message: 'Leader info available',
          exception: 'not-leader',
          metadata: { 'leader-endpoint-host': '127.0.0.1', 'leader-endpoint-port': '1' },
        },
      },
    ],
    ['stored nothing in time', { instead: { code: 10, message: 'Prepare phase timeout' } }],
  ])('is tried again where the server %s', async (_, fault) => {
    const standIn = await servers();
    const store = await storeAt(standIn.url);
    standIn.nodes[0]?.faults.push(fault, fault);
    const events = newEvents(1);
    expect(await store.append('case-1', 'no_stream', events)).toMatchObject({ revision: 0n });
    expect(storedIds(standIn, 'case-1')).toEqual(idsOf(events));
  });

  it('says that nothing was written only where that is certain', async () => {
    const standIn = await servers();
    const store = await storeAt(standIn.url);
    const attempt = async (fault: Fault) => {
      const faults = standIn.nodes[0]?.faults as Fault[];
      faults.push(...Array<Fault>(50).fill(fault));
      const error = await failure(store.append('case-1', 'no_stream', newEvents(1), { deadlineMs: 600 }));
      faults.length = 0;
      return error;
    };
    expect(await attempt({ instead: { code: 14, message: 'Server Is Not Ready' } })).toBeInstanceOf(Unavailable);
    expect(await attempt({ instead: { code: 16, message: 'Who are you', exception: 'access-denied' } })).toBeInstanceOf(
      Unavailable,
    );
    expect(await attempt({ instead: { code: 14, message: 'Connection dropped' } })).toBeInstanceOf(OutcomeUnknown);
    expect(await attempt({ instead: { code: 10, message: 'Commit phase timeout' } })).toBeInstanceOf(OutcomeUnknown);
    expect(await attempt({ instead: { code: 4, message: 'Deadline exceeded' } })).toBeInstanceOf(OutcomeUnknown);
    await standIn.kill();
    const refused = await failure(store.append('case-1', 'no_stream', newEvents(1), { deadlineMs: 300 }));
    expect(refused).toBeInstanceOf(Unavailable);
    expect(standIn.log.records).toEqual([]);
  });

  it('is a conflict also after tries of unknown outcome, and with the client told to answer otherwise', async () => {
    const standIn = await servers();
    const store = await storeAt(`${standIn.url}&throwOnAppendFailure=false`);
    await store.append('case-1', 'no_stream', newEvents(2));
    standIn.nodes[0]?.faults.push({ instead: { code: 10, message: 'Prepare phase timeout' } });
    const error = await failure(store.append('case-1', 0n, newEvents(1)));
    expect(error).toBeInstanceOf(RevisionConflict);
    expect(error).toMatchObject({ stream: 'case-1', expected: 0n, actual: 1n });
  });

  it('is refused where it is empty, or over the limits, before the server hears of it', async () => {
    const standIn = await servers();
    const store = await storeAt(standIn.url);
    await expect(store.append('case-1', 'no_stream', [])).rejects.toThrow(TooLarge);
    const large = newEvent({ data: Buffer.alloc(limits.eventBytes + 1) });
    await expect(store.append('case-1', 'no_stream', [large])).rejects.toThrow(TooLarge);
    expect(standIn.nodes[0]?.calls.append).toBe(0);
  });

  it('is too large also where only the server finds it so', async () => {
    const standIn = await servers();
    const store = await storeAt(standIn.url);
    const data = Buffer.alloc(400 * 1024);
    await expect(store.append('case-1', 'no_stream', newEvents(3, { data }))).rejects.toThrow(TooLarge);
    const message = 'Received message larger than max (20971520 vs. 4194304)';
    standIn.nodes[0]?.faults.push({ instead: { code: 8, message } });
    await expect(store.append('case-1', 'no_stream', newEvents(1))).rejects.toThrow(TooLarge);
    expect(standIn.log.records).toEqual([]);
  });

  it('fails alone where an event cannot be written down', async () => {
    const standIn = await servers();
    const store = await storeAt(standIn.url);
    const odd = newEvent({ metadata: { actor: 1n as unknown as string } });
    const [error, answer] = await Promise.all([
      failure(store.append('case-odd', 'no_stream', [odd])),
      store.append('case-1', 'no_stream', newEvents(1)),
    ]);
    expect(error).toBeInstanceOf(NotCanonical);
    expect(answer.revision).toBe(0n);
    expect(storedIds(standIn, 'case-odd')).toEqual([]);
  });

  it('stores nothing without the time, and says so', async () => {
    const standIn = await servers();
    const store = await storeAt(standIn.url, { now: () => new Promise<string>(() => undefined) });
    const error = await failure(store.append('case-1', 'no_stream', newEvents(1), { deadlineMs: 400 }));
    expect(error).toBeInstanceOf(Unavailable);
    expect(standIn.log.records).toEqual([]);
  });

  it('goes on where a stream was deleted, and never where it was closed', async () => {
    const standIn = await servers();
    const store = await storeAt(standIn.url);
    await store.append('case-deleted', 'no_stream', newEvents(2));
    standIn.log.softDelete('case-deleted');
    expect(await listed(store.readStream('case-deleted'))).toEqual([]);
    expect(await store.append('case-deleted', 'no_stream', newEvents(1))).toMatchObject({ revision: 2n });
    await store.append('case-closed', 'no_stream', newEvents(1));
    standIn.log.tombstone('case-closed');
    await expect(store.append('case-closed', 0n, newEvents(1))).rejects.toThrow(StreamClosed);
    expect(await listed(store.readStream('case-closed'))).toEqual([]);
  });

  it('to one server is untouched by the death of another', async () => {
    const [one, other] = [await servers(), await servers()];
    const [here, there] = [await storeAt(one.url), await storeAt(other.url)];
    await there.append('case-0', 'no_stream', newEvents(1));
    const appends = (store: EsdbEventStore, round: number) =>
      Array.from({ length: 8 }, (_, n) =>
        store.append(`case-${round}-${n}`, 'no_stream', newEvents(1), { deadlineMs: 500 }),
      );
    const lost = appends(there, 1).map(failure);
    const kept = appends(here, 1);
    await other.kill();
    expect((await Promise.all(kept)).map(({ revision }) => revision)).toEqual(Array(8).fill(0n));
    expect(await Promise.all(appends(here, 2))).toHaveLength(8);
    for (const error of await Promise.all(lost))
      expect(error === undefined || error instanceof OutcomeUnknown || error instanceof Unavailable).toBe(true);
  });
});

describe('a connection that sticks', () => {
  it('is left for a new one in the time of a try, not of a keep-alive', async () => {
    const standIn = await servers();
    const store = await storeAt(standIn.url);
    await store.append('case-1', 'no_stream', newEvents(1));
    standIn.links[0]?.forget();
    const begun = performance.now();
    const events = newEvents(1);
    await store.append('case-1', 0n, events);
    expect(await listed(store.readStream('case-1'))).toHaveLength(2);
    expect(performance.now() - begun).toBeLessThan(2_000);
  });

  it('of a server that hears no new ones holds up nobody longer than their deadline', async () => {
    const standIn = await servers();
    standIn.links[0]?.silenceNew();
    const store = await storeAt(standIn.url, { budgetMs: 700 });
    const begun = performance.now();
    const errors = await Promise.all([
      failure(store.append('case-1', 'no_stream', newEvents(1))),
      failure(listed(store.readStream('case-1'))),
      failure(store.readAll('start', { max: 10 })),
      failure(store.head()),
    ]);
    expect(performance.now() - begun).toBeLessThan(2_500);
    expect(errors[0]).toBeInstanceOf(OutcomeUnknown);
    for (const error of errors.slice(1)) expect(error).toBeInstanceOf(Unavailable);
    await standIn.links[0]?.mend();
    standIn.links[0]?.drop();
    expect(await untilAnswered(() => store.append('case-1', 'no_stream', newEvents(1)))).toMatchObject({
      revision: 0n,
    });
  });

  it('costs a read that was under way a wait, and no event', async () => {
    const standIn = await servers();
    const store = await storeAt(standIn.url);
    const events = newEvents(1_200);
    for (let at = 0; at < 1_200; at += 400)
      await store.append('case-long', at === 0 ? 'no_stream' : BigInt(at - 1), events.slice(at, at + 400));
    const seen: string[] = [];
    for await (const { id } of store.readStream('case-long')) {
      seen.push(id);
      if (seen.length === 300) standIn.links[0]?.forget();
      if (seen.length === 800) standIn.links[0]?.drop();
    }
    expect(seen).toEqual(idsOf(events));
  });
});

describe('a cluster', () => {
  it('is entered by its leader, whichever host that is, and follows it', async () => {
    const standIn = await servers(3);
    standIn.elect(2);
    const store = await storeAt(standIn.url);
    await store.append('case-1', 'no_stream', newEvents(1));
    expect(standIn.nodes.map(({ calls }) => calls.append)).toEqual([0, 0, 1]);
    standIn.elect(1);
    await store.append('case-1', 0n, newEvents(1));
    expect(standIn.nodes[1]?.calls.append).toBe(1);
    expect(await listed(store.readStream('case-1'))).toHaveLength(2);
  });

  it('is found through one host that only follows', async () => {
    const standIn = await servers(2);
    const store = await storeAt(`esdb://writer:secret@127.0.0.1:${standIn.links[1]?.port}?tls=false`);
    expect(await store.append('case-1', 'no_stream', newEvents(1))).toMatchObject({ revision: 0n });
    expect(await listed(store.readStream('case-1'))).toHaveLength(1);
  });

  it.each([
    ['refuses', (standIn: StandIn) => Promise.all(standIn.links.map((link) => link.refuse()))],
    ['is silent', async (standIn: StandIn) => standIn.links.forEach((link) => link.silence())],
  ])('that %s as a whole is given up in time, and used again when it is back', async (_, disturb) => {
    const standIn = await servers(3);
    await disturb(standIn);
    const store = await storeAt(standIn.url, { budgetMs: 600 });
    const begun = performance.now();
    const error = await failure(store.append('case-1', 'no_stream', newEvents(1)));
    expect(error instanceof Unavailable || error instanceof OutcomeUnknown).toBe(true);
    expect(performance.now() - begun).toBeLessThan(2_500);
    await Promise.all(standIn.links.map((link) => link.mend()));
    await untilAnswered(() => store.append('case-2', 'no_stream', newEvents(1)));
    expect(storedIds(standIn, 'case-2')).toHaveLength(1);
  });

  it.each([
    [
      'dies',
      async (standIn: StandIn) => {
        await standIn.kill(0);
        await after(150);
        standIn.elect(1);
      },
    ],
    [
      'freezes, and comes back as a follower',
      async (standIn: StandIn) => {
        standIn.links[0]?.silence();
        await after(400);
        standIn.setAlive(0, false);
        standIn.elect(1);
        await after(400);
        await standIn.links[0]?.mend();
      },
    ],
    [
      'hands over',
      async (standIn: StandIn) => {
        standIn.elect(undefined);
        await after(150);
        standIn.elect(2);
      },
    ],
  ])('whose leader %s under load costs a wait, never an event and never a second one', async (_, disturb) => {
    const standIn = await servers(3);
    const wakeUp = new WakeUp();
    const store = await storeAt(`${standIn.url}&gossipTimeout=1`, { wakeUp });
    const told: string[] = [];
    const stop = new AbortController();
    const following = (async () => {
      for await (const message of store.subscribeAll('start', {}, stop.signal))
        if (message.kind === 'event') told.push(message.event.id);
    })();
    const writers = Array.from({ length: 16 }, async (_, n) => {
      const answers: [NewEvent, bigint, string][] = [];
      for (let at = 0; at < 8; at++) {
        const event = newEvent();
        const { revision, position } = await untilAnswered(() =>
          store.append(`case-${n}`, at === 0 ? 'no_stream' : BigInt(at - 1), [event]),
        );
        answers.push([event, revision, position]);
        await after(10);
      }
      return answers;
    });
    await until(() => standIn.log.records.length > 20);
    await disturb(standIn);
    const answers = (await Promise.all(writers)).flat();
    expect(standIn.log.records).toHaveLength(128);
    const places = new Map(standIn.log.records.map(({ id, revision, position }) => [id, [revision, String(position)]]));
    for (const [{ id }, revision, position] of answers) expect(places.get(id)).toEqual([revision, position]);
    await until(() => told.length === 128);
    expect(told).toEqual(idsOf(standIn.log.records));
    stop.abort();
    await following;
  });
});

describe('following', () => {
  it('hears of what others write at once', async () => {
    const standIn = await servers();
    const wakeUp = new WakeUp();
    await storeAt(standIn.url, { wakeUp });
    const other = await storeAt(standIn.url);
    await until(() => standIn.nodes[0]?.calls.subscribe === 2);
    await until(() => wakeUp.rings > 0);
    const heard = wakeUp.rings;
    await other.append('case-1', 'no_stream', newEvents(1));
    await until(() => wakeUp.rings > heard, 500);
  });

  it.each([
    ['ended by the server', (standIn: StandIn) => standIn.nodes[0]?.dropSubscriptions()],
    ['silently dead', (standIn: StandIn) => standIn.nodes[0]?.muteSubscriptions()],
    ['on a connection that was forgotten', (standIn: StandIn) => standIn.links[0]?.forget()],
  ])('goes on where its subscription is %s, and has a new one soon', async (_, disturb) => {
    const standIn = await servers();
    const wakeUp = new WakeUp();
    const store = await storeAt(standIn.url, { wakeUp, probeMs: 200 });
    const other = await storeAt(standIn.url);
    const told: string[] = [];
    const stop = new AbortController();
    const following = (async () => {
      for await (const message of store.subscribeAll('start', {}, stop.signal))
        if (message.kind === 'event') told.push(message.event.id);
    })();
    const events = newEvents(3);
    await untilAnswered(() => other.append('case-1', 'no_stream', events.slice(0, 1)));
    await until(() => told.length === 1);
    disturb(standIn);
    await untilAnswered(() => other.append('case-1', 0n, events.slice(1)));
    await until(() => told.length === 3);
    expect(told).toEqual(idsOf(events));
    const before = standIn.nodes[0]?.calls.subscribe ?? 0;
    await until(() => (standIn.nodes[0]?.calls.subscribe ?? 0) > before);
    await until(() => wakeUp.rings > 0);
    stop.abort();
    await following;
  });

  it('leaves out what is the server’s own, and counts it as passed', async () => {
    const standIn = await servers();
    const own = (n: number) => ({
      id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
      type: n % 2 === 0 ? '$metadata' : '$>',
      contentType: 'application/json',
      data: Buffer.from('{}'),
      metadata: Buffer.alloc(0),
    });
    standIn.log.append('$$users', 'any', [own(0), own(1), own(2)]);
    const store = await storeAt(standIn.url);
    expect(await store.head()).toBe('start');
    expect((await store.readAll('start', { max: 2 })).events).toEqual([]);
    const events = newEvents(2);
    await store.append('case-1', 'no_stream', events.slice(0, 1));
    standIn.log.append(
      '$$case-1',
      'any',
      Array.from({ length: 40 }, (_, n) => own(n + 3)),
    );
    expect(await store.head()).toBe(String(standIn.log.records[3]?.position));
    await store.append('case-1', 0n, events.slice(1));
    const stop = new AbortController();
    const told: SubscriptionMessage[] = [];
    for await (const message of store.subscribeAll('start', {}, stop.signal)) {
      told.push(message);
      if (message.kind === 'caught-up') stop.abort();
    }
    expect(told.flatMap((one) => (one.kind === 'event' ? [one.event.id] : []))).toEqual(idsOf(events));
    expect((await listed(store.scan('start'))).flat().map(({ id }) => id)).toEqual(idsOf(events));
  });

  it('never takes a place where no event lies for one', async () => {
    const standIn = await servers();
    const store = await storeAt(standIn.url);
    await store.append('case-1', 'no_stream', newEvents(3));
    const [first] = standIn.log.records;
    await expect(store.readAll(String((first?.position ?? 0n) + 1n), { max: 10 })).rejects.toThrow(Unavailable);
  });

  it('reads what another program wrote as it can', async () => {
    const standIn = await servers();
    const store = await storeAt(standIn.url);
    standIn.log.append('foreign', 'any', [
      {
        id: '00000000-0000-4000-8000-000000000001',
        type: 'Foreign',
        contentType: 'application/json',
        data: Buffer.from('{"a":1}'),
        metadata: Buffer.from('{"who":"x","n":1}'),
      },
    ]);
    const [event] = await listed(store.readStream('foreign'));
    expect(event).toMatchObject({ type: 'Foreign', schemaVersion: 1, metadata: { who: 'x' } });
    expect(Buffer.from(event?.data ?? []).toString()).toBe('{"a":1}');
    expect(event?.recordedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });
});

describe('what was known at an instant', () => {
  it('is a cut of the log also where writers’ clocks differ, and is found again as the log grows', async () => {
    const standIn = await servers();
    const instants = [3, 1, 2, 5, 4, 7, 6].map((second) => `2030-01-01T00:00:0${second}.000Z`);
    for (const [n, instant] of instants.entries()) {
      const store = await storeAt(standIn.url, { now: () => instant });
      await store.append(`case-${n}`, 'no_stream', newEvents(1));
    }
    const store = await storeAt(standIn.url);
    const places = ['start', ...standIn.log.records.map(({ position }) => String(position))];
    const known = async (second: number) => places.indexOf(await store.positionAt(`2030-01-01T00:00:0${second}.500Z`));
    expect(await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map(known))).toEqual([0, 0, 0, 3, 3, 5, 5, 7]);
    const many = await storeAt(standIn.url, { now: () => '2030-01-01T00:00:09.000Z' });
    for (let n = 0; n < 3; n++) await many.append(`many-${n}`, 'no_stream', newEvents(450));
    const readsBefore = standIn.nodes[0]?.calls.read ?? 0;
    expect(await store.positionAt('2030-01-01T00:00:08.500Z')).toBe(places.at(-1));
    expect(await store.positionAt('2030-01-01T00:00:09.000Z')).toBe(await store.head());
    expect(await store.positionAt('2030-01-01T00:00:03.500Z')).toBe(places[3]);
    const readsFirst = (standIn.nodes[0]?.calls.read ?? 0) - readsBefore;
    expect(await store.positionAt('2030-01-01T00:00:09.000Z')).toBe(await store.head());
    expect((standIn.nodes[0]?.calls.read ?? 0) - readsBefore - readsFirst).toBeLessThanOrEqual(2);
  });
});
