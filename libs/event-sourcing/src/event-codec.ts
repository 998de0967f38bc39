import { canonicalBytes } from './canonical-json.js';
import type { Message } from './decider.js';
import type { NewEvent, RecordedEvent } from './event-store.js';

/** The event types that a lib writes, each with the version of its shape. */
export type EventTypes = Readonly<Record<string, number>>;

/** A recorded event with its data read. */
export type StoredEvent<Event extends Message = Message> = Event extends Message
  ? Omit<RecordedEvent, 'type' | 'data'> & { readonly type: Event['type']; readonly data: Event['data'] }
  : never;

/** The log holds an event that this program does not know: a newer program wrote it. */
export class UnknownEventType extends Error {}

/** Turns events into bytes and back, and refuses once, here, what no rule knows. */
export class EventCodec {
  private readonly types: EventTypes;

  constructor(...registers: readonly EventTypes[]) {
    this.types = Object.assign({}, ...registers) as EventTypes;
  }

  /** The canonical bytes of a new event. */
  encode(event: Message, id: string, metadata: Readonly<Record<string, string>>): NewEvent {
    const schemaVersion = this.versionOf(event.type);
    return {
      id,
      type: event.type,
      schemaVersion,
      data: canonicalBytes(event.data),
      metadata: { ...metadata, schemaVersion: String(schemaVersion) },
    };
  }

  /** The event as its lib declares it. */
  decode(recorded: RecordedEvent): StoredEvent {
    const version = this.versionOf(recorded.type);
    if (recorded.schemaVersion > version)
      throw new UnknownEventType(`${recorded.type} in version ${recorded.schemaVersion}`);
    return { ...recorded, data: JSON.parse(recorded.text ?? Buffer.from(recorded.data).toString('utf8')) as object };
  }

  private versionOf(type: string): number {
    const version = this.types[type];
    if (version === undefined) throw new UnknownEventType(type);
    return version;
  }
}
