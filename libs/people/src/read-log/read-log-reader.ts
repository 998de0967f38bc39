import { Injectable } from '@nestjs/common';
import { Pool } from 'pg';
import { inScope, type AreaScope } from '#libs/areas';
import { decodeCursor, encodeCursor } from '#libs/platform';
import type { ReadingPurpose } from './purposes.js';
import type { ReadingKind, SearchBy } from './read-log.js';

/** A reading as it was noted. */
export interface NotedReading {
  readonly id: string;
  readonly at: Date;
  readonly reader: string;
  readonly role: string;
  readonly area: string;
  readonly purpose: ReadingPurpose;
  readonly kind: ReadingKind;
  readonly persons: readonly string[];
  readonly households: readonly string[];
  readonly search_by: SearchBy | null;
  readonly search_hash: string | null;
  readonly hits: number | null;
  readonly known: string | null;
  readonly effective: string | null;
  readonly request_id: string;
}

/** What readings are narrowed by; all that is given must hold. */
export interface ReadingsQuery {
  /** Only readings of what lies here; every reading where it is left out. */
  readonly scope?: AreaScope | undefined;
  readonly reader?: string | undefined;
  readonly person?: string | undefined;
  readonly household?: string | undefined;
  readonly purpose?: string | undefined;
  /** Instants: from the first on, before the second. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Lists readings, the newest first. */
@Injectable()
export class ReadLogReader {
  constructor(private readonly pool: Pool) {}

  async page(query: ReadingsQuery): Promise<{ items: NotedReading[]; nextCursor?: string }> {
    const values: unknown[] = [];
    const value = (given: unknown): string => `$${values.push(given)}`;
    const conditions = ['true'];
    const narrow = (given: string | undefined, condition: (parameter: string) => string): void => {
      if (given !== undefined) conditions.push(condition(value(given)));
    };
    if (query.scope !== undefined) conditions.push(inScope('area_path', query.scope, value));
    narrow(query.reader, (parameter) => `reader = ${parameter}`);
    narrow(query.person, (parameter) => `persons @> array[${parameter}::uuid]`);
    narrow(query.household, (parameter) => `households @> array[${parameter}::uuid]`);
    narrow(query.purpose, (parameter) => `purpose = ${parameter}`);
    narrow(query.from, (parameter) => `at >= ${parameter}::timestamptz`);
    narrow(query.to, (parameter) => `at < ${parameter}::timestamptz`);
    narrow(decodeCursor(query.cursor, 1)?.[0], (parameter) => `id < ${parameter}::bigint`);
    const { rows } = await this.pool.query<NotedReading>(
      `select id, at, reader, role, area, purpose, kind, persons, households, search_by,
          encode(search_hash, 'hex') search_hash, hits, known, effective, request_id
        from read_log.reading where ${conditions.join(' and ')} order by id desc limit ${value(query.limit + 1)}`,
      values,
    );
    const items = rows.slice(0, query.limit);
    const last = items.at(-1);
    return { items, ...(rows.length > query.limit && last && { nextCursor: encodeCursor([last.id]) }) };
  }
}
