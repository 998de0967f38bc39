import { afterAll, beforeAll, describe } from '@jest/globals';
import { Api } from './support/api.js';
import { caughtUp, proveAll, runChecker } from './support/checker.js';
import { Client, type Outcome } from './support/client.js';
import { fault, long } from './support/fault.js';
import { Journal } from './support/journal.js';
import { family } from './support/load.js';
import { createSharedDatabase, dropSharedDatabase, rowsOf } from './support/shared-server.js';
import { eventually } from './support/wait.js';

const rounds = long ? 50 : 10;
const database = `faults_failpoints_${process.pid}`;
let url: string;
/** Lives through it all. */
let api: Api;
/** Dies where it is told to. */
let dying: Api;

beforeAll(async () => {
  url = await createSharedDatabase(database);
  api = await Api.start(url);
  dying = await api.beside();
  await dying.kill();
}, 60_000);

afterAll(async () => {
  await Promise.all([api.remove(), dying.remove()]);
  await dropSharedDatabase(database);
});

function must(outcome: Outcome): { id: string; revision: string; position: string } {
  if (outcome.kind !== 'ok') throw new Error(`a command came to ${JSON.stringify(outcome)}`);
  return outcome.answer;
}

describe('A process that dies at the worst place', () => {
  for (const [place, title] of [
    ['projection.afterRows', 'killed between the rows of a read model and its position'],
    ['projection.afterCommit', 'killed right after a read model has moved'],
  ] as const)
    fault({
      id: 'F3',
      title,
      timeoutMs: rounds * 15_000,
      run: async ({ random, progress }) => {
        const journal = new Journal();
        const client = await Client.of(api, journal);
        const deaths = place === 'projection.afterRows' ? rounds : Math.ceil(rounds / 5);
        for (let round = 1; round <= deaths; round++) {
          await dying.start({ FAIL_AT: place });
          await eventually('it has its share of the work', 10_000, async () => (await sharesOfTheLater()) > 0);
          const household = must(await client.send(random.uuid(), { path: '/households', body: family }));
          const application = { scheme: 'dibao', householdId: household.id };
          const submitted = must(await client.send(random.uuid(), { path: '/cases', body: application }));
          await eventually('it dies', 10_000, () => dying.ended);
          const { findings } = runChecker(url, { journal });
          if (findings.length > 0) throw new Error(findings.join('\n'));
          const read = await client.get(`/cases?waitFor=${submitted.position}`);
          if (read.status !== 200) throw new Error(`after the death, the caseload is answered ${read.status}`);
          if (round % 10 === 0) progress(`death ${round} of ${deaths}`);
        }
        await caughtUp(url);
        return `${deaths} deaths; ${proveAll(url, journal).summary}`;
      },
    });

  fault({
    id: 'F4',
    title: 'killed between an append and its answer',
    timeoutMs: rounds * 15_000 + 60_000,
    run: async ({ random, progress }) => {
      const journal = new Journal();
      const client = await Client.of(api, journal);
      const command = {
        path: '/persons',
        body: { name: 'Made-up Person', birthDate: '1971-03-02', area: family.area },
      };
      const repeats: Promise<void>[] = [];
      for (let round = 1; round <= rounds; round++) {
        await dying.start({ FAIL_AT: 'append.afterCommit' });
        const key = random.uuid();
        const { status } = await client.at(dying).once(key, command);
        if (status !== 599) throw new Error(`a process that was to die answered ${status}`);
        await eventually('it dies', 10_000, () => dying.ended);
        const [recorded] = await rowsOf<{ position: string }>(
          url,
          'select max(global_position)::text as position from es_event',
        );
        // The key is leased to the dead process for a while: its repeats are waited for together.
        repeats.push(
          client.send(key, command).then((outcome) => {
            const { position } = must(outcome);
            if (position !== recorded?.position)
              throw new Error(`recorded at ${recorded?.position}, answered with ${position}`);
          }),
        );
        if (round % 10 === 0) progress(`death ${round} of ${rounds}`);
      }
      await Promise.all(repeats);
      await caughtUp(url);
      const [persons] = await rowsOf<{ found: string; recorded: string }>(
        url,
        `select (select count(*) from read.person_search) as found,
           (select count(*) from es_event where event_type = 'PersonRegistered') as recorded`,
      );
      if (persons?.found !== persons?.recorded) throw new Error(JSON.stringify(persons));
      return `${rounds} deaths, ${persons?.found} persons; ${proveAll(url, journal).summary}`;
    },
  });
});

/** How many shards the later of the two processes has taken: locks of a database session that ends with it. */
async function sharesOfTheLater(): Promise<number> {
  const sessions = await rowsOf<{ shares: string }>(
    url,
    `select count(*) filter (where l.classid = 471620332) as shares from pg_stat_activity a
      left join pg_locks l on l.pid = a.pid and l.locktype = 'advisory' and l.granted
      where a.application_name = 'almoner placement' and a.datname = current_database()
      group by a.pid, a.backend_start order by a.backend_start`,
  );
  return Number(sessions[1]?.shares ?? 0);
}
