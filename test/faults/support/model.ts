import fc from 'fast-check';
import { deepStrictEqual, ok, strictEqual } from 'node:assert';
import type { Pool } from 'pg';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import {
  catchUp,
  derivedId,
  dropOldBuilds,
  EventCodec,
  findBuilds,
  OutcomeUnknown,
  projection,
  readTable,
  rebuild,
  RevisionConflict,
  Unavailable,
  type Appended,
  type EngineParts,
  type EventStore,
  type ExpectedRevision,
  type NewEvent,
  type RecordedEvent,
} from '#libs/event-sourcing';

const namespace = '0b7c2d1e-9a3f-4c58-8d21-6e5f4a3b2c1d';

/** An event as the array holds it. */
interface Kept {
  readonly stream: string;
  readonly revision: bigint;
  readonly position: string;
  readonly event: NewEvent;
}

/** An append that was made, to be made again. */
interface Made {
  readonly stream: string;
  readonly expected: ExpectedRevision;
  readonly events: readonly NewEvent[];
  /** Where it was recorded. */
  readonly at: { readonly revision: bigint; readonly position: string };
}

/** What a log is: an array. It grows from run to run; each run has streams of its own. */
export class Model {
  readonly log: Kept[] = [];
  made: Made[] = [];
  private run = 0;
  private ids = 0;
  /** Where the log stood when the run began. */
  base = 0;

  begin(): void {
    this.run += 1;
    this.base = this.log.length;
    this.made = [];
  }

  stream(index: number): string {
    return `model-${this.run}-${index}`;
  }

  of(stream: string): Kept[] {
    return this.log.slice(this.base).filter((kept) => kept.stream === stream);
  }

  newEvents(count: number, text: string): NewEvent[] {
    return Array.from({ length: count }, () => {
      this.ids += 1;
      return codec.encode({ type: 'Modelled', data: { text, n: this.ids } }, derivedId(namespace, this.ids), {
        actor: 'model',
      });
    });
  }

  /** The events are in the log once, as the answer says. */
  keep(stream: string, expected: ExpectedRevision, events: readonly NewEvent[], appended: Appended, gapless: boolean) {
    const before = this.of(stream).at(-1)?.revision ?? -1n;
    strictEqual(appended.revision, before + BigInt(events.length), 'the revision of an append');
    if (gapless)
      strictEqual(appended.position, String(this.log.length + events.length - 1), 'the position of an append');
    for (const [index, event] of events.entries())
      this.log.push({
        stream,
        revision: before + 1n + BigInt(index),
        // Only the last position is told; where there are gaps, those before it are read later.
        position: gapless ? String(this.log.length) : index === events.length - 1 ? appended.position : '',
        event,
      });
    const { revision, position } = appended;
    this.made.push({ stream, expected, events, at: { revision, position } });
  }

  /** The place before the first event of the run: known where the event before it is. */
  get start(): string {
    return this.log[this.base - 1]?.position ?? 'start';
  }
}

/** The store as it is, with what follows it. */
export interface Real {
  store: EventStore;
  parts: EngineParts;
  crash(): Promise<() => Promise<void>>;
  restart(): Promise<void>;
}

type Step = fc.AsyncCommand<Model, Real>;
const step = (name: string, run: (model: Model, real: Real) => Promise<void>): Step => ({
  check: () => true,
  run,
  toString: () => name,
});

const isGapless = ({ store }: Real) => store.capabilities.has('gapless-positions');
const same = (kept: readonly Kept[], read: readonly RecordedEvent[]) =>
  deepStrictEqual(
    read.map((event) => [event.streamId, event.revision, event.id, Buffer.from(event.data).toString(), event.type]),
    kept.map(({ stream, revision, event }) => [
      stream,
      revision,
      event.id,
      Buffer.from(event.data).toString(),
      event.type,
    ]),
  );

