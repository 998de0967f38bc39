import type { KeyObject } from 'node:crypto';

/** A key at hand. */
export interface CachedKey {
  readonly id: string;
  /** What new data it seals; undefined where it was only looked up for reading. */
  readonly slot?: string;
  readonly key: KeyObject;
}

/** How many unwrapped keys are held, for how long, by which clock. */
export interface KeyCacheOptions {
  readonly size: number;
  readonly maxAgeMs: number;
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number;
}

export const keyCacheDefaults: KeyCacheOptions = {
  size: 20_000,
  maxAgeMs: 5 * 60_000,
  now: () => performance.now(),
};

/**
 * Unwrapped keys of subjects that were lately in use: the least recently used leaves first, and none stays long. What leaves
 * is cleared by the runtime when nobody uses it any more, as KeyObjects are; wiping it here would wipe it under a reader.
 */
export class KeyCache {
  private readonly byId = new Map<string, CachedKey & { readonly until: number }>();
  private readonly bySlot = new Map<string, string>();

  constructor(private readonly options: KeyCacheOptions) {}

  /** How many keys are held. */
  get size(): number {
    return this.byId.size;
  }

  get(id: string): CachedKey | undefined {
    const cached = this.byId.get(id);
    if (!cached) return undefined;
    this.byId.delete(id);
    if (cached.until <= this.options.now()) {
      this.leave(cached);
      return undefined;
    }
    this.byId.set(id, cached);
    return cached;
  }

  find(slot: string): CachedKey | undefined {
    const id = this.bySlot.get(slot);
    return id === undefined ? undefined : this.get(id);
  }

  add(key: CachedKey): void {
    const slot = key.slot ?? this.byId.get(key.id)?.slot;
    this.byId.delete(key.id);
    this.byId.set(key.id, {
      ...key,
      ...(slot !== undefined && { slot }),
      until: this.options.now() + this.options.maxAgeMs,
    });
    if (slot !== undefined) this.bySlot.set(slot, key.id);
    if (this.byId.size > this.options.size) this.makeRoom();
  }

  /** Several at a time: looking for the eldest passes by all that have left since the map was last put in order. */
  private makeRoom(): void {
    let left = Math.max(1, this.options.size >> 4);
    for (const [id, eldest] of this.byId) {
      if (left-- === 0) return;
      this.byId.delete(id);
      this.leave(eldest);
    }
  }

  forget(ids: readonly string[]): void {
    for (const id of ids) {
      const cached = this.byId.get(id);
      this.byId.delete(id);
      if (cached) this.leave(cached);
    }
  }

  private leave({ id, slot }: CachedKey): void {
    if (slot !== undefined && this.bySlot.get(slot) === id) this.bySlot.delete(slot);
  }
}
