import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Appending in batches, in one transaction and one round trip. `es_append_event` and `es_append_events` write where every
 * append fits, which is nearly always, in as few statements as possible; where one does not, they write nothing and
 * `es_append_batch` judges each. The head of a stream is the last entry of the index over stream and revision.
 *
 * How they stay as quick as on their first day: plpgsql keeps the plan of each statement, and a plan made while the log
 * was small would read all of it later. Each statement is therefore written for one shape only, a look-up by index for
 * each of its few rows, and the writer's session (`writerSession`) leaves the planner no other.
 */
export class AppendInBatches1767300000000 implements MigrationInterface {
  readonly name = 'AppendInBatches1767300000000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      drop function es_append;

      create table es_closed_stream (stream_id text collate "C" primary key);
      comment on table es_closed_stream is 'Streams that take no more events.';
      insert into es_closed_stream select stream_id from es_stream where closed;
      drop table es_stream;
      -- The instants of the log never go back: what was known at one is found by halving over the positions.
      drop index es_event_recorded_at;

      create function es_append_event(p_stream text, p_revision bigint, p_id uuid, p_type text, p_version smallint, p_data bytea, p_metadata bytea)
      returns bigint ${asOwner} as $$
      declare
        v_position bigint;
      begin
        ${oneWriter}
        ${insertFrom(`
            select h.position, p_stream as stream, p_revision as revision, p_id as id, p_type as type, p_version as version,
                p_data as data, p_metadata as metadata, h.recorded, ${instant('h.recorded')} as instant
              from (${nextPlace} where ${lastRevision('p_stream')} = p_revision - 1
                and not exists (select from public.es_closed_stream s where s.stream_id = p_stream) offset 0) h`)}
          returning global_position into v_position;
        if v_position is not null and ${told('v_position')} is null then end if;
        return v_position;
      end $$;
      comment on function es_append_event is 'Appends one event where it fits: gives its position, or null and writes nothing. The revision is its own.';

      create function es_append_events(p_streams text[], p_revisions bigint[], p_steps int[], p_ids uuid[], p_types text[], p_versions smallint[], p_data bytea[], p_metadata bytea[])
      returns bigint ${asOwner} as $$
      declare
        v_next bigint;
        v_last bigint;
        v_recorded timestamptz;
        v_instant bytea;
      begin
        ${oneWriter}
        select h.position, h.recorded into v_next, v_recorded from (${nextPlace}) h
          where not exists (select from
              (select unnest(p_streams) as stream, unnest(p_revisions) as revision, unnest(p_steps) as step) i
              where i.step = 0 and ${lastRevision('i.stream')} <> i.revision - 1)
            and not exists (select from public.es_closed_stream s where s.stream_id = any (p_streams));
        if v_next is null then
          return null;
        end if;
        v_instant := ${instant('v_recorded')};
        v_last := v_next + cardinality(p_ids) - 1;
        ${insertFrom(`
            select generate_series(v_next, v_last) as position, unnest(p_streams) as stream, unnest(p_revisions) as revision,
              unnest(p_ids) as id, unnest(p_types) as type, unnest(p_versions) as version, unnest(p_data) as data,
              unnest(p_metadata) as metadata, v_recorded as recorded, v_instant as instant`)};
        if ${told('v_last')} is null then end if;
        return v_last;
      end $$;
      comment on function es_append_events is 'Appends the events of many appends, each to another stream, where all of them fit: gives the position of the last, or null and writes nothing. Per event: its stream, its revision, and how many of its append come before it.';

      create function es_append_batch(
        p_streams text[], p_expected bigint[], p_sizes int[],
        p_commands int[], p_backs int[], p_ids uuid[], p_types text[], p_versions smallint[], p_data bytea[], p_metadata bytea[], p_careful boolean,
        out outcomes text[], out revisions bigint[], out positions bigint[])
      ${asOwner} as $$
      declare
        v_next bigint;
        v_recorded timestamptz;
        v_instant bytea;
        v_known int[] := '{}';
        v_closed text[];
        v_ids uuid[];
        v_start bigint;
      begin
        ${oneWriter}
        select h.position, h.recorded into v_next, v_recorded from (${nextPlace}) h;
        v_closed := array(select s.stream_id from public.es_closed_stream s where s.stream_id = any (p_streams));
        -- Commands that bring an id which the log has already. Otherwise the unique index tells, for the whole batch.
        if p_careful then
          v_known := array(select i.command from unnest(p_ids, p_commands) i(id, command)
            where exists (select from public.es_event e where e.event_id = i.id));
        end if;

