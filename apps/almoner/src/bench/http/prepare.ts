import type { Pool } from 'pg';
import { canonicalBytes } from '#libs/event-sourcing';
import {
  applicationAccepted,
  applicationSubmitted,
  before,
  caseCount,
  caseIdSql,
  householdId,
  householdRegistered,
  personId,
} from './visit.js';

/** Writes the same cases as streams of the log and as rows of the other side's tables. */
export async function prepareCases(pool: Pool, quick: boolean): Promise<void> {
  const cases = caseCount(quick);
  const metadata = canonicalBytes(before);
  await pool.query(
    `insert into es_event (global_position, stream_id, revision, event_id, event_type, schema_version, data, metadata, leaf_hash, recorded_at)
      values (0, $1, 0, gen_random_uuid(), $2, 1, $3, $4, sha256($3), now())`,
    [`household-${householdId}`, householdRegistered.type, canonicalBytes(householdRegistered.data), metadata],
  );
  await pool.query(
    `insert into es_event (global_position, stream_id, revision, event_id, event_type, schema_version, data, metadata, leaf_hash, recorded_at)
      select 1 + n * 2 + r, 'case-' || ${caseIdSql('n')}, r, gen_random_uuid(), (array[$2, $3])[r + 1], 1, (array[$4::bytea, $5])[r + 1], $6::bytea,
        sha256($4::bytea), now()
      from generate_series(0, $1::int - 1) n, generate_series(0, 1) r`,
    [
      cases,
      applicationSubmitted.type,
      applicationAccepted.type,
      canonicalBytes(applicationSubmitted.data),
      canonicalBytes(applicationAccepted.data),
      metadata,
    ],
  );
  await pool.query(`create table bench_case (id uuid primary key, number text not null, status text not null, accepted_by text not null,
    household_id uuid not null, revision bigint not null, visit jsonb)`);
  await pool.query(
    `insert into bench_case select (${caseIdSql('n')})::uuid, $2, 'accepted', 'other', $3, 1, null from generate_series(0, $1::int - 1) n`,
    [cases, applicationSubmitted.data.number, householdId],
  );
  await pool.query('create table bench_member (id uuid primary key, household_id uuid not null)');
  await pool.query('insert into bench_member values ($1, $2)', [personId, householdId]);
  await pool.query('analyze');
}