const append = (index: number, at: 'right' | 'behind' | 'ahead' | 'existing', count: number, text: string) =>
  step(`append(${index}, ${at}, ${count}, ${JSON.stringify(text)})`, async (model, real) => {
    const stream = model.stream(index);
    const actual = BigInt(model.of(stream).length) - 1n;
    const revision = { right: actual, behind: actual - 1n, ahead: actual + 1n, existing: actual }[at];
    const expected = at === 'existing' ? 'stream_exists' : revision < 0n ? 'no_stream' : revision;
    const fits = at === 'existing' ? actual >= 0n : expected === (actual < 0n ? 'no_stream' : actual);
    const events = model.newEvents(count, text);
    try {
      const { tries, ...appended } = await settle(real.store, stream, expected, events);
      ok(fits, `an append at ${expected} was taken while the stream was at ${actual}`);
      if (tries === 1) strictEqual(appended.status, 'ok');
      model.keep(stream, expected, events, appended, isGapless(real));
    } catch (error) {
      if (!(error instanceof RevisionConflict)) throw error;
      ok(!fits, `an append at ${expected} met a conflict while the stream was at ${actual}`);
      strictEqual(error.actual, actual < 0n ? 'no_stream' : actual);
    }
  });

const repeat = (which: number) =>
  step(`repeat(${which})`, async ({ made }, { store }) => {
    const earlier = made[which % Math.max(made.length, 1)];
    if (earlier === undefined) return;
    const { status, revision, position } = await settle(store, earlier.stream, earlier.expected, earlier.events);
    strictEqual(status, store.capabilities.has('tells-duplicates') ? 'duplicate' : 'ok');
    deepStrictEqual({ revision, position }, earlier.at);
  });

const read = (index: number, from: number, max: number, direction: 'forwards' | 'backwards') =>
  step(`read(${index}, ${from}, ${max}, ${direction})`, async (model, { store }) => {
    const stream = model.stream(index);
    const all = model.of(stream);
    const found = await collected(store.readStream(stream, { from: BigInt(from), max, direction }));
    const kept =
      direction === 'forwards'
        ? all.filter(({ revision }) => revision >= BigInt(from))
        : all.filter(({ revision }) => revision <= BigInt(from)).reverse();
    same(kept.slice(0, max), found);
  });

const readAll = (max: number) =>
  step(`readAll(${max})`, async (model, { store }) => {
    const found: RecordedEvent[] = [];
    for (let position = model.start; ;) {
      const page = await store.readAll(position, { max });
      found.push(...page.events);
      if (page.caughtUp || page.nextPosition === position) break;
      position = page.nextPosition;
    }
    same(model.log.slice(model.base), found);
    inOrder(store, found);
    strictEqual(await store.head(), model.log.at(-1)?.position ?? 'start');
  });

const subscribe = () =>
  step('subscribe', async (model, { store }) => {
    const stop = new AbortController();
    const found: RecordedEvent[] = [];
    const wanted = model.log.length - model.base;
    for await (const message of store.subscribeAll(model.start, {}, stop.signal)) {
      if (message.kind === 'event') found.push(message.event);
      if (message.kind === 'caught-up' && found.length >= wanted) stop.abort();
    }
    same(model.log.slice(model.base), found);
    inOrder(store, found);
  });

/** The server dies while an append is under way; the same append is repeated until it is answered, and counts once. */
const crash = (index: number, count: number) =>
  step(`crash(${index}, ${count})`, async (model, real) => {
    const stream = model.stream(index);
    const actual = BigInt(model.of(stream).length) - 1n;
    const expected = actual < 0n ? 'no_stream' : actual;
    const events = model.newEvents(count, 'crash');
    const settled = settle(real.store, stream, expected, events);
    const revive = await real.crash();
    await revive();
    model.keep(stream, expected, events, await settled, isGapless(real));
  });

/** An append, repeated while nobody knows what became of it: a connection that died may be noticed only now. */
async function settle(
  store: EventStore,
  stream: string,
  expected: ExpectedRevision,
  events: readonly NewEvent[],
): Promise<Appended & { readonly tries: number }> {
  for (let tries = 1; ; tries++) {
    try {
      return { ...(await store.append(stream, expected, events)), tries };
    } catch (error) {
      if (!(error instanceof OutcomeUnknown || error instanceof Unavailable) || tries === 20) throw error;
    }
  }
}

const restart = () => step('restart', (_, real) => real.restart());

const project = () =>
  step('project', async (model, { parts }) => {
    await catchUp(parts, counts);
    await compareRows(model, parts.pool);
  });

