import { isAbandonment, type Decider, type EventCodec, type EventStore, type Message } from '#libs/event-sourcing';

/**
 * A person or household as their stream tells it, with everything personal left sealed: for what stands in the clear, such as where
 * a file is kept, also when no key is to be had.
 */
export async function foldSealed<State, Event extends Message>(
  events: EventStore,
  codec: EventCodec,
  { initial, evolve }: Pick<Decider<State, never, Event, never>, 'initial' | 'evolve'>,
  stream: string,
): Promise<State> {
  let state = initial;
  for (const recorded of await events.wholeStream(stream)) {
    const event = codec.decode(recorded) as Message;
    if (!isAbandonment(event)) state = evolve(state, event as Event);
  }
  return state;
}
