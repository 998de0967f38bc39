import { hash } from 'node:crypto';

/** Names the layout of a leaf. It never changes; another layout would be another label. */
export const LEAF_LABEL = 'almoner-log/v1';

/** What the leaf of an event commits to. */
export interface LeafInput {
  readonly position: bigint;
  readonly revision: bigint;
  /** Milliseconds since 1970-01-01T00:00Z. */
  readonly recordedAt: number;
  readonly streamId: string;
  readonly eventId: string;
  readonly type: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

// By way of text: making the hash's own buffer takes longer than the hash.
const sha256 = (bytes: Uint8Array): Buffer => Buffer.from(hash('sha256', bytes, 'hex'), 'hex');

function u64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
}

function counted(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/**
 * The RFC 6962 leaf hash of one event: SHA-256(0x00 ‖ leaf), where the leaf is
 * `"almoner-log/v1" ‖ u64 position ‖ u64 revision ‖ u64 recordedAt ‖ u16 len ‖ stream id ‖ 16 B event id ‖ u16 len ‖
 * type ‖ SHA-256(data) ‖ SHA-256(metadata)`, big-endian. Data and metadata are the stored bytes.
 */
export function leafHash(leaf: LeafInput): Buffer {
  return sha256(
    Buffer.concat([
      Buffer.from([0]),
      Buffer.from(LEAF_LABEL, 'utf8'),
      u64(leaf.position),
      u64(leaf.revision),
      u64(BigInt(leaf.recordedAt)),
      counted(leaf.streamId),
      Buffer.from(leaf.eventId.replaceAll('-', ''), 'hex'),
      counted(leaf.type),
      sha256(leaf.data),
      sha256(leaf.metadata),
    ]),
  );
}
