import { afterAll, beforeAll, describe } from '@jest/globals';
import {
  AggregateStore,
  EventCodec,
  PostgresEventStore,
  WakeUp,
  type Appended,
  type CommandMeta,
  type Decider,
} from '#libs/event-sourcing';
import { createPool } from '#libs/platform';
import { Api } from './support/api.js';
import { caughtUp, proveAll } from './support/checker.js';
import { Client, type Outcome } from './support/client.js';
import { fault, long } from './support/fault.js';
import { Journal } from './support/journal.js';
import { family, today } from './support/load.js';
import { createSharedDatabase, dropSharedDatabase, rowsOf } from './support/shared-server.js';

const database = `faults_commands_${process.pid}`;
let url: string;
let api: Api;
let beside: Api;

beforeAll(async () => {
  url = await createSharedDatabase(database);
  api = await Api.start(url);
  beside = await api.beside();
}, 60_000);

afterAll(async () => {
  await Promise.all([api.remove(), beside.remove()]);
  await dropSharedDatabase(database);
});

/** A case under investigation, which takes any number of visits. */
interface VisitedCase {
  readonly id: string;
  readonly member: string;
  revision: string;
}

async function caseToVisit(client: Client, key: string): Promise<VisitedCase> {
  const must = (outcome: Outcome) => {
    if (outcome.kind !== 'ok') throw new Error(`setting up: ${JSON.stringify(outcome)}`);
    return outcome.answer;
  };
  const household = must(await client.send(`${key}-a`, { path: '/households', body: family }));
  const application = { scheme: 'dibao', householdId: household.id };
  const { id, revision } = must(await client.send(`${key}-b`, { path: '/cases', body: application }));
  const accepted = must(await client.send(`${key}-c`, { path: `/cases/${id}/acceptance`, body: {}, seen: revision }));
  const home = await client.get(`/households/${household.id}`);
  const [member] = home.body['members'] as { personId: string }[];
  return { id, member: member?.personId ?? '', revision: accepted.revision };
}

const visitOf = (client: Client, { id, member }: VisitedCase) => ({
  path: `/cases/${id}/home-visit`,
  body: {
    visitedOn: today,
    investigators: [client.subject, 'development:investigator'],
    memberPresent: member,
  },
});

describe('Commands that meet', () => {
  fault({
    id: 'F11',
    title: '64 clients on the same 10 cases, at two processes',
    timeoutMs: 180_000,
    run: async ({ random }) => {
      const journal = new Journal();
      const first = await Client.of(api, journal);
      const clients = [first, first.at(beside)];
      const cases = await Promise.all(
        Array.from({ length: 10 }, (_, index) => caseToVisit(first, `${random.uuid()}-${index}`)),
      );
      const begun = new Map(cases.map(({ id, revision }) => [id, BigInt(revision)]));
      const winners = new Set<string>();
      const losers = { 409: 0, 412: 0 };
      const work = async (client: Client, choices: typeof random) => {
        for (let count = 0; count < (long ? 60 : 6); count++) {
          const known = choices.pick(cases);
          const { id, revision } = known;
          const outcome = await client.send(choices.uuid(), { ...visitOf(client, known), seen: revision });
          if (outcome.kind === 'lost') throw new Error('a command was never answered');
          if (outcome.kind === 'refused') {
            if (outcome.status !== 409 && outcome.status !== 412) throw new Error(JSON.stringify(outcome));
            losers[outcome.status] += 1;
            continue;
          }
          if (winners.has(`${id} ${revision}`)) throw new Error(`two commands won on case ${id} at ${revision}`);
          winners.add(`${id} ${revision}`);
          if (BigInt(outcome.answer.revision) > BigInt(known.revision)) known.revision = outcome.answer.revision;
        }
      };
      await Promise.all(Array.from({ length: 64 }, (_, index) => work(clients[index % 2] ?? first, random.fork())));
      await caughtUp(url);
      const { summary } = proveAll(url, journal);
      let effects = 0n;
      for (const [id, before] of begun) {
        const [row] = await rowsOf<{ revision: string }>(
          url,
          'select max(revision) as revision from es_event where stream_id = $1',
          [`case-${id}`],
        );
        effects += BigInt(row?.revision ?? 0) - before;
      }
      if (effects !== BigInt(winners.size)) throw new Error(`${winners.size} commands won, with ${effects} effects`);
      return `${winners.size} won, ${losers[409] + losers[412]} lost; ${summary}`;
    },
  });

  fault({
    id: 'F12',
    title: 'the same command 20 times at once',
    timeoutMs: 120_000,
    run: async ({ random }) => {
      const journal = new Journal();
      const seen = { duplicates: 0, waited: 0 };
      for (let round = 0; round < (long ? 50 : 5); round++) {
        seen.duplicates += await atTheHandler(random.uuid());
        seen.waited += await overHttp(await Client.of(api, journal), random.uuid());
      }
      await caughtUp(url);
      const { summary } = proveAll(url, journal);
      return `${seen.duplicates} duplicates at the handler, ${seen.waited} met the running one over HTTP; ${summary}`;
    },
  });
});

type Counted = { type: 'Counted'; data: { times: number } };
/** Decides the same whatever has happened: all that could be done twice would be. */
const counter: Decider<number, { type: 'Count'; data: object }, Counted, undefined> = {
  initial: 0,
  decide: (_, state) => [
    { type: 'Counted', data: { times: state + 1 } },
    { type: 'Counted', data: { times: state + 2 } },
  ],
  evolve: (_, event) => event.data.times,
};

/** 20 times the same command id, past the keys of HTTP; gives how many appends found themselves done. */
async function atTheHandler(commandId: string): Promise<number> {
  const pool = createPool(url, 20);
  const statuses: Appended['status'][] = [];
  class Watched extends PostgresEventStore {
    override async append(...args: Parameters<PostgresEventStore['append']>): Promise<Appended> {
      const appended = await super.append(...args);
      statuses.push(appended.status);
      return appended;
    }
  }
  const events = new Watched(pool, new WakeUp());
  try {
    const store = new AggregateStore(events, new EventCodec({ Counted: 1 }));
    const ids = { commandId, correlationId: commandId, causationId: commandId };
    const meta: CommandMeta = { ...ids, actor: 'counter', role: 'system', area: '430225' };
    const order = { id: commandId, stream: `count-${commandId}`, command: { type: 'Count', data: {} } as const };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        store.execute(counter, { ...order, context: undefined, seen: 'no_stream', meta }),
      ),
    );
    if (new Set(answers.map((answer) => JSON.stringify(answer))).size !== 1)
      throw new Error(`different answers to one command: ${JSON.stringify(answers)}`);
    if (statuses.filter((status) => status === 'ok').length !== 1)
      throw new Error(`one command was recorded as ${statuses.join(', ')}`);
    return statuses.length - 1;
  } finally {
    await events.close();
    await pool.end();
  }
}

/** 20 times the same key: whoever meets the running one is told so, and repeated gets the first answer. */
async function overHttp(client: Client, key: string): Promise<number> {
  const command = { path: '/households', body: family };
  const tries = await Promise.all(Array.from({ length: 20 }, () => client.once(key, command)));
  for (const { status, code } of tries)
    if (status !== 201 && !(status === 409 && code === 'COMMAND_STILL_RUNNING')) throw new Error(`${status} ${code}`);
  await Promise.all(Array.from({ length: 20 }, () => client.send(key, command)));
  return tries.filter(({ status }) => status === 409).length;
}
