import type { MigrationInterface, QueryRunner } from 'typeorm';
import { CreateOutbox1767300002000 } from './outbox.migration.js';
import { AppendInBatches1767300000000 } from './postgres-append.migration.js';
import { CreateBuilds1767300001000 } from './projections/projections.migration.js';

/** The log, the program's clock, the positions of those who read the log, and their timers. */
export class CreateLog1767200000000 implements MigrationInterface {
  readonly name = 'CreateLog1767200000000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table program_clock (
        only_row boolean primary key default true check (only_row),
        offset_ms bigint not null default 0,
        started_by_setting text
      );
      insert into program_clock default values;
      comment on table program_clock is 'The one clock is the database''s plus this offset, which only development may move.';

      create function almoner_now() returns timestamptz language sql stable as
        $$ select date_trunc('milliseconds', clock_timestamp()) + make_interval(secs => (select offset_ms from program_clock) / 1000.0) $$;

      create table es_stream (
        stream_id text collate "C" primary key,
        category text collate "C" not null,
        revision bigint not null,
        last_position bigint not null,
        closed boolean not null default false
      );
      comment on table es_stream is 'The head of each stream.';

      create table es_event (
        global_position bigint primary key,
        stream_id text collate "C" not null,
        revision bigint not null,
        event_id uuid not null unique,
        event_type text collate "C" not null,
        schema_version smallint not null,
        data bytea not null,
        metadata bytea not null,
        leaf_hash bytea not null check (octet_length(leaf_hash) = 32),
        recorded_at timestamptz not null,
        unique (stream_id, revision)
      );
      create index es_event_recorded_at on es_event (recorded_at, global_position);
      comment on table es_event is 'The log: gapless positions, the exact canonical bytes, and the leaf hash over them. Never changed.';

      create function es_forbid_change() returns trigger language plpgsql as
        $$ begin raise exception 'events are never changed or removed' using errcode = '42501'; end $$;
      create trigger es_event_is_for_ever before update or delete on es_event for each row execute function es_forbid_change();
      create trigger es_event_is_never_emptied before truncate on es_event for each statement execute function es_forbid_change();

      create function es_leaf_hash(p_position bigint, p_revision bigint, p_recorded timestamptz, p_stream text, p_id uuid,
        p_type text, p_data bytea, p_metadata bytea) returns bytea language sql immutable as $$
        select sha256('\\x00'::bytea || convert_to('almoner-log/v1', 'UTF8') || int8send(p_position) || int8send(p_revision)
          || int8send((extract(epoch from p_recorded) * 1000)::bigint)
          || substring(int4send(octet_length(convert_to(p_stream, 'UTF8'))) from 3) || convert_to(p_stream, 'UTF8')
          || uuid_send(p_id)
          || substring(int4send(octet_length(convert_to(p_type, 'UTF8'))) from 3) || convert_to(p_type, 'UTF8')
          || sha256(p_data) || sha256(p_metadata)) $$;

      create function es_append(p_stream text, p_expected bigint, p_ids uuid[], p_types text[], p_versions smallint[],
        p_data bytea[], p_metadata bytea[], out outcome text, out at_revision bigint, out at_position bigint)
      language plpgsql as $$
      declare
        v_count int := cardinality(p_ids);
        v_revision bigint := -1;
        v_closed boolean := false;
        v_start bigint;
        v_same int;
        v_position bigint := -1;
        v_recorded timestamptz;
        v_before timestamptz;
      begin
        -- One writer at a time: positions have no gaps and become visible in their order. Every later statement sees
        -- what the holder before has committed.
        perform pg_advisory_xact_lock(4716203311);
        select s.revision, s.closed into v_revision, v_closed from es_stream s where s.stream_id = p_stream;
        v_revision := coalesce(v_revision, -1);
        if p_expected = -4 then
          select e.revision into v_start from es_event e where e.stream_id = p_stream and e.event_id = p_ids[1];
        else
          v_start := p_expected + 1;
        end if;
        select count(*) into v_same from unnest(p_ids) with ordinality as i(id, n)
          join es_event e on e.stream_id = p_stream and e.revision = v_start + i.n - 1 and e.event_id = i.id;
        if v_same = v_count then
          select 'duplicate', e.revision, e.global_position into outcome, at_revision, at_position
            from es_event e where e.stream_id = p_stream and e.revision = v_start + v_count - 1;
          return;
        end if;
        if v_closed then
          outcome := 'closed'; at_revision := v_revision; return;
        end if;
        if (p_expected = -4 and v_revision < 0) or (p_expected <> -4 and p_expected <> v_revision)
          or exists (select 1 from es_event e where e.event_id = any (p_ids))
          or (select count(distinct id) from unnest(p_ids) id) < v_count then
          outcome := 'conflict'; at_revision := v_revision; return;
        end if;
        select e.global_position, e.recorded_at into v_position, v_before from es_event e order by e.global_position desc limit 1;
        v_position := coalesce(v_position, -1);
        v_recorded := greatest(almoner_now(), v_before);
        insert into es_event (global_position, stream_id, revision, event_id, event_type, schema_version, data, metadata, leaf_hash, recorded_at)
          select v_position + n, p_stream, v_revision + n, p_ids[n], p_types[n], p_versions[n], p_data[n], p_metadata[n],
            es_leaf_hash(v_position + n, v_revision + n, v_recorded, p_stream, p_ids[n], p_types[n], p_data[n], p_metadata[n]), v_recorded
          from generate_series(1, v_count) n;
        insert into es_stream (stream_id, category, revision, last_position)
          values (p_stream, split_part(p_stream, '-', 1), v_revision + v_count, v_position + v_count)
          on conflict (stream_id) do update set revision = excluded.revision, last_position = excluded.last_position;
        outcome := 'ok'; at_revision := v_revision + v_count; at_position := v_position + v_count;
      end $$;

      create table running_number (prefix text collate "C" primary key, last bigint not null);
      comment on table running_number is 'The last number given out per prefix; gaps are allowed, repetition is not.';

      create schema read;
      comment on schema read is 'What people look at: folded from the log, can be made again at any time.';

      create table proj_checkpoint (
        projection text not null,
        version int not null,
        shard int not null,
        position text not null,
        epoch bigint not null default 0,
        status text not null default 'live',
        events_done bigint not null default 0,
        updated_at timestamptz not null default now(),
        primary key (projection, version, shard)
      );
      comment on table proj_checkpoint is 'How far each reader of the log has come; moved in the transaction of what it wrote.';

      create table process_timer (
        id uuid primary key,
        manager text not null,
        due_at timestamptz not null,
        payload jsonb not null,
        attempts int not null default 0,
        retry_at timestamptz,
        last_error text,
        done_at timestamptz
      );
      create index process_timer_due on process_timer (due_at) where done_at is null;
      comment on table process_timer is 'What a process manager has to do and when, by the program''s clock; the id makes its command the same on every try.';
    `);
  }

  async down(): Promise<void> {
    throw new Error('the log is not undone');
  }
}

/** Each manager looks for its own timers, and passes by none of the others'. */
class TimersByManager1767800001000 implements MigrationInterface {
  readonly name = 'TimersByManager1767800001000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create index process_timer_of_manager on process_timer (manager, due_at) where done_at is null;
      drop index process_timer_due;
    `);
  }

  async down(): Promise<void> {
    throw new Error('the log is not undone');
  }
}

export const kernelMigrations = [
  CreateLog1767200000000,
  AppendInBatches1767300000000,
  CreateBuilds1767300001000,
  CreateOutbox1767300002000,
  TimersByManager1767800001000,
];
