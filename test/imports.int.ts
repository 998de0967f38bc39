import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecretKey } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AreaTree } from '#libs/areas';
import { refuse, RefusedCommand, type Clock, type CommandMeta } from '#libs/event-sourcing';
import {
  checkCharacter,
  HouseholdRegistrar,
  importMigrations,
  Imports,
  ImportWorker,
  KeyedIndex,
  markOf,
  NumberRules,
  type ImportJob,
} from '#libs/people';
import { ProblemCatalogue, readSettings } from '#libs/platform';
import { createTestDatabase, type TestDatabase } from './support/database.js';
import { until } from './support/until.js';

const dataDir = mkdtempSync(join(tmpdir(), 'almoner-imports-'));
const settings = readSettings({ NODE_ENV: 'test', DATA_DIR: dataDir, IMPORT_KEPT_DAYS: '1' });
const areas = {
  has: (code: string) => code.startsWith('43'),
  isWithin: (code: string, ancestor: string) => code.startsWith(ancestor),
  timeZoneOf: () => 'Asia/Shanghai',
} as unknown as AreaTree;
const clock: Clock = { now: () => Promise.resolve('2025-09-01T00:00:00.000Z') };

/** Keeps command ids, and does before what a test asks for. */
class Register extends HouseholdRegistrar {
  readonly metas = new Map<string, CommandMeta>();
  before: (call: number) => unknown = () => undefined;
  private calls = 0;

  override check(): Promise<{ members: { existing: boolean }[] }> {
    return Promise.resolve({ members: [{ existing: false }] });
  }

  /** Every applicant is somebody who had been registered before. */
  override async register(_: unknown, meta: CommandMeta): Promise<{ members: { existing: boolean }[] }> {
    await this.before((this.calls += 1));
    this.metas.set(meta.commandId, meta);
    return { members: [{ existing: true }] };
  }
}

const COUNT = 700;
const lines = Array.from({ length: COUNT }, (_, index) => {
  const day = String(1 + (index % 28)).padStart(2, '0');
  const body = `1902251970${String(1 + (Math.floor(index / 28) % 12)).padStart(2, '0')}${day}${String(index).padStart(3, '0')}`;
  return `H${index},农村,申请人,${index === 400 ? '' : '示例甲'},${body}${checkCharacter(body)}`;
});
const text = `户编号,城乡类型,与申请人关系,姓名,证件号码\n${lines.join('\n')}\n`;
const path = join(dataDir, 'households.csv');
writeFileSync(path, text);

let db: TestDatabase;
let register: Register;
let imports: Imports;
let count = 0;
beforeAll(async () => {
  db = await createTestDatabase('imports', importMigrations);
});
afterAll(async () => {
  await db.drop();
  rmSync(dataDir, { recursive: true });
});

function begin(): void {
  register = new Register();
  const index = new KeyedIndex(createSecretKey(Buffer.alloc(32, 1)));
  const catalogue = new ProblemCatalogue().add({ TAKEN: { status: 409, en: 'Taken.', zh: '已占用。' } });
  imports = new Imports(db.pool, settings, register, areas, clock, new NumberRules(settings), index, catalogue);
}

async function add(other: Partial<ImportJob> = {}): Promise<ImportJob> {
  const mark = await markOf(path);
  return imports.jobs.add({
    id: `00000000-0000-4000-8000-${String((count += 1)).padStart(12, '0')}`,
    source: 'command',
    fileName: 'households.csv',
    fileBytes: mark.bytes,
    fileDigest: mark.digest,
    sheet: undefined,
    dryRun: false,
    area: '430225',
    actor: 'clerk',
    role: 'township-officer',
    ...other,
  });
}

