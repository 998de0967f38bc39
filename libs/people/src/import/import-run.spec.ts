import { afterAll, describe, expect, it } from '@jest/globals';
import { refuse, RefusedCommand, Unavailable, type CommandMeta } from '#libs/event-sourcing';
import type { HouseholdDraft } from '../drafts.js';
import { CountsElsewhere } from '../memberships.js';
import { commandIdFor } from './command-id.js';
import {
  HouseholdRegistrar,
  ImportRun,
  NOTHING_DONE,
  type Checkpoint,
  type ImportRunOptions,
  type Rejected,
  type TakenHousehold,
} from './import-run.js';
import { openHouseholdFile } from './open-file.js';
import { contextOf, csvOf, Folder, madeUpNumber, tableOf } from './test/files.js';

const folder = new Folder();
afterAll(() => folder.remove());

/** As if all whose telephone is told had been registered before. */
const taken = ({ members }: HouseholdDraft): TakenHousehold => ({
  members: members.map((member) => ({ existing: 'person' in member && member.person.phone !== undefined })),
});

/** A register that keeps what it was given by command id, and fails as it is told. */
class FakeRegister extends HouseholdRegistrar {
  readonly registered = new Map<string, HouseholdDraft>();
  calls = 0;
  most = 0;
  private open = 0;

  constructor(private readonly before: (call: number, draft: HouseholdDraft) => unknown = () => undefined) {
    super();
  }

  readonly checked: HouseholdDraft[] = [];

  override async check(draft: HouseholdDraft): Promise<TakenHousehold> {
    this.checked.push(draft);
    return taken(draft);
  }

  override async register(draft: HouseholdDraft, { commandId }: CommandMeta): Promise<TakenHousehold> {
    const call = (this.calls += 1);
    this.most = Math.max(this.most, (this.open += 1));
    try {
      // Answers come in another order than that of the file.
      for (let wait = (call * 7) % 3; wait > 0; wait -= 1) await new Promise((resolve) => setImmediate(resolve));
      await this.before(call, draft);
      this.registered.set(commandId, draft);
      return taken(draft);
    } finally {
      this.open -= 1;
    }
  }
}

const household = (index: number, other: Readonly<Record<string, string>> = {}) => [
  {
    户编号: `H${index}`,
    城乡类型: '农村',
    与申请人关系: '申请人',
    姓名: '示例甲',
    证件号码: madeUpNumber('1970-01-01', index),
    ...other,
  },
  { 户编号: `H${index}`, 与申请人关系: '配偶', 姓名: '示例乙', 证件号码: madeUpNumber('1971-01-01', index) },
];
const COUNT = 300;
const bad = new Set([3, 150, 299]);
const good = COUNT - bad.size;
const fileOf = (change: (index: number) => Readonly<Record<string, string>> = () => ({})) =>
  folder.write(
    csvOf(
      tableOf(
        Array.from({ length: COUNT }, (_, index) =>
          household(index + 1, bad.has(index + 1) ? { 姓名: '' } : change(index + 1)),
        ).flat(),
      ),
    ),
  );
const path = fileOf();

/** What is kept of a run, as the job's table and file would. */
interface Kept {
  checkpoint: Checkpoint;
  readonly rejected: Rejected[];
  keeps: number;
}
const nothingKept = (): Kept => ({ checkpoint: NOTHING_DONE, rejected: [], keeps: 0 });

