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

/** Kills in a run. */
const rounds = long ? 100 : 10;
const clients = 8;

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

describe('A killed process', () => {
  fault({
    id: 'F1',
    title: 'kill -9 of the service under load',
    timeoutMs: rounds * 10_000,
    run: async ({ random, progress }) => {
      const journal = new Journal();
      const load = new Load(await Client.of(api, journal), random);
      load.start(clients);
      for (let round = 1; round <= rounds; round++) {
        await sleep(random.integer(20, 500));
        await api.kill();
        await api.start();
        if (round % 10 === 0) progress(`round ${round} of ${rounds}`);
      }
      await load.stop();
      await caughtUp(postgres.url);
      const { summary } = proveAll(postgres.url, journal);
      if (load.lost > 0) throw new Error(`${load.lost} commands were never answered`);
      return `${rounds} kills, ${told(journal)}; ${summary}`;
    },
  });

  fault({
    id: 'F2',
    title: 'kill -9 of PostgreSQL and its children under load',
    timeoutMs: rounds * 15_000,
    run: async ({ random, progress }) => {
      const journal = new Journal();
      const client = await Client.of(api, journal);
      const load = new Load(client, random);
      const { pid } = api;
      load.start(clients);
      let slowest = 0;
      for (let round = 1; round <= rounds; round++) {
        await sleep(random.integer(100, 800));
        await postgres.kill();
        await postgres.start();
        const start = performance.now();
        await eventually('the service reconnects', 10_000, async () => (await client.get('/cases')).status === 200);
        slowest = Math.max(slowest, performance.now() - start);
        if (round % 10 === 0) progress(`round ${round} of ${rounds}`);
      }
      await load.stop();
      await caughtUp(postgres.url);
      const { summary } = proveAll(postgres.url, journal);
      if (api.ended || api.pid !== pid) throw new Error(`the service did not outlive its database: ${api.errors}`);
      if (load.lost > 0) throw new Error(`${load.lost} commands were never answered`);
      return `${rounds} kills, back within ${Math.round(slowest)} ms, ${told(journal)}; ${summary}`;
    },
  });
});

const told = ({ counts }: Journal): string =>
  `${counts.ok} acknowledged, ${counts.fail} refused, ${counts.unknown} answers missing`;
