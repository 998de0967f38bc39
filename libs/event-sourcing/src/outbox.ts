import type { Pool, PoolClient } from 'pg';
import { derivedId } from './aggregate-store.js';
import type { Message } from './decider.js';
import type { StoredEvent } from './event-codec.js';
import { failpoint } from './failpoints.js';
import { EventFailed, type Follower, type Queryable } from './projections/follower.js';
import { describe } from './projections/follower-runner.js';
import { inTransaction } from './projections/transaction.js';
import type { WakeUp } from './wake-up.js';

/** Something that has to leave the database. It names things by their ids and holds no personal data. */
export interface OutboxMessage {
  /** Says which deliverer takes it. */
  readonly kind: string;
  /** Where it goes, in the deliverer's own terms. An event sends one message of a kind to a target. */
  readonly target: string;
  readonly payload: Readonly<Record<string, string | number>>;
}

/** Port: brings the messages of one kind to where they go. */
export interface Deliverer {
  readonly kind: string;
  /**
   * Delivers, and resolves when the other side has it for good. A message can come again, under the same key: it must
   * then change nothing, and give the same receipt.
   *
   * @param signal aborts when it has taken too long; the try then counts as failed
   * @returns the receipt: what proves the delivery
   * @throws what makes it be tried again later
   */
  deliver(message: OutboxMessage, idempotencyKey: string, signal: AbortSignal): Promise<string>;
}

/**
 * What follows the log for the outbox: notes, in the transaction that moves its position, what an event sends out. It has
 * no tables to be made anew, so that nothing is sent again by a rebuild.
 *
 * It halts before an event that it cannot read instead of parking the stream: what is not noted would never leave, and
 * once the program can read the event, all goes on by itself.
 */
export function outboxOf<Event extends Message>({
  name,
  on,
}: {
  readonly name: string;
  readonly on: {
    readonly [Type in Event['type']]?: (event: StoredEvent<Extract<Event, { type: Type }>>) => readonly OutboxMessage[];
  };
}): Follower {
  const handlers = on as unknown as Readonly<Record<string, (event: StoredEvent) => readonly OutboxMessage[]>>;
  return {
    name: `outbox:${name}`,
    types: new Set(Object.keys(on)),
    onPoison: 'halt',
    fold: () => ({
      async apply(db, events) {
        const messages = events.flatMap((event) => messagesOf(event, handlers));
        if (messages.length === 0) return;
        await db.query(
          `insert into outbox (id, kind, target, payload)
            select id, kind, target, payload from json_to_recordset($1::json) as m(id uuid, kind text, target text, payload jsonb)
            on conflict do nothing`,
          [JSON.stringify(messages)],
        );
      },
      committed: () => undefined,
      reset: () => undefined,
    }),
  };
}

function messagesOf(
  event: StoredEvent,
  on: Readonly<Record<string, (event: StoredEvent) => readonly OutboxMessage[]>>,
): (OutboxMessage & { readonly id: string })[] {
  try {
    const messages = (on[event.type]?.(event) ?? []).map((message) => ({
      id: derivedId(event.id, `${message.kind}/${message.target}`),
      ...message,
    }));
    if (new Set(messages.map(({ id }) => id)).size < messages.length)
      throw new Error('two messages of one kind to one target');
    return messages;
  } catch (error) {
    throw new EventFailed(event.position, error);
  }
}

const pause = { idleMs: 500, longestRetrySeconds: 600 };
/** How long one delivery may take. */
const deliveryMs = 30_000;

interface Due extends OutboxMessage {
  readonly id: string;
}

/**
 * Delivers what waits in the outbox for one deliverer: at least once, each message by itself, through every restart. Any
 * number of processes can run one. A message that fails waits longer each time, up to ten minutes, and is never given up.
 */
export class OutboxRunner {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(
    private readonly pool: Pool,
    private readonly deliverer: Deliverer,
    private readonly progress: WakeUp,
    private readonly log: { failed(kind: string, what: string, error: unknown): void },
  ) {}

  start(): void {
    this.running ??= this.follow();
  }

  /** Ends after the delivery in hand. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** Tries everything that is due now; returns how many messages it tried. */
  async catchUp(): Promise<number> {
    let tried = 0;
    while (await this.tryOne()) tried++;
    return tried;
  }

