import { createSecretKey, randomBytes, randomUUID, type KeyObject } from 'node:crypto';
import type { Pool } from 'pg';
import { Batch, byteaArray, Refusal, RefusedCommand, textArray, uuidArray } from '#libs/event-sourcing';
import type { RefusalTexts } from '#libs/event-sourcing/decider';
import type { DataKey } from './envelope.js';
import { retentionClasses, type FieldClass, type RetentionClass } from '../domain/identity/field-class.js';
import { KeyCache, keyCacheDefaults, type KeyCacheOptions } from './key-cache.js';
import { KeyService, KeyServiceUnavailable, type WrappedKey } from './key-service.js';

/** What a key seals: data of one subject, a stream, for one purpose and term. */
export interface KeySlot extends FieldClass {
  readonly subject: string;
}

/** Why nothing more is recorded of somebody. */
export const erasedRefusals = {
  SUBJECT_ERASED: {
    status: 409,
    en: 'These personal data were erased for good; nothing more of the kind is recorded.',
    zh: '该项个人信息已依法删除，不再登记同类信息。',
  },
} as const satisfies RefusalTexts;

/** The key of a subject and term was destroyed: nothing more is recorded of it. */
export class SubjectErased extends RefusedCommand {
  constructor(subject: string) {
    super(new Refusal('SUBJECT_ERASED'));
    this.message = `${subject} is erased`;
  }
}

const KEY_BYTES = 32;

interface FoundKey {
  readonly n: number;
  readonly key_id: string;
  readonly kek_id: string | null;
  readonly wrapped: Buffer | null;
}

interface Unwrapped {
  readonly id: string;
  readonly key: KeyObject;
}

/**
 * Data keys of subjects: random, one per subject, purpose and term, kept wrapped in the schema `keys`. All methods throw
 * KeyServiceUnavailable when the key service does not answer, and have then changed nothing.
 */
export class SubjectKeys {
  private readonly cache: KeyCache;
  /** Commands that wait for keys at the same time get them together: a new subject would else cost each two statements of its own. */
  private readonly lookUps = new Batch<ReadonlyMap<string, KeySlot>, ReadonlyMap<string, Unwrapped>>(async (asked) => {
    const keys = await this.lookUp(new Map(asked.flatMap((each) => [...each])));
    return asked.map(() => keys);
  });
  /** Keys that were destroyed since the look-up began that is under way. */
  private destroyed = new Set<string>();

  constructor(
    private readonly pool: Pool,
    private readonly keyService: KeyService,
    options: Partial<KeyCacheOptions> = {},
  ) {
    this.cache = new KeyCache({ ...keyCacheDefaults, ...options });
  }

  /**
   * The keys of these slots, made where there are none; in two statements for however many, whoever asks for them at the same
   * time. Who asks for the same gets the same.
   * @throws SubjectErased when one of them was destroyed
   */
  async forSealing(slots: readonly KeySlot[]): Promise<(slot: KeySlot) => DataKey> {
    const keys = new Map<string, DataKey>();
    const wanted = new Map<string, KeySlot>();
    for (const slot of slots) {
      const name = nameOf(slot);
      const cached = this.cache.find(name);
      if (cached) keys.set(name, cached);
      else wanted.set(name, slot);
    }
    if (wanted.size > 0) {
      const found = await this.lookUps.ask(wanted);
      for (const name of wanted.keys()) {
        const key = found.get(name);
        if (!key) throw new SubjectErased(name);
        keys.set(name, key);
        this.cache.add({ ...key, slot: name });
      }
    }
    return (slot) => {
      const key = keys.get(nameOf(slot));
      if (!key) throw new Error(`no key was asked for ${nameOf(slot)}`);
      return key;
    };
  }

  /**
   * The keys of these ids, for `openFields`.
   * @throws KeyServiceUnavailable also for an id that there never was: the table of keys is older than the log
   */
  async forOpening(ids: readonly string[]): Promise<ReadonlyMap<string, KeyObject | 'destroyed'>> {
    const keys = new Map<string, KeyObject | 'destroyed'>();
    const missing = new Set<string>();
    for (const id of ids) {
      const cached = this.cache.get(id);
      if (cached) keys.set(id, cached.key);
      else missing.add(id);
    }
    if (missing.size === 0) return keys;
    const { rows } = await this.pool.query<Omit<FoundKey, 'n'>>('select * from keys.read_keys($1)', [
      uuidArray([...missing]),
    ]);
    for (const { key_id } of rows.filter(isDestroyed)) keys.set(key_id, 'destroyed');
    for (const { id, key } of await this.unwrap(rows.flatMap(wrappedOf))) {
      keys.set(id, key);
      this.cache.add({ id, key });
    }
    const unknown = [...missing].find((id) => !keys.has(id));
    if (unknown !== undefined)
      throw new KeyServiceUnavailable(`there is no key ${unknown}: the table of keys is older than the log`);
    return keys;
  }

