import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Pool } from 'pg';
import type { CaseEvent } from '#libs/cases';
import { projection, readTable, type Projection } from '#libs/event-sourcing';

/** A caseload like the service's, without history: what a plain SQL upsert can write too. */
@Entity({ schema: 'read', name: 'bench_case', comment: 'The caseload of the benchmark.' })
export class BenchCaseRow {
  @PrimaryColumn('uuid')
  id!: string;
  @Column('text', { nullable: true })
  number!: string | null;
  @Column('text')
  status!: string;
  @Column('text', { name: 'area_path', nullable: true })
  areaPath!: string | null;
  @Column('text')
  officer!: string;
  @Column('bigint', { name: 'monthly_amount', nullable: true })
  monthlyAmount!: string | null;
  @Column('bigint')
  revision!: string;
  @Column('bigint', { name: 'last_position' })
  lastPosition!: string;
}

/** The projection under a name, so that each round makes its tables anew. */
export const caseload = (name: string): Projection =>
  projection<CaseEvent, { cases: BenchCaseRow }>({
    name,
    version: 1,
    tables: { cases: readTable(BenchCaseRow, { indexes: ['(area_path text_pattern_ops)'] }) },
    on: {
      ApplicationSubmitted: ({ streamId, data, metadata, revision, position }, { cases }) =>
        cases.add({
          id: streamId.slice('case-'.length),
          number: data.number,
          status: 'submitted',
          areaPath: data.areaPath,
          officer: metadata['actor'] ?? '',
          monthlyAmount: null,
          revision: String(revision),
          lastPosition: position,
        }),
      CaseConfirmed: ({ streamId, data, metadata, revision, position }, { cases }) =>
        cases.change(streamId.slice('case-'.length), {
          status: 'active',
          officer: metadata['actor'] ?? '',
          monthlyAmount: String(data.monthlyAmount),
          revision: String(revision),
          lastPosition: position,
        }),
    },
  });

/** The same table for the baseline, and its position. */
export async function createPlainCaseload(pool: Pool): Promise<void> {
  await pool.query(`create table plain_case (id uuid primary key, number text, status text not null, area_path text, officer text not null,
    monthly_amount bigint, revision bigint not null, last_position bigint not null)`);
  await pool.query('create index plain_case_area on plain_case (area_path text_pattern_ops)');
  await pool.query('create table plain_position (position bigint not null)');
}

const conflict = `on conflict (id) do update set status = excluded.status, officer = excluded.officer, number = coalesce(excluded.number, c.number),
  area_path = coalesce(excluded.area_path, c.area_path), monthly_amount = coalesce(excluded.monthly_amount, c.monthly_amount),
  revision = excluded.revision, last_position = excluded.last_position`;
const event = `select global_position as position, substr(stream_id, 6)::uuid as id, event_type as type, revision,
  convert_from(data, 'UTF8')::jsonb as d, convert_from(metadata, 'UTF8')::jsonb as m
  from es_event where global_position > $1 and global_position <= $2`;
const status = `case type when 'ApplicationSubmitted' then 'submitted' else 'active' end`;

/** One statement per batch, in which no case comes twice. */
export const upsertBatch = `insert into plain_case as c
  select id, d->>'number', ${status}, d->>'areaPath', m->>'actor', (d->>'monthlyAmount')::bigint, revision, position from (${event}) e
  ${conflict}`;

/** The same for large batches: folded per case first, as an upsert writes no row twice. */
export const foldedBatch = `insert into plain_case as c
  select id, max(d->>'number'), (array_agg(${status} order by position desc))[1], max(d->>'areaPath'),
    (array_agg(m->>'actor' order by position desc))[1], max((d->>'monthlyAmount')::bigint), max(revision), max(position)
  from (${event}) e group by id
  ${conflict}`;

/** Empties the baseline's table and fills it from the log, a transaction per batch. */
export async function fillPlainCaseload(pool: Pool, events: number, batch: number, statement: string): Promise<void> {
  const client = await pool.connect();
  try {
    for (let done = 0; done < events; done += batch) {
      await client.query('begin');
      await client.query({
        name: `plain-${batch}`,
        text: statement,
        values: [done - 1, Math.min(events, done + batch) - 1],
      });
      await client.query('update plain_position set position = $1', [done + batch - 1]);
      await client.query('commit');
    }
  } finally {
    client.release();
  }
}
