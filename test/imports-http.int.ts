import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { madeUpNumber } from './support/made-up.js';
import { startService, type RunningService } from './support/service.js';
import { until } from './support/until.js';

jest.setTimeout(120_000);

let service: RunningService;
let token: string;
beforeAll(async () => {
  service = await startService('imports_http', '2025-09-10T02:00:00.000Z');
  token = (await service.almoner('token', 'township-officer', '--area', '430225100')).trim();
});
afterAll(() => service.stop());

interface Page {
  readonly items: readonly { readonly id: string; readonly line?: number; readonly code?: string }[];
  readonly nextCursor?: string;
}

async function ask<Body>(path: string, request: RequestInit = {}): Promise<{ status: number; body: Body }> {
  const headers = { authorization: `Bearer ${token}`, ...(request.headers as Record<string, string>) };
  const answer = await fetch(service.url + path, { ...request, headers });
  return { status: answer.status, body: (await answer.json()) as Body };
}

const header = '户编号,区划代码,城乡类型,与申请人关系,姓名,证件号码\n';
const row = (n: number, name = '示例甲') => `H${n},430225100201,农村,申请人,${name},${madeUpNumber('1970-01-01', n)}\n`;

/** Uploads a file and waits until it is done. */
async function taken(text: string): Promise<{ id: string; registered: number; rejected: number }> {
  const { status, body } = await ask<{ id: string }>('/imports?name=households.csv', {
    method: 'POST',
    headers: { 'content-type': 'text/csv', 'idempotency-key': randomUUID() },
    body: text,
  });
  expect(status).toBe(202);
  const now = async () =>
    (await ask<{ id: string; state: string; registered: number; rejected: number }>(`/imports/${body.id}`)).body;
  await until(async () => (await now()).state === 'done');
  return now();
}

describe('imports over HTTP', () => {
  it('take a file in, tell what is wrong with it, and are listed page by page', async () => {
    const files = [row(1), row(2), row(3) + row(4, '') + row(5, '')].map((rows) => header + rows);
    const done = [];
    for (const file of files) done.push(await taken(file));
    expect(done.map(({ registered, rejected }) => [registered, rejected])).toEqual([
      [1, 0],
      [1, 0],
      [1, 2],
    ]);

    const listed: string[] = [];
    for (let cursor = ''; ;) {
      const { status, body } = await ask<Page>(`/imports?limit=1${cursor}`);
      expect(status).toBe(200);
      listed.push(...body.items.map(({ id }) => id));
      if (body.nextCursor === undefined) break;
      cursor = `&cursor=${body.nextCursor}`;
    }
    expect(listed).toEqual(done.map(({ id }) => id).reverse());

    const problems = `/imports/${done[2]?.id}/problems?limit=1`;
    const first = await ask<Page>(problems);
    expect(first.body.items).toMatchObject([{ line: 3, code: 'VALUE_MISSING' }]);
    const second = await ask<Page>(`${problems}&cursor=${first.body.nextCursor}`);
    expect(second.body).toMatchObject({ items: [{ line: 4, code: 'VALUE_MISSING' }] });
  });

  it('refuse a cursor that no page gave out, and go on behind the last with nothing', async () => {
    const cursor = (...key: readonly unknown[]) => Buffer.from(JSON.stringify(key)).toString('base64url');
    for (const wrong of [cursor('7'), cursor('2025-09-10T02:00:00Z', 'x'), 'x'])
      expect((await ask<{ code: string }>(`/imports?cursor=${wrong}`)).status).toBe(400);
    const { body } = await ask<Page>('/imports?limit=1');
    const behind = await ask<Page>(`/imports/${body.items[0]?.id}/problems?cursor=${cursor('99999999999')}`);
    expect(behind).toMatchObject({ status: 200, body: { items: [] } });
  });
});
