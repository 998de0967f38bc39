import { describe, expect, it } from '@jest/globals';
import { Pool } from 'pg';
import { appendBenchmark } from '../apps/almoner/src/bench/append.js';
import type { Benchmark } from '../apps/almoner/src/bench/benchmark.js';
import { onOwnDatabase } from '../apps/almoner/src/bench/own-database.js';
import { rebuildBenchmark } from '../apps/almoner/src/bench/rebuild.js';

const server = (): string => process.env['TEST_PG_URL'] ?? '';

async function leftDatabases(): Promise<number | null> {
  const pool = new Pool({ connectionString: server(), max: 1 });
  try {
    return (await pool.query(`select 1 from pg_database where datname like 'almoner\\_bench\\_%'`)).rowCount;
  } finally {
    await pool.end();
  }
}

describe('benchmarks', () => {
  it('measure appends by what is in flight and by the size of the log', async () => {
    const load = { rounds: 1, events: 6, inFlight: [1, 4], logSizes: [10, 600] };
    const report = await onOwnDatabase(server(), 'append', appendBenchmark(load));
    const { inFlight = [], logSize = [] } = report.figures;
    expect(inFlight.map((figure) => figure.inFlight)).toEqual([1, 4]);
    expect(logSize.map((figure) => figure.eventsInLog)).toEqual([10, 600]);
    expect(report.ratio).toBe(Math.max(...[...inFlight, ...logSize].map(({ ratio }) => ratio)));
    expect(await leftDatabases()).toBe(0);
  });

  it('measure the rebuilding of the caseload, which must come out whole', async () => {
    const report = await onOwnDatabase(server(), 'rebuild', rebuildBenchmark({ rounds: 1, logSizes: [4, 1_002] }));
    expect(report.figures['logSize']?.map((figure) => figure.eventsInLog)).toEqual([4, 1_002]);
    expect(report.ratio).toBeGreaterThan(0);
  });

  it('leave no database behind when they fail', async () => {
    const failing: Benchmark = async () => {
      throw new Error('out of luck');
    };
    await expect(onOwnDatabase(server(), 'failing', failing)).rejects.toThrow('out of luck');
    expect(await leftDatabases()).toBe(0);
  });
});
