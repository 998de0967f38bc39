import { Injectable, Logger } from '@nestjs/common';
import { Pool } from 'pg';
import { AreaTree } from '#libs/areas';
import { Batch, textArray, uuidArray } from '#libs/event-sourcing';
import { isStorableText, Problem } from '#libs/platform';
import { plainNumber } from '../domain/identity/resident-number.js';
import { KeyedIndex } from '../privacy/keyed-index.js';
import type { Reader } from './reader.js';

/** What an answer shows; all that are not searches name the ids of those whose data are in it. */
export const readingKinds = ['person', 'household', 'search', 'list', 'export', 'history', 'read-log'] as const;
export type ReadingKind = (typeof readingKinds)[number];

/** What persons and households are searched by. */
export type SearchBy = 'name' | 'id-number' | 'phone' | 'number' | 'text';

/** Ids of files in an answer. Of a household's file: the household and the members whose data are shown. */
interface FilesRead {
  readonly kind: Exclude<ReadingKind, 'search'>;
  readonly persons?: readonly string[];
  readonly households?: readonly string[];
  /** Where the files lie: codes from the root joined by dots; the reader's own area where it is left out. */
  readonly areaPath?: string;
}

/** A search, of which neither the text nor who was found is kept, but a keyed hash and how many there were. */
interface Search {
  readonly kind: 'search';
  readonly by: SearchBy;
  readonly text: string;
  /** How many were in the answer. */
  readonly hits: number;
  readonly areaPath?: string;
}

/** What is read. */
export type Reading = FilesRead | Search;

interface Row {
  readonly reader: Reader;
  readonly kind: ReadingKind;
  readonly persons: readonly string[];
  readonly households: readonly string[];
  readonly areaPath: string;
  readonly search: { readonly by: SearchBy; readonly hash: string; readonly hits: number } | undefined;
}

/** So many rows go into one statement at most, and so many statements may be under way. */
const MOST = 200;
const AT_ONCE = 2;

/**
 * Records who reads whose data, before the answer is sent: no log, no answer. Readings of the same moment are recorded
 * together, in one statement and one commit.
 */
@Injectable()
export class ReadLog {
  private readonly logger = new Logger('ReadLog');
  private readonly batch: Batch<Row, void>;

  constructor(
    private readonly pool: Pool,
    private readonly index: KeyedIndex,
    private readonly areas: AreaTree,
  ) {
    this.batch = new Batch((rows) => this.insert(rows), MOST, AT_ONCE);
  }

  /**
   * Resolves when the reading is on the disk. An export notes page by page.
   * @throws Problem 503 READ_LOG_UNAVAILABLE: the answer is not to be sent
   */
  async note(reader: Reader, reading: Reading): Promise<void> {
    try {
      await this.batch.ask(this.rowOf(reader, reading));
    } catch (error) {
      const { code, message } = error as { readonly code?: string; readonly message?: string };
      this.logger.error(`A reading could not be recorded: ${code ?? message ?? 'error'}`);
      throw new Problem(503, 'READ_LOG_UNAVAILABLE', { headers: { 'retry-after': '1' } });
    }
  }

  private rowOf(reader: Reader, reading: Reading): Row {
    // One that the database refuses would take the others of its statement with it.
    if (![reader.subject, reader.known ?? '', reader.effective ?? ''].every(isStorableText))
      throw new Error('the reader has a name that cannot be kept');
    const areaPath = reading.areaPath ?? this.areas.pathOf(reader.area).join('.');
    const { kind } = reading;
    if (reading.kind !== 'search') {
      const { persons = [], households = [] } = reading;
      if (![...persons, ...households].every((id) => UUID.test(id)))
        throw new Error('what was read has an id that is none');
      return { reader, kind, persons, households, areaPath, search: undefined };
    }
    const { by, text, hits } = reading;
    const search = { by, hash: this.index.hash(`search-${by}`, plainNumber(text)), hits };
    return { reader, kind, persons: [], households: [], areaPath, search };
  }

  private async insert(rows: readonly Row[]): Promise<readonly void[]> {
    const texts = (of: (row: Row) => string | undefined): Buffer => textArray(rows.map((row) => of(row) ?? ''));
    await this.pool.query({
      name: 'read-log-note',
      text: `insert into read_log.reading
          (reader, role, area, purpose, kind, persons, households, area_path, search_by, search_hash, hits, known, effective, request_id)
        select reader, role, area, purpose, kind, persons::uuid[], households::uuid[], area_path, nullif(search_by, ''),
            decode(nullif(search_hash, ''), 'hex'), nullif(hits, '')::int, nullif(known, ''), nullif(effective, ''), request_id
          from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
            $10::text[], $11::text[], $12::text[], $13::text[], $14::uuid[])
            r (reader, role, area, purpose, kind, persons, households, area_path, search_by, search_hash, hits, known, effective, request_id)`,
      values: [
        texts(({ reader }) => reader.subject),
        texts(({ reader }) => reader.role),
        texts(({ reader }) => reader.area),
        texts(({ reader }) => reader.purpose),
        texts(({ kind }) => kind),
        texts(({ persons }) => arrayText(persons)),
        texts(({ households }) => arrayText(households)),
        texts(({ areaPath }) => areaPath),
        texts(({ search }) => search?.by),
        texts(({ search }) => search?.hash),
        texts(({ search }) => search && String(search.hits)),
        texts(({ reader }) => reader.known),
        texts(({ reader }) => reader.effective),
        uuidArray(rows.map(({ reader }) => reader.requestId)),
      ],
    });
    return rows.map(() => undefined);
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const arrayText = (ids: readonly string[]): string => `{${ids.join(',')}}`;
