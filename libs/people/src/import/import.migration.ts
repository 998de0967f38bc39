import type { MigrationInterface, QueryRunner } from 'typeorm';

class CreateImports1767600000000 implements MigrationInterface {
  readonly name = 'CreateImports1767600000000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table import_job (
        id uuid primary key,
        source text not null check (source in ('upload', 'command')),
        file_name text not null,
        file_bytes bigint not null,
        file_digest bytea not null,
        sheet text,
        dry_run boolean not null,
        area text collate "C" not null,
        actor text not null,
        role text not null,
        state text not null check (state in ('waiting', 'running', 'done', 'failed')),
        failure text,
        failure_details jsonb,
        ignored_columns text[] not null default '{}',
        all_rows integer,
        all_households integer,
        line integer not null default 0,
        rows integer not null default 0,
        households integer not null default 0,
        registered integer not null default 0,
        rejected integer not null default 0,
        rejected_bytes bigint not null default 0,
        created_at timestamptz not null default date_trunc('milliseconds', clock_timestamp()),
        started_at timestamptz,
        worked_ms bigint not null default 0,
        ended_at timestamptz,
        files_removed boolean not null default false,
        check ((ended_at is not null) = (state in ('done', 'failed')))
      );
      create index import_job_newest on import_job (created_at desc, id);
      comment on table import_job is 'Imports of households: of which file, how far they are, by whom. No personal data.';
      comment on column import_job.line is 'All households up to this line of the file are settled; a run goes on behind it.';
      comment on column import_job.rejected_bytes is 'Length of the file of rejected rows up to that line.';
      comment on column import_job.worked_ms is 'For how long it was worked on up to that line, in all runs together.';

      create table import_problem (
        job uuid not null references import_job on delete cascade,
        number integer not null,
        line integer not null,
        column_name text,
        code text not null,
        details jsonb,
        primary key (job, number)
      );
      comment on table import_problem is 'What is wrong with rows of imported files. Names no value of any cell.';`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('drop table import_problem, import_job');
  }
}

class CountKnownPersons1767800000000 implements MigrationInterface {
  readonly name = 'CountKnownPersons1767800000000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      alter table import_job add known_persons integer not null default 0;
      comment on column import_job.known_persons is
        'Members up to that line who had been registered before: what the file says of them otherwise was not recorded.';`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('alter table import_job drop known_persons');
  }
}

/** Tables of imports. */
export const importMigrations = [CreateImports1767600000000, CountKnownPersons1767800000000];
