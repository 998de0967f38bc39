import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';

jest.setTimeout(120_000);

const clone = resolve(import.meta.dirname, '..');
const READY_MS = 60_000;
const STOP_MS = 3_000;

interface Start {
  readonly child: ChildProcess;
  readonly pid: number;
  out: string;
  err: string;
  readonly ended: Promise<number | null>;
  over: boolean;
}

let folder: string;
let dataDir: string;
let port: number;
const starts: Start[] = [];

async function listen(): Promise<{ server: Server; port: number }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

async function freePort(): Promise<number> {
  const { server, port: found } = await listen();
  server.close();
  await once(server, 'close');
  return found;
}

/** The environment of a fresh terminal: nothing of the test runner, and no server of the person who runs the tests. */
function environment(settings: Record<string, string>): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([key]) => !/^(npm_|NODE_|JEST|ALMONER_|TEST_)/.test(key));
  return { ...Object.fromEntries(kept), DATABASE_URL: '', DATA_DIR: dataDir, PORT: String(port), ...settings };
}

function run(
  settings: Record<string, string> = {},
  command = process.execPath,
  args = [join(clone, 'scripts', 'start.mjs')],
): Start {
  const child = spawn(command, args, { cwd: clone, env: environment(settings), stdio: ['ignore', 'pipe', 'pipe'] });
  const start: Start = {
    child,
    pid: child.pid ?? 0,
    out: '',
    err: '',
    over: false,
    ended: once(child, 'exit').then(([code]) => {
      start.over = true;
      return code as number | null;
    }),
  };
  child.stdout.on('data', (chunk: Buffer) => (start.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (start.err += chunk.toString()));
  starts.push(start);
  return start;
}

async function until(condition: () => boolean, ms: number): Promise<boolean> {
  for (const end = performance.now() + ms; !condition(); await sleep(20)) {
    if (performance.now() > end) return false;
  }
  return true;
}

async function ready(start: Start): Promise<Start> {
  await until(() => start.over || start.out.includes(`:${port}`), READY_MS);
  if (start.over || !start.out.includes(`:${port}`)) throw new Error(`not ready:\n${start.err}${start.out}`);
  return start;
}

interface Running {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

function processes(): Running[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,ppid=,stat=,args='], { encoding: 'utf8' }).split('\n');
  return lines.flatMap((line) => {
    const [, pid, parent, state, command] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    return command === undefined || state?.startsWith('Z')
      ? []
      : [{ pid: Number(pid), parent: Number(parent), command }];
  });
}

/** The service under a start: the child that runs the built program. */
function serviceOf(start: Start): number {
  return processes().find(({ parent, command }) => parent === start.pid && command.includes('main.js'))?.pid ?? 0;
}

function servers(): number[] {
  return processes().flatMap(({ pid, command }) => (command.includes(`-D ${dataDir}`) ? [pid] : []));
}

function postmaster(): number {
  return parseInt(readFileSync(join(dataDir, 'postgres', 'data', 'postmaster.pid'), 'utf8'), 10);
}

function kill(pid: number, signal: NodeJS.Signals): void {
  if (pid <= 1) throw new Error('no such process');
  process.kill(pid, signal);
}

/** What a start that is refused says after its progress: exactly one line, with exit code 1 and no stack. */
async function refusal(start: Start): Promise<string> {
  const code = await start.ended;
  expect({ code, said: start.err + start.out }).toMatchObject({ code: 1 });
  const lines = start.err.split('\n').filter((line) => line !== '');
  expect(lines.filter((line) => line.startsWith('    at '))).toEqual([]);
  expect(start.out.split('\n').filter((line) => line !== '')).toEqual([]);
  return lines.filter((line) => !line.startsWith('almoner: PostgreSQL runs on')).join('\n');
}

function databaseUrl(): string {
  return (JSON.parse(readFileSync(join(dataDir, 'service.json'), 'utf8')) as { databaseUrl: string }).databaseUrl;
}

/** Writes numbers to the database, one commit each, until it is gone; gives the last that was acknowledged. */
function writeOn(): { last: () => number; stopped: Promise<void> } {
  let acknowledged = 0;
  const work = async () => {
    const client = new pg.Client({ connectionString: databaseUrl() });
    client.on('error', () => {});
    await client.connect();
    await client.query('create table if not exists start_up_probe (n int primary key)');
    const { rows } = await client.query<{ n: number }>('select coalesce(max(n), 0) as n from start_up_probe');
    for (let n = (rows[0]?.n ?? 0) + 1; ; n++) {
      await client.query('insert into start_up_probe values ($1)', [n]);
      acknowledged = n;
    }
  };
  return { last: () => acknowledged, stopped: work().catch(() => {}) };
}

async function written(): Promise<{ last: number; count: number }> {
  const client = new pg.Client({ connectionString: databaseUrl() });
  await client.connect();
  const { rows } = await client.query<{ last: number; count: number }>(
    'select max(n) as last, count(*)::int as count from start_up_probe',
  );
  await client.end();
  return rows[0] ?? { last: 0, count: 0 };
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'almoner-start-'));
  chmodSync(folder, 0o755); // as root: the database's user passes through
  dataDir = join(folder, 'data');
  port = await freePort();
});

