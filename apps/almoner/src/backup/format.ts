import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { canonicalBytes } from '#libs/event-sourcing';

/** What a backup is called in its manifest. */
export const FORMAT = 'almoner-backup';
/** Raised when a program that knows only the version before could not read it. */
export const FORMAT_VERSION = 1;
export const MANIFEST = 'manifest.json';

/** One file of a backup: JSON Lines, compressed by gzip. */
export interface FileEntry {
  readonly name: string;
  /** Of the compressed file, as are the bytes. */
  readonly sha256: string;
  readonly bytes: number;
  readonly lines: number;
}

/** The log as it is in a backup. */
export interface LogEntry {
  readonly events: number;
  /** Position of the last event; null for an empty log. */
  readonly head: string | null;
  /** Merkle tree hash (RFC 6962) over the leaf hashes of all events, in hex. */
  readonly root: string;
  /** In the order of positions. */
  readonly files: readonly FileEntry[];
  /** Streams that take no more events: one `{"stream_id"}` per line. */
  readonly closedStreams: FileEntry;
}

/** Where one reader of the log stood; told for people, not restored for read models, which are made anew. */
export interface ReaderPosition {
  readonly reader: string;
  readonly position: string;
}

/** What stands in `manifest.json`. It is written last: a folder without it is no backup. */
export interface Manifest {
  readonly format: string;
  readonly formatVersion: number;
  /** RFC 3339, by the clock of the machine. */
  readonly createdAt: string;
  /** Null where the log lies in EventStoreDB, whose own tools back it up. */
  readonly log: LogEntry | null;
  readonly tables: readonly (FileEntry & { readonly table: string })[];
  /** Migrations that made these tables, by name. */
  readonly migrations: readonly string[];
  readonly readers: readonly ReaderPosition[];
  /** Keys are never in a backup; this says where they were. */
  readonly keys: { readonly included: false; readonly folder: string; readonly files: readonly string[] };
}

/** A backup that is not what was once written, or no backup; the message names the file or the position. */
export class Damaged extends Error {}

/** An event with everything that the log has of it. */
export interface BackedUpEvent {
  readonly position: bigint;
  readonly streamId: string;
  readonly revision: bigint;
  readonly id: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
  readonly leafHash: Uint8Array;
  readonly recordedAt: Date;
}

/** The line of an event. Bytes that are UTF-8 stand as text, to be read by people; others in base64 under another name. */
export const eventLine = (event: BackedUpEvent): string =>
  JSON.stringify({
    position: String(event.position),
    stream: event.streamId,
    revision: String(event.revision),
    id: event.id,
    type: event.type,
    version: event.schemaVersion,
    recordedAt: event.recordedAt.toISOString(),
    leafHash: hex(event.leafHash),
    ...bytesAs('data', event.data),
    ...bytesAs('metadata', event.metadata),
  });

/** The event of a line; the reverse of {@link eventLine}. */
export function eventOfLine(line: string): BackedUpEvent {
  const stored = JSON.parse(line) as Readonly<Record<string, string>> & { readonly version: number };
  const text = (name: string): string => {
    const value = stored[name];
    if (typeof value !== 'string') throw new Damaged(`an event has no ${name}`);
    return value;
  };
  const bytes = (name: string): Uint8Array =>
    `${name}Base64` in stored ? Buffer.from(text(`${name}Base64`), 'base64') : Buffer.from(text(name), 'utf8');
  return {
    position: BigInt(text('position')),
    streamId: text('stream'),
    revision: BigInt(text('revision')),
    id: text('id'),
    type: text('type'),
    schemaVersion: stored.version,
    recordedAt: new Date(text('recordedAt')),
    leafHash: Buffer.from(text('leafHash'), 'hex'),
    data: bytes('data'),
    metadata: bytes('metadata'),
  };
}

/** The text of a manifest, which ends with a digest of itself. */
export const manifestText = (manifest: Manifest): string =>
  `${JSON.stringify({ ...manifest, digest: digestOf(manifest) }, null, 2)}\n`;

/** Reads a manifest. @throws Damaged when it is not whole, was changed, or is of a newer program */
export function readManifest(text: string): Manifest {
  let found: Manifest & { readonly digest?: string };
  try {
    found = JSON.parse(text) as typeof found;
  } catch {
    throw new Damaged(`${MANIFEST} is not whole`);
  }
  const { digest, ...manifest } = found;
  if (manifest.format !== FORMAT) throw new Damaged(`${MANIFEST} is not that of a backup`);
  if (manifest.formatVersion > FORMAT_VERSION) throw new Damaged('a newer program made this backup: update this one');
  if (digest !== digestOf(manifest)) throw new Damaged(`${MANIFEST} was changed: its digest is another`);
  return manifest;
}

const digestOf = (manifest: Manifest): string => createHash('sha256').update(canonicalBytes(manifest)).digest('hex');

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

const bytesAs = (name: string, bytes: Uint8Array): Readonly<Record<string, string>> =>
  isUtf8(bytes)
    ? { [name]: Buffer.from(bytes).toString('utf8') }
    : { [`${name}Base64`]: Buffer.from(bytes).toString('base64') };
