import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Client } from 'pg';
import { Officer } from './support/officer.js';
import { startService, type RunningService } from './support/service.js';
import { startStandIn, type RunningStandIn } from './support/stand-in.js';

jest.setTimeout(180_000);

const clone = resolve(import.meta.dirname, '..');

interface DemoResult {
  readonly cases: readonly {
    readonly id: string;
    readonly scheme: string;
    readonly monthlyAmount: number;
    readonly fromMonth: string;
  }[];
  readonly payRun: {
    readonly lines: readonly { readonly kind: string; readonly amount: number; readonly state: string }[];
  };
  readonly recheck: { readonly caseId: string; readonly monthlyAmount: number; readonly fromMonth: string };
  readonly events: number;
}

/** A real server where one is given, which must be empty; else the stand-in. */
const realServer = process.env['EVENTSTORE_TEST_URL']?.trim();

describe(`the life of one family, the log in ${realServer === undefined ? 'a stand-in for EventStoreDB' : 'EventStoreDB'}`, () => {
  let standIn: RunningStandIn | undefined;
  let service: RunningService;
  let demo: DemoResult;

  beforeAll(async () => {
    if (realServer === undefined) standIn = await startStandIn();
    const url = realServer ?? standIn?.url ?? '';
    service = await startService('esdb_demo', '2025-09-01', { EVENT_STORE: 'esdb', EVENTSTORE_URL: url });
    demo = JSON.parse(await service.almoner('demo', '--json', '--url', service.url)) as DemoResult;
  });
  afterAll(async () => {
    await service.stop();
    await standIn?.stop();
  });

  it('comes to the same figures as on PostgreSQL', () => {
    expect(demo.cases.map(({ scheme, monthlyAmount, fromMonth }) => [scheme, monthlyAmount, fromMonth])).toEqual([
      ['dibao', 45000, '2025-10'],
      ['disability-living', 5500, '2025-10'],
      ['disability-living', 5500, '2025-10'],
      ['disability-nursing', 5500, '2025-10'],
      ['disability-nursing', 5500, '2025-10'],
    ]);
    const sum = (wanted: string) =>
      demo.payRun.lines.filter(({ state }) => state === wanted).reduce((total, { amount }) => total + amount, 0);
    expect(demo.payRun.lines).toHaveLength(6);
    expect([sum('credited'), sum('returned'), sum('pending'), sum('rejected')]).toEqual([67000, 5500, 0, 0]);
    expect(demo.recheck).toEqual({ caseId: demo.cases[0]?.id, monthlyAmount: 60000, fromMonth: '2026-10' });
    expect(demo.events).toBe(28);
  });

  it('leaves no event in PostgreSQL', async () => {
    const database = new Client({ connectionString: service.databaseUrl });
    await database.connect();
    const { rows } = await database.query('select count(*)::int as events from es_event');
    await database.end();
    expect(rows).toEqual([{ events: 0 }]);
    if (standIn) expect(Number(await standIn.say('events'))).toBeGreaterThan(demo.events);
  });

  it('shows the case as it was known: by position and by instant', async () => {
    const inspector = await Officer.of(service, 'inspector', '430225');
    const path = `/cases/${demo.cases[0]?.id}`;
    const { body } = await inspector.get(`${path}/history?limit=200`);
    const history = body['items'] as { what: string; position: string; recordedAt: string }[];
    const confirmed = history.find(({ what }) => what === 'CaseConfirmed');
    const before = await inspector.get(`${path}?known=position:${Number(confirmed?.position) - 1}`);
    expect(before.body['status']).toBe('with-county');
    const then = await inspector.get(`${path}?known=${confirmed?.recordedAt}`);
    expect(then.body).toMatchObject({ status: 'active', award: { monthlyAmount: 45000 } });
    expect((await inspector.get(`${path}?known=2025-08-31`)).status).toBe(404);
  });

  it('has read tables that equal the fold of the log', async () => {
    const lines = (await service.almoner('projections', 'verify')).trim().split('\n');
    expect(lines.length).toBeGreaterThanOrEqual(6);
    for (const line of lines) {
      expect(line).toMatch(/\d+ rows.* 0 differences/);
      // Nothing was left half done, nothing erased, and nobody has two files.
      if (!/^(open-claim|erasure-list) /.test(line)) expect(line).toMatch(/[1-9]\d* rows/);
    }
  });
});

describe('the client of EventStoreDB', () => {
  it('is not loaded where the log is in PostgreSQL', async () => {
    const script = `
      import { createRequire } from 'node:module';
      const { openEventStore } = await import('./dist/apps/api/src/open-event-store.js');
      const { EsdbEventStore } = await import('./dist/libs/event-sourcing/src/index.js');
      const loaded = () => Object.keys(createRequire(import.meta.url).cache).some((name) => name.includes('@eventstore'));
      const before = loaded();
      const store = await EsdbEventStore.open('esdb://127.0.0.1:1?tls=false', { now: () => '', wakeUp: { ring() {} } });
      console.log(typeof openEventStore, before, loaded());
      await store.close();
    `;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
      cwd: clone,
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    expect(stdout.trim()).toBe('function false true');
  });
});
