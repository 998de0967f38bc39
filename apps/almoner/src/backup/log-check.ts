import { leafHash } from '#libs/event-sourcing';
import { Damaged, type BackedUpEvent } from './format.js';
import { MerkleRoot } from './merkle-root.js';

/** Follows the log from its first event and finds what is missing, twice there, or not what its leaf hash says. */
export class LogCheck {
  private readonly tree = new MerkleRoot();
  private next = 0n;

  /** @throws Damaged naming the position */
  add(event: BackedUpEvent): void {
    if (event.position !== this.next) throw new Damaged(`position ${this.next} of the log is not there`);
    const expected = leafHash({
      position: event.position,
      revision: event.revision,
      recordedAt: event.recordedAt.getTime(),
      streamId: event.streamId,
      eventId: event.id,
      type: event.type,
      data: event.data,
      metadata: event.metadata,
    });
    if (!expected.equals(event.leafHash))
      throw new Damaged(`the event at position ${event.position} is not what its leaf hash says`);
    this.tree.add(expected);
    this.next += 1n;
  }

  get events(): number {
    return Number(this.next);
  }

  /** Position of the last event; null where there is none. */
  get head(): string | null {
    return this.next === 0n ? null : String(this.next - 1n);
  }

  /** The root over all leaf hashes, in hex. */
  get root(): string {
    return this.tree.get().toString('hex');
  }
}
