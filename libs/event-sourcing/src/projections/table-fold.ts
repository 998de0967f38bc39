import type { StoredEvent } from '../event-codec.js';
import { EventFailed, type Fold, type Key, type Queryable, type Rows } from './follower.js';
import type { ReadTable } from './read-table.js';
import { TableCache } from './table-cache.js';
import type { RowData } from './table-writer.js';
import { isTransient } from './transaction.js';

type Change = RowData | ((row: Readonly<RowData>) => RowData);

/** One thing that a handler asked for, waiting for the rows that it needs. */
type Step = { readonly table: TableCache } & (
  | { readonly kind: 'add'; readonly row: RowData }
  | { readonly kind: 'change'; readonly key: string; readonly change: Change }
  | { readonly kind: 'change-where'; readonly property: string; readonly value: unknown; readonly change: Change }
  | { readonly kind: 'remove'; readonly key: string }
  | { readonly kind: 'find'; readonly key: string; readonly then: (row: Readonly<RowData> | undefined) => void }
);

/**
 * Folds events into rows in memory and writes each changed row once, with one statement per table. Handlers first say, for
 * the whole batch, which rows they need; those are fetched together, and then everything happens in the order of events.
 */
export class TableFold implements Fold {
  private readonly caches: readonly TableCache[];
  private readonly rows: Readonly<Record<string, Rows<RowData>>>;
  /** Where handlers leave their steps while they run. */
  private steps: Step[] = [];

  constructor(
    schema: string,
    tables: Readonly<Record<string, ReadTable>>,
    private readonly on: Readonly<Record<string, (event: StoredEvent, rows: object) => void>>,
  ) {
    const named = Object.entries(tables).map(([name, table]) => [name, new TableCache(schema, table)] as const);
    this.caches = named.map(([, cache]) => cache);
    this.rows = Object.fromEntries(named.map(([name, cache]) => [name, this.rowsOf(cache)]));
  }

  async apply(db: Queryable, events: readonly StoredEvent[]): Promise<void> {
    const asked = events.map((event) => this.ask(event));
    for (const cache of this.caches) await cache.fetch(db);
    for (const [index, steps] of asked.entries()) {
      const event = events[index] as StoredEvent;
      try {
        for (const step of steps) {
          const waits = this.take(db, step, event.position);
          if (waits !== undefined) await waits;
        }
      } catch (error) {
        throw isFromDatabase(error) ? error : new EventFailed(event.position, error);
      }
    }
    for (const cache of this.caches) await cache.write(db);
  }

  committed(): void {
    for (const cache of this.caches) cache.committed();
  }

  reset(): void {
    for (const cache of this.caches) cache.reset();
  }

  /** Runs the handler of one event; gives what it wants done, and notes the rows that this needs. */
  private ask(event: StoredEvent): readonly Step[] {
    const steps: Step[] = [];
    this.steps = steps;
    try {
      this.on[event.type]?.(event, this.rows);
    } catch (error) {
      throw new EventFailed(event.position, error);
    }
    for (const step of steps) {
      if ('key' in step) step.table.want(step.key);
      else if (step.kind === 'add') step.table.expect(step.row);
    }
    return steps;
  }

  /** Does one step; only where a row is not at hand yet is there something to wait for. */
  private take(db: Queryable, step: Step, position: string): Promise<void> | undefined {
    const { table } = step;
    switch (step.kind) {
      case 'add':
        table.add(step.row, position);
        return undefined;
      case 'change-where':
        return table.fetchWhere(db, step.property, step.value).then((keys) => {
          for (const key of keys) table.change(key, step.change, position);
        });
      case 'change':
      case 'remove':
      case 'find':
        if (table.has(step.key)) return this.takeAtHand(db, step, position);
        return table.fetchOne(db, step.key).then(() => this.takeAtHand(db, step, position));
    }
  }

  private takeAtHand(
    db: Queryable,
    step: Extract<Step, { kind: 'change' | 'remove' | 'find' }>,
    position: string,
  ): Promise<void> | undefined {
    if (step.kind === 'change') step.table.change(step.key, step.change, position);
    else if (step.kind === 'remove') step.table.remove(step.key, position);
    else return this.find(db, step, position);
    return undefined;
  }

  /** What is asked for once a row is there happens right after. */
  private find(db: Queryable, step: Extract<Step, { kind: 'find' }>, position: string): Promise<void> | undefined {
    const steps: Step[] = [];
    this.steps = steps;
    step.then(step.table.get(step.key));
    return steps.reduce<Promise<void> | undefined>(
      (before, next) =>
        before === undefined ? this.take(db, next, position) : before.then(() => this.take(db, next, position)),
      undefined,
    );
  }

  private rowsOf(table: TableCache): Rows<RowData> {
    const keyOf = (key: Key) => table.keyOf(key);
    const leave = (step: Step) => void this.steps.push(step);
    return {
      add: (row) => leave({ table, kind: 'add', row }),
      change: (key, change) => leave({ table, kind: 'change', key: keyOf(key), change }),
      changeWhere: (property, value, change) => leave({ table, kind: 'change-where', property, value, change }),
      remove: (key) => leave({ table, kind: 'remove', key: keyOf(key) }),
      find: (key, then) => leave({ table, kind: 'find', key: keyOf(key), then }),
    };
  }
}

const isFromDatabase = (error: unknown): boolean =>
  error instanceof Error && ('severity' in error || isTransient(error));
