import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { derivedId, personal, valueOr, type Personal, type PersonalFields } from '#libs/event-sourcing';
import {
  grantKeys,
  keksInUse,
  KeyService,
  KeyServiceUnavailable,
  keysMigrations,
  LocalKeyService,
  missingKeks,
  openKeyedIndex,
  PersonalData,
  retentionClasses,
  rewrapKeys,
  SubjectErased,
  SubjectKeys,
  type KeySlot,
  type NamedKey,
  type WrappedKey,
} from '#libs/people';
import { createPool } from '#libs/platform';
import { createTestDatabase, type TestDatabase } from './support/database.js';

/** A key service that can go away. */
class FarKeyService extends KeyService {
  away = false;
  calls = 0;

  constructor(private readonly behind: LocalKeyService) {
    super();
  }

  currentKek = () => this.ask(() => this.behind.currentKek());
  holds = (kekId: string) => this.ask(() => this.behind.holds(kekId));
  wrap = (keys: readonly NamedKey[]) => this.ask(() => this.behind.wrap(keys));
  unwrap = (keys: readonly WrappedKey[]) => this.ask(() => this.behind.unwrap(keys));
  rotate = () => this.behind.rotate();
  remove = (kekId: string) => this.behind.remove(kekId);

  private async ask<T>(question: () => Promise<T>): Promise<T> {
    if (this.away) throw new KeyServiceUnavailable('away');
    this.calls++;
    return question();
  }
}

interface Named {
  readonly name: Personal<string>;
  readonly phone: Personal<string>;
}
const fields: PersonalFields<Named> = {
  name: { purpose: 'identity', retention: 'management-file' },
  phone: { purpose: 'contact', retention: 'approval-file' },
};
const namespace = '8d2f8f0a-43a1-4a52-9d0b-5c1de7b0a6f2';
const slot = (subject: string, more: Partial<KeySlot> = {}): KeySlot => ({
  subject,
  purpose: 'identity',
  retention: 'management-file',
  ...more,
});
const partOf = <Data>(subject: string, data: Data) => ({
  place: { streamId: subject, eventId: derivedId(namespace, subject) },
  fields,
  data,
});
const someone = { name: personal('示例甲'), phone: personal('13800000001') };

let folder: string;
let database: TestDatabase;
let keyService: FarKeyService;
/** What another process, just started, has. */
const another = () => new SubjectKeys(database.pool, keyService);
const rows = async () =>
  Number((await database.pool.query<{ n: string }>('select count(*) n from keys.subject_key')).rows[0]?.n);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'almoner-keys-'));
  database = await createTestDatabase('keys', keysMigrations);
});
beforeEach(async () => {
  await database.pool.query('truncate keys.subject_key, keys.destroyed_subject, keys.index_key');
  keyService = new FarKeyService(new LocalKeyService(folder));
});
afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