afterEach(async () => {
  for (const start of starts.splice(0)) {
    if (!start.over) start.child.kill('SIGTERM');
    await start.ended;
  }
});

afterAll(async () => {
  for (const pid of servers()) process.kill(pid, 'SIGQUIT');
  await until(() => servers().length === 0, 10_000);
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});

describe('a start that cannot succeed says why in one line', () => {
  it.each(['start', 'test', 'check', 'almoner', 'build'])('on a Node that is too old (%s)', async (name) => {
    const old = 'Object.defineProperty(process,"versions",{value:{...process.versions,node:"20.18.3"}})';
    const args = ['--import', `data:text/javascript,${old}`, join(clone, 'scripts', `${name}.mjs`)];
    expect(await refusal(run({}, process.execPath, args))).toBe(
      'almoner: Node 20.18.3 is too old: install Node 20.19 or later.',
    );
  });

  it('when the port is taken', async () => {
    const { server, port: taken } = await listen();
    expect(await refusal(run({ PORT: String(taken) }))).toMatch(new RegExp(`^almoner: port ${taken} .*is taken.*$`));
    server.close();
  });

  it('when the data folder cannot be written', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    expect(await refusal(run({ DATA_DIR: file }))).toMatch(/^almoner: the data folder .*file cannot be written.*$/);
  });

  it('when the server of DATABASE_URL cannot be reached', async () => {
    const nobody = await freePort();
    const said = await refusal(run({ DATABASE_URL: `postgres://nobody:secret@127.0.0.1:${nobody}/none` }));
    expect(said).toMatch(/^almoner: .*$/);
    expect(said).toContain(String(nobody));
    expect(said).not.toContain('secret');
  });
});

describe('a running service', () => {
  it('refuses a second start on its data, naming itself', async () => {
    const first = await ready(run());
    const second = run({ PORT: String(await freePort()) });
    expect(await refusal(second)).toMatch(
      new RegExp(`^almoner: the data in .* are in use by process ${first.pid}: .*$`),
    );
    expect(first.over).toBe(false);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'ends on %s within 3 seconds and leaves nothing',
    async (signal) => {
      const start = await ready(run());
      const service = serviceOf(start);
      const asked = performance.now();
      kill(start.pid, signal);
      expect(await start.ended).toBe(0);
      expect(performance.now() - asked).toBeLessThan(STOP_MS);
      expect(servers()).toEqual([]);
      expect(processes().some(({ pid }) => pid === service)).toBe(false);
    },
  );

  it('ends when npm is told to, though npm passes nothing on', async () => {
    const start = await ready(run({}, 'npm', ['start']));
    const asked = performance.now();
    kill(start.pid, 'SIGTERM');
    expect(await until(() => servers().length === 0, STOP_MS)).toBe(true);
    expect(performance.now() - asked).toBeLessThan(STOP_MS);
  });
});

describe('after kill -9 the next start works and has lost nothing', () => {
  it.each([
    ['the starter', (start: Start) => [start.pid]],
    ['the service', (start: Start) => [serviceOf(start)]],
    ['PostgreSQL', () => [postmaster()]],
    ['PostgreSQL with all its helpers', () => servers()],
    ['all of them', (start: Start) => [start.pid, serviceOf(start), postmaster()]],
  ])('of %s', async (_name, victims) => {
    const start = await ready(run());
    const writer = writeOn();
    expect(await until(() => writer.last() > 20, 20_000)).toBe(true);
    const last = writer.last();
    const service = serviceOf(start);
    for (const pid of victims(start)) kill(pid, 'SIGKILL');
    await start.ended;
    expect(await until(() => !processes().some(({ pid }) => pid === service), STOP_MS)).toBe(true);
    const again = await ready(run());
    await writer.stopped;
    const found = await written();
    expect(found.last).toBeGreaterThanOrEqual(Math.max(last, writer.last()));
    expect(found.count).toBe(found.last);
    kill(again.pid, 'SIGTERM');
    expect(await again.ended).toBe(0);
  });

  it('says when PostgreSQL ends under the service', async () => {
    const start = await ready(run());
    kill(postmaster(), 'SIGKILL');
    expect(await start.ended).toBe(1);
    expect(start.err).toMatch(/^almoner: PostgreSQL ended by itself \(SIGKILL\).*$/m);
  });
});
