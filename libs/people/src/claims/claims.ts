import {
  derivedId,
  EventCodec,
  EventStore,
  failpoint,
  isAbandonment,
  OutcomeUnknown,
  Refusal,
  RefusedCommand,
  RevisionConflict,
  StreamClosed,
  TooLarge,
  type Appended,
  type CommandMeta,
  type Message,
  type RecordedEvent,
  type RegistrationAbandoned,
} from '#libs/event-sourcing';
import { claimDecider, type Claim, type ClaimCommand } from '../domain/claim.js';
import type { ClaimEvent, ClaimKind, ReleaseReason } from '../domain/claim.events.js';

/** A thing to be claimed: `hash` is the keyed hash of what it is. */
export interface ClaimName {
  readonly kind: ClaimKind;
  readonly hash: string;
}

/** The stream of a claim. */
export const claimStream = ({ hash }: ClaimName): string => `claim-${hash}`;

/** How long a reservation may wait for the owner's event before it is settled. */
export const RESERVATION_MS = 5 * 60_000;

/** Another has it. `owner` is for those who may see it; a neutral refusal for the others. */
export class ClaimTaken extends RefusedCommand {
  constructor(
    readonly claim: ClaimName,
    readonly owner: string,
    /** Reserved, and not yet certain: it may be free again soon. */
    readonly pending: boolean,
  ) {
    super(new Refusal('CLAIM_TAKEN'));
  }
}

/** What an owner's command claims. */
export interface ClaimOrder {
  readonly claims: readonly ClaimName[];
  /** The stream of the owner, and the revision at which its event will stand. */
  readonly owner: string;
  readonly expected: bigint | 'no_stream';
  /** Of the owner's command: its event carries the same command id. */
  readonly meta: CommandMeta;
  /** Whether the command is decided again, under the same id, where its owner has moved on: what is reserved waits for it. */
  readonly again?: boolean | undefined;
}

/** Why claims are set free, and by which command. */
export interface ReleaseOrder {
  readonly owner: string;
  readonly reason: ReleaseReason;
  readonly meta: CommandMeta;
  /**
   * Whether the owner has use for it after all, as its stream stands now; asked once the claim was read. What is reserved is not
   * asked about and stays: it is settled.
   */
  readonly needed?: (claim: ClaimName) => Promise<boolean>;
}

interface Seen {
  readonly claim: Claim;
  readonly revision: bigint | 'no_stream';
}

/** How often an append is tried again: each conflict means that another went on. */
const tries = 10;
const unseen: Seen = { claim: claimDecider.initial, revision: 'no_stream' };

/**
 * Lets a thing belong to one owner, on every store and through every crash: reserve, record the owner's event at the
 * revision named in the reservation, confirm. What was left half done is brought to its end by {@link settle}.
 *
 * A command that a stream says was abandoned is refused wherever commands are carried out ({@link isAbandonment}).
 */
export class Claims {
  constructor(
    private readonly events: EventStore,
    private readonly codec: EventCodec,
  ) {}

  /**
   * Reserves all claims, lets the owner's event be recorded, confirms. Decide first, so that nothing is reserved in vain.
   * Carried out again with the same command id, it ends what was begun.
   *
   * @param record appends the owner's event at `expected`, under the order's command id; finds it where it is there already
   * @throws ClaimTaken · RefusedCommand COMMAND_ABANDONED · whatever `record` throws · errors of the store. After a refusal
   * nothing is held, nor after a conflict of a command that is not decided again; after any other error the reservations
   * wait to be settled.
   */
  async holding<T>(order: ClaimOrder, record: () => Promise<T>): Promise<T> {
    const held = await this.reserve(order);
    let recorded: T;
    try {
      recorded = await record();
    } catch (error) {
      const goesOn = order.again === true && error instanceof RevisionConflict;
      if (!isFinal(error) || goesOn) throw error;
      await this.settleAll([...held.keys()], order.meta);
      throw error instanceof RevisionConflict && held.size > 0 ? await this.conflictNow(error) : error;
    }
    failpoint('claims.afterRecord');
    const confirm = async ([claim, seen]: [ClaimName, Seen]) => {
      await this.change(claim, confirmation(order), order.meta, seen);
      failpoint('claims.afterConfirm');
    };
    await Promise.all([...held].map(confirm));
    return recorded;
  }