  /**
   * Destroys the keys of a subject, for good, and lets none be made again; done again, it changes nothing.
   * @returns the ids of all its keys of these terms; other processes forget them by `forget`
   */
  async destroy(
    subject: string,
    retentions: readonly RetentionClass[] = Object.keys(retentionClasses) as RetentionClass[],
  ): Promise<readonly string[]> {
    const { rows } = await this.pool.query<{ id: string }>('select * from keys.destroy_keys($1, $2) id', [
      subject,
      retentions,
    ]);
    const ids = rows.map(({ id }) => id);
    this.forget(ids);
    return ids;
  }

  /** Drops unwrapped keys that another process destroyed. Without this they are dropped within `maxAgeMs`. */
  forget(ids: readonly string[]): void {
    for (const id of ids) this.destroyed.add(id);
    this.cache.forget(ids);
  }

  /** Without those that were destroyed. */
  private async lookUp(wanted: ReadonlyMap<string, KeySlot>): Promise<ReadonlyMap<string, Unwrapped>> {
    this.destroyed = new Set();
    const entries = [...wanted];
    const found = await this.find(entries.map(([, slot]) => slot));
    const keys = new Map<string, Unwrapped>();
    const known = new Set(found.map(({ n }) => n));
    const added = await this.add(entries.filter((_, index) => !known.has(index + 1)));
    for (const [name, key] of added.made) if (!this.destroyed.has(key.id)) keys.set(name, key);
    const others = [...found.map((each) => ({ ...each, name: entries[each.n - 1]?.[0] ?? '' })), ...added.others];
    const unwrapped = new Map((await this.unwrap(others.flatMap(wrappedOf))).map((each) => [each.id, each]));
    for (const { name, key_id } of others) {
      const key = unwrapped.get(key_id);
      if (key && !this.destroyed.has(key_id)) keys.set(name, key);
    }
    return keys;
  }

  /** Makes keys; where another process was faster, its key is among the others. */
  private async add(entries: readonly (readonly [string, KeySlot])[]) {
    const made = new Map<string, Unwrapped>();
    if (entries.length === 0) return { made, others: [] };
    const random = randomBytes(entries.length * KEY_BYTES);
    const fresh = entries.map(([name], index) => ({
      name,
      id: randomUUID(),
      key: random.subarray(index * KEY_BYTES, (index + 1) * KEY_BYTES),
    }));
    const wrapped = await this.keyService.wrap(fresh.map(({ id, key }) => ({ name: id, key })));
    const slots = entries.map(([, slot]) => slot);
    const { rows } = await this.pool.query<FoundKey>('select * from keys.add_keys($1, $2, $3, $4, $5, $6)', [
      uuidArray(fresh.map(({ id }) => id)),
      ...slotArrays(slots),
      wrapped[0]?.kekId,
      byteaArray(wrapped.map((each) => each.wrapped)),
    ]);
    const rowOf = new Map(rows.map((row) => [row.n, row]));
    const others: (FoundKey & { name: string })[] = [];
    fresh.forEach(({ name, id, key }, index) => {
      const row = rowOf.get(index + 1);
      if (!row) return; // destroyed meanwhile
      if (row.key_id === id) made.set(name, { id, key: createSecretKey(key) });
      else others.push({ ...row, name });
    });
    random.fill(0);
    return { made, others };
  }

  private async find(slots: readonly KeySlot[]): Promise<readonly FoundKey[]> {
    return (await this.pool.query<FoundKey>('select * from keys.find_keys($1, $2, $3)', slotArrays(slots))).rows;
  }

  private async unwrap(wrapped: readonly WrappedKey[]): Promise<readonly Unwrapped[]> {
    if (wrapped.length === 0) return [];
    const keys = await this.keyService.unwrap(wrapped);
    return keys.map((bytes, index) => {
      const key = createSecretKey(bytes);
      bytes.fill(0);
      return { id: wrapped[index]?.name ?? '', key };
    });
  }
}

const nameOf = ({ subject, purpose, retention }: KeySlot): string => `${subject}/${purpose}/${retention}`;

const slotArrays = (slots: readonly KeySlot[]): Buffer[] => [
  textArray(slots.map(({ subject }) => subject)),
  textArray(slots.map(({ purpose }) => purpose)),
  textArray(slots.map(({ retention }) => retention)),
];

const isDestroyed = ({ wrapped }: Pick<FoundKey, 'wrapped'>): boolean => wrapped === null;

const wrappedOf = ({ key_id: name, kek_id: kekId, wrapped }: Omit<FoundKey, 'n'>): WrappedKey[] =>
  kekId === null || wrapped === null ? [] : [{ name, kekId, wrapped }];
