import type { Pool } from 'pg';
import { derivedId } from './aggregate-store.js';
import { checkOut } from './connections.js';
import type { Message } from './decider.js';
import type { EventCodec, StoredEvent } from './event-codec.js';
import type { EventStore } from './event-store.js';
import { ProjectionRunner, type Projection, type ProjectionLog, type Queryable } from './projections.js';
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

/** Runs one process manager: from its own position, and through every restart. */
export class ProcessManagerRunner {
  private readonly notes: ProjectionRunner;
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(
    private readonly pool: Pool,
    store: EventStore,
    codec: EventCodec,
    private readonly manager: ProcessManager,
    private readonly wakeUp: WakeUp,
    private readonly log: ProjectionLog,
  ) {
    this.notes = new ProjectionRunner(pool, store, codec, this.asProjection(), wakeUp, log);
  }

  start(): void {
    this.notes.start();
    this.running ??= this.follow();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all([this.notes.stop(), this.running]);
  }

  /** Notes what the log asks for and does what is due now; returns how many commands it sent. */
  async catchUp(): Promise<number> {
    await this.notes.catchUp();
    let done = 0;
    while (await this.doOne()) done++;
    return done;
  }

  private async follow(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const heard = this.wakeUp.rings;
      try {
        while (!this.stopping.signal.aborted && (await this.doOne()));
      } catch (error) {
        this.log.stopped(this.manager.name, 'timer', error);
      }
      await this.wakeUp.wait(pause.idleMs, this.stopping.signal, heard);
    }
  }

  /** The row stays locked while its command runs, so that of several processes only one sends it. */
  private async doOne(): Promise<boolean> {
    const client = await checkOut(this.pool);
    let broken: Error | undefined;
    try {
      await client.query('begin');
      const { rows } = await client.query<{ id: string; payload: Record<string, string> }>(
        `select id, payload from process_timer
          where manager = $1 and done_at is null and due_at <= almoner_now() and (retry_at is null or retry_at <= clock_timestamp())
          order by due_at limit 1 for update skip locked`,
        [this.manager.name],
      );
      const [timer] = rows;
      if (timer !== undefined) await this.carryOut(client, timer);
      await client.query('commit');
      return timer !== undefined;
    } catch (error) {
      await client.query('rollback').catch((failure: Error) => (broken = failure));
      throw error;
    } finally {
      client.release(broken);
    }
  }

  private async carryOut(db: Queryable, timer: { id: string; payload: Record<string, string> }): Promise<void> {
    try {
      await this.manager.due(timer.payload, derivedId(timer.id, 'command'));
      await db.query('update process_timer set done_at = clock_timestamp(), attempts = attempts + 1 where id = $1', [
        timer.id,
      ]);
    } catch (error) {
      this.log.stopped(this.manager.name, `timer ${timer.id}`, error);
      await db.query(
        `update process_timer set attempts = attempts + 1, last_error = $2,
           retry_at = clock_timestamp() + make_interval(secs => least(power(2, attempts), $3)) where id = $1`,
        [timer.id, error instanceof Error ? error.name : 'error', pause.longestRetrySeconds],
      );
    }
  }

  private asProjection(): Projection {
    const { name, on } = this.manager;
    const note = (react: (event: StoredEvent) => readonly Timer[]) => async (db: Queryable, event: StoredEvent) => {
      for (const [index, { at, payload }] of react(event).entries()) {
        await db.query(
          'insert into process_timer (id, manager, due_at, payload) values ($1, $2, $3, $4) on conflict do nothing',
          [derivedId(event.id, `${name}-${index}`), name, at, JSON.stringify(payload)],
        );
      }
    };
    const handlers = Object.entries(on) as [string, (event: StoredEvent) => readonly Timer[]][];
    return {
      name: `process:${name}`,
      version: 1,
      tables: [],
      on: Object.fromEntries(handlers.map(([type, react]) => [type, note(react)])),
    };
  }
}
