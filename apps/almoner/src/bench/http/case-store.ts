import {
  EventStore,
  RevisionConflict,
  type Appended,
  type ExpectedRevision,
  type NewEvent,
  type RecordedEvent,
} from '#libs/event-sourcing';

/** The first events of a stream that nothing was appended to yet. */
export type Beginning = (stream: string) => readonly NewEvent[];

const nothing = new Uint8Array();

/**
 * A log in memory that has nothing but what a command needs: streams, read whole and appended to at a revision. Streams begin with
 * events that are there when they are first asked for. No leaf hashes, no reading of the whole log.
 */
export class CaseStore extends EventStore {
  override readonly capabilities = new Set<never>();
  private readonly streams = new Map<string, RecordedEvent[]>();
  private last = 0;

  /** @param now the program's clock, RFC 3339 in UTC with milliseconds */
  constructor(
    private readonly beginning: Beginning,
    private readonly now: () => string,
  ) {
    super();
  }

  override async append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[]): Promise<Appended> {
    const past = this.streamOf(stream);
    const actual = past.at(-1)?.revision ?? 'no_stream';
    if (expected !== actual) throw new RevisionConflict(stream, expected, actual);
    this.record(stream, past, events);
    const { revision, position } = past.at(-1) as RecordedEvent;
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

  private streamOf(stream: string): RecordedEvent[] {
    let past = this.streams.get(stream);
    if (past === undefined) {
      past = [];
      this.record(stream, past, this.beginning(stream));
      this.streams.set(stream, past);
    }
    return past;
  }

  private record(streamId: string, past: RecordedEvent[], events: readonly NewEvent[]): void {
    const recordedAt = this.now();
    for (const { id, type, schemaVersion, data, metadata } of events) {
      const place = { streamId, revision: BigInt(past.length), position: String(++this.last), recordedAt };
      past.push({ ...place, id, type, schemaVersion, data, metadata, leafHash: nothing });
    }
  }
}
