import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Officer } from './support/officer.js';
import { startService, type RunningProcess, type RunningService } from './support/service.js';
import { until } from './support/until.js';

let service: RunningService;
let officer: Officer;
const projectors: RunningProcess[] = [];

beforeAll(async () => {
  service = await startService(`test_projectors_${process.pid}`, '2025-09-01', { READERS: 'apart' });
  officer = await Officer.of(service, 'township-officer', '430225100');
}, 60_000);

afterAll(async () => {
  await Promise.all(projectors.map((projector) => projector.end('SIGTERM').catch(() => undefined)));
  await service.stop();
}, 60_000);

const household = (name: string) => ({
  area: '430225100201',
  residence: 'rural',
  members: [{ relation: 'applicant', person: { name, birthDate: '1960-01-01' } }],
});

/** Registers a household; gives the position that shows it. */
async function register(name: string): Promise<string> {
  const { status, headers } = await officer.post('/households', household(name));
  expect(status).toBe(201);
  return headers.get('almoner-position') ?? '';
}

const listed = (position: string) => officer.get(`/households?waitFor=${position}`);

describe('read models that are worked on apart', () => {
  it('stand still while no projector runs, and are caught up with when one comes', async () => {
    const position = await register('甲');
    expect((await listed(position)).status).toBe(503);
    projectors.push(await service.startProjector());
    await until(async () => (await listed(position)).status === 200);
  }, 60_000);

  it('are shared by projectors, and taken over when one is killed', async () => {
    projectors.push(await service.startProjector());
    for (const name of ['乙', '丙']) await register(name);
    await projectors[0]?.end('SIGKILL');
    const position = await register('丁');
    await until(async () => (await listed(position)).status === 200);
    const { body } = await listed(position);
    expect(body['items']).toHaveLength(4);
    const verified = await service.almoner('projections', 'verify');
    expect(verified.match(/ 0 differences/g)?.length).toBeGreaterThan(5);
  }, 60_000);

  it('are all that a projector tells of over HTTP', async () => {
    const url = projectors[1]?.url ?? '';
    const figures = await (await fetch(`${url}/metrics`)).text();
    expect(figures).toMatch(/^proj_position\{projection="household-list",build="1"\} 15$/m);
    expect(figures).toMatch(/^proj_lag_events\{projection="case-list",build="1"\} 0$/m);
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    expect((await fetch(`${url}/households`)).status).toBe(404);
    const appends = await (await fetch(`${service.url}/metrics`)).text();
    expect(appends).toMatch(/^es_append_seconds_count\{outcome="ok"\} 16$/m);
    expect(appends).toMatch(/^es_append_batch_size_count 16$/m);
  }, 60_000);
});
