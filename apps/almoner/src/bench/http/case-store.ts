import {
  EventStore,
  RevisionConflict,
  type Appended,
  type ExpectedRevision,
  type NewEvent,
  type RecordedEvent,
} from '#libs/event-sourcing';

/** The events with which a stream begins. */
export type Beginning = (stream: string) => readonly NewEvent[];

const noHash = new Uint8Array();
const none: readonly RecordedEvent[] = [];
const startedAt = new Date().toISOString();

/**
 * A log in memory that has nothing but what a command needs: streams, read whole and appended to at a revision. The events with
 * which streams begin are made when they are read; what is appended is kept. No leaf hashes, no reading of the whole log.
 */
export class CaseStore extends EventStore {
  override readonly capabilities = new Set<never>();
  private readonly appended = new Map<string, readonly RecordedEvent[]>();
  private last = 0;

  /** @param now the program's clock, RFC 3339 in UTC with milliseconds */
  constructor(
    private readonly beginning: Beginning,
    private readonly now: () => string,
  ) {
    super();
  }

  override async append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<Appended> {
    const before = this.appended.get(stream) ?? none;
    const length = this.beginning(stream).length + before.length;
    const actual = length === 0 ? 'no_stream' : BigInt(length - 1);
    if (expected !== actual) throw new RevisionConflict(stream, expected, actual);
    const recordedAt = this.now();
    const made = events.map((event, index) => recorded(event, stream, length + index, String(++this.last), recordedAt));
    this.appended.set(stream, before.length === 0 ? made : [...before, ...made]);
    const { revision, position } = made.at(-1) as RecordedEvent;
    return { status: 'ok', revision, position };
  }

  override async wholeStream(stream: string): Promise<readonly RecordedEvent[]> {
    return this.streamOf(stream);
  }

  override async *readStream(stream: string): AsyncGenerator<RecordedEvent> {
    yield* this.streamOf(stream);
  }

  override async head(): Promise<string> {
    return String(this.last);
  }

  override compare(a: string, b: string): -1 | 0 | 1 {
    return Number(a) < Number(b) ? -1 : Number(a) > Number(b) ? 1 : 0;
  }

  override isPosition(text: string): boolean {
    return /^\d+$/.test(text);
  }

  override async close(): Promise<void> {}

  override readAll(): never {
    throw new Error('no command reads the whole log');
  }

  override subscribeAll(): never {
    throw new Error('nothing follows this log');
  }

  override positionAt(): never {
    throw new Error('no command looks back');
  }

  private streamOf(stream: string): readonly RecordedEvent[] {
    const begun = this.beginning(stream).map((event, index) => recorded(event, stream, index, '0', startedAt));
    const appended = this.appended.get(stream);
    return appended === undefined ? begun : [...begun, ...appended];
  }
}

const recorded = (
  { id, type, schemaVersion, data, metadata }: NewEvent,
  streamId: string,
  revision: number,
  position: string,
  recordedAt: string,
): RecordedEvent => ({
  streamId,
  revision: BigInt(revision),
  position,
  id,
  type,
  schemaVersion,
  data,
  metadata,
  recordedAt,
  leafHash: noHash,
});
