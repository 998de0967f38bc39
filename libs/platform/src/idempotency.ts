import { createHash } from 'node:crypto';
import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Pool } from 'pg';

/** The answer to a command that was carried out. */
export interface StoredAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** What became of asking to carry out a command. */
export type Claim =
  | { readonly kind: 'mine'; readonly lease: string }
  | { readonly kind: 'done'; readonly answer: StoredAnswer }
  | { readonly kind: 'running' }
  | { readonly kind: 'other-content' };

interface Row {
  readonly same: boolean;
  readonly state: 'running' | 'unknown' | 'done';
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: unknown;
}

const LEASE = '15 seconds';
/** Answers are promised for 24 hours and kept for twice as long. */
const KEPT = '48 hours';
const PURGE_EVERY_MS = 3_600_000;

const CLAIM = `
  insert into http_idempotency as known (command_id, digest, state, lease_until)
  values ($1, $2, 'running', clock_timestamp() + interval '${LEASE}')
  on conflict (command_id) do update set state = 'running', lease_until = excluded.lease_until
    where known.digest = excluded.digest
      and (known.state = 'unknown' or known.state = 'running' and known.lease_until < clock_timestamp())
  returning lease_until::text as lease`;

/** Digest of what a command asks for. */
export const digestOf = (body: unknown): Buffer =>
  createHash('sha256')
    .update(JSON.stringify(body ?? null))
    .digest();

/** Which commands are running and how the finished ones were answered, by command id. Leases are of the database's own clock. */
@Injectable()
export class IdempotencyKeys implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(IdempotencyKeys.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly pool: Pool) {}

  onModuleInit(): void {
    const purge = () => void this.purge().catch((error: unknown) => this.logger.warn(`Purge failed: ${String(error)}`));
    this.timer = setInterval(purge, PURGE_EVERY_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Asks to carry out a command: the first to ask may, and again whoever asks after a lease ran out or an outcome stayed unknown. */
  async claim(commandId: string, digest: Buffer): Promise<Claim> {
    for (;;) {
      const claimed = await this.pool.query<{ lease: string }>(CLAIM, [commandId, digest]);
      const lease = claimed.rows[0]?.lease;
      if (lease !== undefined) return { kind: 'mine', lease };
      const { rows } = await this.pool.query<Row>(
        `select digest = $2 as same, state, status, headers, body from http_idempotency where command_id = $1`,
        [commandId, digest],
      );
      const row = rows[0];
      if (!row) continue; // freed in between
      if (!row.same) return { kind: 'other-content' };
      if (row.state === 'done')
        return { kind: 'done', answer: { status: row.status, headers: row.headers, body: row.body } };
      if (row.state === 'running') return { kind: 'running' };
    }
  }

  /** Keeps the answer. */
  async finish(commandId: string, { status, headers, body }: StoredAnswer): Promise<void> {
    await this.pool.query(
      `update http_idempotency set state = 'done', lease_until = null, status = $2, headers = $3, body = $4
       where command_id = $1 and state <> 'done'`,
      [commandId, status, JSON.stringify(headers), JSON.stringify(body ?? null)],
    );
  }

  /** Frees the key after a refusal: nothing happened, so the same key may carry another try. */
  async free(commandId: string, lease: string): Promise<void> {
    await this.pool.query(
      `delete from http_idempotency where command_id = $1 and state = 'running' and lease_until = $2::timestamptz`,
      [commandId, lease],
    );
  }

  /** Remembers what was asked while nobody knows whether it happened; the same content may be sent again at once. */
  async leaveUnknown(commandId: string, lease: string): Promise<void> {
    await this.pool.query(
      `update http_idempotency set state = 'unknown', lease_until = null
       where command_id = $1 and state = 'running' and lease_until = $2::timestamptz`,
      [commandId, lease],
    );
  }

  /** Forgets what is older than 48 hours. */
  async purge(): Promise<void> {
    await this.pool.query(`delete from http_idempotency where created_at < clock_timestamp() - interval '${KEPT}'`);
  }
}
