import type { Pool, PoolClient } from 'pg';
import { checkOut } from './connections.js';
import type { Message } from './decider.js';
import type { EventCodec, StoredEvent } from './event-codec.js';
import type { EventStore, GlobalPosition } from './event-store.js';
import type { WakeUp } from './wake-up.js';

/** What a projection writes with: the connection whose transaction also moves the position. */
export type Queryable = Pick<PoolClient, 'query'>;

/** A fold of the log into tables of the schema `read`; tables are named without it, so that the same code can build them elsewhere. */
export interface Projection {
  readonly name: string;
  /** Raised when rows would come out differently; the tables are then built anew. */
  readonly version: number;
  readonly tables: readonly string[];
  readonly on: Readonly<Record<string, (db: Queryable, event: StoredEvent) => Promise<void>>>;
}

/** What a projection does per event type of a lib; the events arrive typed. */
export type Handlers<Event extends Message> = {
  readonly [Type in Event['type']]?: (
    db: Queryable,
    event: StoredEvent<Extract<Event, { type: Type }>>,
  ) => Promise<void>;
};

/** Declares a projection over the events of a lib. */
export const projection = <Event extends Message>(
  name: string,
  version: number,
  tables: readonly string[],
  on: Handlers<Event>,
): Projection => ({ name, version, tables, on: on as unknown as Projection['on'] });

/** Another process moved this projection's position: what was just done is rolled back. */
class FenceLost extends Error {}

/** What is told when a projection stops at an event, and when it goes on. */
export interface ProjectionLog {
  stopped(projection: string, position: string, error: unknown): void;
}

const batchSize = 500;
const pause = { idleMs: 500, firstRetryMs: 250, longestRetryMs: 10_000 };

/**
 * Brings one projection up to the log and keeps it there. Rows and position commit together; an event that fails stops
 * the projection at that event, loudly, and is tried again. It is never skipped.
 */
export class ProjectionRunner {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;
  private at = 'unknown';

  constructor(
    private readonly pool: Pool,
    private readonly store: EventStore,
    private readonly codec: EventCodec,
    readonly projection: Projection,
    private readonly wakeUp: WakeUp,
    private readonly log: ProjectionLog,
    private readonly schema: string = 'read',
  ) {}

  /** Follows the log until `stop`. */
  start(): void {
    this.running ??= this.follow();
  }

  /** Ends after the batch in hand. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** Applies everything up to the head of the log as it is now; returns the position reached. */
  async catchUp(): Promise<GlobalPosition | 'start'> {
    for (;;) {
      const { position, caughtUp } = await this.step();
      if (caughtUp || this.stopping.signal.aborted) return position;
    }
  }

  private async follow(): Promise<void> {
    let retryMs = pause.firstRetryMs;
    while (!this.stopping.signal.aborted) {
      try {
        const heard = this.wakeUp.rings;
        await this.catchUp();
        retryMs = pause.firstRetryMs;
        await this.wakeUp.wait(pause.idleMs, this.stopping.signal, heard);
      } catch (error) {
        if (error instanceof FenceLost) continue;
        this.log.stopped(this.projection.name, this.at, error);
        await this.wakeUp.wait(retryMs, this.stopping.signal);
        retryMs = Math.min(retryMs * 2, pause.longestRetryMs);
      }
    }
  }

  private async step(): Promise<{ position: GlobalPosition | 'start'; caughtUp: boolean }> {
    this.at = 'unknown';
    const position = await this.position();
    const page = await this.store.readAll(position, { max: batchSize, types: Object.keys(this.projection.on) });
    if (page.nextPosition === position) return { position, caughtUp: page.caughtUp };
    await this.inTransaction(async (client) => {
      await client.query(`set local search_path to ${client.escapeIdentifier(this.schema)}, public`);
      for (const event of page.events) {
        this.at = event.position;
        await this.projection.on[event.type]?.(client, this.codec.decode(event));
      }
      const moved = await client.query(
        `update proj_checkpoint set position = $1, events_done = events_done + $2, updated_at = clock_timestamp()
          where projection = $3 and version = $4 and shard = 0 and position = $5`,
        [page.nextPosition, page.events.length, this.checkpointName(), this.projection.version, position],
      );
      if (moved.rowCount !== 1) throw new FenceLost();
    });
    this.wakeUp.ring();
    return { position: page.nextPosition, caughtUp: page.caughtUp };
  }

  /** The position as it is stored; a version that was never read begins at the start, with empty tables. */
  private async position(): Promise<GlobalPosition | 'start'> {
    const { rows } = await this.pool.query<{ position: string }>(
      'select position from proj_checkpoint where projection = $1 and version = $2 and shard = 0',
      [this.checkpointName(), this.projection.version],
    );
    if (rows[0] === undefined) await this.begin();
    return rows[0]?.position ?? 'start';
  }

  private begin(): Promise<void> {
    return this.inTransaction(async (client) => {
      const begun = await client.query(
        `insert into proj_checkpoint (projection, version, shard, position) values ($1, $2, 0, 'start') on conflict do nothing`,
        [this.checkpointName(), this.projection.version],
      );
      if (begun.rowCount !== 1) return;
      const schema = client.escapeIdentifier(this.schema);
      for (const table of this.projection.tables)
        await client.query(`delete from ${schema}.${client.escapeIdentifier(table)}`);
    });
  }

  private async inTransaction(work: (client: PoolClient) => Promise<void>): Promise<void> {
    const client = await checkOut(this.pool);
    let broken: Error | undefined;
    try {
      await client.query('begin');
      await work(client);
      await client.query('commit');
    } catch (error) {
      await client.query('rollback').catch((failure: Error) => (broken = failure));
      throw error;
    } finally {
      client.release(broken);
    }
  }

  private checkpointName(): string {
    return this.schema === 'read' ? this.projection.name : `${this.projection.name}@${this.schema}`;
  }
}

/** How a rebuilt projection compares with the live one. */
export interface Verification {
  readonly projection: string;
  readonly rows: number;
  /** Rows that only one of the two has; 0 when the live tables equal the fold of the log. */
  readonly differences: number;
}

/**
 * Folds the log afresh into a schema of its own and compares it row by row with the live tables. Both must stand at
 * the same position: call it when no command is running, or on a copy.
 */
export async function verifyProjection(
  pool: Pool,
  store: EventStore,
  codec: EventCodec,
  live: Projection,
  wakeUp: WakeUp,
): Promise<Verification> {
  const schema = `verify_${live.name.replaceAll('-', '_')}`;
  const drop = async () => {
    await pool.query(`drop schema if exists "${schema}" cascade`);
    await pool.query('delete from proj_checkpoint where projection = $1', [`${live.name}@${schema}`]);
  };
  const silent: ProjectionLog = { stopped: () => undefined };
  await drop();
  await pool.query(`create schema "${schema}"`);
  try {
    for (const table of live.tables)
      await pool.query(`create table "${schema}"."${table}" (like read."${table}" including all)`);
    await new ProjectionRunner(pool, store, codec, live, wakeUp, silent, schema).catchUp();
    let rows = 0;
    let differences = 0;
    for (const table of live.tables) {
      const { rows: counted } = await pool.query<{ rows: string; differences: string }>(`
        select (select count(*) from "${schema}"."${table}") as rows,
          (select count(*) from ((table read."${table}" except all table "${schema}"."${table}")
            union all (table "${schema}"."${table}" except all table read."${table}")) d) as differences`);
      rows += Number(counted[0]?.rows);
      differences += Number(counted[0]?.differences);
    }
    return { projection: live.name, rows, differences };
  } finally {
    await drop();
  }
}