  /** Who has it; undefined while it is free. */
  async find(claim: ClaimName): Promise<{ readonly owner: string; readonly pending: boolean } | undefined> {
    const { claim: state } = await this.load(claim);
    return state.status === 'free' ? undefined : { owner: state.owner, pending: state.status === 'reserved' };
  }

  /** Sets claims of this owner free; done again under the same command id it changes nothing, whoever has them by then. */
  async release(claims: readonly ClaimName[], { owner, reason, meta, needed }: ReleaseOrder): Promise<void> {
    failpoint('claims.beforeRelease');
    const keeps =
      needed && (async (claim: ClaimName, { status }: Claim) => status === 'reserved' || (await needed(claim)));
    for (const claim of claims) {
      const done = await this.some(
        claimStream(claim),
        ({ type, metadata }) => type === 'ClaimReleased' && metadata['commandId'] === meta.commandId,
      );
      if (!done) await this.change(claim, { type: 'Release', data: { owner, reason } }, meta, undefined, keeps);
    }
  }

  /**
   * Brings a reservation to its end, which is older than {@link RESERVATION_MS}: confirmed where the owner's event is there;
   * else its command is abandoned in the owner's stream, so that no event of it can come any more, and the claim is free.
   */
  async settle(claim: ClaimName, meta: CommandMeta): Promise<Claim> {
    const seen = await this.load(claim);
    if (seen.claim.status !== 'reserved') return seen.claim;
    const { owner, commandId, expectedRevision } = seen.claim;
    const expected = expectedRevision === 'no_stream' ? 'no_stream' : BigInt(expectedRevision);
    const type = (await this.abandon(owner, commandId, expected, meta)) === 'recorded' ? 'Confirm' : 'Abandon';
    failpoint('claims.afterAbandon');
    return (await this.change(claim, { type, data: { owner, commandId } }, meta, seen)).claim;
  }

  /** In one order for all, so that of two commands that want the same two things one gets both. */
  private async reserve(order: ClaimOrder): Promise<ReadonlyMap<ClaimName, Seen>> {
    const { owner, expected, meta } = order;
    const held = new Map<ClaimName, Seen>();
    for (const claim of [...order.claims].sort((a, b) => (a.hash < b.hash ? -1 : 1))) {
      const data = { kind: claim.kind, owner, commandId: meta.commandId, expectedRevision: String(expected) };
      try {
        held.set(claim, await this.change(claim, { type: 'Reserve', data }, meta, unseen));
        failpoint('claims.afterReserve');
      } catch (error) {
        if (isFinal(error)) await this.settleAll([...held.keys()], meta);
        throw error;
      }
    }
    return held;
  }

  /** The conflict as the owner's stream stands since the command was abandoned in it: what is sent again goes by that. */
  private async conflictNow({ stream, expected, actual }: RevisionConflict): Promise<RevisionConflict> {
    let last = actual;
    for await (const { revision } of this.events.readStream(stream, { direction: 'backwards', max: 1 }))
      last = revision;
    return new RevisionConflict(stream, expected, last);
  }

  private async settleAll(claims: readonly ClaimName[], meta: CommandMeta): Promise<void> {
    for (const claim of claims) await this.settle(claim, meta);
  }

