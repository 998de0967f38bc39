import { afterAll, beforeAll, describe } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client as Database } from 'pg';
import { PostgresEventStore, WakeUp } from '#libs/event-sourcing';
import { createPool } from '#libs/platform';
import { Api } from './support/api.js';
import { caughtUp, proveAll } from './support/checker.js';
import { Client } from './support/client.js';
import { fault, long } from './support/fault.js';
import { Journal } from './support/journal.js';
import { family, Load } from './support/load.js';
import { createSharedDatabase, dropSharedDatabase, rowsOf, sql } from './support/shared-server.js';
import { eventually } from './support/wait.js';

const database = `faults_order_${process.pid}`;
const foreign = `faults_foreign_${process.pid}`;
let url: string;
let api: Api;

beforeAll(async () => {
  url = await createSharedDatabase(database);
  api = await Api.start(url);
}, 60_000);

afterAll(async () => {
  await api.remove();
  await dropSharedDatabase(database);
  await dropSharedDatabase(foreign);
});

/** A lock that nobody but the test knows. */
const gate = 20_250_901;

describe('The order of the log', () => {
  fault({
    id: 'F15',
    title: 'an append that stays under way while others come',
    timeoutMs: 90_000,
    run: async ({ random }) => {
      const journal = new Journal();
      const client = await Client.of(api, journal);
      await sql(
        url,
        `create function stall() returns trigger language plpgsql as $$ begin
           if position(convert_to('"residence":"urban"', 'UTF8') in new.data) > 0 then perform pg_advisory_xact_lock(${gate}); end if;
           return new; end $$;
         create trigger stall before insert on es_event for each row execute function stall()`,
      );
      const followed = followLog();
      const gatekeeper = new Database({ connectionString: url });
      await gatekeeper.connect();
      const load = new Load(client, random);
      load.start(8);
      await sleep(300);
      await gatekeeper.query('select pg_advisory_lock($1)', [gate]);
      const stalled = client.send(random.uuid(), {
        path: '/households',
        body: { ...family, residence: 'urban' },
      });
      await eventually('the append is under way', 5_000, async () => (await waitingAtTheGate()) > 0);
      const { passed, looks } = await watchPositions(long ? 5_000 : 1_500);
      await gatekeeper.query('select pg_advisory_unlock($1)', [gate]);
      await gatekeeper.end();
      const outcome = await stalled;
      await load.stop();
      await caughtUp(url);
      await sql(url, 'drop trigger stall on es_event; drop function stall');
      const { summary } = proveAll(url, journal);
      if (passed !== undefined) throw new Error(passed);
      if (outcome.kind !== 'ok') throw new Error(`the stalled command came to ${JSON.stringify(outcome)}`);
      const positions = await followed.stop();
      const gap = positions.findIndex((position, index) => position !== index);
      if (gap >= 0) throw new Error(`a subscriber got ${positions[gap]} where ${gap} follows`);
      return `${looks} looks at the positions, ${positions.length} events followed in order; ${summary}`;
    },
  });

  fault({
    id: 'F16',
    title: 'a long write transaction in another database',
    timeoutMs: 150_000,
    run: async ({ random, progress }) => {
      const journal = new Journal();
      const client = await Client.of(api, journal);
      const other = new Database({ connectionString: await createSharedDatabase(foreign) });
      await other.connect();
      await other.query('begin; create table held (id int); insert into held values (1)');
      const load = new Load(client, random);
      load.start(2);
      const end = performance.now() + (long ? 60_000 : 3_000);
      const lags: number[] = [];
      while (performance.now() < end) {
        const outcome = await client.send(random.uuid(), { path: '/households', body: family });
        if (outcome.kind !== 'ok') throw new Error(JSON.stringify(outcome));
        const start = performance.now();
        await eventually(
          'the list of households follows',
          5_000,
          () => reached('household-list', outcome.answer.position),
          5,
        );
        lags.push(performance.now() - start);
        await sleep(100);
        if (lags.length % 100 === 0) progress(`${lags.length} looks`);
      }
      await load.stop();
      await other.query('rollback');
      await other.end();
      await caughtUp(url);
      const { summary } = proveAll(url, journal);
      const longest = Math.max(...lags);
      if (longest > 1_000) throw new Error(`the read models were ${Math.round(longest)} ms behind`);
      return `at most ${Math.round(longest)} ms behind in ${lags.length} looks; ${summary}`;
    },
  });
});

/** Appends that wait for the test to open the gate. */
async function waitingAtTheGate(): Promise<number> {
  const [row] = await rowsOf<{ waiting: string }>(
    url,
    `select count(*) as waiting from pg_locks where locktype = 'advisory' and not granted and objid = $1`,
    [gate],
  );
  return Number(row?.waiting);
}

/** Looks at the head of the log and at every reader's position; tells where a reader was beyond the head. */
async function watchPositions(ms: number): Promise<{ passed: string | undefined; looks: number }> {
  let looks = 0;
  for (const end = performance.now() + ms; performance.now() < end; looks++) {
    const [row] = await rowsOf<{ head: string; furthest: string; count: string }>(
      url,
      `select (select max(global_position) from es_event) as head, (select count(*) from es_event) as count,
         (select max(position::bigint) from proj_checkpoint where position <> 'start') as furthest`,
    );
    if (row === undefined || Number(row.count) !== Number(row.head) + 1 || Number(row.furthest) > Number(row.head))
      return { passed: `a reader or the log went past the event under way: ${JSON.stringify(row)}`, looks };
    await sleep(20);
  }
  return { passed: undefined, looks };
}

/** True when every shard of a projection has come to the position. */
async function reached(projection: string, position: string): Promise<boolean> {
  const rows = await rowsOf<{ position: string }>(url, 'select position from proj_checkpoint where projection = $1', [
    projection,
  ]);
  return rows.every((row) => row.position !== 'start' && BigInt(row.position) >= BigInt(position));
}

/** Follows the log from its start; gives the positions in the order in which they came. */
function followLog(): { stop(): Promise<number[]> } {
  const pool = createPool(url, 4);
  const stop = new AbortController();
  const store = new PostgresEventStore(pool, new WakeUp());
  const positions: number[] = [];
  const following = (async () => {
    for await (const message of store.subscribeAll('start', {}, stop.signal))
      if (message.kind === 'event') positions.push(Number(message.event.position));
  })();
  return {
    stop: async () => {
      const head = Number(await store.head());
      await eventually('the subscriber gets all', 5_000, () => positions.at(-1) === head);
      stop.abort();
      await following;
      await pool.end();
      return positions;
    },
  };
}