describe('keys of subjects', () => {
  it('seal what any process opens, one for each subject, purpose and term', async () => {
    const parts = ['person-1', 'person-2'].map((subject) => partOf(subject, someone));
    const stored = await new PersonalData(another()).seal(parts);
    expect(await rows()).toBe(4);
    expect(JSON.stringify(stored)).not.toMatch(/示例甲|1380000/);
    const opened = await new PersonalData(another()).open(
      stored.map((data, index) => partOf(`person-${index + 1}`, data)),
    );
    expect(opened).toEqual([someone, someone]);
  });

  it('are made once, however many processes ask for however many at the same time in whatever order', async () => {
    const slots = Array.from({ length: 400 }, (_, n) => slot(`person-${n}`));
    const asked = await Promise.all(
      Array.from({ length: 12 }, async (_, n) => {
        const keyOf = await another().forSealing(n % 2 === 0 ? slots : [...slots].reverse());
        return slots.map((each) => keyOf(each).id);
      }),
    );
    for (const ids of asked) expect(ids).toEqual(asked[0]);
    expect(new Set(asked[0]).size).toBe(400);
    expect(await rows()).toBe(400);
  });

  it('are made together for all who wait at the same time, and refused only to whoever is erased', async () => {
    const keys = another();
    await keys.forSealing([slot('crowd-0')]);
    await keys.destroy('crowd-0');
    const before = keyService.calls;
    const asked = await Promise.allSettled(Array.from({ length: 20 }, (_, n) => keys.forSealing([slot(`crowd-${n}`)])));
    expect(asked.map(({ status }) => status)).toEqual(['rejected', ...Array.from({ length: 19 }, () => 'fulfilled')]);
    expect(asked[0]).toMatchObject({ reason: expect.any(SubjectErased) });
    expect(keyService.calls - before).toBeLessThanOrEqual(2);
  });

  it('are found without asking the key service while they are at hand', async () => {
    const keys = another();
    await keys.forSealing([slot('person-1')]);
    const calls = keyService.calls;
    keyService.away = true;
    await keys.forSealing([slot('person-1')]);
    expect(keyService.calls).toBe(calls);
  });

  it('cannot be had while the key service is away: nothing is made, and all goes on when it is back', async () => {
    const parts = [partOf('person-1', someone)];
    const stored = await new PersonalData(another()).seal(parts);
    keyService.away = true;
    const data = new PersonalData(another());
    await expect(data.seal([...parts, partOf('person-2', someone)])).rejects.toThrow(KeyServiceUnavailable);
    await expect(data.open(stored.map((each) => partOf('person-1', each)))).rejects.toThrow(KeyServiceUnavailable);
    expect(await rows()).toBe(2);
    keyService.away = false;
    expect(await data.open(stored.map((each) => partOf('person-1', each)))).toEqual([someone]);
  });

  it('that are not in the table are no erasure: the table is older than the log', async () => {
    await expect(another().forOpening([derivedId(namespace, 'lost')])).rejects.toThrow(KeyServiceUnavailable);
  });
});

