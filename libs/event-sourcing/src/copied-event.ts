import type { EventMetadata, GlobalPosition, RecordedEvent } from './event-store.js';

/**
 * The columns of a copied event: first those of fixed width, then the others, so that each has its place. Read by
 * `COPY … (format binary)`: a count of fields, then for each field its length and its bytes.
 */
export const copiedColumns =
  'global_position, revision, schema_version, recorded_at, event_id, leaf_hash, event_type, stream_id, metadata, data';

const POSITION = 2 + 4;
const REVISION = POSITION + 8 + 4;
const VERSION = REVISION + 8 + 4;
const RECORDED = VERSION + 2 + 4;
const ID = RECORDED + 8 + 4;
const HASH = ID + 16 + 4;
const TYPE = HASH + 32 + 4;
/** PostgreSQL counts microseconds since then. */
const EPOCH = Date.UTC(2000, 0, 1);

/**
 * An event as PostgreSQL sent it. What is asked for is read from the bytes then, since a reader of the whole log asks for
 * little of most events.
 */
export class CopiedEvent implements RecordedEvent {
  private readonly typeEnd: number;
  private readonly streamEnd: number;
  private readonly metadataEnd: number;
  private readonly dataEnd: number;

  /** The row begins at `at` in `bytes`, which must stay as they are. */
  constructor(
    private readonly bytes: Buffer,
    private readonly at: number,
  ) {
    this.typeEnd = at + TYPE + bytes.readInt32BE(at + TYPE - 4);
    this.streamEnd = this.typeEnd + 4 + bytes.readInt32BE(this.typeEnd);
    this.metadataEnd = this.streamEnd + 4 + bytes.readInt32BE(this.streamEnd);
    this.dataEnd = this.metadataEnd + 4 + bytes.readInt32BE(this.metadataEnd);
  }

  get position(): GlobalPosition {
    return this.bytes.readBigInt64BE(this.at + POSITION).toString();
  }

  get revision(): bigint {
    return this.bytes.readBigInt64BE(this.at + REVISION);
  }

  get schemaVersion(): number {
    return this.bytes.readInt16BE(this.at + VERSION);
  }

  get recordedAt(): string {
    return new Date(EPOCH + Number(this.bytes.readBigInt64BE(this.at + RECORDED)) / 1000).toISOString();
  }

  get id(): string {
    const hex = this.bytes.toString('hex', this.at + ID, this.at + ID + 16);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  }

  get leafHash(): Uint8Array {
    return this.bytes.subarray(this.at + HASH, this.at + HASH + 32);
  }

  get type(): string {
    return this.bytes.toString('utf8', this.at + TYPE, this.typeEnd);
  }

  get streamId(): string {
    return this.bytes.toString('utf8', this.typeEnd + 4, this.streamEnd);
  }

  get metadata(): EventMetadata {
    return JSON.parse(this.bytes.toString('utf8', this.streamEnd + 4, this.metadataEnd)) as EventMetadata;
  }

  get data(): Uint8Array {
    return this.bytes.subarray(this.metadataEnd + 4, this.dataEnd);
  }

  get text(): string {
    return this.bytes.toString('utf8', this.metadataEnd + 4, this.dataEnd);
  }
}