describe('an import of households', () => {
  it('is done with all that it says of itself, and keeps what was rejected for its owner alone', async () => {
    begin();
    register.before = (call) => {
      if (call === 11) throw new RefusedCommand(refuse('TAKEN'));
    };
    const { id } = await add();
    expect(await imports.work(id, path)).toBe('done');
    expect(await imports.jobs.find(id)).toMatchObject({
      state: 'done',
      allRows: COUNT,
      allHouseholds: COUNT,
      reached: {
        line: COUNT + 1,
        rows: COUNT,
        households: COUNT,
        registered: COUNT - 2,
        rejected: 2,
        knownPersons: COUNT - 2,
      },
    });
    expect(await imports.jobs.problems(id, 10, 0)).toEqual([
      { number: 1, line: 12, code: 'TAKEN', details: {} },
      { number: 2, line: 402, column: '姓名', code: 'VALUE_MISSING' },
    ]);
    expect(await imports.jobs.problems(id, 10, 1)).toHaveLength(1);
    const rejected = readFileSync(imports.files.rejectedOf(id), 'utf8').split('\r\n');
    expect(rejected).toHaveLength(4);
    expect(rejected[1]).toMatch(/,TAKEN,Taken.,已占用。$/);
    expect(statSync(imports.files.rejectedOf(id)).mode & 0o777).toBe(0o600);
    expect([...register.metas.values()][0]).toMatchObject({
      actor: 'clerk',
      role: 'township-officer',
      area: '430225',
      correlationId: id,
    });
    await imports.forget(id);
    expect(existsSync(imports.files.rejectedOf(id))).toBe(false);
    expect(await imports.jobs.find(id)).toMatchObject({ filesRemoved: true });
  });

  it('of a file that was imported before names the same commands', async () => {
    const before = new Set(register.metas.keys());
    const { id } = await add({ actor: 'another' });
    register.before = () => undefined;
    await imports.work(id, path);
    expect(register.metas.size).toBe(before.size + 1);
  });

  it('registers nothing in a dry run', async () => {
    begin();
    const { id } = await add({ dryRun: true });
    expect(await imports.work(id, path)).toBe('done');
    expect(register.metas.size).toBe(0);
    expect(await imports.jobs.find(id)).toMatchObject({ reached: { registered: COUNT - 1, rejected: 1 } });
  });

  it('that was stopped goes on where it was, and its rejected rows are those of one run', async () => {
    begin();
    const { id } = await add();
    const stopping = new AbortController();
    register.before = (call) => {
      if (call === 450) stopping.abort();
    };
    expect(await imports.work(id, path, { signal: stopping.signal })).toBe('stopped');
    const half = await imports.jobs.find(id);
    expect(half).toMatchObject({ state: 'running', reached: { rejected: 1 } });
    expect(half?.reached.households).toBeLessThan(COUNT);
    expect(half?.reached.knownPersons).toBe(half?.reached.registered);
    // What a killed process had written behind the last checkpoint.
    writeFileSync(imports.files.rejectedOf(id), 'half a row', { flag: 'a' });
    const told: number[] = [];
    const onProgress = ({ households }: { readonly households: number }) => void told.push(households);
    expect(await imports.work(id, path, { onProgress })).toBe('done');
    expect(told[0]).toBe(half?.reached.households);
    expect(register.metas.size).toBe(COUNT - 1);
    expect(await imports.jobs.find(id)).toMatchObject({ reached: { knownPersons: COUNT - 1 } });
    const rejected = readFileSync(imports.files.rejectedOf(id), 'utf8');
    expect(rejected.split('\r\n')).toHaveLength(3);
    expect(rejected).not.toContain('half a row');
    expect(await imports.work(id, path)).toBe('idle');
  });

  it('is worked on by one process at a time', async () => {
    begin();
    const { id } = await add();
    let go: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (go = resolve));
    register.before = () => held;
    const first = imports.work(id, path);
    await until(async () => (await imports.jobs.find(id))?.state === 'running');
    expect(await imports.work(id, path)).toBe('idle');
    go();
    expect(await first).toBe('done');
  });

  it('of a file that cannot be taken ends with the reason', async () => {
    begin();
    const { id } = await add({ sheet: undefined });
    const xls = join(dataDir, 'old.xls');
    writeFileSync(xls, Buffer.from('d0cf11e0a1b11ae1', 'hex'));
    expect(await imports.work(id, xls)).toBe('failed');
    expect(await imports.jobs.find(id)).toMatchObject({ state: 'failed', failure: 'FILE_IS_XLS' });
  });
});

describe('uploads', () => {
  async function* pieces(): AsyncGenerator<Buffer> {
    for (let at = 0; at < text.length; at += 1_000) yield Buffer.from(text.slice(at, at + 1_000));
  }

  it('are picked up at the start of the service, one after the other, and removed when they are done', async () => {
    begin();
    const jobs = [await add({ source: 'upload' }), await add({ source: 'upload' })];
    for (const { id } of jobs) await imports.files.receive(id, pieces(), 1_000_000);
    expect(statSync(imports.files.uploadOf(jobs[0]?.id ?? '')).mode & 0o777).toBe(0o600);
    const worker = new ImportWorker(imports, settings);
    worker.onApplicationBootstrap();
    await until(async () => (await imports.jobs.open()).length === 0);
    await worker.onModuleDestroy();
    for (const { id } of jobs) {
      expect(await imports.jobs.find(id)).toMatchObject({ state: 'done', reached: { registered: COUNT - 1 } });
      expect(existsSync(imports.files.uploadOf(id))).toBe(false);
    }
    expect(register.metas.size).toBe(COUNT - 1);
  });

  it('that end with the service go on at its next start', async () => {
    begin();
    const { id } = await add({ source: 'upload' });
    await imports.files.receive(id, pieces(), 1_000_000);
    const first = new ImportWorker(imports, settings);
    let ended: Promise<void> | undefined;
    register.before = (call) => {
      if (call === 300) ended = first.onModuleDestroy();
    };
    first.onApplicationBootstrap();
    await until(async () => ended !== undefined);
    await ended;
    expect(await imports.jobs.find(id)).toMatchObject({ state: 'running' });
    const second = new ImportWorker(imports, settings);
    second.onApplicationBootstrap();
    await until(async () => (await imports.jobs.find(id))?.state === 'done');
    await second.onModuleDestroy();
    expect(register.metas.size).toBe(COUNT - 1);
  });

  it('are refused where they are too large, and leave nothing behind', async () => {
    const id = '00000000-0000-4000-8000-999999999999';
    await expect(imports.files.receive(id, pieces(), 5_000)).rejects.toMatchObject({ code: 'FILE_TOO_LARGE' });
    expect(await imports.files.hasUpload(id)).toBe(false);
  });

  it('that belong to no import are removed after some days', async () => {
    const id = '00000000-0000-4000-8000-999999999998';
    await imports.files.receive(id, pieces(), 1_000_000);
    await imports.files.removeOlderThan(1);
    expect(await imports.files.hasUpload(id)).toBe(true);
    await imports.files.removeOlderThan(1, Date.now() + 86_500_000);
    expect(await imports.files.hasUpload(id)).toBe(false);
  });
});