const remake = () =>
  step('rebuild', async (model, { parts }) => {
    await catchUp(parts, counts);
    const outcome = await rebuild(parts, counts, () => undefined, new AbortController().signal);
    ok(outcome !== undefined, 'a rebuild was given up');
    strictEqual(outcome.differences ?? 0, 0, 'rows that a rebuild makes otherwise');
    await compareRows(model, parts.pool);
  });

async function compareRows(model: Model, pool: Pool): Promise<void> {
  const live = (await findBuilds(pool, counts.name)).find(({ status }) => status === 'live');
  const { rows } = await pool.query<{ stream_id: string; events: number; last_id: string }>(
    `select stream_id, events, last_id from "${live?.schema}".modelled where starts_with(stream_id, $1)`,
    [model.stream(0).slice(0, -1)],
  );
  const kept = new Map<string, Kept[]>();
  for (const one of model.log.slice(model.base)) kept.set(one.stream, [...(kept.get(one.stream) ?? []), one]);
  deepStrictEqual(
    rows.map(({ stream_id: stream, events, last_id: last }) => ({ stream, events, last })).sort(byStream),
    [...kept]
      .map(([stream, events]) => ({ stream, events: events.length, last: events.at(-1)?.event.id ?? '' }))
      .sort(byStream),
  );
}

const byStream = (a: { stream: string }, b: { stream: string }): number => (a.stream < b.stream ? -1 : 1);

function inOrder(store: EventStore, events: readonly RecordedEvent[]): void {
  for (const [index, { position }] of events.entries())
    if (index > 0)
      strictEqual(store.compare(events[index - 1]?.position ?? 'start', position), -1, 'ascending positions');
}

async function collected(events: AsyncIterable<RecordedEvent>): Promise<RecordedEvent[]> {
  const all: RecordedEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

@Entity({ schema: 'read', name: 'modelled', comment: 'How many events each stream has.' })
class ModelledRow {
  @PrimaryColumn('text', { name: 'stream_id' })
  streamId!: string;
  @Column('int')
  events!: number;
  @Column('text', { name: 'last_id' })
  lastId!: string;
}

type Modelled = { type: 'Modelled'; data: { text: string; n: number } };

/** Reads and writes the one type of event of the model. */
export const codec = new EventCodec({
  category: 'model',
  source: '',
  en: '',
  zh: '',
  types: { Modelled: { version: 1, en: '', zh: '' } },
});

const counts = projection<Modelled, { table: ModelledRow }>({
  name: 'modelled',
  version: 1,
  shards: 2,
  tables: { table: readTable(ModelledRow) },
  on: {
    Modelled: ({ streamId, id }, { table }) =>
      table.find(streamId, (row) => {
        if (row === undefined) table.add({ streamId, events: 1, lastId: id });
        else table.change(streamId, { events: row.events + 1, lastId: id });
      }),
  },
});

/** Removes the builds that nobody will go back to. */
export async function drop(pool: Pool): Promise<void> {
  await pool.query(`update proj_build set ended_at = ended_at - interval '2 days' where ended_at is not null`);
  await dropOldBuilds(pool);
}

const aStream = fc.integer({ min: 0, max: 3 });
const anAppend = fc
  .tuple(
    aStream,
    fc.constantFrom('right', 'right', 'right', 'behind', 'ahead', 'existing' as const),
    fc.integer({ min: 1, max: 4 }),
    fc.string({ unit: 'grapheme', maxLength: 40 }),
  )
  .map((given) => append(...given));

/** What may be done, in any order. */
export const commands = fc.commands(
  [
    anAppend,
    anAppend,
    anAppend,
    fc.nat({ max: 20 }).map(repeat),
    fc
      .tuple(
        aStream,
        fc.nat({ max: 8 }),
        fc.integer({ min: 1, max: 8 }),
        fc.constantFrom('forwards', 'backwards' as const),
      )
      .map((given) => read(...given)),
    fc.integer({ min: 1, max: 30 }).map(readAll),
    fc.constant(subscribe()),
    fc.tuple(aStream, fc.integer({ min: 1, max: 3 })).map((given) => crash(...given)),
    fc.constant(restart()),
    fc.constant(project()),
    fc.constant(remake()),
  ],
  { maxCommands: 15, size: 'max' },
);
