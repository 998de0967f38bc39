import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPool } from '#libs/platform';
import type { Benchmark, Figure } from './benchmark.js';
import { prepareCases } from './http/prepare.js';
import type { Announced } from './http/announce.js';
import type { LoadOrder, LoadReport } from './http/load-client.js';
import { caseCount, casesInMemory } from './http/visit.js';
import { compared, inRounds, median, type Contender, type Measure } from './rounds.js';

const inFlight = 64;

/** A server under test and its process. */
interface Server extends Announced {
  readonly process: ChildProcess;
}

/** The HTTP path alone against `node:http`, and a durable command against the same endpoint on Fastify and TypeORM. */
export const httpBenchmark: Benchmark = async ({ url, quick, say }) => {
  const [rounds, seconds] = quick ? [1, 0.5] : [5, 4];
  const dataDir = mkdtempSync(join(tmpdir(), 'almoner-bench-'));
  const children: ChildProcess[] = [];
  const start = (file: string, env: Record<string, string> = {}) => {
    const child = fork(new URL(`./http/${file}.js`, import.meta.url), {
      execArgv: process.execArgv.filter((argument) => !argument.startsWith('--cpu-prof')),
      env: {
        ...process.env,
        NODE_ENV: process.env['NODE_ENV'] === 'test' ? 'test' : 'development',
        DATA_DIR: dataDir,
        BENCH_QUICK: quick ? '1' : '0',
        ...env,
      },
    });
    children.push(child);
    return child;
  };
  const serve = async (file: string, env?: Record<string, string>): Promise<Server> => {
    const child = start(file, env);
    return { ...(await messageOf<Announced>(child)), process: child };
  };
  const shares: number[] = [];
  /** Processor time of each server's process per request, in microseconds, slice by slice. */
  const costs = new Map<Server, number[]>();
  const counts = new Map<Server, number>();
  const client = start('load-client');
  const slice = async (server: Server, cases: number, forSeconds: number): Promise<Measure> => {
    const from = counts.get(server) ?? 0;
    const { port, token } = server;
    const before = await processorTime(server);
    const order: LoadOrder = { port, token, seconds: forSeconds, inFlight, from, cases };
    client.send(order);
    const report = await messageOf<LoadReport>(client);
    if (report.failed > 0) throw new Error(`${report.failed} requests failed: ${report.firstFailure}`);
    counts.set(server, from + report.requests);
    const cost = ((await processorTime(server)) - before) / report.requests;
    costs.set(server, [...(costs.get(server) ?? []), cost]);
    shares.push(report.clientShare);
    return { perSecond: report.perSecond, p99Ms: report.p99Ms };
  };
  const measure = async (cases: number, servers: Readonly<Record<string, Server>>) => {
    for (const server of Object.values(servers)) await slice(server, cases, quick ? 0.2 : 8); // warms the code
    const contenders = Object.entries(servers).map(([name, server]): [string, Contender] => [
      name,
      () => slice(server, cases, seconds),
    ]);
    return inRounds(rounds, Object.fromEntries(contenders));
  };
  try {
    await messageOf(client);
    say('the HTTP path without a database …');
    const inMemory = {
      ours: await serve('our-server', { BENCH_SERVER: 'memory' }),
      bare: await serve('bare-server'),
    };
    const alone = await measure(casesInMemory, inMemory);
    for (const child of children.splice(1)) child.kill();
    say('preparing cases …');
    const pool = createPool(url, 1);
    await prepareCases(pool, quick).finally(() => pool.end());
    say('durable commands …');
    const visits = {
      ours: await serve('our-server', { DATABASE_URL: url }),
      typeorm: await serve('typeorm-server', { DATABASE_URL: url }),
    };
    const durable = await measure(caseCount(quick), visits);
    // The first slice warmed the code.
    const cost = (what: string, server: Server): Figure => ({
      what: `${what}: processor time of the server's process for a request`,
      value: median((costs.get(server) ?? []).slice(1)),
      unit: 'us',
    });
    const unit = 'requests/s';
    return {
      results: [
        compared({ case: 'case command', against: 'bare http', unit }, alone['ours'] ?? [], alone['bare'] ?? []),
        compared(
          { case: 'durable command', against: 'fastify typeorm', unit },
          durable['ours'] ?? [],
          durable['typeorm'] ?? [],
        ),
      ],
      figures: [
        cost('case command', inMemory.ours),
        cost('bare http', inMemory.bare),
        cost('durable command', visits.ours),
        cost('fastify typeorm', visits.typeorm),
      ],
      notes: [
        `Both commands are POST /cases/:id/home-visit with a body of about 350 bytes, ${inFlight} in flight, to one case after the other: token, role, input, idempotency key, the streams of case and household read, decision, event appended, the answer kept for repeats; request log off.`,
        `case command: ${casesInMemory} cases, the log and the keys in memory, personal fields sealed with one key. bare http: node:http, JSON.parse of the same body, an answer of the same size.`,
        `durable command: ${caseCount(quick)} cases, the log and the keys in PostgreSQL, flushed before the answer. fastify typeorm: the same checks on rows with findOneBy and save, an ajv schema and the same token verified by jose; no idempotency key, no history. Both with 10 connections.`,
        `The client is a process of its own on plain sockets; it took ${Math.round(median(shares) * 100)} % of one processor (median).`,
      ],
    };
  } finally {
    for (const child of children) child.kill();
    rmSync(dataDir, { recursive: true, force: true });
  }
};

/** Processor time that a server's process has used so far, in microseconds. */
async function processorTime({ process: child }: Server): Promise<number> {
  child.send('cpu');
  const { user, system } = await messageOf<NodeJS.CpuUsage>(child);
  return user + system;
}

/** The next message of a child; fails when it ends instead. */
async function messageOf<T>(child: ChildProcess): Promise<T> {
  const over = new AbortController();
  const { signal } = over;
  const ended = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`a process of the benchmark ended with ${String(code)}`);
  });
  try {
    const [message] = (await Promise.race([once(child, 'message', { signal }), ended])) as [T];
    return message;
  } finally {
    over.abort();
    await ended.catch(() => undefined);
  }
}
