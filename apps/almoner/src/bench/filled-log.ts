import type { Pool, QueryConfig } from 'pg';

/** A block of the log: a thousand applications, then what became of the same thousand cases. No case twice in a thousand events. */
const block = 1_000;
/** So many events are made by one statement. */
const PORTION = 500_000;
const HOUR_MS = 3_600_000;

/** Number of the case that the event at position `p` is about. */
const caseOf = (p: string): string => `(${p} / ${2 * block} * ${block} + ${p} % ${block})`;
const isFirst = (p: string): string => `(${p} / ${block} % 2 = 0)`;

/**
 * Fills an empty log with so many events of cases, two per case, about 400 bytes of data each, made inside the server.
 * Position, revision and bytes are as the store would write them; the leaf hash is one of the data alone.
 */
export async function fillLog(pool: Pool, events: number): Promise<void> {
  const { rows } = await pool.query<{ next: string }>(
    'select coalesce(max(global_position), -1) + 1 as next from es_event',
  );
  const client = await pool.connect();
  try {
    // Filling takes its time; what is measured afterwards goes over other connections.
    const patiently = (text: string, values: number[] = []) => {
      const query: QueryConfig & { query_timeout: number } = { text, values, query_timeout: HOUR_MS };
      return client.query(query);
    };
    await patiently('set statement_timeout = 0');
    for (let from = Number(rows[0]?.next); from < events; from += PORTION)
      await patiently(fill, [from, Math.min(from + PORTION, events)]);
    await patiently('vacuum analyze es_event');
  } finally {
    client.release(true);
  }
}

const number = `'430225-2025-' || lpad(${caseOf('p')}::text, 9, '0')`;
const submitted = `'{"area":"430225100201","areaPath":"430000.430200.430225.430225100.430225100201","happenedOn":"2025-09-01","householdId":"00000000-0000-4000-9000-'
  || lpad(to_hex(${caseOf('p')}), 12, '0') || '","knownOn":"2025-09-01","number":"' || ${number} || '","residence":"rural","scheme":"dibao","note":"' || repeat('x', 140) || '"}'`;
const confirmed = `'{"assessment":{"citations":[],"eligible":true,"legalBasis":["dibao art 8"],"monthlyAmount":45000,"pack":{"example":true,"id":"example","version":1},"reasons":[],"trace":[]},"by":"bench","decidedOn":"2025-09-16","fromMonth":"2025-10","household":{"revision":"1","streamId":"household-00000000-0000-4000-9000-'
  || lpad(to_hex(${caseOf('p')}), 12, '0') || '"},"monthlyAmount":' || (40000 + p % 20000) || ',"recheckDueOn":"2026-09-16"}'`;

const fill = `
  insert into es_event (global_position, stream_id, revision, event_id, event_type, schema_version, data, metadata, leaf_hash, recorded_at)
  select p, 'case-00000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'), case when first then 0 else 1 end, gen_random_uuid(),
      case when first then 'ApplicationSubmitted' else 'CaseConfirmed' end, 1, data,
      convert_to('{"actor":"bench","area":"430225","commandId":"' || gen_random_uuid() || '","role":"county-reviewer","schemaVersion":"1"}', 'UTF8'),
      sha256(data), '2025-09-01T00:00:00Z'::timestamptz + p * interval '1 ms'
    from (select p, ${caseOf('p')} as n, ${isFirst('p')} as first, convert_to(case when ${isFirst('p')} then ${submitted} else ${confirmed} end, 'UTF8') as data
      from generate_series($1::bigint, $2::bigint - 1) p) e`;
