import { describe } from '@jest/globals';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { Api } from './support/api.js';
import { caughtUp, proveAll } from './support/checker.js';
import { Client } from './support/client.js';
import { fault } from './support/fault.js';
import { Journal } from './support/journal.js';
import { family, Load } from './support/load.js';
import { createSharedDatabase, dropSharedDatabase, rowsOf } from './support/shared-server.js';

/** The library that lies to a process about the time: LIBFAKETIME, or where the distribution puts it. */
function libfaketime(): string | undefined {
  const named = process.env['LIBFAKETIME'];
  if (named !== undefined) return named;
  const folders = existsSync('/usr/lib') ? readdirSync('/usr/lib').map((name) => join('/usr/lib', name)) : [];
  return folders.map((dir) => join(dir, 'faketime', 'libfaketime.so.1')).find((file) => existsSync(file));
}

const library = libfaketime();
const database = `faults_clock_${process.pid}`;

describe('A clock that jumps', () => {
  fault({
    id: 'F9',
    title: 'the clock of the service jumps by hours and days',
    leftOut: library === undefined ? 'libfaketime is not installed' : undefined,
    timeoutMs: 120_000,
    run: async ({ random, progress }) => {
      const folder = mkdtempSync(join(tmpdir(), 'almoner-faults-clock-'));
      const offset = join(folder, 'offset');
      writeFileSync(offset, '+0');
      const url = await createSharedDatabase(database);
      const journal = new Journal();
      const api = await Api.start(url, {
        LD_PRELOAD: library,
        FAKETIME_TIMESTAMP_FILE: offset,
        FAKETIME_NO_CACHE: '1',
        FAKETIME_DONT_FAKE_MONOTONIC: '1',
        DONT_FAKE_MONOTONIC: '1',
      });
      try {
        const client = await Client.of(api, journal);
        const before = await client.send('before', { path: '/households', body: family });
        const load = new Load(client, random, { tolerated: [401] });
        load.start(8);
        const rejected: string[] = [];
        for (const jump of ['+1h', '-1h', '+1d', '-1d', '+0']) {
          writeFileSync(offset, jump);
          await sleep(1_500);
          const { status, body } = await client.get('/cases');
          progress(`${jump}: ${status}`);
          if (status === 401) rejected.push(jump);
          else if (status !== 200) throw new Error(`${jump}: ${status} ${JSON.stringify(body)}`);
        }
        await load.stop();
        const after = await client.send('before', { path: '/households', body: family });
        if (!isDeepStrictEqual(before, after)) throw new Error('a repeat got another answer');
        if (rejected.some((jump) => jump !== '+1d')) throw new Error(`tokens were rejected at ${rejected.join(', ')}`);
        const [row] = await rowsOf<{ ahead: boolean }>(
          url,
          `select max(recorded_at) > almoner_now() or max(recorded_at) - min(recorded_at) > interval '1 minute' as ahead
            from es_event`,
        );
        if (row?.ahead !== false)
          throw new Error('events bear the time of the service instead of that of the database');
        await caughtUp(url);
        const { summary } = proveAll(url, journal);
        return `tokens rejected at ${rejected.join(', ') || 'no jump'}; ${summary}`;
      } finally {
        await api.remove();
        await dropSharedDatabase(database);
        rmSync(folder, { recursive: true, force: true });
      }
    },
  });
});
