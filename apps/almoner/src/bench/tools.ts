import { spawn, spawnSync } from 'node:child_process';

/** Output of a program that ended well. */
export interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

/** A client program of PostgreSQL, from the machine's own packages. */
export interface Tool {
  /** What `--version` says. */
  readonly version: string;
  /**
   * Runs it on a database.
   * @param discard sends what it prints to nowhere, as `> /dev/null` does
   * @throws Error with what it said when it fails
   */
  run(
    url: string,
    args: readonly string[],
    options?: { readonly input?: string; readonly discard?: boolean },
  ): Promise<Output>;
}

/** Finds psql or pgbench on the path; undefined where it is not installed. */
export function findTool(name: 'psql' | 'pgbench'): Tool | undefined {
  const found = spawnSync(name, ['--version'], { encoding: 'utf8' });
  if (found.status !== 0) return undefined;
  return { version: found.stdout.trim(), run: (url, args, options) => run(name, url, args, options) };
}

/** Why a comparison is missing. */
export const missing = (name: string, comparison: string): string =>
  `${comparison} is left out: ${name} is not installed (Debian: postgresql and postgresql-client)`;

async function run(
  name: string,
  url: string,
  args: readonly string[],
  { input, discard = false }: { readonly input?: string; readonly discard?: boolean } = {},
): Promise<Output> {
  const child = spawn(name, [...args], {
    env: { ...process.env, ...connectionOf(url) },
    stdio: ['pipe', discard ? 'ignore' : 'pipe', 'pipe'],
  });
  child.stdin?.on('error', () => undefined); // a program that failed says why itself
  child.stdin?.end(input);
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  const code = await new Promise<number | null>((done, failed) => child.once('error', failed).once('close', done));
  const output = { stdout: stdout(), stderr: stderr() };
  if (code !== 0) throw new Error(`${name} ended with ${code}: ${output.stderr.trim()}`);
  return output;
}

function collect(stream: NodeJS.ReadableStream | null): () => string {
  const chunks: Buffer[] = [];
  stream?.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString();
}

/** By the environment: a password on the command line could be read by others. */
function connectionOf(url: string): Record<string, string> {
  const { hostname, port, username, password, pathname } = new URL(url);
  return {
    PGHOST: hostname,
    PGPORT: port || '5432',
    PGUSER: decodeURIComponent(username),
    PGPASSWORD: decodeURIComponent(password),
    PGDATABASE: decodeURIComponent(pathname.slice(1)),
  };
}
