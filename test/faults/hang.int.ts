import { afterAll, beforeAll, describe } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  AggregateStore,
  EventCodec,
  MemoryEventStore,
  OutcomeUnknown,
  Unavailable,
  type Appended,
  type Decider,
} from '#libs/event-sourcing';
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

/** Records what it is given and says nothing; from then on it cannot be reached. */
class SilentStore extends MemoryEventStore {
  private silent = false;

  override async append(...args: Parameters<MemoryEventStore['append']>): Promise<Appended> {
    if (this.silent) throw new Unavailable('cannot be reached');
    this.silent = true;
    await super.append(...args);
    throw new OutcomeUnknown('no answer');
  }
}

const noted: Decider<number, { type: 'Note'; data: object }, { type: 'Noted'; data: object }, undefined> = {
  initial: 0,
  decide: () => [{ type: 'Noted', data: {} }],
  evolve: (times) => times + 1,
};

describe('A database that hangs', () => {
  fault({
    id: 'F5',
    title: 'silent at the first try, away at the second: what may have happened is told as unknown',
    timeoutMs: 10_000,
    run: async ({ random }) => {
      const store = new AggregateStore(new SilentStore(() => '2025-09-01T08:00:00.000Z'), new EventCodec({ Noted: 1 }));
      const id = random.uuid();
      const meta = { commandId: id, correlationId: id, causationId: id, actor: 'a', role: 'system', area: '430225' };
      const order = { id, stream: `note-${id}`, command: { type: 'Note', data: {} } as const, context: undefined };
      const told = await store.execute(noted, { ...order, seen: 'no_stream', meta }).then(
        () => 'ok',
        (error: unknown) => (error instanceof OutcomeUnknown ? 'unknown' : String((error as Error).constructor.name)),
      );
      if (told !== 'unknown') throw new Error(`it was told as ${told}`);
      return 'told as unknown';
    },
  });

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
      await postgres.thaw();
      if (journal.counts.ok > answered + 8) throw new Error('commands were acknowledged without a database');
      const start = performance.now();
      await eventually('the service answers', 10_000, async () => (await client.get('/cases')).status === 200);
      const back = performance.now() - start;
      await sleep(1_000);
      await load.stop();
      await caughtUp(postgres.url);
      const { summary } = proveAll(postgres.url, journal);
      const answers = journal.lines.map((line) => JSON.parse(line) as { op: string; why?: string });
      const said = answers.filter(({ op, why }) => op === 'unknown' && why === '503 OUTCOME_UNKNOWN').length;
      if (frozenMs > deadlineMs && said === 0) {
        const others = new Set(answers.flatMap(({ op, why }) => (op === 'unknown' && why !== undefined ? [why] : [])));
        throw new Error(`no append was told as unknown, but ${[...others].join(', ') || 'nothing'}`);
      }
      if (load.lost > 0) throw new Error(`${load.lost} commands were never answered`);
      const { ok, unknown } = journal.counts;
      return `back ${Math.round(back)} ms after, ${ok} acknowledged, ${unknown} answers missing, ${said} of them said so; ${summary}`;
    },
  });
});
