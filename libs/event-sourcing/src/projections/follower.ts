import type { PoolClient } from 'pg';
import type { StoredEvent } from '../event-codec.js';
import type { ReadTable } from './read-table.js';

/** What a fold writes with: the connection whose transaction also moves the position. */
export type Queryable = Pick<PoolClient, 'query'>;

/** An event could not be folded; says which, so that only its stream has to stop. */
export class EventFailed extends Error {
  constructor(
    readonly position: string,
    cause: unknown,
  ) {
    super(cause instanceof Error ? `${cause.name}: ${cause.message}` : 'failed', { cause });
  }
}

/** Applies events, in the order given, through one connection. Keeps what it knows of its rows between calls. */
export interface Fold {
  /** @throws EventFailed where it knows which event is to blame */
  apply(db: Queryable, events: readonly StoredEvent[]): Promise<void>;
  /** The transaction of the last `apply` is committed: what was written is what is stored. */
  committed(): void;
  /** What was applied last was rolled back, or somebody else may have written: forget everything. */
  reset(): void;
}

/** Something that follows the log from a position of its own: a projection, or a process that notes what is to be done. */
export interface Follower {
  readonly name: string;
  /** Types of the events that it takes. */
  readonly types: ReadonlySet<string>;
  /**
   * What happens at an event that fails: `park` its stream, the others go on; or `halt` before it, for what moves money.
   */
  readonly onPoison: 'park' | 'halt';
  /** Whether it needs the personal fields of its events open; without, they stay sealed, which costs nothing. */
  readonly personal?: boolean;
  /** A fold that writes into tables of the schema. */
  fold(schema: string): Fold;
}

/** A fold of the log into read tables; can be made anew at any time. */
export interface Projection extends Follower {
  /** Raised when rows would come out differently; the tables are then built anew beside the live ones. */
  readonly version: number;
  readonly tables: readonly ReadTable[];
  /** Into how many parts the streams are divided, so that several processes can share the work. */
  readonly shards: number;
  /** Whether one row is folded from several streams. Such tables are compared with the log as a whole, never by a sample of streams. */
  readonly acrossStreams?: boolean;
}

/** A row's key: the value of its primary column, or the values of all of them. */
export type Key = string | number | readonly (string | number)[];

/** The rows of a table, as a handler changes them. Nothing happens at once: the fold applies it in the order of events. */
export interface Rows<Row> {
  /** Adds a new row. */
  add(row: Row): void;
  /** Changes a row that is there; a function is given the row as it stands at this event. */
  change(key: Key, change: Partial<Row> | ((row: Readonly<Row>) => Partial<Row>)): void;
  /** Changes every row that has a value in a column. */
  changeWhere<Property extends keyof Row>(
    property: Property,
    value: Row[Property],
    change: Partial<Row> | ((row: Readonly<Row>) => Partial<Row>),
  ): void;
  remove(key: Key): void;
  /** Hands over the row as it stands at this event, undefined where there is none. */
  find(key: Key, then: (row: Readonly<Row> | undefined) => void): void;
}