  private async follow(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const heard = this.progress.rings;
      try {
        while (!signal.aborted && (await this.tryOne()));
      } catch (error) {
        this.log.failed(this.deliverer.kind, 'outbox', error);
      }
      await this.progress.wait(pause.idleMs, signal, heard);
    }
  }

  /** The row stays locked while it is delivered, so that of several processes only one does it. */
  private tryOne(): Promise<boolean> {
    return inTransaction(
      this.pool,
      async (db) => {
        const { rows } = await db.query<Due>(
          `select id, kind, target, payload from outbox
            where kind = $1 and delivered_at is null and due_at <= clock_timestamp()
            order by due_at limit 1 for update skip locked`,
          [this.deliverer.kind],
        );
        const [due] = rows;
        if (due !== undefined) await this.settle(db, due);
        return due !== undefined;
      },
      `begin; set local idle_in_transaction_session_timeout to ${2 * deliveryMs}`,
    );
  }

  private async settle(db: PoolClient, due: Due): Promise<void> {
    const outcome = await this.deliver(due);
    failpoint('outbox.afterDelivery');
    if ('receipt' in outcome) {
      await db.query(
        `update outbox set attempts = attempts + 1, delivered_at = clock_timestamp(), receipt = $2, last_error = null where id = $1`,
        [due.id, outcome.receipt],
      );
    } else {
      this.log.failed(due.kind, due.id, outcome.error);
      await db.query(
        `update outbox set attempts = attempts + 1, last_error = $2,
           due_at = clock_timestamp() + make_interval(secs => least(power(2, least(attempts, 20)), $3)) where id = $1`,
        [due.id, describe(outcome.error), pause.longestRetrySeconds],
      );
    }
  }

  private async deliver({ id, kind, target, payload }: Due): Promise<{ receipt: string } | { error: unknown }> {
    const tooLong = new AbortController();
    const timer = setTimeout(() => tooLong.abort(new Error('took too long')), deliveryMs);
    try {
      const aborted = new Promise<never>((_, refuse) =>
        tooLong.signal.addEventListener('abort', () => refuse(tooLong.signal.reason as Error)),
      );
      const delivering = this.deliverer.deliver({ kind, target, payload }, id, tooLong.signal);
      return { receipt: await Promise.race([delivering, aborted]) };
    } catch (error) {
      return { error };
    } finally {
      clearTimeout(timer);
    }
  }
}

/** A message of the outbox and what became of it. */
export interface OutboxEntry extends OutboxMessage {
  /** The idempotency key of its deliveries. */
  readonly id: string;
  readonly createdAt: Date;
  /** When it is tried next, unless it is delivered. */
  readonly dueAt: Date;
  readonly attempts: number;
  readonly lastError: string | null;
  readonly deliveredAt: Date | null;
  readonly receipt: string | null;
}

/** The messages that wait, the oldest first; or those that were delivered, the latest first. */
export async function findOutbox(db: Queryable, which: 'waiting' | 'delivered', limit: number): Promise<OutboxEntry[]> {
  const { rows } = await db.query<OutboxEntry>(
    `select id, kind, target, payload, created_at as "createdAt", due_at as "dueAt", attempts, last_error as "lastError",
        delivered_at as "deliveredAt", receipt
      from outbox where ${which === 'waiting' ? 'delivered_at is null order by created_at, id' : 'delivered_at is not null order by delivered_at desc, id'}
      limit $1`,
    [limit],
  );
  return rows;
}

/** Makes what waits, or the one message, due at once; the service delivers it. Returns how many messages. */
export async function retryOutbox(db: Queryable, id?: string): Promise<number> {
  const { rowCount } = await db.query(
    'update outbox set due_at = clock_timestamp() where delivered_at is null and ($1::uuid is null or id = $1)',
    [id ?? null],
  );
  return rowCount ?? 0;
}

/** How much waits, by kind, and for how long the oldest has. */
export async function outboxFigures(
  db: Queryable,
): Promise<{ readonly kind: string; readonly waiting: number; readonly oldestSeconds: number }[]> {
  const { rows } = await db.query<{ kind: string; waiting: number; oldestSeconds: number }>(
    `select kind, count(*)::int as waiting, extract(epoch from clock_timestamp() - min(created_at))::float8 as "oldestSeconds"
      from outbox where delivered_at is null group by kind`,
  );
  return rows;
}
