import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Builds of projections: the tables of each build lie in a schema of their own, `read` holds views of the live one.
 * What was folded before is folded anew; process managers keep their positions.
 */
export class CreateBuilds1767300001000 implements MigrationInterface {
  readonly name = 'CreateBuilds1767300001000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table proj_build (
        projection text not null,
        build int not null,
        version int not null,
        status text not null check (status in ('building', 'live', 'retired', 'withdrawn', 'failed')),
        schema_name text not null unique,
        created_at timestamptz not null default clock_timestamp(),
        live_at timestamptz,
        ended_at timestamptz,
        note text,
        primary key (projection, build)
      );
      create unique index proj_build_live on proj_build (projection) where status = 'live';
      comment on table proj_build is 'Every making of a projection''s tables: the live one, one being made beside it, and former ones.';

      delete from proj_checkpoint where projection not like 'process:%';
      alter table proj_checkpoint add column build int not null default 0;
      alter table proj_checkpoint add column error text;
      alter table proj_checkpoint drop constraint proj_checkpoint_pkey;
      alter table proj_checkpoint drop column version;
      alter table proj_checkpoint drop column status;
      alter table proj_checkpoint add primary key (projection, build, shard);
      comment on column proj_checkpoint.epoch is 'Raised by every process that takes the shard over: a former owner can move nothing any more.';

      create table proj_parked (
        projection text not null,
        build int not null,
        shard int not null,
        stream_id text collate "C" not null,
        from_position bigint not null,
        error text not null,
        attempts int not null default 1,
        parked_at timestamptz not null default clock_timestamp(),
        primary key (projection, build, stream_id)
      );
      comment on table proj_parked is 'Streams that stand still in a projection since an event that could not be folded.';

      do $$
      declare t text;
      begin
        for t in select tablename from pg_tables where schemaname = 'read' loop
          execute format('drop table read.%I cascade', t);
        end loop;
      end $$;
    `);
  }

  async down(): Promise<void> {
    throw new Error('read models are made anew, not undone');
  }
}
