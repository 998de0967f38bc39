import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  derivedId,
  EventCodec,
  EventStore,
  MemoryEventStore,
  OutcomeUnknown,
  Refusal,
  isAbandonment,
  RefusedCommand,
  RevisionConflict,
  type Appended,
  type CommandMeta,
  type ExpectedRevision,
  type NewEvent,
  type StoredEvent,
} from '#libs/event-sourcing';
import { claimEventTypes } from '../domain/claim.events.js';
import { Claims, ClaimTaken, claimStream, type ClaimName } from './claims.js';

const namespace = '8d2f8f0a-43a1-4a52-9d0b-5c1de7b0a6f3';
const codec = new EventCodec(claimEventTypes, { Registered: 1, Noted: 1 });
const identity: ClaimName = { kind: 'identity', hash: 'b'.repeat(64) };
const membership: ClaimName = { kind: 'membership', hash: 'a'.repeat(64) };
const both = [identity, membership];
const metaOf = (name: string): CommandMeta => ({
  commandId: derivedId(namespace, name),
  correlationId: derivedId(namespace, 'correlation'),
  causationId: derivedId(namespace, 'causation'),
  actor: 'development:township-officer',
  role: 'township-officer',
  area: '430225100',
});
const process = metaOf('process');

/** Where it is told to, it comes to an end before or after writing; else it is the log in memory. */
class MortalStore extends MemoryEventStore {
  appends = 0;
  dies: { readonly at: number; readonly when: 'before' | 'after' | 'unknown' } | undefined;
  /** Awaited before each use of the store, for the order of many at once. */
  turn: () => Promise<void> = () => Promise.resolve();

  constructor() {
    super(() => '2025-09-01T00:00:00.000Z');
  }

  override async append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<Appended> {
    await this.turn();
    const dies = this.dies?.at === this.appends++ ? this.dies.when : undefined;
    if (dies === 'before') throw new Error('died');
    const appended = await super.append(stream, expected, events);
    if (dies === 'unknown') throw new OutcomeUnknown('no answer');
    if (dies === 'after') throw new Error('died');
    return appended;
  }

  override async *readStream(...asked: Parameters<EventStore['readStream']>) {
    await this.turn();
    yield* super.readStream(...asked);
  }
}

async function read(store: EventStore, stream: string): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const event of store.readStream(stream)) events.push(codec.decode(event));
  return events;
}

/** Someone who registers an owner as an aggregate does: looks for the command first, refuses an abandoned one, appends. */
function register(store: EventStore, owner: string, claims: readonly ClaimName[], command = owner): Promise<void> {
  const meta = metaOf(command);
  const expected = 'no_stream';
  return new Claims(store, codec).holding({ claims, owner, expected, meta }, async () => {
    const past = await read(store, owner);
    if (past.some(({ metadata }) => metadata['commandId'] === meta.commandId)) return;
    if (past.some((event) => isAbandonment(event, meta.commandId)))
      throw new RefusedCommand(new Refusal('COMMAND_ABANDONED'));
    const event = codec.encode({ type: 'Registered', data: {} }, derivedId(meta.commandId, 'event-0'), { ...meta });
    await store.append(owner, expected, [event]);
  });
}

const isRegistered = async (store: EventStore, owner: string) =>
  (await read(store, owner)).filter(({ type }) => type === 'Registered').length;
const settleAll = async (store: EventStore, claims: readonly ClaimName[] = both) => {
  for (const claim of claims) await new Claims(store, codec).settle(claim, process);
};
const holders = (store: EventStore, claims: readonly ClaimName[] = both) =>
  Promise.all(claims.map((claim) => new Claims(store, codec).find(claim)));

/** Nothing half: a claim belongs to an owner that is registered, and a registered owner has all that it claimed. */
async function expectWhole(store: EventStore, owners: readonly string[], claims: readonly ClaimName[] = both) {
  for (const owner of owners) {
    const registered = await isRegistered(store, owner);
    expect(registered).toBeLessThanOrEqual(1);
    for (const holder of await holders(store, claims)) {
      if (registered === 1) expect(holder).toEqual({ owner, pending: false });
      else expect(holder?.owner).not.toBe(owner);
    }
  }
}

