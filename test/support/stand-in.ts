import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';

/** The stand-in for EventStoreDB as a process of its own. */
export interface RunningStandIn {
  readonly url: string;
  /** Says one of its words and gives the answer. */
  say(word: string): Promise<string>;
  stop(): Promise<void>;
}

/** Starts the stand-in on a free port. */
export async function startStandIn(): Promise<RunningStandIn> {
  const main = resolve(import.meta.dirname, '../stand-in/main.mjs');
  const env = { ...process.env, NODE_OPTIONS: '' };
  const child = spawn(process.execPath, [main], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const lines = createInterface({ input: child.stdout });
  const next = async () => String((await once(lines, 'line'))[0]);
  return {
    url: await next(),
    async say(word) {
      const answer = next();
      child.stdin.write(`${word}\n`);
      return answer;
    },
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}