        -- Per command: its last revision and, where it fits, its last position. The window puts them in their order.
        select array_agg(j.revision + j.size order by j.n),
            array_agg(case when j.fits then v_next - 1 + j.total end order by j.n)
          into revisions, positions
          from (select f.*, sum(f.size) filter (where f.fits) over (order by f.n) as total
            from (select c.n, c.size, c.revision, c.stream <> all (v_closed) and c.n <> all (v_known)
                and (c.expected = c.revision or c.expected = -4 and c.revision >= 0) as fits
              from (select i.*, ${lastRevision('i.stream')} as revision
                from unnest(p_streams, p_expected, p_sizes) with ordinality i(stream, expected, size, n)) c) f) j;

        v_instant := ${instant('v_recorded')};
        ${insertFrom(`
            select positions[i.command] - i.back as position, p_streams[i.command] as stream,
                revisions[i.command] - i.back as revision, i.id, i.type, i.version, i.data, i.metadata,
                v_recorded as recorded, v_instant as instant
              from unnest(p_commands, p_backs, p_ids, p_types, p_versions, p_data, p_metadata)
                i(command, back, id, type, version, data, metadata)
              where positions[i.command] is not null`)};
        if found and ${told('(select max(p) from unnest(positions) p)')} is null then end if;

        outcomes := array_fill('ok'::text, array[cardinality(p_streams)]);
        for n in 1 .. cardinality(p_streams) loop
          continue when positions[n] is not null;
          v_ids := array(select i.id from unnest(p_ids, p_commands, p_backs) i(id, command, back)
            where i.command = n order by i.back desc);
          v_start := case when p_expected[n] <> -4 then p_expected[n] + 1 else
            (select e.revision from public.es_event e where e.event_id = v_ids[1] and e.stream_id = p_streams[n]) end;
          if p_sizes[n] = (select count(*) from unnest(v_ids) with ordinality i(id, step) join public.es_event e
              on e.stream_id = p_streams[n] and e.revision = v_start + i.step - 1 and e.event_id = i.id) then
            outcomes[n] := 'duplicate';
            revisions[n] := v_start + p_sizes[n] - 1;
            positions[n] := (select e.global_position from public.es_event e
              where e.stream_id = p_streams[n] and e.revision = revisions[n]);
          else
            outcomes[n] := case when p_streams[n] = any (v_closed) then 'closed' else 'conflict' end;
            revisions[n] := revisions[n] - p_sizes[n];
          end if;
        end loop;
      end $$;
      comment on function es_append_batch is 'Judges and writes many appends. Per command: stream, expected revision (-1 none, -4 any existing, else never below 0), number of events. Per event: the number of its command and how many of its events come after it. An id that the log has already makes it a conflict if careful, else fails the batch. Gives, per command, ok, duplicate, conflict or closed, its last revision (else that of the stream) and position.';

      revoke execute on function es_append_event, es_append_events, es_append_batch from public;
    `);
  }

  async down(): Promise<void> {
    throw new Error('the log is not undone');
  }
}

/** The only ways into the log. */
const asOwner = 'language plpgsql security definer set search_path = pg_catalog, pg_temp';

/**
 * One writer at a time: positions have no gaps and become visible in their order. Every later statement has a snapshot of
 * its own, so it sees what the holder before has committed.
 */
const oneWriter = `
        if current_setting('transaction_isolation') <> 'read committed' then
          raise exception 'appending needs the isolation level read committed' using errcode = '25001';
        end if;
        if pg_advisory_xact_lock(4716203311) is null then end if;`;

/** The position after the head of the log, and the instant: by the program's clock, and never before that of the head. */
const nextPlace = `select coalesce(l.global_position, -1) + 1 as position, greatest(
              date_trunc('milliseconds', clock_timestamp()) + make_interval(secs => c.offset_ms / 1000.0), l.recorded_at) as recorded
            from public.program_clock c left join lateral
              (select e.global_position, e.recorded_at from public.es_event e order by e.global_position desc limit 1) l on true`;

const lastRevision = (stream: string): string => `coalesce(
              (select e.revision from public.es_event e where e.stream_id = ${stream} order by e.revision desc limit 1), -1)`;

const instant = (recorded: string): string => `int8send((extract(epoch from ${recorded}) * 1000)::bigint)`;

/** `es_leaf_hash`, in place: a call for each event would take longer than the hash. */
const leafHash = `sha256('\\x00'::bytea || 'almoner-log/v1'::bytea || int8send(e.position) || int8send(e.revision) || e.instant
              || substring(int4send(octet_length(e.stream)) from 3) || textsend(e.stream) || uuid_send(e.id)
              || substring(int4send(octet_length(e.type)) from 3) || textsend(e.type)
              || sha256(e.data) || sha256(e.metadata))`;

const insertFrom = (events: string): string => `
        insert into public.es_event (global_position, stream_id, revision, event_id, event_type, schema_version, data, metadata, leaf_hash, recorded_at)
          select e.position, e.stream, e.revision, e.id, e.type, e.version, e.data, e.metadata, ${leafHash}, e.recorded
            from (${events}) e`;

/** A hint for those who wait; reading the log is the truth. */
const told = (position: string): string => `pg_notify('almoner_log', ${position}::text)`;
