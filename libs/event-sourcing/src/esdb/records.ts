import type { AllStreamRecordedEvent, BinaryEventType, EventData, RecordedEvent as Kept } from '@eventstore/db-client';
import { canonicalBytes } from '../canonical-json.js';
import type { EventMetadata, NewEvent, RecordedEvent } from '../event-store.js';
import { leafHash } from '../leaf-hash.js';

/** Keys of the stored metadata that belong to the store; they are added on the way in and taken off on the way out. */
const own = { recordedAt: 'log-recorded-at', schemaVersion: 'log-schema-version' } as const;

/** The very bytes as the plain array that the client takes as it is. Of anything else it would store another form. */
const plain = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/**
 * An event as it goes to the server: everything is bytes, so the client has nothing left to serialise.
 * @throws NotCanonical for metadata that are no text
 */
export function toStored(event: NewEvent, recordedAt: string): EventData<BinaryEventType> {
  const metadata = {
    ...event.metadata,
    [own.recordedAt]: recordedAt,
    [own.schemaVersion]: String(event.schemaVersion),
  };
  return {
    id: event.id,
    type: event.type,
    contentType: 'application/octet-stream',
    data: plain(event.data),
    metadata: plain(canonicalBytes(metadata)),
  };
}

/** The server's own events: its users, settings of streams, links of its projections. */
export const isSystemEvent = ({ type }: { readonly type: string }): boolean => type.startsWith('$');

/** The place of an event in the log. */
export const positionOf = (event: Kept | AllStreamRecordedEvent): string => {
  if (event.position === undefined) throw new Error(`${event.streamId}@${event.revision} came without a position`);
  return String(event.position.commit);
};

/** An event as the port gives it. One that another program wrote has the server's time and version 1. */
export function fromStored(event: Kept | AllStreamRecordedEvent): RecordedEvent {
  const data = event.isJson ? Buffer.from(JSON.stringify(event.data)) : Buffer.from(event.data);
  const { [own.recordedAt]: stamped, [own.schemaVersion]: version, ...metadata } = textsOf(event.metadata);
  const recordedAt = stamped ?? event.created.toISOString();
  const position = positionOf(event);
  return {
    streamId: event.streamId,
    revision: event.revision,
    position,
    id: event.id,
    type: event.type,
    schemaVersion: Number(version ?? 1),
    data,
    metadata,
    recordedAt,
    leafHash: leafHash({
      position: BigInt(position),
      revision: event.revision,
      recordedAt: Date.parse(recordedAt),
      streamId: event.streamId,
      eventId: event.id,
      type: event.type,
      data,
      metadata: canonicalBytes(metadata),
    }),
  };
}

function textsOf(metadata: unknown): EventMetadata {
  if (metadata === null || typeof metadata !== 'object' || metadata instanceof Uint8Array) return {};
  return Object.fromEntries(Object.entries(metadata).filter(([, value]) => typeof value === 'string'));
}
