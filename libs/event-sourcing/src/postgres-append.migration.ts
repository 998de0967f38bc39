import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Appending in batches: `es_append_batch` judges and writes many appends in one transaction and one round trip.
 *
 * How it stays as quick as on its first day: plpgsql keeps the plan of each statement, and a plan made while the log was
 * small would read all of it later. Each statement is therefore written for one shape only, a look-up by index for each
 * of its few rows, and the writer's session (`writerSession`) leaves the planner no other.
 */
export class AppendInBatches1767300000000 implements MigrationInterface {
  readonly name = 'AppendInBatches1767300000000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      drop function es_append;

      create function es_append_batch(
        p_streams text[], p_expected bigint[], p_sizes int[],
        p_commands int[], p_backs int[], p_ids uuid[], p_types text[], p_versions smallint[], p_data bytea[], p_metadata bytea[], p_careful boolean,
        out outcomes text[], out revisions bigint[], out positions bigint[])
      language plpgsql security definer
      set search_path = pg_catalog, pg_temp
      as $$
      declare
        v_head bigint;
        v_recorded timestamptz;
        v_instant bytea;
        v_streams text[] := p_streams;
        v_known int[] := '{}';
        v_new boolean;
        v_old boolean;
        v_refused boolean;
        v_ids uuid[];
        v_start bigint;
      begin
        if current_setting('transaction_isolation') <> 'read committed' then
          raise exception 'appending needs the isolation level read committed' using errcode = '25001';
        end if;
        -- One writer at a time: positions have no gaps and become visible in their order. Every later statement has a
        -- snapshot of its own, so it sees what the holder before has committed.
        if pg_advisory_xact_lock(4716203311) is null then end if;

        select coalesce(l.global_position, -1), greatest(
            date_trunc('milliseconds', clock_timestamp()) + make_interval(secs => c.offset_ms / 1000.0), l.recorded_at)
          into v_head, v_recorded
          from public.program_clock c left join lateral
            (select e.global_position, e.recorded_at from public.es_event e order by e.global_position desc limit 1) l on true;

        -- Commands that bring an id which the log has already. Otherwise the unique index tells, for the whole batch.
        if p_careful then
          v_known := array(select i.command from unnest(p_ids, p_commands) i(id, command)
            where exists (select from public.es_event e where e.event_id = i.id));
        end if;

        -- Per command: its last revision and, where it fits, its last position. The window puts them in their order.
        select array_agg(j.revision + j.size), array_agg(case when j.fits then v_head + j.total end),
            bool_or(j.fits and j.revision < 0), bool_or(j.fits and j.revision >= 0), not bool_and(j.fits)
          into revisions, positions, v_new, v_old, v_refused
          from (select f.*, sum(f.size) filter (where f.fits) over (order by f.n) as total
            from (select c.n, c.size, coalesce(s.revision, -1) as revision,
                s.closed is distinct from true and c.n <> all (v_known)
                  and (c.expected = coalesce(s.revision, -1) or c.expected = -4 and s.revision is not null) as fits
              from unnest(p_streams, p_expected, p_sizes) with ordinality c(stream, expected, size, n)
                left join public.es_stream s on s.stream_id = c.stream) f) j;

        v_instant := int8send((extract(epoch from v_recorded) * 1000)::bigint);
        insert into public.es_event (global_position, stream_id, revision, event_id, event_type, schema_version, data, metadata, leaf_hash, recorded_at)
          select e.position, e.stream, e.revision, e.id, e.type, e.version, e.data, e.metadata,
              -- es_leaf_hash, in place: a call for each event would take longer than the hash.
              sha256('\\x00'::bytea || 'almoner-log/v1'::bytea || int8send(e.position) || int8send(e.revision) || v_instant
                || substring(int4send(octet_length(e.stream)) from 3) || textsend(e.stream) || uuid_send(e.id)
                || substring(int4send(octet_length(e.type)) from 3) || textsend(e.type)
                || sha256(e.data) || sha256(e.metadata)),
              v_recorded
            from (select positions[i.command] - i.back as position, revisions[i.command] - i.back as revision,
                v_streams[i.command] as stream, i.id, i.type, i.version, i.data, i.metadata
              from unnest(p_commands, p_backs, p_ids, p_types, p_versions, p_data, p_metadata)
                i(command, back, id, type, version, data, metadata)
              where positions[i.command] is not null) e;
        if v_new then
          insert into public.es_stream (stream_id, category, revision, last_position)
            select c.stream, split_part(c.stream, '-', 1), c.revision, c.position
            from unnest(p_streams, p_sizes, revisions, positions) c(stream, size, revision, position)
            where c.position is not null and c.revision < c.size;
        end if;
        if v_old then
          update public.es_stream s set revision = c.revision, last_position = c.position
            from unnest(p_streams, p_sizes, revisions, positions) c(stream, size, revision, position)
            where s.stream_id = c.stream and c.position is not null and c.revision >= c.size;
        end if;

        outcomes := array_fill('ok'::text, array[cardinality(p_streams)]);
        if v_refused then
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
              outcomes[n] := case when (select s.closed from public.es_stream s where s.stream_id = p_streams[n])
                then 'closed' else 'conflict' end;
              revisions[n] := revisions[n] - p_sizes[n];
            end if;
          end loop;
        end if;

        -- A hint for those who wait; reading the log is the truth.
        if 'ok' = any (outcomes) and pg_notify('almoner_log', (select max(p) from unnest(positions) p)::text) is null then end if;
      end $$;
      revoke execute on function es_append_batch from public;
      comment on function es_append_batch is 'The only way into the log. Per command: stream, expected revision (-1 none, -4 any existing, else never below 0), number of events. Per event: the number of its command and how many of its events come after it. An id that the log has already makes it a conflict if careful, else fails the batch. Gives, per command, ok, duplicate, conflict or closed, its last revision (else that of the stream) and position.';
    `);
  }

  async down(): Promise<void> {
    throw new Error('the log is not undone');
  }
}
