import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateHouseholds, type HouseholdDraft } from '#libs/people';
import type { Terminal } from './command.js';
import { registerAll } from './seed/register-all.js';
import { parseSeedRequest, seedCommand } from './seed.js';

const area = ['--area', '430225'];

describe('the arguments of seed', () => {
  it('are understood', () => {
    expect(
      parseSeedRequest(['--households', '50000', '--area', '430225100,430225101', '--seed', '7', '--mistakes']),
    ).toEqual({
      households: 50_000,
      areas: ['430225100', '430225101'],
      seed: 7,
      csv: undefined,
      asOf: undefined,
      mistakes: true,
      json: false,
    });
    expect(parseSeedRequest([...area, '--csv', 'made-up.csv', '--as-of', '2025-09-01'])).toMatchObject({
      csv: 'made-up.csv',
      asOf: '2025-09-01',
      households: 1_000,
      seed: 1,
    });
  });

  it.each([
    [[], '--area must be'],
    [['--area', 'Yanling'], '--area must be'],
    [[...area, '--households', '1e3'], '--households must be a whole number'],
    [[...area, '--seed', '-1'], '--seed'],
    [[...area, '--as-of', '2025-13-01'], '--as-of must be a day'],
    [[...area, '--csv', ''], '--csv must name a file'],
    [[...area, 'more'], "unexpected argument 'more'"],
  ])('%j are refused', (args, reason) => expect(() => parseSeedRequest(args)).toThrow(reason));
});

describe('a file of made-up households', () => {
  const folder = mkdtempSync(join(tmpdir(), 'almoner-seed-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const terminalIn = (language: Terminal['language']) => {
    const printed: string[] = [];
    return { printed, terminal: { env: {}, language, print: (line: string) => void printed.push(line) } };
  };
  const args = (name: string) => [...area, '--households', '20', '--as-of', '2025-09-01', '--csv', join(folder, name)];

  it('is the same for the same seed, for its owner alone, and takes no place of another', async () => {
    const { terminal, printed } = terminalIn('en');
    await seedCommand.run(args('one.csv'), terminal);
    await seedCommand.run([...args('two.csv'), '--json'], terminal);
    expect(readFileSync(join(folder, 'one.csv'))).toEqual(readFileSync(join(folder, 'two.csv')));
    expect(statSync(join(folder, 'one.csv')).mode & 0o777).toBe(0o600);
    expect(printed[0]).toMatch(/^20 made-up households with \d+ people are in /);
    expect(JSON.parse(printed[1] ?? '')).toMatchObject({ households: 20 });
    await expect(seedCommand.run(args('one.csv'), terminal)).rejects.toMatchObject({ name: 'Failure' });
  });

  it('has Chinese headings for those who read Chinese', async () => {
    const { terminal, printed } = terminalIn('zh');
    await seedCommand.run(args('zh.csv'), terminal);
    expect(readFileSync(join(folder, 'zh.csv'), 'utf8')).toMatch(/^\ufeff户编号,/);
    expect(printed[0]).toContain('虚构');
  });

  it('is needed where no database is known', async () => {
    await expect(seedCommand.run(area, terminalIn('en').terminal)).rejects.toMatchObject({ name: 'Failure' });
  });

  it('is not begun for more households than there are numbers', async () => {
    const { terminal } = terminalIn('en');
    const many = ['--area', '430225', '--households', '900000000', '--csv', join(folder, 'many.csv')];
    await expect(seedCommand.run(many, terminal)).rejects.toMatchObject({ name: 'Failure' });
    expect(() => statSync(join(folder, 'many.csv'))).toThrow();
  });
});

describe('registering many households', () => {
  const drafts = [...generateHouseholds({ areas: [{ code: '430225' }], households: 40, seed: 7, today: '2025-09-01' })];
  const codeOf = (error: unknown) => (error instanceof RangeError ? error.message : undefined);

  it('hands each over once under its own key, no more at a time than allowed, and counts refusals by code', async () => {
    const seen = new Map<string, HouseholdDraft>();
    let [now, most] = [0, 0];
    const progress: number[] = [];
    const outcome = await registerAll(drafts, {
      inFlight: 4,
      codeOf,
      onProgress: (done) => progress.push(done),
      register: async (draft, key) => {
        most = Math.max(most, ++now);
        seen.set(key, draft);
        await Promise.resolve();
        now--;
        if (Number(key) % 10 === 9) throw new RangeError('REFUSED');
      },
    });
    expect(outcome).toEqual({ registered: 36, refused: { REFUSED: 4 } });
    expect([...seen.values()]).toEqual(drafts);
    expect(most).toBe(4);
    expect(progress.at(-1)).toBe(40);
  });

  it('ends at an error that is no refusal, once what is under way has ended', async () => {
    let calls = 0;
    const run = registerAll(drafts, {
      inFlight: 4,
      codeOf,
      register: async () => {
        calls++;
        await Promise.resolve();
        if (calls > 10) throw new Error('the database is gone');
      },
    });
    await expect(run).rejects.toThrow('the database is gone');
    expect(calls).toBeLessThan(20);
  });
});
