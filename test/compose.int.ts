import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { describeSettings, readSettings } from '#libs/platform';

const file = readFileSync(join(import.meta.dirname, '../docker/compose.eventstore.yml'), 'utf8');

/** The lines of one service, by its name. */
function service(name: string): string {
  const [, rest = ''] = file.split(`\n  ${name}:\n`);
  return rest.split(/\n(?=\S| {2}\S)/)[0] ?? '';
}

/** `environment:` of a service. */
const environment = (name: string): Record<string, string> =>
  Object.fromEntries(
    [...(/environment:\n((?: {6}.*\n)+)/.exec(service(name))?.[1] ?? '').matchAll(/^ {6}([A-Z_]+): '?(.*?)'?$/gm)].map(
      ([, key = '', value = '']) => [key, value],
    ),
  );

// No engine runs here: what can be known from the text is checked.
describe('the compose file with EventStoreDB', () => {
  it('starts the three that belong together, in versions that were named', () => {
    const images = [...file.matchAll(/^ {4}image: (.*)$/gm)].map(([, image]) => image);
    expect(images).toEqual([
      expect.stringMatching(/^eventstore\/eventstore:23\.10\.\d+-/),
      expect.stringMatching(/^postgres:17\.\d+/),
    ]);
    expect(service('almoner')).toMatch(/FROM node:20\.\d+/);
    expect(file).not.toContain('\t');
  });

  it('gives the service settings that it knows and takes', () => {
    const settings = environment('almoner');
    const known = describeSettings().map(({ name }) => name);
    for (const name of Object.keys(settings)) expect(known).toContain(name);
    expect(readSettings(settings)).toMatchObject({
      eventStore: 'esdb',
      eventStoreUrl: 'esdb://eventstore:2113?tls=false',
      host: '0.0.0.0',
    });
  });

  it('names the database as the server is told to make it', () => {
    const { POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB } = environment('postgres');
    expect(environment('almoner')['DATABASE_URL']).toBe(
      `postgres://${POSTGRES_USER}:${POSTGRES_PASSWORD}@postgres:5432/${POSTGRES_DB}`,
    );
  });

  it('waits for both, is reached from this machine only, and keeps what it must in volumes', () => {
    for (const name of ['eventstore', 'postgres']) {
      expect(service('almoner')).toContain(`${name}: { condition: service_healthy }`);
      expect(service(name)).toContain('healthcheck:');
    }
    const ports = [...file.matchAll(/ports: \['(.*?)'\]/g)].map(([, port]) => port);
    expect(ports).toHaveLength(2);
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
    for (const [, volume] of file.matchAll(/volumes: \['(.*?):/g))
      expect(file).toMatch(new RegExp(`^volumes: .*\\b${volume}: \\{\\}`, 'm'));
  });

  it('runs a server that takes what the log may be given', () => {
    expect(Number(environment('eventstore')['EVENTSTORE_MAX_APPEND_SIZE'])).toBeGreaterThan(4 * 1024 * 1024);
    expect(environment('eventstore')).toMatchObject({ EVENTSTORE_RUN_PROJECTIONS: 'None' });
  });
});