describe('claims', () => {
  it('are reserved, recorded and confirmed, with who did it', async () => {
    const store = new MortalStore();
    await register(store, 'person-1', [identity]);
    const events = await read(store, claimStream(identity));
    expect(events.map(({ type, data }) => ({ type, data }))).toEqual([
      {
        type: 'ClaimReserved',
        data: {
          kind: 'identity',
          owner: 'person-1',
          commandId: metaOf('person-1').commandId,
          expectedRevision: 'no_stream',
        },
      },
      { type: 'ClaimConfirmed', data: { owner: 'person-1', commandId: metaOf('person-1').commandId } },
    ]);
    expect(events[0]?.metadata).toMatchObject({ actor: 'development:township-officer' });
    expect(store.appends).toBe(3);
  });

  it('have one winner among 64 who want the same, and tell the others who has it', async () => {
    const store = new MortalStore();
    const owners = Array.from({ length: 64 }, (_, n) => `person-${n}`);
    const outcomes = await Promise.allSettled(owners.map((owner) => register(store, owner, both)));
    const winners = owners.filter((_, n) => outcomes[n]?.status === 'fulfilled');
    expect(winners).toHaveLength(1);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') {
        expect(outcome.reason).toBeInstanceOf(ClaimTaken);
        expect(outcome.reason).toMatchObject({ owner: winners[0] });
      }
    await expectWhole(store, owners);
  });

  it('of two commands that name the same two in another order go both to one of them', async () => {
    const store = new MortalStore();
    const outcomes = await Promise.allSettled([
      register(store, 'person-1', [identity, membership]),
      register(store, 'person-2', [membership, identity]),
    ]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('are refused to a command that was abandoned before it goes on to the owner', async () => {
    const store = new MortalStore();
    store.dies = { at: 1, when: 'before' };
    await expect(register(store, 'person-1', [identity])).rejects.toThrow('died');
    await settleAll(store);
    const order = { claims: [identity], owner: 'person-1', expected: 'no_stream', meta: metaOf('person-1') } as const;
    const record = () => Promise.reject(new Error('it went on'));
    await expect(new Claims(store, codec).holding(order, record)).rejects.toThrow('COMMAND_ABANDONED');
  });

  it('asked for again by the same command end what was begun, and change nothing more', async () => {
    const store = new MortalStore();
    await register(store, 'person-1', both);
    const head = await store.head();
    await register(store, 'person-1', both);
    expect(await store.head()).toBe(head);
  });

  it('are all given back when one of them is another’s', async () => {
    const store = new MortalStore();
    await register(store, 'person-1', [identity]);
    await expect(register(store, 'person-2', both)).rejects.toThrow(ClaimTaken);
    expect(await holders(store)).toEqual([{ owner: 'person-1', pending: false }, undefined]);
  });

  it('are given back when the owner’s stream went on, for the person saw an older state', async () => {
    const store = new MortalStore();
    await store.append('person-1', 'no_stream', [codec.encode({ type: 'Noted', data: {} }, namespace, {})]);
    const refused = register(store, 'person-1', both).catch((error: unknown) => error);
    expect(await refused).toBeInstanceOf(RevisionConflict);
    expect(await holders(store)).toEqual([undefined, undefined]);
    // What is sent again goes by the revision that the conflict names: the one with the word that it was given up.
    expect(await refused).toMatchObject({ actual: (await read(store, 'person-1')).at(-1)?.revision });
  });

  it('wait for a command that is decided again where the owner’s stream went on', async () => {
    const store = new MortalStore();
    const claims = new Claims(store, codec);
    const order = { claims: both, owner: 'person-1', meta: metaOf('first'), again: true };
    const tried = claims.holding({ ...order, expected: 'no_stream' }, () =>
      Promise.reject(new RevisionConflict('person-1', 'no_stream', 0n)),
    );
    await expect(tried).rejects.toThrow(RevisionConflict);
    expect(await holders(store)).toEqual(both.map(() => ({ owner: 'person-1', pending: true })));
    await claims.holding({ ...order, expected: 0n }, () => Promise.resolve());
    expect(await holders(store)).toEqual(both.map(() => ({ owner: 'person-1', pending: false })));
    expect(await read(store, 'person-1')).toEqual([]);
  });

  it('stay with an owner who has use for them again, and while they are reserved', async () => {
    const store = new MortalStore();
    const claims = new Claims(store, codec);
    await register(store, 'person-1', [identity], 'first');
    const order = { owner: 'person-1', reason: 'given-up' } as const;
    let asked = 0;
    // Between the question and the release another command of the owner takes it anew.
    const needed = async () => {
      if ((asked += 1) > 1) return true;
      await claims.release([identity], { ...order, meta: metaOf('between') });
      const anew = { claims: [identity], owner: 'person-1', expected: 0n, meta: metaOf('second') };
      await claims.holding(anew, () => Promise.resolve());
      return false;
    };
    await claims.release([identity], { ...order, meta: metaOf('leave'), needed });
    expect([asked, await claims.find(identity)]).toEqual([2, { owner: 'person-1', pending: false }]);

    store.dies = { at: store.appends + 1, when: 'before' };
    await expect(register(store, 'person-2', [membership], 'late')).rejects.toThrow('died');
    store.dies = undefined;
    const unneeded = () => Promise.resolve(false);
    await claims.release([membership], { ...order, owner: 'person-2', meta: metaOf('leave'), needed: unneeded });
    expect(await claims.find(membership)).toEqual({ owner: 'person-2', pending: true });
    await claims.release([identity], { ...order, meta: metaOf('away'), needed: unneeded });
    expect(await claims.find(identity)).toBeUndefined();
  });

  it('are released by their owner, once: a late repetition leaves what was claimed since', async () => {
    const store = new MortalStore();
    const claims = new Claims(store, codec);
    await register(store, 'person-1', [identity], 'first');
    await claims.release([identity], { owner: 'person-2', reason: 'erased', meta: metaOf('other') });
    expect(await claims.find(identity)).toBeDefined();
    const leave = { owner: 'person-1', reason: 'given-up', meta: metaOf('leave') } as const;
    await claims.release([identity], leave);
    expect(await claims.find(identity)).toBeUndefined();
    const order = { claims: [identity], owner: 'person-1', expected: 0n, meta: metaOf('again') } as const;
    await claims.holding(order, () => Promise.resolve());
    await claims.release([identity], leave);
    expect(await claims.find(identity)).toEqual({ owner: 'person-1', pending: false });
  });

  it.each(['before', 'after'] as const)(
    'leave nothing half when the program dies %s any append, of the command or of the settling',
    async (when) => {
      for (let at = 0; at < 5; at++)
        for (let again = 0; again < 5; again++) {
          const store = new MortalStore();
          store.dies = { at, when };
          await expect(register(store, 'person-1', both)).rejects.toThrow('died');
          store.dies = { at: store.appends + again, when };
          await settleAll(store).catch(() => undefined);
          store.dies = undefined;
          await settleAll(store);
          await expectWhole(store, ['person-1']);
          // Claims that were never reserved are free for the same command; a command that was abandoned is over.
          await register(store, 'person-1', both).catch((error: unknown) =>
            expect(error).toMatchObject({ message: 'COMMAND_ABANDONED' }),
          );
          await expectWhole(store, ['person-1']);
          await register(store, 'person-2', both).catch((error: unknown) =>
            expect(error).toMatchObject({ owner: 'person-1', pending: false }),
          );
          await expectWhole(store, ['person-1', 'person-2']);
          expect((await isRegistered(store, 'person-1')) + (await isRegistered(store, 'person-2'))).toBe(1);
        }
    },
  );

  it('ask again when an answer is lost', async () => {
    for (const claim of [0, 1, 3, 4]) {
      const store = new MortalStore();
      store.dies = { at: claim, when: 'unknown' };
      await register(store, 'person-1', both);
      await expectWhole(store, ['person-1']);
    }
  });

  it('have one owner at most, in whatever order clients, repetitions and settlings meet', async () => {
    const owners = ['person-1', 'person-2'];
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.boolean(), async (scheduler, strange) => {
        const store = new MortalStore();
        store.turn = () => scheduler.schedule(Promise.resolve());
        const note = codec.encode({ type: 'Noted', data: {} }, namespace, {});
        await scheduler.waitFor(
          Promise.allSettled([
            register(store, 'person-1', both),
            register(store, 'person-1', both),
            register(store, 'person-2', both),
            settleAll(store),
            settleAll(store),
            ...(strange ? [store.append('person-1', 'no_stream', [note])] : []),
          ]),
        );
        store.turn = () => Promise.resolve();
        await settleAll(store);
        await expectWhole(store, owners);
      }),
      { numRuns: 300 },
    );
  });
});
