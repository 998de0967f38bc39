import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The read tables of payments. */
export class CreatePayRuns1767200003000 implements MigrationInterface {
  readonly name = 'CreatePayRuns1767200003000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table read.pay_run (
        id uuid primary key,
        area_code text not null,
        area_path text not null,
        scheme text not null,
        month text not null,
        kind text not null,
        sequence int not null,
        status text not null,
        line_count int not null,
        control_sum bigint not null,
        revision bigint not null,
        first_position bigint not null,
        opened_by_command uuid not null
      );
      create unique index pay_run_month on read.pay_run (area_code, scheme, month, sequence);
      create index pay_run_first_position on read.pay_run (first_position);
      comment on table read.pay_run is 'Pay runs, one row each; line count and control sum are the list''s.';

      create table read.pay_line (
        id uuid primary key,
        run_id uuid not null,
        first_position bigint not null,
        line_number int not null,
        area_code text not null,
        case_id uuid not null,
        household_id uuid not null,
        person_id uuid,
        month text not null,
        kind text not null,
        amount bigint not null,
        fund text not null,
        state text not null,
        reason text,
        replaces uuid,
        batch int
      );
      create unique index pay_line_regular on read.pay_line (case_id, month) where kind = 'regular';
      create unique index pay_line_replaces on read.pay_line (replaces);
      create unique index pay_line_place on read.pay_line (first_position, line_number);
      create index pay_line_run on read.pay_line (run_id);
      create index pay_line_case on read.pay_line (case_id, month);
      create index pay_line_household on read.pay_line (household_id, month);
      comment on table read.pay_line is 'Payments, one row per line of a run, each in exactly one state.';
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('drop table read.pay_line, read.pay_run');
  }
}

export const paymentsMigrations = [CreatePayRuns1767200003000];
