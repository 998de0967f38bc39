import { cpus, loadavg, totalmem } from 'node:os';
import type { Pool } from 'pg';
import { createDataSource, createPool, migrate } from '#libs/platform';
import { schema } from '../../../api/src/registers.js';
import { Failure } from '../command.js';
import type { Machine } from './report.js';

/**
 * Creates a database with the service's tables on the server of the URL, works on it, and drops it, also when the
 * process is asked to stop.
 * @throws Failure when the server cannot be reached or gives no database
 */
export async function onOwnDatabase<T>(
  serverUrl: string,
  work: (url: string, machine: Machine) => Promise<T>,
): Promise<T> {
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
    const url = Object.assign(new URL(serverUrl), { pathname: `/${database}` }).href;
    const dataSource = createDataSource(url, { entities: [], migrations: schema.migrations });
    await migrate(dataSource);
    await dataSource.destroy();
    return await work(url, await machine(admin));
  } finally {
    for (const signal of signals) process.off(signal, stop);
    await drop();
  }
}

async function machine(pool: Pool): Promise<Machine> {
  const { rows } = await pool.query<Record<string, string>>(
    `select current_setting('server_version') as postgresql, current_setting('fsync') as fsync,
      current_setting('synchronous_commit') as synchronous_commit, current_setting('full_page_writes') as full_page_writes,
      current_setting('shared_buffers') as shared_buffers, current_setting('max_wal_size') as max_wal_size`,
  );
  const [cpu] = cpus();
  return {
    processors: cpus().length,
    cpu: cpu?.model.trim() ?? 'unknown',
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    load: Number((loadavg()[0] ?? 0).toFixed(1)),
    node: process.versions.node,
    ...rows[0],
  };
}
