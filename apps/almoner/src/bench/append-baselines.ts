import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, type Pool } from 'pg';
import { Column, DataSource, Entity, PrimaryColumn } from 'typeorm';
import { canonicalBytes } from '#libs/event-sourcing';
import { eventData, eventMetadata } from './append-bytes.js';
import { keepInFlight, timed, type Contender } from './rounds.js';
import type { Tool } from './tools.js';

/** A baseline that holds connections. */
export interface Held {
  readonly contender: Contender;
  end(): Promise<void>;
}

const data = canonicalBytes(eventData);
const metadata = canonicalBytes(eventMetadata);
const leafHash = createHash('sha256').update(data).digest();
const hex = (bytes: Buffer): string => `\\x${bytes.toString('hex')}`;

/** A table with the log's columns, constraints and indexes, and none of its rules. */
const createTable = (pool: Pool, name: string) => pool.query(`create table ${name} (like es_event including all)`);

/** The next position; each baseline has a table of its own. */
const counter = () => {
  let next = 0;
  return () => next++;
};

/** One prepared INSERT at a time over one connection. */
export async function insertsOneByOne(url: string, pool: Pool, seconds: number): Promise<Held> {
  await createTable(pool, 'plain_insert');
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined); // its query fails, and that is enough
  await client.connect();
  const position = counter();
  const insert = () =>
    client.query({
      name: 'plain-insert',
      text: `insert into plain_insert (global_position, stream_id, revision, event_id, event_type, schema_version, data, metadata, leaf_hash, recorded_at)
        values ($1, $2, 0, $3, 'Measured', 1, $4, $5, $6, now())`,
      values: [position(), `bench-${randomUUID()}`, randomUUID(), data, metadata, leafHash],
    });
  return { contender: () => keepInFlight(1, seconds, insert), end: () => client.end() };
}

/** pgbench with one INSERT per transaction; the better of one and two threads in each slice. */
export async function pgbenchInserts(
  tool: Tool,
  url: string,
  pool: Pool,
  clients: number,
  seconds: number,
): Promise<Contender> {
  await createTable(pool, 'plain_pgbench');
  await pool.query('create sequence plain_pgbench_position minvalue 0 cache 1000');
  const script = `insert into plain_pgbench (global_position, stream_id, revision, event_id, event_type, schema_version, data, metadata, leaf_hash, recorded_at)
    select nextval('plain_pgbench_position'), 'bench-' || id, 0, id, 'Measured', 1, '${hex(data)}'::bytea, '${hex(metadata)}'::bytea, '${hex(leafHash)}'::bytea, now()
    from gen_random_uuid() id;\n`;
  return async () => {
    const folder = await mkdtemp(join(tmpdir(), 'almoner-bench-'));
    try {
      const file = join(folder, 'insert.sql');
      await writeFile(file, script);
      const rates: number[] = [];
      for (const threads of [1, 2]) {
        const wholeSeconds = String(Math.max(2, Math.round(seconds))); // a good part of one is connecting
        const options = ['-n', '-M', 'prepared', '-c', String(clients), '-j', String(threads), '-T', wholeSeconds];
        const { stdout } = await tool.run(url, [...options, '-f', file]);
        const rate = Number(/tps = ([\d.]+)/.exec(stdout)?.[1] ?? 0);
        rates.push(rate);
      }
      if (Math.max(...rates) === 0) throw new Error('pgbench got nothing done: the machine is too busy');
      return { perSecond: Math.max(...rates) };
    } finally {
      await rm(folder, { recursive: true });
    }
  };
}

/** Bulk COPY of ready-made rows in one transaction. */
export async function bulkCopy(tool: Tool, url: string, pool: Pool, rows: number): Promise<Contender> {
  await createTable(pool, 'plain_copy');
  const position = counter();
  const row = () => {
    const id = randomUUID();
    const bytes = [data, metadata, leafHash].map((each) => `\\${hex(each)}`).join('\t');
    return `${position()}\tbench-${id}\t0\t${id}\tMeasured\t1\t${bytes}\t2025-09-01 00:00:00+00\n`;
  };
  return async () => {
    const input = Array.from({ length: rows }, row).join('');
    return timed(rows, () => tool.run(url, ['-q', '-c', 'copy plain_copy from stdin'], { input }));
  };
}

@Entity('plain_typeorm')
class EventRow {
  @PrimaryColumn('bigint', { name: 'global_position' })
  globalPosition!: string;
  @Column('text', { name: 'stream_id' })
  streamId!: string;
  @Column('bigint')
  revision!: string;
  @Column('uuid', { name: 'event_id' })
  eventId!: string;
  @Column('text', { name: 'event_type' })
  eventType!: string;
  @Column('smallint', { name: 'schema_version' })
  schemaVersion!: number;
  @Column('bytea')
  data!: Buffer;
  @Column('bytea')
  metadata!: Buffer;
  @Column('bytea', { name: 'leaf_hash' })
  leafHash!: Buffer;
  @Column('timestamptz', { name: 'recorded_at' })
  recordedAt!: Date;
}

/** `repository.save` of a new entity, 64 in flight over TypeORM's own pool of ten connections. */
export async function typeormSaves(url: string, pool: Pool, seconds: number): Promise<Held> {
  await createTable(pool, 'plain_typeorm');
  const source = await new DataSource({ type: 'postgres', url, entities: [EventRow], poolSize: 10 }).initialize();
  const rows = source.getRepository(EventRow);
  const position = counter();
  const save = () =>
    rows.save(
      rows.create({
        globalPosition: String(position()),
        streamId: `bench-${randomUUID()}`,
        revision: '0',
        eventId: randomUUID(),
        eventType: 'Measured',
        schemaVersion: 1,
        data,
        metadata,
        leafHash,
        recordedAt: new Date(),
      }),
    );
  return { contender: () => keepInFlight(64, seconds, save), end: () => source.destroy() };
}