async function runOn(
  registrar: HouseholdRegistrar,
  kept: Kept,
  options: ImportRunOptions & { readonly file?: string; readonly dryRun?: boolean } = {},
) {
  const file = await openHouseholdFile(options.file ?? path);
  const run = new ImportRun(
    {
      households: file.read(),
      context: contextOf(file),
      registrar,
      dryRun: options.dryRun ?? false,
      metaOf: (draft, reference) => {
        const commandId = commandIdFor(draft, reference, (text) => text);
        return {
          commandId,
          correlationId: 'job',
          causationId: commandId,
          actor: 'clerk',
          role: 'township-officer',
          area: '430225',
        };
      },
      keep: async (checkpoint, rejected) => {
        kept.checkpoint = checkpoint;
        kept.rejected.push(...rejected);
        kept.keeps += 1;
      },
      pause: () => Promise.resolve(),
      now: () => 0,
    },
    { inFlight: 8, checkpointEvery: 50, after: kept.checkpoint, ...options },
  );
  try {
    return await run.run();
  } finally {
    file.close();
  }
}

describe('an import', () => {
  it('takes the good households in and leaves the bad ones out, in the order of the file', async () => {
    const register = new FakeRegister();
    const kept = nothingKept();
    const outcome = await runOn(register, kept);
    const figures = { line: 601, rows: 600, households: COUNT, registered: good, rejected: 3, knownPersons: 0 };
    expect(outcome).toEqual({ ...figures, finished: true });
    expect(register.registered.size).toBe(good);
    expect(kept.rejected.map(({ problems }) => problems)).toEqual(
      [...bad].map((index) => [{ line: 2 * index, column: '姓名', code: 'VALUE_MISSING' }]),
    );
    expect(kept.keeps).toBeGreaterThan(3);
    expect(register.most).toBe(8);
  });

  it('registers nothing in a dry run, and finds the same', async () => {
    const kept = nothingKept();
    const register = new FakeRegister();
    expect(await runOn(register, kept, { dryRun: true })).toMatchObject({ registered: good, rejected: 3 });
    expect([register.checked.length, register.calls]).toEqual([good, 0]);
    expect(kept.rejected).toHaveLength(3);
  });

  it('counts who was registered before, in a dry run too, and over a stop', async () => {
    const file = fileOf((index) => (index % 3 === 1 ? { 联系电话: '13900000000' } : {}));
    const known = { registered: good, knownPersons: COUNT / 3 };
    expect(await runOn(new FakeRegister(), nothingKept(), { file })).toMatchObject(known);
    expect(await runOn(new FakeRegister(), nothingKept(), { file, dryRun: true })).toMatchObject(known);
    const controller = new AbortController();
    const register = new FakeRegister((call) => {
      if (call === 100) controller.abort();
    });
    const kept = nothingKept();
    await runOn(register, kept, { file, signal: controller.signal });
    expect(kept.checkpoint.knownPersons).toBeGreaterThan(0);
    expect(await runOn(register, kept, { file })).toMatchObject(known);
  });

  it('of the same file twice is the same commands, and so is a file with other columns', async () => {
    const register = new FakeRegister();
    await runOn(register, nothingKept());
    await runOn(register, nothingKept());
    await runOn(register, nothingKept(), { file: fileOf(() => ({ 备注: '再次' })) });
    expect(register.registered.size).toBe(good);
    await runOn(register, nothingKept(), { file: fileOf((index) => (index === 7 ? { 联系电话: '13900000000' } : {})) });
    expect(register.registered.size).toBe(good + 1);
  });

  it('notes what the register refuses with the row of the member whom it is about', async () => {
    const register = new FakeRegister((_, { members }) => {
      const [first] = members;
      if (first && 'person' in first && first.person.phone !== undefined)
        throw new RefusedCommand(refuse('CLAIM_TAKEN', { member: 1 }));
    });
    const kept = nothingKept();
    const file = fileOf((index) => (index === 5 ? { 联系电话: '13900000000' } : {}));
    expect(await runOn(register, kept, { file })).toMatchObject({ registered: good - 1, rejected: 4 });
    expect(kept.rejected[1]?.problems).toEqual([{ line: 11, code: 'CLAIM_TAKEN', details: { member: 1 } }]);
  });

  it('tries again what a passing trouble hindered', async () => {
    const register = new FakeRegister((call) => {
      if (call % 10 === 0) throw new Unavailable('away');
    });
    expect(await runOn(register, nothingKept())).toMatchObject({ registered: good, finished: true });
  });

  it('waits for what is being decided elsewhere, and refuses what was', async () => {
    const asked = new Map<string, number>();
    const of = (pending: boolean) =>
      new FakeRegister((_, { members: [first] }) => {
        const phone = first && 'person' in first ? first.person.phone : undefined;
        if (phone === undefined) return;
        const times = (asked.get(phone) ?? 0) + 1;
        asked.set(phone, times);
        if (!pending || times < 3) throw new CountsElsewhere(pending);
      });
    const file = fileOf((index) => (index === 5 ? { 联系电话: '13900000000' } : {}));
    expect(await runOn(of(true), nothingKept(), { file })).toMatchObject({ registered: good, rejected: 3 });
    const kept = nothingKept();
    expect(await runOn(of(false), kept, { file })).toMatchObject({ registered: good - 1, rejected: 4 });
    expect(kept.rejected[1]?.problems).toMatchObject([{ code: 'COUNTS_ELSEWHERE' }]);
    expect([...asked.values()]).toEqual([4]);
  });

  it('gives up where the trouble stays, and goes on later where it was', async () => {
    const away = new FakeRegister((call) => {
      if (call > 120) throw new Unavailable('away');
    });
    const kept = nothingKept();
    await expect(runOn(away, kept)).rejects.toThrow('away');
    expect(kept.checkpoint.households).toBeGreaterThan(100);
    expect(kept.checkpoint.registered).toBeLessThanOrEqual(away.registered.size);
    const back = new FakeRegister();
    expect(await runOn(back, kept)).toMatchObject({ households: COUNT, registered: good, rejected: 3 });
    expect(new Set([...away.registered.keys(), ...back.registered.keys()]).size).toBe(good);
    expect(kept.rejected).toHaveLength(3);
  });

  it('that was killed at any household goes on where it was: nothing is missing, nothing twice', async () => {
    for (const killedAt of [1, 8, 60, 149, 290]) {
      const register = new FakeRegister();
      const kept = nothingKept();
      // The process is gone: what it would still have kept is lost.
      let dead = false;
      const dying = new FakeRegister((call) => {
        if (call >= killedAt) {
          dead = true;
          return new Promise(() => undefined);
        }
        return undefined;
      });
      void runOn(dying, kept);
      for (let wait = 0; !dead; wait += 1) await new Promise((resolve) => setImmediate(resolve));
      const before = { ...kept, rejected: [...kept.rejected] };
      const again = await runOn(register, before);
      expect(again).toMatchObject({ households: COUNT, registered: good, rejected: 3, finished: true });
      expect(new Set([...dying.registered.keys(), ...register.registered.keys()]).size).toBe(good);
      expect(before.rejected).toHaveLength(3);
    }
  });

  it('ends when it is told to, with what was under way', async () => {
    const controller = new AbortController();
    const register = new FakeRegister((call) => {
      if (call === 100) controller.abort();
    });
    const kept = nothingKept();
    const outcome = await runOn(register, kept, { signal: controller.signal });
    expect(outcome.finished).toBe(false);
    expect(kept.checkpoint.registered).toBe(register.registered.size);
    expect(await runOn(register, kept)).toMatchObject({ registered: good, finished: true });
    expect(register.calls).toBe(good);
  });
});

describe('the command of a household', () => {
  it('has an id that follows from area, reference and what the rows say', () => {
    const draft: HouseholdDraft = { area: '430225', residence: 'rural', members: [] };
    const id = (other: Partial<HouseholdDraft>, reference = '1') =>
      commandIdFor({ ...draft, ...other }, reference, (text) => text);
    expect(id({})).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5/);
    expect(id({})).toBe(id({}));
    expect(new Set([id({}), id({}, '2'), id({ area: '430224' }), id({ residence: 'urban' })]).size).toBe(4);
  });
});
