import { cpus } from 'node:os';
import type { Pool } from 'pg';
import { kernelMigrations } from '#libs/event-sourcing';
import { createDataSource, createPool, migrate } from '#libs/platform';
import { Failure } from '../command.js';
import type { Benchmark, Findings } from './benchmark.js';

/** What a benchmark prints. */
export interface Report extends Findings {
  readonly benchmark: string;
  readonly on: Readonly<Record<string, string | number>>;
  /** The largest ratio of the figures. */
  readonly ratio: number;
}

/**
 * Creates a database on the server of the URL, measures on it, and drops it, also when the process is asked to stop.
 * @throws Failure when the server cannot be reached or gives no database
 */
export async function onOwnDatabase(serverUrl: string, name: string, measure: Benchmark): Promise<Report> {
  const database = `almoner_bench_${process.pid}_${process.hrtime.bigint()}`;
  const admin = createPool(serverUrl, 1);
  await admin.query(`create database ${database} template template0 encoding 'UTF8'`).catch(async (error: Error) => {
    await admin.end();
    throw new Failure(`no database can be created on the server of DATABASE_URL: ${error.message}`);
  });
  let dropped: Promise<void> | undefined;
  const drop = () =>
    (dropped ??= admin.query(`drop database if exists ${database} with (force)`).then(() => admin.end()));
  const stop = () => void drop().finally(() => process.exit(130));
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.once(signal, stop);
  try {
    return await measureOn(Object.assign(new URL(serverUrl), { pathname: `/${database}` }).href, name, measure);
  } finally {
    for (const signal of signals) process.off(signal, stop);
    await drop();
  }
}

async function measureOn(url: string, name: string, measure: Benchmark): Promise<Report> {
  const dataSource = createDataSource(url, { entities: [], migrations: kernelMigrations });
  await migrate(dataSource);
  await dataSource.destroy();
  const pool = createPool(url);
  try {
    const findings = await measure(pool);
    const ratios = Object.values(findings.figures).flatMap((figures) => figures.map(({ ratio }) => ratio));
    return { benchmark: name, on: await machine(pool), ...findings, ratio: Math.max(...ratios) };
  } finally {
    await pool.end();
  }
}

async function machine(pool: Pool): Promise<Report['on']> {
  const { rows } = await pool.query<{ postgresql: string; fsync: string; synchronousCommit: string }>(
    `select current_setting('server_version') as postgresql, current_setting('fsync') as fsync,
      current_setting('synchronous_commit') as "synchronousCommit"`,
  );
  return { processors: cpus().length, node: process.versions.node, ...rows[0], connections: pool.options.max };
}