  /** Decides on what was seen, and again on what is there where another was faster. `keeps` may say each time to change nothing. */
  private async change(
    name: ClaimName,
    command: ClaimCommand,
    meta: CommandMeta,
    known?: Seen,
    keeps?: (name: ClaimName, claim: Claim) => Promise<boolean>,
  ): Promise<Seen> {
    const stream = claimStream(name);
    let seen = known ?? (await this.load(name));
    for (let attempt = 1; ; attempt++) {
      const outcome = claimDecider.decide(command, seen.claim, undefined);
      if (outcome instanceof Refusal) throw refusedAs(outcome, name, seen.claim);
      const [event] = outcome;
      if (!event || (await keeps?.(name, seen.claim))) return seen;
      const id = derivedId(meta.commandId, `${event.type} ${stream} ${seen.revision}`);
      try {
        const { status, revision } = await this.append(stream, seen.revision, event, id, meta);
        if (status === 'ok') return { claim: claimDecider.evolve(seen.claim, event), revision };
      } catch (error) {
        if (!(error instanceof RevisionConflict) || attempt === tries) throw error;
      }
      // Also where the very event is there from an earlier try: much may have happened since.
      seen = await this.load(name);
    }
  }

  /** Sees to it that an event of the command is in the owner's stream, or that none can come. */
  private async abandon(
    owner: string,
    commandId: string,
    expected: bigint | 'no_stream',
    meta: CommandMeta,
  ): Promise<'recorded' | 'abandoned'> {
    const event: RegistrationAbandoned = { type: 'RegistrationAbandoned', data: { commandId } };
    // Under an id of its own: what carries the command's is taken for its event.
    const by = { ...meta, commandId: derivedId(commandId, 'abandon'), causationId: commandId };
    let at = expected;
    for (let attempt = 1; ; attempt++) {
      try {
        await this.append(owner, at, event, derivedId(commandId, `RegistrationAbandoned ${owner}`), by);
        return 'abandoned';
      } catch (error) {
        if (!(error instanceof RevisionConflict) || attempt === tries) throw error;
      }
      at = 'no_stream';
      for await (const recorded of this.events.readStream(owner)) {
        if (recorded.metadata['commandId'] === commandId) return 'recorded';
        if (recorded.type === 'RegistrationAbandoned' && isAbandonment(this.codec.decode(recorded), commandId))
          return 'abandoned';
        at = recorded.revision;
      }
    }
  }

  private async load(claim: ClaimName): Promise<Seen> {
    let seen: Seen = unseen;
    for await (const recorded of this.events.readStream(claimStream(claim))) {
      const event = this.codec.decode(recorded) as unknown as ClaimEvent;
      seen = { claim: claimDecider.evolve(seen.claim, event), revision: recorded.revision };
    }
    return seen;
  }

  private async some(stream: string, is: (event: RecordedEvent) => boolean): Promise<boolean> {
    for await (const event of this.events.readStream(stream)) if (is(event)) return true;
    return false;
  }

  private async append(
    stream: string,
    expected: bigint | 'no_stream',
    event: Message,
    id: string,
    meta: CommandMeta,
  ): Promise<Appended> {
    const encoded = [this.codec.encode(event, id, meta)];
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.events.append(stream, expected, encoded);
      } catch (error) {
        if (!(error instanceof OutcomeUnknown) || attempt === tries) throw error;
      }
    }
  }
}

const confirmation = ({ owner, meta: { commandId } }: ClaimOrder): ClaimCommand => ({
  type: 'Confirm',
  data: { owner, commandId },
});

/** The command will record nothing any more; of other errors that is not known. */
const isFinal = (error: unknown): boolean =>
  [RevisionConflict, RefusedCommand, StreamClosed, TooLarge].some((kind) => error instanceof kind);

function refusedAs(refusal: Refusal, name: ClaimName, claim: Claim): RefusedCommand {
  return refusal.code === 'CLAIM_TAKEN' && claim.status !== 'free'
    ? new ClaimTaken(name, claim.owner, claim.status === 'reserved')
    : new RefusedCommand(refusal);
}
