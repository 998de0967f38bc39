import { execFile, spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { Pool } from 'pg';

const run = promisify(execFile);
const main = resolve(import.meta.dirname, '../dist/apps/almoner/src/main.js');
const server = (): string => process.env['TEST_PG_URL'] ?? '';
const installed = (tool: string): boolean => spawnSync(tool, ['--version']).status === 0;

interface Report {
  readonly bench: string;
  readonly machine: Readonly<Record<string, string | number>>;
  readonly results: readonly {
    readonly case: string;
    readonly against: string;
    readonly value: number;
    readonly baseline: number;
    readonly unit: string;
    readonly ratio: number;
    readonly p99Ms?: number;
  }[];
  readonly figures?: readonly { readonly what: string; readonly value: number; readonly unit: string }[];
  readonly notes: readonly string[];
}

/** Runs the built benchmark in its short form; its last line is the report. */
async function bench(name: string, env: Record<string, string> = {}): Promise<{ report: Report; lines: string[] }> {
  const { stdout } = await run(process.execPath, [main, 'bench', name, '--quick', '--sizes', '2k,4k'], {
    env: { ...process.env, NODE_OPTIONS: '', DATABASE_URL: server(), ...env },
    maxBuffer: 16 * 1024 * 1024,
  });
  const lines = stdout.trimEnd().split('\n');
  return { report: JSON.parse(lines.at(-1) ?? '') as Report, lines };
}

async function leftDatabases(): Promise<number | null> {
  const pool = new Pool({ connectionString: server(), max: 1 });
  try {
    return (await pool.query(`select 1 from pg_database where datname like 'almoner\\_bench\\_%'`)).rowCount;
  } finally {
    await pool.end();
  }
}

/** What every report must be: true to its own figures, and honest about the server it was measured on. */
function expectHonest({ report, lines }: Awaited<ReturnType<typeof bench>>, name: string): void {
  expect(report.bench).toBe(name);
  expect(report.machine).toMatchObject({ fsync: 'off', node: process.versions.node });
  for (const { value, baseline, ratio, unit } of report.results) {
    expect(value).toBeGreaterThan(0);
    expect(baseline).toBeGreaterThan(0);
    expect(Math.abs(ratio - value / baseline)).toBeLessThan(0.02 + ratio * 0.02);
    expect(unit).toMatch(/^((events|requests)\/s|us)$/);
  }
  for (const figure of report.figures ?? []) expect(figure.value).toBeGreaterThan(0);
  for (const note of report.notes) expect(lines).toContain(`- ${note}`);
}

const pairs = ({ results }: Report): string[] => results.map((result) => `${result.case} / ${result.against}`);

describe('benchmarks, in their short form', () => {
  it('append: against four ways of writing the same rows; what is not installed is named', async () => {
    const done = await bench('append');
    expectHonest(done, 'append');
    expect(pairs(done.report)).toEqual([
      ...(installed('pgbench') ? ['64 in flight / pgbench'] : []),
      ...(installed('psql') ? ['64 in flight / copy'] : []),
      '1 in flight / insert',
      '64 in flight / typeorm save',
    ]);
    expect(done.report.results.every(({ p99Ms = 0 }) => p99Ms > 0)).toBe(true);
    expect(done.report.figures?.map(({ what }) => what)).toContain('64 in flight on 4,000 events: cost of an event');
    expect(done.report.notes.join()).toContain('EVENTSTORE_TEST_URL is not set');
  }, 60_000);

  it('append without the tools of PostgreSQL leaves those comparisons out, and says so', async () => {
    const { report } = await bench('append', { PATH: '/nowhere' });
    expect(pairs(report)).toEqual(['1 in flight / insert', '64 in flight / typeorm save']);
    expect(report.notes.join()).toMatch(/pgbench is left out: pgbench is not installed.*copy is left out: psql/);
  }, 60_000);

  it('read: the whole log, folded', async () => {
    const done = await bench('read');
    expectHonest(done, 'read');
    expect(pairs(done.report)).toEqual(
      installed('psql') ? ['fold 4000 / psql copy', 'fold 4000 / psql copy stored'] : [],
    );
  }, 60_000);

  it('project and rebuild: the same rows as the baseline, or none of the figures', async () => {
    const projected = await bench('project');
    expectHonest(projected, 'project');
    expect(pairs(projected.report)).toEqual(['live / sql upsert', 'rebuild / sql upsert']);
    const rebuilt = await bench('rebuild');
    expectHonest(rebuilt, 'rebuild');
    expect(pairs(rebuilt.report)).toEqual(['4000 events / 934 events a second']);
    expect(rebuilt.report.figures?.find(({ unit }) => unit === 'reads')?.value).toBeGreaterThan(0);
  }, 120_000);

  it('http: both commands are answered with success by both sides', async () => {
    const done = await bench('http');
    expectHonest(done, 'http');
    expect(pairs(done.report)).toEqual(['case command / bare http', 'durable command / fastify typeorm']);
  }, 120_000);

  it('people: an import, sealing in a command, and the search', async () => {
    const done = await bench('people');
    expectHonest(done, 'people');
    expect(pairs(done.report)).toEqual([
      'import / bare append',
      'encryption / command',
      'search name 4000 / select by key',
    ]);
    const figures = done.report.figures?.map(({ what }) => what);
    for (const what of [
      'import up to 4,000 persons: cost of a household',
      'import: parsing, share of the processor time',
      'import: encryption, share of the processor time',
      'import: keys, share of the processor time',
      'import: claims, share of the processor time',
      '4,000 persons, every kind, township: p95',
    ])
      expect(figures).toContain(what);
    const shares = done.report.figures?.filter(({ what }) => what.startsWith('import') && what.endsWith('time')) ?? [];
    expect(shares.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(100, 1);
    expect(done.report.results[1]?.ratio).toBeLessThan(1);
  }, 240_000);

  it('leave no database behind, also when they are stopped', async () => {
    const child = execFile(process.execPath, [main, 'bench', 'append', '--quick', '--sizes', '2k'], {
      env: { ...process.env, NODE_OPTIONS: '', DATABASE_URL: server() },
    });
    const ended = new Promise((done) => child.once('exit', done));
    await new Promise<void>((begun) => child.stderr?.on('data', (text: string) => text.includes('rounds') && begun()));
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(await leftDatabases()).toBe(0);
  }, 60_000);
});
