import { describe } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PostgresEventStore, WakeUp } from '#libs/event-sourcing';
import { createPool } from '#libs/platform';
import { Api } from './support/api.js';
import { Appender } from './support/appender.js';
import { caughtUp, proveAll } from './support/checker.js';
import { Client } from './support/client.js';
import { fault, type FaultRun } from './support/fault.js';
import { Journal } from './support/journal.js';
import { family } from './support/load.js';
import { OwnPostgres } from './support/postgres.js';
import { eventually } from './support/wait.js';

/** Why no file system of a given size can be made here; undefined where it can. */
function whyNoMount(): string | undefined {
  if (process.getuid?.() !== 0) return 'only root may mount a file system of a given size';
  const dir = mkdtempSync(join(tmpdir(), 'almoner-faults-mount-'));
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', dir], { encoding: 'utf8' });
  if (status === 0) execFileSync('umount', [dir]);
  rmSync(dir, { recursive: true });
  return status === 0 ? undefined : `no file system can be mounted: ${stderr.trim()}`;
}

/** A file system in memory, of a size that can be changed while it is in use. */
class SmallDisk {
  readonly dir = mkdtempSync(join(tmpdir(), 'almoner-faults-disk-'));

  constructor(megabytes: number) {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0755`, 'tmpfs', this.dir]);
  }

  grow(megabytes: number): void {
    execFileSync('mount', ['-o', `remount,size=${megabytes}m`, this.dir]);
  }

  remove(): void {
    spawnSync('umount', ['--lazy', this.dir]);
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** Puts the write-ahead log of a server that is not running into another folder. */
function moveLog(postgres: OwnPostgres, dir: string): void {
  const [from, to] = [join(postgres.data, 'pg_wal'), join(dir, 'pg_wal')];
  execFileSync('cp', ['-a', from, to]);
  rmSync(from, { recursive: true });
  symlinkSync(to, from);
  execFileSync('chown', ['-h', '--reference', postgres.data, from]);
  execFileSync('chmod', ['a+x', dir]);
}

interface FullDisk {
  readonly run: FaultRun;
  readonly postgres: OwnPostgres;
  readonly grow: () => Promise<void>;
  /** Whether the server goes on answering while its disk is full. */
  readonly survives: boolean;
}

/** Fills the disk, looks at what is still served, gives room and looks whether everything goes on by itself. */
async function fillAndGrow({ run: { random, progress }, postgres, grow, survives }: FullDisk): Promise<string> {
  const journal = new Journal();
  const pool = createPool(postgres.url, 8);
  const store = new PostgresEventStore(pool, new WakeUp());
  const api = await Api.start(postgres.url);
  try {
    const client = await Client.of(api, journal);
    const appender = new Appender(store, journal, random);
    let full = false;
    const fill = async () => {
      while (!full) {
        const { stream, event } = appender.application(randomBytes(150_000).toString('base64'));
        const outcome = await appender.append(stream, 'no_stream', [event], { patienceMs: 0 });
        full ||= outcome === 'unavailable' || outcome === 'lost';
      }
    };
    await Promise.all(Array.from({ length: 4 }, fill));
    progress(`full after ${journal.counts.ok} appends`);
    const command = { path: '/households', body: family };
    const refused = await refusalOf(client, command);
    const read = await client.get('/cases');
    if (survives && read.status !== 200) throw new Error(`a full disk, and reading is answered ${read.status}`);
    await grow();
    const start = performance.now();
    await eventually('commands go on', 20_000, async () => (await client.once(random.uuid(), command)).status === 201);
    const back = performance.now() - start;
    for (let count = 0; count < 20; count++) {
      const { stream, event } = appender.application();
      if ((await appender.append(stream, 'no_stream', [event])) !== 'ok') throw new Error('appends do not go on');
    }
    await caughtUp(postgres.url);
    const { summary } = proveAll(postgres.url, journal);
    if (api.ended) throw new Error(`the service ended: ${api.errors}`);
    return `refused with ${refused}, back after ${Math.round(back)} ms; ${summary}`;
  } finally {
    await store.close();
    await pool.end();
    await api.remove();
  }
}

/** Sends commands until one is refused for want of room, as it soon is; it must be told as passing, not as an error of ours. */
async function refusalOf(client: Client, command: Parameters<Client['once']>[1]): Promise<string> {
  for (let count = 0; count < 2_000; count++) {
    const { status, code } = await client.once(`full-${count}`, command);
    if (status === 201) continue;
    if (status !== 503 && status !== 507) throw new Error(`a full disk is answered ${status} ${code}`);
    return `${status} ${code}`;
  }
  return 'nothing: small commands still fitted';
}

describe('A full disk', () => {
  const leftOut = whyNoMount();

  fault({
    id: 'F8',
    title: 'no room for data',
    leftOut,
    timeoutMs: 180_000,
    run: async (run) => {
      const disk = new SmallDisk(120);
      const log = mkdtempSync(join(tmpdir(), 'almoner-faults-wal-'));
      const postgres = await OwnPostgres.create([], join(disk.dir, 'server'));
      try {
        await postgres.stop();
        moveLog(postgres, log);
        await postgres.start();
        const grow = () => Promise.resolve(disk.grow(400));
        return await fillAndGrow({ run, postgres, grow, survives: true });
      } finally {
        await postgres.remove();
        disk.remove();
        rmSync(log, { recursive: true, force: true });
      }
    },
  });

  fault({
    id: 'F8',
    title: 'no room for the write-ahead log',
    leftOut,
    timeoutMs: 180_000,
    run: async (run) => {
      const disk = new SmallDisk(64);
      const postgres = await OwnPostgres.create();
      try {
        await postgres.stop();
        moveLog(postgres, disk.dir);
        await postgres.start();
        const grow = async () => {
          disk.grow(400);
          await postgres.start(); // the server has ended itself, or is about to
        };
        return await fillAndGrow({ run, postgres, grow, survives: false });
      } finally {
        await postgres.remove();
        disk.remove();
      }
    },
  });
});
