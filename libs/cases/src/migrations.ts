import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The read tables of cases. */
export class CreateCases1767200002000 implements MigrationInterface {
  readonly name = 'CreateCases1767200002000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table read.case_file (
        id uuid primary key,
        number text not null,
        scheme text not null,
        status text not null,
        area_code text not null,
        area_path text not null,
        household_id uuid not null,
        person_id uuid,
        officer text not null,
        monthly_amount bigint,
        from_month text,
        applied_on text not null,
        notice_ends_on text,
        recheck_due_on text,
        revision bigint not null,
        first_position bigint not null
      );
      create unique index case_file_number on read.case_file (number text_pattern_ops);
      create index case_file_first_position on read.case_file (first_position);
      create index case_file_household on read.case_file (household_id);
      create index case_file_area on read.case_file (area_path text_pattern_ops, first_position);
      comment on table read.case_file is 'The caseload: one row per case, as it stands.';

      create table read.award_case (
        id uuid primary key,
        number text not null,
        scheme text not null,
        household_id uuid not null,
        person_id uuid,
        area_code text not null,
        area_path text not null,
        residence text not null
      );
      comment on table read.award_case is 'What the terms of an award repeat of their case.';

      create table read.award (
        position bigint primary key,
        case_id uuid not null,
        number text not null,
        scheme text not null,
        household_id uuid not null,
        person_id uuid,
        area_code text not null,
        area_path text not null,
        residence text not null,
        from_month text not null,
        monthly_amount bigint not null,
        decided_on text not null
      );
      create index award_case_position on read.award (case_id, position);
      create index award_household on read.award (household_id);
      create index award_scheme_area on read.award (scheme, area_path text_pattern_ops);
      comment on table read.award is 'Terms of awards, one row per decision, never changed: from which month how much. The latest decision wins from its month on.';
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('drop table read.case_file, read.award, read.award_case');
  }
}

export const caseMigrations = [CreateCases1767200002000];
