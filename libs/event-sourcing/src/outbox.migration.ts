import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What has to leave the database, and what became of it. */
export class CreateOutbox1767300002000 implements MigrationInterface {
  readonly name = 'CreateOutbox1767300002000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table outbox (
        id uuid primary key,
        kind text not null,
        target text not null,
        payload jsonb not null,
        created_at timestamptz not null default clock_timestamp(),
        due_at timestamptz not null default clock_timestamp(),
        attempts int not null default 0,
        last_error text,
        delivered_at timestamptz,
        receipt text,
        check ((delivered_at is null) = (receipt is null))
      );
      create index outbox_waiting on outbox (kind, due_at) where delivered_at is null;
      comment on table outbox is 'What has to leave the database: noted with the position of who notes it, delivered at least once under its id. No personal data.';
      comment on column outbox.due_at is 'When it is tried next, by the time of day and not by the program''s clock.';
      comment on column outbox.receipt is 'What proves the delivery.';
    `);
  }

  async down(): Promise<void> {
    throw new Error('what was delivered is not undone');
  }
}
