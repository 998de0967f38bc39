import { isAbandonment } from './abandonment.js';
import { refuse, Refusal, type Decider, type Message } from './decider.js';
import type { EventCodec, StoredEvent } from './event-codec.js';
import { nothingSealed, openEvents, type Sealing } from './sealing.js';
import { uuidV5 } from './uuid.js';
import {
  EventStore,
  OutcomeUnknown,
  RevisionConflict,
  Unavailable,
  type Appended,
  type GlobalPosition,
} from './event-store.js';

/** Who asked for what: stands in the metadata of every event. */
export interface CommandMeta {
  readonly commandId: string;
  readonly correlationId: string;
  readonly causationId: string;
  readonly actor: string;
  readonly role: string;
  readonly area: string;
}

/** What a command is answered with. */
export interface CommandAnswer {
  readonly id: string;
  readonly revision: string;
  readonly position: string;
}

/** What a command came to: its answer, and the aggregate as it stands after it. */
export interface Executed<State> {
  readonly answer: CommandAnswer;
  readonly state: State;
}

/** A rule said no. */
export class RefusedCommand extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.code);
  }
}

/** There is no such aggregate. */
export class NotFound extends Error {}

/** An aggregate as its stream tells it. */
export interface Loaded<State, Event extends Message> {
  readonly state: State;
  readonly events: readonly StoredEvent<Event>[];
  readonly revision: bigint | 'no_stream';
  readonly position: GlobalPosition | 'start';
}

/** The id of the n-th thing that a command makes: the same on every try. */
export const derivedId = (commandId: string, index: number | string): string => uuidV5(String(index), commandId);

/** How often an unknown outcome is asked. */
const asks = 3;

/** How often a job or process manager decides, when others are faster: one that waits on a busy stream must come through. */
const decisions = 10;

/** Reads, folds, decides and appends: the one way in which a command becomes events. */
export class AggregateStore {
  constructor(
    private readonly events: EventStore,
    private readonly codec: EventCodec,
    private readonly sealing: Sealing = nothingSealed,
  ) {}

  /** Folds a stream, up to a position where one is given. */
  async load<S, E extends Message>(
    decider: Pick<Decider<S, never, E, never>, 'initial' | 'evolve'>,
    stream: string,
    upTo?: GlobalPosition | 'start',
  ): Promise<Loaded<S, E>> {
    return this.fold(decider, await this.history<E>(stream, upTo));
  }

  /** Every event of a stream, read, its personal fields open. */
  async history<E extends Message>(stream: string, upTo?: GlobalPosition | 'start'): Promise<StoredEvent<E>[]> {
    const events: StoredEvent<E>[] = [];
    if (upTo === undefined) {
      for (const recorded of await this.events.wholeStream(stream))
        events.push(this.codec.decode(recorded) as StoredEvent<E>);
    } else {
      for await (const recorded of this.events.readStream(stream, { upTo }))
        events.push(this.codec.decode(recorded) as StoredEvent<E>);
    }
    const opened = openEvents(events as StoredEvent[], this.codec, this.sealing);
    return (opened instanceof Promise ? await opened : opened) as StoredEvent<E>[];
  }

