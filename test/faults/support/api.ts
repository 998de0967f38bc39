import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './postgres.js';
import { eventually } from './wait.js';

const clone = resolve(import.meta.dirname, '../../..');
const run = promisify(execFile);

/** The built service as a process that a test kills and starts again, on the same port, database and keys. */
export class Api {
  private child: ChildProcess | undefined;
  private complaints = '';
  private readonly tokens = new Map<string, string>();

  private constructor(
    readonly databaseUrl: string,
    readonly port: number,
    private readonly dataDir: string,
    private readonly settings: NodeJS.ProcessEnv,
    private readonly launcher: readonly string[],
  ) {}

  /** Not started yet: for commands of the command line on a database. */
  static async prepared(databaseUrl: string): Promise<Api> {
    const dataDir = mkdtempSync(join(tmpdir(), 'almoner-faults-keys-'));
    return new Api(databaseUrl, await freePort(), dataDir, {}, []);
  }

  /** Starts it. `launcher` is a command before `node`, such as one that moves the clock. */
  static async start(databaseUrl: string, settings: NodeJS.ProcessEnv = {}, launcher: readonly string[] = []) {
    const dataDir = mkdtempSync(join(tmpdir(), 'almoner-faults-keys-'));
    const api = new Api(databaseUrl, await freePort(), dataDir, settings, launcher);
    await api.start();
    return api;
  }

  /** Another process of the same service, on a port of its own. */
  async beside(settings: NodeJS.ProcessEnv = {}): Promise<Api> {
    const other = new Api(this.databaseUrl, await freePort(), this.dataDir, { ...this.settings, ...settings }, []);
    await other.start();
    return other;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get pid(): number {
    return this.child?.pid ?? 0;
  }

  /** What it wrote to its standard error since it was started. */
  get errors(): string {
    return this.complaints;
  }

  private environment(more: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
    const own = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_|JEST|FAIL)/.test(name)),
    );
    return {
      ...own,
      NODE_ENV: 'test',
      LOG_LEVEL: 'error',
      DATABASE_URL: this.databaseUrl,
      DATA_DIR: this.dataDir,
      PORT: String(this.port),
      CLOCK_START: '2025-09-01',
      ...this.settings,
      ...more,
    };
  }

  /** Starts the process and waits until it takes requests. */
  async start(more: NodeJS.ProcessEnv = {}): Promise<void> {
    const [command = process.execPath, ...args] = [...this.launcher, process.execPath];
    const child = spawn(command, [...args, join(clone, 'dist/apps/api/src/main.js')], {
      env: this.environment(more),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    this.complaints = '';
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (this.complaints += chunk.toString()));
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await eventually('the service is ready', 60_000, () => {
      if (this.ended) throw new Error(`the service ended with ${child.exitCode}: ${said}${this.complaints}`);
      return said.includes('is ready at');
    });
  }

  /** True when the process is no more, whether it was killed or ended by itself. */
  get ended(): boolean {
    return this.child === undefined || this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** Kills it as a power cut does. */
  async kill(): Promise<void> {
    const { child } = this;
    if (child === undefined || this.ended) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  /** Ends it in order. */
  async stop(): Promise<void> {
    const { child } = this;
    if (child === undefined || this.ended) return;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
  }

  /** Runs a command of the command line against it; gives what it printed. */
  async almoner(...args: string[]): Promise<string> {
    const cli = join(clone, 'dist/apps/almoner/src/main.js');
    const { stdout } = await run(process.execPath, [cli, ...args], {
      env: this.environment({}),
      maxBuffer: 64 * 1024 * 1024,
    });
    return stdout;
  }

  /** A token of the development issuer. */
  async token(role: string, area: string): Promise<string> {
    const wish = `${role} ${area}`;
    const known = this.tokens.get(wish) ?? (await this.almoner('token', role, '--area', area, '--as', role)).trim();
    this.tokens.set(wish, known);
    return known;
  }

  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}
