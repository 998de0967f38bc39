import type { Message } from '../decider.js';
import type { StoredEvent } from '../event-codec.js';
import type { Follower, Projection, Rows } from './follower.js';
import type { ReadTable } from './read-table.js';
import { TableFold } from './table-fold.js';

/** The tables of a projection by the names that its handlers use. */
export type TablesOf<RowsByName extends object> = {
  readonly [Name in keyof RowsByName]: ReadTable<RowsByName[Name] & object>;
};

/** What a projection does per type of event: pure, with the tables' rows at hand. */
export type Handlers<Event extends Message, RowsByName extends object> = {
  readonly [Type in Event['type']]?: (
    event: StoredEvent<Extract<Event, { type: Type }>>,
    rows: { readonly [Name in keyof RowsByName]: Rows<RowsByName[Name]> },
  ) => void;
};

/**
 * Declares a projection: its name, version, tables, and what it does per type of event. Handlers see and change rows; the
 * engine folds many events in memory and writes each row once.
 *
 * @example
 * projection<CaseEvent, { caseFile: CaseRow }>({
 *   name: 'case-list', version: 1, tables: { caseFile: readTable(CaseRow) },
 *   on: { CaseRefused: ({ streamId }, { caseFile }) => caseFile.change(idOf(streamId), { status: 'refused' }) },
 * })
 */
export function projection<Event extends Message, RowsByName extends object>(declared: {
  readonly name: string;
  readonly version: number;
  readonly tables: TablesOf<RowsByName>;
  readonly on: Handlers<Event, RowsByName>;
  /** 1 unless said. */
  readonly shards?: number;
  /** `park` unless said. */
  readonly onPoison?: Follower['onPoison'];
  /** Whether the handlers are given personal fields open. What they write in clear must be cleared again by erasure. */
  readonly personal?: boolean;
  /** Whether one row is folded from several streams; takes one shard. */
  readonly acrossStreams?: boolean;
}): Projection {
  const { name, version, shards = 1, onPoison = 'park', personal = false, acrossStreams = false } = declared;
  if (acrossStreams && shards > 1) throw new Error(`${name} folds rows across streams, and takes one shard`);
  const tables = declared.tables as Readonly<Record<string, ReadTable>>;
  const on = declared.on as unknown as Readonly<Record<string, (event: StoredEvent, rows: object) => void>>;
  return {
    name,
    version,
    shards,
    onPoison,
    personal,
    acrossStreams,
    tables: Object.values(tables),
    types: new Set(Object.keys(on)),
    fold: (schema) => new TableFold(schema, tables, on),
  };
}