  /**
   * Carries out a command. The first answer is given again where the stream holds the command already.
   *
   * `seen` is the revision that the person saw (a change over HTTP), `no_stream` for a creation, and absent for jobs
   * and process managers, which decide up to ten times. `context` is made for each try from what the
   * stream says.
   *
   * @throws RefusedCommand a rule said no · NotFound nothing to change · RevisionConflict the person saw an older state
   * · OutcomeUnknown repeat with the same command id · Unavailable, TooLarge, StreamClosed
   */
  async execute<S, C extends Message, E extends Message, X>(
    decider: Decider<S, C, E, X>,
    order: {
      readonly id: string;
      readonly stream: string;
      readonly command: C;
      readonly context: X | ((loaded: Loaded<S, E>) => X | Promise<X>);
      readonly seen?: bigint | 'no_stream' | undefined;
      readonly meta: CommandMeta;
      /** Surrounds the append where more than the stream must agree, such as claims; calls `append` once. */
      readonly around?: (
        loaded: Loaded<S, E>,
        outcome: readonly E[],
        append: () => Promise<Appended>,
        /** The state with the outcome. */
        after: S,
      ) => Promise<Appended>;
    },
  ): Promise<Executed<S>> {
    for (let attempt = 1; ; attempt++) {
      const loaded = await this.load<S, E>(decider, order.stream);
      const { state } = loaded;
      const { commandId } = order.meta;
      const first = loaded.events.findLast(({ metadata }) => metadata['commandId'] === commandId);
      if (first !== undefined) return { answer: answer(order.id, first.revision, first.position), state };
      if (loaded.events.some((event) => isAbandonment(event, commandId)))
        throw new RefusedCommand(refuse('COMMAND_ABANDONED'));
      if (order.seen !== 'no_stream' && loaded.revision === 'no_stream') throw new NotFound(order.stream);
      if (order.seen !== undefined && order.seen !== loaded.revision) {
        throw new RevisionConflict(order.stream, order.seen, loaded.revision);
      }
      const looked =
        typeof order.context === 'function'
          ? (order.context as (loaded: Loaded<S, E>) => X | Promise<X>)(loaded)
          : order.context;
      const context = looked instanceof Promise ? ((await looked) as X) : looked;
      const outcome = decider.decide(order.command, state, context);
      if (outcome instanceof Refusal) throw new RefusedCommand(outcome);
      if (outcome.length === 0)
        return {
          answer: answer(order.id, loaded.revision === 'no_stream' ? 0n : loaded.revision, loaded.position),
          state,
        };
      try {
        const append = () => this.append(order.stream, loaded.revision, outcome, order.meta);
        const after = outcome.reduce((before, event) => decider.evolve(before, event), state);
        const appended = await (order.around?.(loaded, outcome, append, after) ?? append());
        return {
          answer: answer(order.id, appended.revision, appended.position),
          state: after,
        };
      } catch (error) {
        if (!(error instanceof RevisionConflict) || order.seen !== undefined || attempt === decisions) throw error;
      }
    }
  }

  private async append(stream: string, expected: bigint | 'no_stream', events: readonly Message[], meta: CommandMeta) {
    const ids = events.map((_, index) => derivedId(meta.commandId, `event-${index}`));
    const sealed = this.sealed(stream, events, ids);
    const metadata = { ...meta };
    const encoded = (sealed instanceof Promise ? await sealed : sealed).map((event, index) =>
      this.codec.encode(event, ids[index] as string, metadata),
    );
    // Once an answer was missing the events may be there, whatever a later try says of itself.
    let unknown: OutcomeUnknown | undefined;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.events.append(stream, expected, encoded);
      } catch (error) {
        if (error instanceof OutcomeUnknown) unknown = error;
        else throw unknown !== undefined && error instanceof Unavailable ? unknown : error;
        if (attempt === asks) throw error;
      }
    }
  }

  /** With their personal fields sealed; all keys of one append are asked for at once, and where there are none, nobody is. */
  private sealed(
    streamId: string,
    events: readonly Message[],
    ids: readonly string[],
  ): readonly Message[] | Promise<readonly Message[]> {
    const parts = events.flatMap(({ type, data }, index) => {
      const fields = this.codec.personalFieldsOf(type);
      return fields === undefined ? [] : [{ index, place: { streamId, eventId: ids[index] as string }, fields, data }];
    });
    if (parts.length === 0) return events;
    const withData = (sealed: readonly object[]): readonly Message[] => {
      const result = [...events];
      for (const [at, { index }] of parts.entries()) {
        result[index] = { type: (events[index] as Message).type, data: sealed[at] as object };
      }
      return result;
    };
    const sealed = this.sealing.seal(parts);
    return sealed instanceof Promise ? sealed.then(withData) : withData(sealed);
  }

  private fold<S, E extends Message>(
    { initial, evolve }: Pick<Decider<S, never, E, never>, 'initial' | 'evolve'>,
    events: readonly StoredEvent<E>[],
  ): Loaded<S, E> {
    const last = events.at(-1);
    return {
      state: events.reduce(
        (state, event) => (isAbandonment(event as Message) ? state : evolve(state, event as unknown as E)),
        initial,
      ),
      events,
      revision: last?.revision ?? 'no_stream',
      position: last?.position ?? 'start',
    };
  }
}

const answer = (id: string, revision: bigint, position: string): CommandAnswer => ({
  id,
  revision: String(revision),
  position,
});
