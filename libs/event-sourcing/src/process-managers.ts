import type { Pool } from 'pg';
import { derivedId } from './aggregate-store.js';
import type { Message } from './decider.js';
import type { StoredEvent } from './event-codec.js';
import { EventFailed, type Follower, type Queryable } from './projections/index.js';
import { inTransaction } from './projections/transaction.js';
import type { WakeUp } from './wake-up.js';

/** Something to do: at once, or when the program's clock reaches `at` (RFC 3339). */
export interface Timer {
  readonly at: string;
  readonly payload: Readonly<Record<string, string>>;
}

/**
 * Reacts to events with commands. What an event asks for is noted in the transaction that moves the manager's
 * position; it is carried out afterwards, when due, under a command id that is the same on every try.
 */
export interface ProcessManager<Event extends Message = Message> {
  readonly name: string;
  readonly on: {
    readonly [Type in Event['type']]?: (event: StoredEvent<Extract<Event, { type: Type }>>) => readonly Timer[];
  };
  /** Carries out what is due. Throwing means: try again later. A refusal that settles the matter is not thrown. */
  due(payload: Readonly<Record<string, string>>, commandId: string): Promise<void>;
}

const pause = { idleMs: 500, longestRetrySeconds: 60 };

/** What follows the log for a manager: notes what events ask for. */
export function notesOf({ name, on }: Pick<ProcessManager, 'name' | 'on'>): Follower {
  const reactions = on as Readonly<Record<string, (event: StoredEvent) => readonly Timer[]>>;
  return {
    name: `process:${name}`,
    types: new Set(Object.keys(on)),
    onPoison: 'park',
    fold: () => ({
      async apply(db, events) {
        const timers = events.flatMap((event) =>
          timersOf(event, reactions).map(({ at, payload }, index) => ({
            id: derivedId(event.id, `${name}-${index}`),
            manager: name,
            due_at: at,
            payload,
          })),
        );
        if (timers.length === 0) return;
        await db.query(
          `insert into process_timer (id, manager, due_at, payload)
            select id, manager, due_at, payload from json_to_recordset($1::json) as t(id uuid, manager text, due_at timestamptz, payload jsonb)
            on conflict do nothing`,
          [JSON.stringify(timers)],
        );
      },
      committed: () => undefined,
      reset: () => undefined,
    }),
  };
}

function timersOf(
  event: StoredEvent,
  reactions: Readonly<Record<string, (event: StoredEvent) => readonly Timer[]>>,
): readonly Timer[] {
  try {
    return reactions[event.type]?.(event) ?? [];
  } catch (error) {
    throw new EventFailed(event.position, error);
  }
}

/** Carries out what a process manager has noted, when it is due, through every restart. */
export class ProcessManagerRunner {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(
    private readonly pool: Pool,
    private readonly manager: ProcessManager,
    private readonly progress: WakeUp,
    private readonly log: { failed(manager: string, what: string, error: unknown): void },
  ) {}

  start(): void {
    this.running ??= this.follow();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** Does what is due now; returns how many commands it sent. */
  async catchUp(): Promise<number> {
    let done = 0;
    while (await this.doOne()) done++;
    return done;
  }

  private async follow(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const heard = this.progress.rings;
      try {
        while (!this.stopping.signal.aborted && (await this.doOne()));
      } catch (error) {
        this.log.failed(this.manager.name, 'timer', error);
      }
      await this.progress.wait(pause.idleMs, this.stopping.signal, heard);
    }
  }

  /** The row stays locked while its command runs, so that of several processes only one sends it. */
  private async doOne(): Promise<boolean> {
    const work = async (db: Queryable): Promise<boolean> => {
      const { rows } = await db.query<{ id: string; payload: Record<string, string> }>(
        `select id, payload from process_timer
          where manager = $1 and done_at is null and due_at <= almoner_now() and (retry_at is null or retry_at <= clock_timestamp())
          order by due_at limit 1 for update skip locked`,
        [this.manager.name],
      );
      const [timer] = rows;
      if (timer !== undefined) await this.carryOut(db, timer);
      return timer !== undefined;
    };
    return inTransaction(this.pool, work, 'begin');
  }

  private async carryOut(db: Queryable, timer: { id: string; payload: Record<string, string> }): Promise<void> {
    try {
      await this.manager.due(timer.payload, derivedId(timer.id, 'command'));
      await db.query('update process_timer set done_at = clock_timestamp(), attempts = attempts + 1 where id = $1', [
        timer.id,
      ]);
    } catch (error) {
      this.log.failed(this.manager.name, `timer ${timer.id}`, error);
      await db.query(
        `update process_timer set attempts = attempts + 1, last_error = $2,
           retry_at = clock_timestamp() + make_interval(secs => least(power(2, least(attempts, 20)), $3)) where id = $1`,
        [timer.id, error instanceof Error ? error.name : 'error', pause.longestRetrySeconds],
      );
    }
  }
}
