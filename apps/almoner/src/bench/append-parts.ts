import type { Pool } from 'pg';
import { canonicalBytes } from '#libs/event-sourcing';
import { eventData, eventMetadata } from './append-bytes.js';
import type { Figure } from './benchmark.js';
import { inRounds, keepInFlight, median, type Contender } from './rounds.js';

const batch = 64;

/** Writes one batch of ready-made rows; each flag adds one part of what an append does. */
const variant = `
  create sequence part_position minvalue 0 cache 1000;
  create table part_event (like es_event including all);
  create function part_append(p_data bytea, p_metadata bytea, p_hash boolean, p_lock boolean, p_heads boolean) returns void language plpgsql as $$
  declare
    v_ids uuid[] := array(select gen_random_uuid() from generate_series(1, ${batch}));
  begin
    if p_lock then
      perform pg_advisory_xact_lock(4716203399);
      perform global_position from part_event order by global_position desc limit 1;
    end if;
    if p_heads then
      perform (select e.revision from part_event e where e.stream_id = 'bench-' || id order by e.revision desc limit 1)
        from unnest(v_ids) id;
    end if;
    insert into part_event (global_position, stream_id, revision, event_id, event_type, schema_version, data, metadata, leaf_hash, recorded_at)
      select p, 'bench-' || id, 0, id, 'Measured', 1, p_data, p_metadata,
        case when p_hash then sha256('\\x00'::bytea || 'almoner-log/v1'::bytea || int8send(p) || int8send(0) || int8send(0)
          || substring(int4send(octet_length('bench-' || id)) from 3) || convert_to('bench-' || id, 'UTF8') || uuid_send(id)
          || substring(int4send(8) from 3) || 'Measured'::bytea || sha256(p_data) || sha256(p_metadata))
        else decode(repeat('00', 32), 'hex') end, now()
      from (select nextval('part_position') as p, unnest(v_ids) as id) e;
  end $$`;

/** What hash, lock and looking up the heads of the streams each add to an event, over one connection. */
export async function appendParts(pool: Pool, rounds: number, seconds: number): Promise<Figure[]> {
  await pool.query(variant);
  const values = [canonicalBytes(eventData), canonicalBytes(eventMetadata)];
  const contender = (hash: boolean, lock: boolean, heads: boolean): Contender => {
    const call = { name: 'part-append', text: 'select part_append($1, $2, $3, $4, $5)' };
    return () => keepInFlight(1, seconds, () => pool.query({ ...call, values: [...values, hash, lock, heads] }));
  };
  const measured = await inRounds(rounds, {
    'rows alone': contender(false, false, false),
    'with hash': contender(true, false, false),
    'with lock': contender(false, true, false),
    'with stream heads': contender(false, false, true),
    'with all three': contender(true, true, true),
  });
  const cost = (name: string): number =>
    1_000_000 / (median((measured[name] ?? []).map(({ perSecond }) => perSecond)) * batch);
  return Object.keys(measured).map((name) => ({
    what: `an event in a batch of 64, ${name}`,
    value: cost(name),
    unit: 'us',
  }));
}
