import { createHash } from 'node:crypto';

/** A tree whose every level is full. */
interface Subtree {
  readonly hash: Buffer;
  readonly leaves: number;
}

/** The Merkle tree hash of RFC 6962 over leaf hashes that come one by one; holds one hash per level. */
export class MerkleRoot {
  private readonly whole: Subtree[] = [];

  add(leafHash: Uint8Array): void {
    let added: Subtree = { hash: Buffer.from(leafHash), leaves: 1 };
    for (let last = this.whole.at(-1); last?.leaves === added.leaves; last = this.whole.at(-1)) {
      added = { hash: node(last.hash, added.hash), leaves: 2 * added.leaves };
      this.whole.pop();
    }
    this.whole.push(added);
  }

  /** The root over all leaves so far. */
  get(): Buffer {
    if (this.whole.length === 0) return createHash('sha256').digest();
    return this.whole.map(({ hash }) => hash).reduceRight((right, left) => node(left, right));
  }
}

const node = (left: Buffer, right: Buffer): Buffer =>
  createHash('sha256').update(Buffer.of(1)).update(left).update(right).digest();
