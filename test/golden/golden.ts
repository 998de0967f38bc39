import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * For each type what its stored bytes say, in the shape of today, per version that was ever written: index 0 is version 1. The
 * compiler sees to it that every type is here and that the shape is today's: who changes a shape learns it from this file.
 */
export type Golden<Event extends { readonly type: string; readonly data: object }> = {
  readonly [Type in Event['type']]: readonly Extract<Event, { readonly type: Type }>['data'][];
};

/** One event as a program once stored it: the exact text of its data and metadata. */
export interface StoredBytes {
  readonly type: string;
  readonly version: number;
  readonly data: string;
  readonly metadata: string;
}

/** The events of a category as they were stored, one per type and version. Lines are added; none is ever changed. */
export const storedBytes = (category: string): readonly StoredBytes[] =>
  readFileSync(join(import.meta.dirname, `${category}.jsonl`), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as StoredBytes);
