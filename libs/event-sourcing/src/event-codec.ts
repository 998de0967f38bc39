import { canonicalBytes } from './canonical-json.js';
import type { Message } from './decider.js';
import type { NewEvent, RecordedEvent } from './event-store.js';
import type { EventRegister, PersonalTree, Upcaster } from './event-types.js';

/** The short form of a register, for specs and measurements: versions alone, of no category, with no way from earlier ones. */
export type EventVersions = Readonly<Record<string, number>>;

/** A recorded event with its data read, in the current version of its type. `schemaVersion` is that of the stored bytes. */
export type StoredEvent<Event extends Message = Message> = Event extends Message
  ? Omit<RecordedEvent, 'type' | 'data' | 'text'> & { readonly type: Event['type']; readonly data: Event['data'] }
  : never;

/** The log holds an event that this program does not know: a newer program wrote it. */
export class UnknownEventType extends Error {}

interface Known {
  readonly version: number;
  readonly category: string | undefined;
  readonly upcasts: readonly Upcaster[];
  readonly personal: PersonalTree | undefined;
}

/** Turns events into bytes and back, and refuses once, here, what no rule knows. */
export class EventCodec {
  private readonly types = new Map<string, Known>();

  /** @throws Error when a type is registered twice, or without a way from each earlier version */
  constructor(...registers: readonly (EventRegister | EventVersions)[]) {
    for (const register of registers) {
      for (const [type, known] of isRegister(register) ? fromRegister(register) : fromVersions(register)) {
        if (this.types.has(type)) throw new Error(`event type ${type} is registered twice`);
        this.types.set(type, known);
      }
    }
  }

  /** The canonical bytes of a new event, in the current version. @throws UnknownEventType */
  encode(event: Message, id: string, metadata: Readonly<Record<string, string>>): NewEvent {
    const { version } = this.known(event.type);
    return {
      id,
      type: event.type,
      schemaVersion: version,
      data: canonicalBytes(event.data),
      metadata: { ...metadata, schemaVersion: String(version) },
    };
  }

  /**
   * The event as its lib declares it, in the current version.
   * @throws UnknownEventType for a type or a version that this program does not know
   */
  decode(recorded: RecordedEvent): StoredEvent {
    const known = this.known(recorded.type);
    const data = JSON.parse(recorded.text ?? textOf(recorded.data)) as object;
    return new ReadEvent(recorded, recorded.schemaVersion === known.version ? data : upcast(data, recorded, known));
  }

  /** Whether `decode` can read events of this type in this version. */
  knows(type: string, schemaVersion: number): boolean {
    const known = this.types.get(type);
    return known !== undefined && canRead(known, schemaVersion);
  }

  /** The category of the streams that hold this type; undefined where its register names none. @throws UnknownEventType */
  categoryOf(type: string): string | undefined {
    return this.known(type).category;
  }

  /** The categories of the streams that hold any of these types. @throws UnknownEventType */
  categoriesOf(types: readonly string[]): ReadonlySet<string> {
    return new Set(types.flatMap((type) => this.categoryOf(type) ?? []));
  }

  /** The personal fields of a type; undefined where it has none. @throws UnknownEventType */
  personalFieldsOf(type: string): PersonalTree | undefined {
    return this.known(type).personal;
  }

  private known(type: string): Known {
    const known = this.types.get(type);
    if (known === undefined) throw new UnknownEventType(type);
    return known;
  }
}

const isRegister = (register: EventRegister | EventVersions): register is EventRegister =>
  typeof register['types'] === 'object';

const fromRegister = ({ category, types, personal = {} }: EventRegister): [string, Known][] =>
  Object.entries(types).map(([type, { version, upcasts = [] }]) => {
    if (upcasts.length !== version - 1)
      throw new Error(`event type ${type} in version ${version} has ${upcasts.length} upcasters`);
    return [type, { version, category, upcasts, personal: personal[type] }];
  });

const fromVersions = (versions: EventVersions): [string, Known][] =>
  Object.entries(versions).map(([type, version]) => [
    type,
    { version, category: undefined, upcasts: [], personal: undefined },
  ]);

const canRead = ({ version, upcasts }: Known, schemaVersion: number): boolean =>
  Number.isInteger(schemaVersion) && schemaVersion <= version && schemaVersion >= version - upcasts.length;

function upcast(data: object, { type, schemaVersion }: RecordedEvent, known: Known): object {
  if (!canRead(known, schemaVersion)) throw new UnknownEventType(`${type} in version ${schemaVersion}`);
  const first = schemaVersion - (known.version - known.upcasts.length);
  return known.upcasts.slice(first).reduce((older, step) => step(older as never), data);
}

/** The same event with its personal fields open. */
export const withOpenData = <Event extends StoredEvent>(event: Event, data: object): Event =>
  new ReadEvent(event, data, event.data) as unknown as Event;

/** The data of an event as they are stored, personal fields sealed: what grounds are cited by. */
export const sealedDataOf = (event: StoredEvent): object =>
  event instanceof ReadEvent ? event.sealedData : event.data;

/** The text of UTF-8 bytes, without copying them first. */
const textOf = (bytes: Uint8Array): string =>
  (bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)).toString('utf8');

/**
 * A recorded event with its data read; everything else is taken from the record when it is asked for, since a fold of a
 * million events asks for little. `text` stays behind: it is that of the stored data, which may be of an earlier version.
 */
class ReadEvent {
  readonly type: string;
  readonly streamId: string;
  readonly position: string;

  constructor(
    private readonly recorded: Omit<RecordedEvent, 'data'>,
    readonly data: object,
    /** The data before their personal fields were opened. */
    readonly sealedData: object = data,
  ) {
    this.type = recorded.type;
    this.streamId = recorded.streamId;
    this.position = recorded.position;
  }

  get revision(): bigint {
    return this.recorded.revision;
  }
  get id(): string {
    return this.recorded.id;
  }
  get schemaVersion(): number {
    return this.recorded.schemaVersion;
  }
  get metadata(): RecordedEvent['metadata'] {
    return this.recorded.metadata;
  }
  get recordedAt(): string {
    return this.recorded.recordedAt;
  }
  get leafHash(): Uint8Array {
    return this.recorded.leafHash;
  }
}
