import { hash } from 'node:crypto';
import { Injectable, Logger, Optional, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Pool, type QueryConfig } from 'pg';
import { Batch } from '#libs/event-sourcing';

/** The answer to a command that was carried out. */
export interface StoredAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** A command that this process carries out, as long as its lease runs. */
export interface Held extends Asked {
  readonly lease: string;
}

/** What became of asking to carry out a command. */
export type Claim =
  | { readonly kind: 'mine'; readonly held: Held }
  | { readonly kind: 'done'; readonly answer: StoredAnswer }
  | { readonly kind: 'running' }
  | { readonly kind: 'other-content' };

interface Asked {
  readonly commandId: string;
  readonly digest: Buffer;
}

interface Row {
  /** Which of those asked about it is, from 1. */
  readonly n: number;
  readonly same: boolean;
  readonly state: 'running' | 'unknown' | 'done';
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: unknown;
}

const LEASE = '15 seconds';
/** Answers are promised for 24 hours and kept for twice as long. */
const KEPT = '48 hours';
const PURGE_EVERY_MS = 600_000;
const PORTION = 10_000;

/**
 * In one order everywhere, so that processes that claim at once cannot block each other. Does not wait for the disk: what the
 * command then appends to the log in this database is flushed after it, so that no crash keeps the events and loses the claim;
 * where both are lost nothing happened, and the key is free. With the log elsewhere, the stream tells the repeat.
 */
const CLAIM = `
  insert into http_idempotency as known (command_id, digest, state, lease_until)
  select id, digest, 'running', clock_timestamp() + interval '${LEASE}'
    from (select set_config('synchronous_commit', 'off', true)) unsynced,
      unnest($1::uuid[], $2::bytea[]) as asked (id, digest) order by id
  on conflict (command_id) do update set state = 'running', lease_until = excluded.lease_until
    where known.digest = excluded.digest
      and (known.state = 'unknown' or known.state = 'running' and known.lease_until < clock_timestamp())
  returning command_id, lease_until::text as lease`;

const LOOK = `
  select n::int as n, known.digest = asked.digest as same, state, status, headers, body
    from unnest($1::uuid[], $2::bytea[]) with ordinality as asked (id, digest, n)
    join http_idempotency known on known.command_id = asked.id`;

/**
 * Does not wait for the disk: where a crash of the server takes this back, the key is as it was while the command ran, and a
 * repeat after its lease finds the command in the log.
 *
 * An insert finds what is there by its index, always. An update that joins the table would keep the plan of the days when the
 * table was small, and read all of it for each batch.
 */
const FINISH = `
  insert into http_idempotency as known (command_id, digest, state, status, headers, body)
  select id, digest, 'done', status, headers, body
    from (select set_config('synchronous_commit', 'off', true)) unsynced,
      jsonb_to_recordset($1) as done (id uuid, digest bytea, status smallint, headers jsonb, body jsonb) order by id
  on conflict (command_id) do update
    set state = 'done', lease_until = null, status = excluded.status, headers = excluded.headers, body = excluded.body
    where known.state <> 'done'`;

/** Port: tells equal texts from others by a hash that nobody can try texts out on who has the database alone. */
export abstract class Fingerprint {
  abstract of(text: string): Buffer;
}

/** For a service whose commands say nothing personal. */
const plain: Fingerprint = { of: (text) => Buffer.from(hash('sha256', text, 'hex'), 'hex') };

/** Which commands are running and how the finished ones were answered, by command id. Leases are of the database's own clock. */
@Injectable()
export class IdempotencyKeys implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(IdempotencyKeys.name);
  private timer: NodeJS.Timeout | undefined;

  /** Gives the lease of each that may be carried out. */
  private readonly claims = new Batch<Asked, string | undefined>(async (asked) => {
    const first = new Map(asked.map((each) => [each.commandId, each]).reverse() as [string, Asked][]);
    const { rows } = await this.pool.query<{ command_id: string; lease: string }>(
      inTime({ name: 'idempotency-claim', text: CLAIM, values: columnsOf([...first.values()]) }),
    );
    const leases = new Map(rows.map(({ command_id, lease }) => [command_id, lease]));
    return asked.map((each) => (first.get(each.commandId) === each ? leases.get(each.commandId) : undefined));
  });

  private readonly looks = new Batch<Asked, Row | undefined>(async (asked) => {
    const { rows } = await this.pool.query<Row>(LOOK, columnsOf(asked));
    return asked.map((_, index) => rows.find(({ n }) => n === index + 1));
  });

  private readonly ends = new Batch<StoredAnswer & { readonly id: string; readonly digest: string }, void>(
    async (done) => {
      await this.pool.query(inTime({ name: 'idempotency-finish', text: FINISH, values: [JSON.stringify(done)] }));
      return [];
    },
  );

  constructor(
    private readonly pool: Pool,
    @Optional() private readonly fingerprint: Fingerprint = plain,
  ) {}

  onModuleInit(): void {
    const purge = () => void this.purge().catch((error: unknown) => this.logger.warn(`Purge failed: ${String(error)}`));
    this.timer = setInterval(purge, PURGE_EVERY_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Asks to carry out a command: the first to ask may, and again whoever asks after a lease ran out or an outcome stayed unknown. */
  async claim(commandId: string, body: unknown): Promise<Claim> {
    const digest = this.fingerprint.of(JSON.stringify(body ?? null));
    for (;;) {
      const lease = await this.claims.ask({ commandId, digest });
      if (lease !== undefined) return { kind: 'mine', held: { commandId, digest, lease } };
      const row = await this.looks.ask({ commandId, digest });
      if (!row) continue; // freed in between
      if (!row.same) return { kind: 'other-content' };
      if (row.state === 'done')
        return { kind: 'done', answer: { status: row.status, headers: row.headers, body: row.body } };
      if (row.state === 'running') return { kind: 'running' };
    }
  }

  /** Keeps the answer. */
  finish({ commandId, digest }: Held, answer: StoredAnswer): Promise<void> {
    return this.ends.ask({
      id: commandId,
      digest: `\\x${digest.toString('hex')}`,
      ...answer,
      body: answer.body ?? null,
    });
  }

  /** Frees the key after a refusal: nothing happened, so the same key may carry another try. */
  async free({ commandId, lease }: Held): Promise<void> {
    await this.pool.query(
      `delete from http_idempotency where command_id = $1 and state = 'running' and lease_until = $2::timestamptz`,
      [commandId, lease],
    );
  }

  /** Remembers what was asked while nobody knows whether it happened; the same content may be sent again at once. */
  async leaveUnknown({ commandId, lease }: Held): Promise<void> {
    await this.pool.query(
      `update http_idempotency set state = 'unknown', lease_until = null
       where command_id = $1 and state = 'running' and lease_until = $2::timestamptz`,
      [commandId, lease],
    );
  }

  /** Forgets what is older than 48 hours; in portions, so that none takes too long, however much there is. */
  async purge(): Promise<void> {
    for (;;) {
      const { rowCount } = await this.pool.query(
        `delete from http_idempotency where command_id in (
           select command_id from http_idempotency where created_at < clock_timestamp() - interval '${KEPT}' limit ${PORTION})`,
      );
      if ((rowCount ?? 0) < PORTION) return;
    }
  }
}

/** Every command of the process waits for these: a connection that has fallen silent is given up soon, and another is taken. */
const inTime = (query: QueryConfig): QueryConfig & { query_timeout: number } => ({ ...query, query_timeout: 10_000 });

const columnsOf = (asked: readonly Asked[]): unknown[] => [
  asked.map(({ commandId }) => commandId),
  asked.map(({ digest }) => digest),
];
