import { afterAll, beforeAll, describe, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { DatabaseClock, PostgresEventStore, WakeUp, type Failpoint } from '#libs/event-sourcing';
import { Claims } from '#libs/people';
import { createPool } from '#libs/platform';
import { codec } from '../../apps/api/src/registers.js';
import { ReservationSweep } from '../../libs/people/src/process/reservation-sweep.js';
import { OpenClaimReader } from '../../libs/people/src/projections/open-claim.js';
import { madeUpNumber } from '../support/made-up.js';
import { Api } from './support/api.js';
import { caughtUp, proveAll } from './support/checker.js';
import { Client, type HttpCommand, type Outcome } from './support/client.js';
import { fault, long } from './support/fault.js';
import { Journal } from './support/journal.js';
import type { Random } from './support/random.js';
import { createSharedDatabase, dropSharedDatabase, rowsOf, sql } from './support/shared-server.js';
import { eventually } from './support/wait.js';

const rounds = long ? 5 : 1;
/** Commands under way in the process that dies: the first to come to the place kills it, the others are wherever they are. */
const together = long ? 10 : 6;
const area = '430225100201';
const database = `faults_people_${process.pid}`;
let url: string;
/** Lives through the registrations. */
let api: Api;
/** Dies where it is told to. */
let dying: Api;

beforeAll(async () => {
  url = await createSharedDatabase(database);
  api = await Api.start(url);
  dying = await api.beside();
  await dying.kill();
}, 120_000);

afterAll(async () => {
  await Promise.all([api.remove(), dying.remove()]);
  await dropSharedDatabase(database);
});

let serial = 0;
const somebody = () => {
  const birth = `19${60 + Math.floor((serial += 1) / 900)}-01-01`;
  return { name: 'Made-up Person', document: { kind: 'resident-number', number: madeUpNumber(birth, serial % 900) } };
};
const householdOf = (...members: readonly object[]) => ({
  path: '/households',
  body: { area, residence: 'rural', members },
});
const personOf = (person: object) => ({ path: '/persons', body: { ...person, area } });

function must(outcome: Outcome): { id: string; revision: string } {
  if (outcome.kind !== 'ok') throw new Error(`a command came to ${JSON.stringify(outcome)}`);
  return outcome.answer;
}

/** A command that is cut short, and one that works only where it was carried out whole. */
interface Wish {
  readonly command: HttpCommand;
  readonly then?: HttpCommand;
}
/** Makes what is there before, and words the wish. */
type Kind = (send: (command: HttpCommand) => Promise<{ id: string; revision: string }>) => Promise<Wish>;

const registersPerson: Kind = () => Promise.resolve({ command: personOf(somebody()) });
const registersStrangers: Kind = () =>
  Promise.resolve({
    command: householdOf({ relation: 'applicant', person: somebody() }, { relation: 'spouse', person: somebody() }),
  });
const registersKnown: Kind = async (send) => {
  const [one, two] = [await send(personOf(somebody())), await send(personOf(somebody()))];
  const members = [
    { relation: 'applicant', personId: one.id },
    { relation: 'spouse', personId: two.id },
  ];
  return { command: householdOf(...members) };
};
const withdraws: Kind = async (send) => {
  const { id: householdId } = await send(householdOf({ relation: 'applicant', person: somebody() }));
  const application = { path: '/cases', body: { scheme: 'dibao', householdId } };
  const { id, revision } = await send(application);
  return {
    command: { path: `/cases/${id}/withdrawal`, body: { reason: 'Made up' }, seen: revision },
    then: application,
  };
};
const correctsNumber: Kind = async (send) => {
  const wrong = somebody();
  const { id, revision } = await send(personOf(wrong));
  const body = { identity: somebody() };
  return { command: { path: `/persons/${id}/identity`, body, seen: revision }, then: personOf(wrong) };
};
const leaves: Kind = async (send) => {
  const { id: personId } = await send(personOf(somebody()));
  const applicant = { relation: 'applicant', person: somebody() };
  const { id, revision } = await send(householdOf(applicant, { relation: 'other', personId }));
  const body = { personId, departure: 'moved' };
  return {
    command: { path: `/households/${id}/departures`, body, seen: revision },
    then: householdOf({ relation: 'applicant', personId }),
  };
};

const steps: readonly (readonly [Failpoint, readonly Kind[]])[] = [
  ['claims.afterReserve', [registersPerson]],
  ['claims.afterRecord', [registersPerson]],
  ['claims.afterReserve', [registersKnown]],
  ['claims.afterConfirm', [registersKnown]],
  ['registration.afterPersons', [registersStrangers]],
  ['claims.beforeRelease', [withdraws, correctsNumber, leaves]],
  ...(long
    ? ([
        ['claims.afterRecord', [registersKnown, registersPerson]],
        ['claims.afterConfirm', [registersStrangers, registersPerson]],
        ['claims.afterReserve', [registersStrangers, withdraws, correctsNumber]],
        [
          'append.afterCommit',
          [registersStrangers, registersKnown, registersPerson, withdraws, correctsNumber, leaves],
        ],
      ] as const)
    : []),
];

describe('A process that dies while it registers people', () => {
  fault({
    id: 'F24',
    title: 'killed at each step of a registration, a claim and a release',
    timeoutMs: rounds * steps.length * 40_000 + 120_000,
    run: async ({ random, progress }) => {
      const journal = new Journal();
      const client = await Client.of(api, journal);
      const fresh = async (command: HttpCommand) => must(await client.send(random.uuid(), command));
      const forgotten: { readonly key: string; readonly wish: Wish }[] = [];
      let [deaths, repeated] = [0, 0];
      for (const [place, kinds] of Array.from({ length: rounds }, () => steps).flat()) {
        const asked: { readonly key: string; readonly wish: Wish }[] = [];
        for (let count = 0; count < together; count++) {
          const kind = kinds[count % kinds.length] as Kind;
          asked.push({ key: random.uuid(), wish: await kind(fresh) });
        }
        await dying.start({ FAIL_AT: place, READERS: 'apart' });
        await Promise.all(asked.map(({ key, wish }) => client.at(dying).once(key, wish.command)));
        await eventually('it dies', 20_000, () => dying.ended);
        progress(`death ${(deaths += 1)}, ${place}`);
        await forgetLeases();
        for (const [index, { key, wish }] of asked.entries()) {
          if (index % 2 === 0) forgotten.push({ key, wish });
          else {
            must(await client.send(key, wish.command));
            if (wish.then) await fresh(wish.then);
            repeated += 1;
          }
        }
      }
      const settled = await sweepLater(random);
      const [open] = await rowsOf<{ count: number }>(url, 'select count(*)::int as count from read.open_claim');
      if (open?.count !== 0) throw new Error(`${open?.count} claims are still half done`);
      proveAll(url, journal);
      let abandoned = 0;
      for (const { key, wish } of forgotten) {
        const late = await client.send(key, wish.command);
        if (late.kind !== 'ok') {
          if (late.kind === 'lost' || late.code !== 'COMMAND_ABANDONED') must(late);
          abandoned += 1;
          await fresh(await asSeenNow(client, wish.command));
        }
        if (wish.then) await fresh(wish.then);
      }
      await caughtUp(url);
      const { summary } = proveAll(url, journal);
      return `${deaths} deaths, ${repeated} commands sent again, ${forgotten.length} not, of which ${settled} claims were settled and ${abandoned} commands given up; ${summary}`;
    },
  });

  fault({
    id: 'F24',
    title: 'killed at each step of an erasure',
    timeoutMs: rounds * 180_000,
    run: async ({ random, progress }) => {
      const journal = new Journal();
      const clients = {
        township: await Client.of(api, journal),
        supervisor: await Client.of(api, journal, 'supervisor'),
        protection: await Client.of(api, journal, 'data-protection-officer'),
      };
      const persons: { readonly id: string; readonly who: object }[] = [];
      for (let round = 1; round <= rounds; round++) {
        const who = somebody();
        const { id } = must(await clients.township.send(random.uuid(), personOf(who)));
        persons.push({ id, who });
      }
      // No term of the law runs any more.
      await inProcess(({ clock }) => clock.advanceTo('2075-09-01T01:00:00.000Z'));
      for (const [index, { id, who }] of persons.entries()) {
        const request = { path: '/erasures', body: { kind: 'person', id, ground: 'term-over' } };
        const erasure = must(await clients.supervisor.send(random.uuid(), request));
        await api.kill();
        await api.start({ FAIL_AT: 'erasure.afterKeys' });
        const approval = { path: `/erasures/${erasure.id}/approve`, body: {}, seen: erasure.revision };
        await clients.protection.once(random.uuid(), approval);
        for (const next of ['erasure.afterEvent', 'erasure.afterClaims'] as const) {
          await eventually('it dies', 20_000, () => api.ended);
          // It may die before it is ready.
          await api.start({ FAIL_AT: next }).catch(() => undefined);
        }
        await eventually('it dies', 20_000, () => api.ended);
        await api.start();
        const again = async () => (await clients.township.once(random.uuid(), personOf(who))).status === 201;
        await eventually('the number is free', 20_000, again, 100);
        const shown = await clients.township.get(`/persons/${id}`);
        const identity = (shown.body['identity'] as { value: unknown } | undefined)?.value;
        if (JSON.stringify(identity) !== '{"erased":true}') throw new Error(`it reads as ${JSON.stringify(shown)}`);
        const [destroyed] = await rowsOf<{ count: number }>(
          url,
          `select count(*)::int as count from es_event where event_type = 'SubjectKeyDestroyed' and stream_id = $1`,
          [`erasure-${erasure.id}`],
        );
        if (destroyed?.count !== 1) throw new Error(`keys were destroyed ${destroyed?.count} times`);
        progress(`erasure ${index + 1} of ${rounds}`);
      }
      await caughtUp(url);
      return `${rounds * 3} deaths in ${rounds} erasures; ${proveAll(url, journal).summary}`;
    },
  });
});

/** The same at the revision that is there now: that a command was given up stands in the stream. */
async function asSeenNow(client: Client, command: HttpCommand): Promise<HttpCommand> {
  if (command.seen === undefined) return command;
  const { body } = await client.get(command.path.slice(0, command.path.lastIndexOf('/')));
  return { ...command, seen: String(body['revision']) };
}

/** What the dead had begun may be sent again at once: as if the lease of their keys had run out. */
const forgetLeases = () =>
  sql(url, `update http_idempotency set lease_until = clock_timestamp() where state = 'running'`);

/** Works on the claims as the service does, without waiting for its next round. */
async function inProcess<T>(
  work: (parts: { clock: DatabaseClock; sweep: ReservationSweep }) => Promise<T>,
): Promise<T> {
  const pool = createPool(url, 5);
  const store = new PostgresEventStore(pool, new WakeUp());
  const clock = new DatabaseClock(pool);
  const sweep = new ReservationSweep(new Claims(store, codec), new OpenClaimReader(pool), clock);
  try {
    return await work({ clock, sweep });
  } finally {
    await store.close();
    await pool.end();
  }
}

/** Settles what nobody sent again, once it is old enough; stopped at each claim halfway, then to its end. Gives how many. */
async function sweepLater(random: Random): Promise<number> {
  await caughtUp(url);
  const settled = await inProcess(async ({ clock, sweep }) => {
    const now = Date.parse(await clock.now());
    if ((await sweep.sweep()) !== 0) throw new Error('claims were settled too early');
    await clock.advanceTo(new Date(now + random.integer(6, 60) * 60_000).toISOString());
    Logger.overrideLogger(false);
    const kill = jest.spyOn(process, 'kill').mockImplementation(() => {
      throw new Error('died');
    });
    process.env['FAIL_AT'] = 'claims.afterAbandon';
    try {
      await sweep.sweep();
    } finally {
      delete process.env['FAIL_AT'];
      kill.mockRestore();
      Logger.overrideLogger(['error', 'warn', 'log']);
    }
    return sweep.sweep();
  });
  await caughtUp(url);
  return settled;
}
