import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ServiceClient, type Officer } from './client.js';

interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

const reviewer: Officer = { role: 'county-reviewer', area: '430225', name: 'county-reviewer-1' };
const answer = { id: 'c1', revision: '4', position: '17' };

let server: Server | undefined;

/** A service that gives these replies in order and notes what it was asked. */
async function serving(...replies: Reply[]) {
  const asked: IncomingMessage[] = [];
  const left = [...replies];
  server = createServer((request, response) => {
    asked.push(request);
    const { status = 200, headers = {}, body = {} } = left.shift() ?? { status: 500 };
    response.writeHead(status, headers).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const tokenOf = async ({ name }: Officer) => `token-of-${name}`;
  return { client: new ServiceClient({ url, language: 'zh', tokenOf, run: 'run' }), asked };
}

const problem = (status: number, code: string): Reply => ({ status, body: { code, detail: 'why' } });

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

describe('service client', () => {
  it('sends who asks, the language, the revision seen and a new key with every change', async () => {
    const { client, asked } = await serving(
      { body: { revision: '3' } },
      { body: answer },
      { body: { revision: '4' } },
      { body: answer },
    );
    expect(await client.change(reviewer, '/cases/c1', 'confirmation')).toEqual(answer);
    await client.change(reviewer, '/cases/c1', 'recheck');
    expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /cases/c1',
      'POST /cases/c1/confirmation',
      'GET /cases/c1',
      'POST /cases/c1/recheck',
    ]);
    expect(asked[1]?.headers).toMatchObject({
      authorization: 'Bearer token-of-county-reviewer-1',
      'accept-language': 'zh',
      'if-match': '"3"',
      'idempotency-key': 'run-1',
    });
    expect(asked[3]?.headers).toMatchObject({ 'if-match': '"4"', 'idempotency-key': 'run-2' });
  });

  it('waits in every read for what it wrote last', async () => {
    const { client, asked } = await serving(
      { headers: { 'almoner-position': '17' }, body: answer },
      { body: { items: [1], nextCursor: 'n' } },
      { body: { items: [2] } },
    );
    await client.create(reviewer, '/cases', {});
    expect(await client.all(reviewer, '/cases?area=430225')).toEqual([1, 2]);
    expect(asked[1]?.url).toBe('/cases?area=430225&limit=200&waitFor=17');
    expect(asked[2]?.url).toBe('/cases?area=430225&limit=200&cursor=n&waitFor=17');
  });

  it('repeats with the same key what may pass', async () => {
    const { client, asked } = await serving(problem(503, 'OUTCOME_UNKNOWN'), problem(409, 'COMMAND_STILL_RUNNING'), {
      body: answer,
    });
    await client.create(reviewer, '/cases', {});
    expect(asked.map(({ headers }) => headers['idempotency-key'])).toEqual(['run-1', 'run-1', 'run-1']);
  });

  it('looks again when somebody else was quicker', async () => {
    const { client, asked } = await serving(
      { body: { revision: '3' } },
      problem(412, 'REVISION_STALE'),
      { body: { revision: '4' } },
      { body: answer },
    );
    await client.change(reviewer, '/cases/c1', 'confirmation');
    expect(asked[3]?.headers).toMatchObject({ 'if-match': '"4"', 'idempotency-key': 'run-2' });
  });

  it('names request, status, code and reason of a refusal', async () => {
    const { client } = await serving(problem(403, 'FORBIDDEN'));
    await expect(client.get(reviewer, '/cases/c1')).rejects.toThrow('GET /cases/c1 → 403 FORBIDDEN: why');
  });

  it('says how to start a service that is not there', async () => {
    const { client } = await serving();
    await new Promise((resolve) => server?.close(resolve));
    await expect(client.requireService()).rejects.toThrow('start it with npm start');
  });
});
