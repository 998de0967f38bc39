import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { eventually } from './wait.js';

interface Started {
  readonly url: string;
  stop(): Promise<void>;
}
/** The scripts are plain JavaScript: their types are told here. */
interface Scripts {
  readonly startPostgres: (options: { dir: string }) => Promise<Started>;
  readonly databaseAccount: (folders: string[]) => { uid: number; gid: number } | null | undefined;
  readonly postgresProcessesOn: (dataDirectory: string) => number[];
  readonly signalTo: (pid: number, signal: string) => void;
}
const script = async (name: string) => (await import(`../../../scripts/lib/${name}.mjs`)) as Scripts;
const { databaseAccount } = await script('data-dir');
const { startPostgres } = await script('postgres');
const { postgresProcessesOn, signalTo } = await script('processes');

/**
 * A port that nobody listens on, below those that the system gives to outgoing connections: it stays free while its server is dead and
 * about to come back.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(12_000, 32_000);
    const probe = createServer();
    const free = new Promise<boolean>((found) => {
      probe.once('error', () => found(false));
      probe.listen(port, '127.0.0.1', () => probe.close(() => found(true)));
    });
    if (await free) return port;
  }
}

/**
 * A PostgreSQL server of a test's own that flushes to the disk as in production, on a port that it keeps through every restart, to be
 * killed, frozen and started again.
 */
export class OwnPostgres {
  private child: ChildProcess | undefined;

  private constructor(
    readonly dir: string,
    readonly url: string,
    readonly port: number,
    private readonly program: string,
    private readonly settings: readonly string[],
  ) {}

  /** Makes the cluster and starts it. `settings` are added to those of the server, as `name=value`. */
  static async create(settings: readonly string[] = [], dir = mkdtempSync(join(tmpdir(), 'almoner-faults-'))) {
    const first = await startPostgres({ dir });
    const [pid = ''] = readFileSync(join(dir, 'data', 'postmaster.pid'), 'utf8').split('\n');
    const program = execFileSync('ps', ['-o', 'args=', '-p', pid], { encoding: 'utf8' }).split(' -D ')[0] ?? '';
    await first.stop();
    const port = await freePort();
    const url = Object.assign(new URL(first.url), { port: String(port) }).href;
    const server = new OwnPostgres(dir, url, port, program, settings);
    await server.start();
    return server;
  }

  /** A cluster made and served by the programs in a folder, such as those of a Linux distribution. */
  static async ofPrograms(bin: string, dir: string): Promise<OwnPostgres> {
    const account = databaseAccount([]);
    if (account) execFileSync('chown', [String(account.uid), dir]);
    const data = join(dir, 'data');
    const args = ['-D', data, '-U', 'almoner', '-A', 'trust', '--encoding=UTF8', '--locale=C.UTF-8'];
    execFileSync(join(bin, 'initdb'), args, { ...account, cwd: '/', stdio: 'ignore' });
    const port = await freePort();
    const url = `postgres://almoner@127.0.0.1:${port}/postgres`;
    const server = new OwnPostgres(dir, url, port, join(bin, 'postgres'), []);
    await server.start();
    return server;
  }

  /** The same cluster's files in another folder, as a server of its own. */
  async copyAt(dir: string): Promise<OwnPostgres> {
    const port = await freePort();
    const url = Object.assign(new URL(this.url), { port: String(port) }).href;
    return new OwnPostgres(dir, url, port, this.program, this.settings);
  }

  get data(): string {
    return join(this.dir, 'data');
  }

  /** Starts it and waits until it answers; a start that is refused while old processes end is tried again. */
  async start(withinMs = 60_000): Promise<void> {
    await eventually('PostgreSQL answers', withinMs, async () => {
      if (this.child === undefined) this.launch();
      const there = await this.answers();
      if (!there && this.child?.exitCode !== null) this.child = undefined;
      return there;
    });
  }

  private launch(): void {
    const { uid, gid } = statSync(this.data);
    const log = openSync(join(this.dir, 'log'), 'a');
    const fixed = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'timezone=UTC'];
    const settings = [...fixed, ...this.settings].flatMap((setting) => ['-c', setting]);
    this.child = spawn(this.program, ['-D', this.data, '-p', String(this.port), ...settings], {
      ...(process.getuid?.() === 0 && { uid, gid }),
      cwd: '/',
      env: { LC_ALL: 'C' },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
  }

  private async answers(): Promise<boolean> {
    const client = new Client({ connectionString: this.url, connectionTimeoutMillis: 1_000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query('select 1');
      return true;
    } catch {
      return false;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  /** Kills the server and its children at once, as a power cut does. */
  async kill(): Promise<void> {
    await this.signalAll('SIGKILL');
    await eventually('PostgreSQL is gone', 10_000, () => postgresProcessesOn(this.data).length === 0, 5);
    this.child = undefined;
  }

  /** Lets nothing move until `thaw`: the connections stay open and nobody answers. */
  async freeze(): Promise<void> {
    await this.signalAll('SIGSTOP');
  }

  async thaw(): Promise<void> {
    await this.signalAll('SIGCONT');
  }

  private async signalAll(signal: string): Promise<void> {
    for (const pid of postgresProcessesOn(this.data)) signalTo(pid, signal);
  }

  /** Runs one statement as the owner, on a connection of its own. */
  async query<Row extends object>(text: string, values: unknown[] = [], database?: string): Promise<Row[]> {
    const url = database === undefined ? this.url : Object.assign(new URL(this.url), { pathname: `/${database}` }).href;
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query<Row>(text, values)).rows;
    } finally {
      await client.end();
    }
  }

  /** Ends the server in order; its files stay. */
  async stop(): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGINT');
    await ended;
  }

  async remove(): Promise<void> {
    await this.thaw();
    await this.stop();
    for (const pid of postgresProcessesOn(this.data)) signalTo(pid, 'SIGKILL');
    rmSync(this.dir, { recursive: true, force: true, maxRetries: 10 });
  }
}
