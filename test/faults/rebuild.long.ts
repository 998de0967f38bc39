import { afterAll, beforeAll, describe } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { EventCodec, findBuilds, findParked, retryParked, type EngineParts } from '#libs/event-sourcing';
import { caseEventTypes, caseList } from '#libs/cases';
import { eventRegisters } from '../../apps/api/src/registers.js';
import { Api } from './support/api.js';
import { Appender } from './support/appender.js';
import { caughtUp, proveAll, runChecker } from './support/checker.js';
import { Client } from './support/client.js';
import { CaseWriter, createEngine, type OwnEngine } from './support/engine.js';
import { fault } from './support/fault.js';
import { Journal } from './support/journal.js';
import { Load } from './support/load.js';
import { rowsOf } from './support/shared-server.js';
import { eventually } from './support/wait.js';

const events = 60_000;
let engine: OwnEngine;
let api: Api;
/** Serves through it all. */
let steady: Api;
let journal: Journal;

beforeAll(async () => {
  engine = await createEngine('faults_rebuild');
  api = await Api.start(engine.url);
  steady = await api.beside();
  journal = new Journal();
}, 60_000);

afterAll(async () => {
  await Promise.all([api.remove(), steady.remove()]);
  await engine.remove();
  journal.remove();
});

describe('A read model that is made anew, and a new version of the program', () => {
  fault({
    id: 'F18',
    title: `a rebuild of ${events / 1000},000 events under load, with two kill -9`,
    timeoutMs: 600_000,
    run: async ({ random, progress }) => {
      const writer = new CaseWriter(engine.store, journal, random);
      await writer.fill(events);
      await caughtUp(engine.url, 120_000);
      progress('the log is filled');
      const before = await liveBuild(engine);
      const client = await Client.of(steady, journal);
      const load = new Load(client, random);
      load.start(8);
      const watching = watchCaseload(client);
      let rebuilding = api.almoner('projections', 'rebuild', caseList.name).catch(() => '');
      for (let kill = 1; kill <= 2; kill++) {
        await sleep(random.integer(500, 1_500));
        await api.kill();
        await api.start();
        progress(`kill ${kill}`);
        rebuilding = Promise.all([
          rebuilding,
          api.almoner('projections', 'rebuild', caseList.name).catch(() => ''),
        ]).then((said) => said.join(''));
      }
      await eventually('a new build is shown', 180_000, async () => (await liveBuild(engine)) !== before, 200);
      const said = (await rebuilding).trim().split('\n').at(-1);
      await load.stop();
      const seen = await watching.stop();
      await caughtUp(engine.url, 60_000);
      const { summary, parked } = proveAll(engine.url, journal);
      if (parked.length > 0) throw new Error(`streams are parked: ${parked.slice(0, 3).join('; ')}`);
      const [old, live] = [before, await liveBuild(engine)].map((build) => `rm_case_list_${build}`);
      const [differing] = await rowsOf<{ rows: string }>(
        engine.url,
        `select count(*) as rows from ((table ${old}.case_file except all table ${live}.case_file)
          union all (table ${live}.case_file except all table ${old}.case_file)) d`,
      );
      if (differing?.rows !== '0')
        throw new Error(`${differing?.rows} rows of the former build and the new one differ`);
      return `${said}; ${seen} looks at the caseload meanwhile; ${summary}`;
    },
  });

  fault({
    id: 'F19',
    title: 'a newer program writes what this one does not know',
    timeoutMs: 180_000,
    run: async ({ random }) => {
      const writer = new CaseWriter(engine.store, journal, random);
      await writer.many(20);
      const strange = random.pick(writer.streams);
      await writer.next(strange, { type: 'ApplicationForwarded', data: { by: 'somebody', decidedOn: '2025-09-03' } });
      const appender = new Appender(engine.store, journal, random);
      await appender.append(`novelty-${random.uuid()}`, 'no_stream', [appender.event('NoveltyIntroduced', {})]);
      await writer.many(20);
      const client = await Client.of(steady, journal);
      const load = new Load(client, random);
      load.start(4);
      await sleep(2_000);
      await load.stop();
      await eventually('the read models pass it', 20_000, async () => (await behind(engine)) === 0);
      if (steady.ended || api.ended) throw new Error(`a process ended: ${steady.errors}${api.errors}`);
      const parked = new Set((await findParked(engine.parts, caseList.name)).map(({ streamId }) => streamId));
      if (parked.size !== 1 || !parked.has(strange))
        throw new Error(`parked is ${[...parked].join(', ') || 'nothing'}`);
      const { findings } = runChecker(engine.url, { journal });
      if (findings.length > 0) throw new Error(findings.join('\n'));
      const one = await client.get(`/cases/${strange.slice('case-'.length)}`);
      if (one.status < 400 || one.status > 599) throw new Error(`a case of which not all is known was shown`);
      const list = await client.get('/cases');
      if (list.status !== 200) throw new Error(`the caseload is answered ${list.status}`);

      const newer = newerParts(engine);
      const build = (await findBuilds(engine.pool, caseList.name)).find(({ status }) => status === 'live');
      if (build === undefined) throw new Error('there is no live build');
      const healed = await retryParked(newer, caseList, { key: build, schema: build.schema, streamId: strange });
      if (!healed.healed) throw new Error(`the newer program could not go on: ${healed.error}`);
      return `one stream stood still, ${one.status} for its case; a newer program went on with it`;
    },
  });
});

async function liveBuild({ pool }: OwnEngine): Promise<number> {
  const live = (await findBuilds(pool, caseList.name)).find(({ status }) => status === 'live');
  return live?.build ?? 0;
}

/** How many of the watched read models are behind the head; followers that halt at what moves money do not count. */
async function behind({ url }: OwnEngine): Promise<number> {
  const [row] = await rowsOf<{ behind: string }>(
    url,
    `select count(*) as behind from proj_checkpoint join proj_build using (projection, build)
      where projection = $1 and status = 'live' and position <> (select max(global_position)::text from es_event)`,
    [caseList.name],
  );
  return Number(row?.behind);
}

/** A program of the next version, which knows the new type. */
function newerParts(of: OwnEngine): EngineParts {
  const forwarded = { version: 1, en: '', zh: '' };
  const registers = eventRegisters.map((register) =>
    register.category === caseEventTypes.category
      ? { ...register, types: { ...register.types, ApplicationForwarded: forwarded } }
      : register,
  );
  return of.partsWith({ codec: new EventCodec(...registers) });
}

/** Looks at the caseload again and again: it is always there, and never shows less than before. */
function watchCaseload(client: Client): { stop(): Promise<number> } {
  let looks = 0;
  let stopping = false;
  const watching = (async () => {
    for (let most = 0; !stopping; looks++) {
      const { status, body } = await client.get('/cases');
      if (status !== 200) throw new Error(`the caseload is answered ${status}`);
      const { total } = body['counts'] as { total: number };
      if (total < most) throw new Error(`the caseload shows ${total} cases after ${most}`);
      most = total;
      await sleep(50);
    }
    return looks;
  })();
  watching.catch(() => undefined);
  return {
    stop: () => {
      stopping = true;
      return watching;
    },
  };
}