describe('destroying the keys of a subject', () => {
  it('leaves what they sealed erased, in every process that forgets them, and makes none again', async () => {
    const [keys, other] = [another(), another()];
    const [stored] = await new PersonalData(keys).seal([partOf('person-1', someone)]);
    const read = (by: SubjectKeys) =>
      new PersonalData(by).open([partOf('person-1', stored!)]) as Promise<readonly Named[]>;
    await read(other);
    const ids = await keys.destroy('person-1');
    expect(ids).toHaveLength(2);
    other.forget(ids);
    for (const each of [keys, other, another()]) {
      const [opened] = await read(each);
      expect([valueOr(opened!.name, 'gone'), valueOr(opened!.phone, 'gone')]).toEqual(['gone', 'gone']);
      await expect(each.forSealing([slot('person-1')])).rejects.toThrow(SubjectErased);
      await expect(each.forSealing([slot('person-1', { purpose: 'bank' })])).rejects.toThrow(SubjectErased);
    }
    expect(await keys.destroy('person-1')).toEqual(ids);
  });

  it('also keeps a key from use that was found before and waits for others to be made', async () => {
    const keys = another();
    const id = (await keys.forSealing([slot('person-1')]))(slot('person-1')).id;
    keys.forget([id]);
    const wrap = keyService.wrap;
    keyService.wrap = async (each) => {
      await keys.destroy('person-1');
      return wrap(each);
    };
    const asked = await Promise.allSettled([1, 2].map((n) => keys.forSealing([slot(`person-${n}`)])));
    expect(asked.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  });

  it('is of the terms that have ended, and of no other', async () => {
    const keys = another();
    const [stored] = await new PersonalData(keys).seal([partOf('person-1', someone)]);
    await keys.destroy('person-1', ['approval-file']);
    const [opened] = (await new PersonalData(keys).open([partOf('person-1', stored!)])) as readonly Named[];
    expect([valueOr(opened!.name, 'gone'), valueOr(opened!.phone, 'gone')]).toEqual(['示例甲', 'gone']);
    await keys.forSealing([slot('person-1', { purpose: 'bank' })]);
  });

  it('leaves no key alive, whatever is made at the same time', async () => {
    const others = Object.keys(retentionClasses) as KeySlot['retention'][];
    for (let round = 0; round < 10; round++) {
      const subject = `person-${round}`;
      await Promise.all([
        ...others.map((retention) =>
          another()
            .forSealing([slot(subject, { retention })])
            .catch(onlyErased),
        ),
        another().destroy(subject),
        ...others.map((retention) =>
          another()
            .forSealing([slot(subject, { retention })])
            .catch(onlyErased),
        ),
      ]);
    }
    const { rows: alive } = await database.pool.query('select from keys.subject_key where wrapped is not null');
    expect(alive).toEqual([]);
  });
});

describe('another key-encryption key', () => {
  it('wraps every key anew, and what was sealed is opened as before without the old one', async () => {
    const before = await keyService.currentKek();
    const index = (await openKeyedIndex(database.pool, keyService)).hash('identity', 'one');
    const [stored] = await new PersonalData(another()).seal([partOf('person-1', someone)]);
    await another().forSealing([slot('person-gone')]);
    await another().destroy('person-gone');
    const kek = await keyService.rotate();
    expect(await rewrapKeys(database.pool, keyService)).toBe(3);
    expect(await rewrapKeys(database.pool, keyService)).toBe(0);
    expect(await keksInUse(database.pool)).toEqual([kek]);
    await keyService.remove(before);
    expect(await missingKeks(database.pool, keyService)).toEqual([]);
    expect(await missingKeks(database.pool, new LocalKeyService(join(folder, 'empty')))).toEqual([kek]);
    expect(await new PersonalData(another()).open([partOf('person-1', stored!)])).toEqual([someone]);
    expect((await openKeyedIndex(database.pool, keyService)).hash('identity', 'one')).toBe(index);
  });
});

describe('the keyed index', () => {
  it('is one for all processes, tells kinds apart, and needs its key', async () => {
    const [first, second] = await Promise.all([1, 2].map(() => openKeyedIndex(database.pool, keyService)));
    const hash = first!.hash('identity', '197525198001010010');
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(second!.hash('identity', '197525198001010010')).toBe(hash);
    expect(first!.hash('phone', '197525198001010010')).not.toBe(hash);
    await database.pool.query('truncate keys.index_key');
    expect((await openKeyedIndex(database.pool, keyService)).hash('identity', '197525198001010010')).not.toBe(hash);
  });
});

describe('the role of the service', () => {
  it('does all that with keys, and can neither list, change nor remove them', async () => {
    const role = `keys_service_${process.pid}`;
    await database.pool.query(`create role ${role} nologin`);
    await grantKeys(database.pool, role);
    const url = new URL(database.url);
    url.searchParams.set('options', `-c role=${role}`);
    const pool = createPool(url.href, 2);
    try {
      const keys = new SubjectKeys(pool, keyService);
      const [stored] = await new PersonalData(keys).seal([partOf('person-1', someone)]);
      await new PersonalData(new SubjectKeys(pool, keyService)).open([partOf('person-1', stored!)]);
      await openKeyedIndex(pool, keyService);
      await keys.destroy('person-1');
      for (const statement of [
        'select * from keys.subject_key',
        'select * from keys.index_key',
        "update keys.subject_key set subject = ''",
        'delete from keys.destroyed_subject',
        'create table keys.mine (n int)',
      ])
        await expect(pool.query(statement)).rejects.toMatchObject({ code: '42501' });
    } finally {
      await pool.end();
      await database.pool.query(`drop owned by ${role}; drop role ${role}`);
    }
  });

  it('alone may: nobody else who can enter the database', async () => {
    const { rows: open } = await database.pool.query(
      `select proname from pg_proc where pronamespace = 'keys'::regnamespace and has_function_privilege('public', oid, 'execute')`,
    );
    expect(open).toEqual([]);
  });
});

function onlyErased(error: unknown): void {
  if (!(error instanceof SubjectErased)) throw error;
}
