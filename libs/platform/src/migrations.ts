import type { MigrationInterface, QueryRunner } from 'typeorm';

class CreateHttpIdempotency1767200100000 implements MigrationInterface {
  readonly name = 'CreateHttpIdempotency1767200100000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table http_idempotency (
        command_id uuid primary key,
        digest bytea not null,
        state text not null check (state in ('running', 'unknown', 'done')),
        lease_until timestamptz,
        status smallint,
        headers jsonb,
        body jsonb,
        created_at timestamptz not null default clock_timestamp()
      );
      create index http_idempotency_created_at on http_idempotency (created_at);
      comment on table http_idempotency is 'Commands by id: running ones, and the first answer of finished ones for at least 24 hours.';`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('drop table http_idempotency');
  }
}

/** Tables of the platform. */
export const platformMigrations = [CreateHttpIdempotency1767200100000];
