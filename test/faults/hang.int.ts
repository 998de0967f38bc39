import { afterAll, beforeAll, describe } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { Api } from './support/api.js';
import { caughtUp, proveAll } from './support/checker.js';
import { Client } from './support/client.js';
import { fault, long } from './support/fault.js';
import { Journal } from './support/journal.js';
import { Load } from './support/load.js';
import { OwnPostgres } from './support/postgres.js';
import { eventually } from './support/wait.js';

const frozenMs = long ? 15_000 : 5_000;
/** How long the service waits for the answer to an append. */
const deadlineMs = 10_000;

let postgres: OwnPostgres;
let api: Api;

beforeAll(async () => {
  postgres = await OwnPostgres.create();
  api = await Api.start(postgres.url);
}, 60_000);

afterAll(async () => {
  await api.remove();
  await postgres.remove();
});

describe('A database that hangs', () => {
  fault({
    id: 'F5',
    title: `PostgreSQL stands still for ${frozenMs / 1000} s`,
    timeoutMs: frozenMs + 90_000,
    run: async ({ random, progress }) => {
      const journal = new Journal();
      const client = await Client.of(api, journal);
      const load = new Load(client, random, { tryMs: long ? 30_000 : 2_000 });
      load.start(8);
      await sleep(random.integer(500, 1_000));
      await postgres.freeze();
      progress('frozen');
      const answered = journal.counts.ok;
      await sleep(frozenMs);
      if (journal.counts.ok > answered + 8) throw new Error('commands were acknowledged without a database');
      const said = journal.lines.filter((line) => line.includes('503 OUTCOME_UNKNOWN')).length;
      if (frozenMs > deadlineMs && said === 0) throw new Error('no append was given up at its deadline');
      await postgres.thaw();
      const start = performance.now();
      await eventually('the service answers', 10_000, async () => (await client.get('/cases')).status === 200);
      const back = performance.now() - start;
      await sleep(1_000);
      await load.stop();
      await caughtUp(postgres.url);
      const { summary } = proveAll(postgres.url, journal);
      if (load.lost > 0) throw new Error(`${load.lost} commands were never answered`);
      const { ok, unknown } = journal.counts;
      return `back ${Math.round(back)} ms after, ${ok} acknowledged, ${unknown} answers missing, ${said} of them said so; ${summary}`;
    },
  });
});
