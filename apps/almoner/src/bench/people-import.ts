import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import type { EventStore, ExpectedRevision, NewEvent } from '#libs/event-sourcing';
import { createPool } from '#libs/platform';
import type { BenchOptions, Figure, Findings } from './benchmark.js';
import type { PeopleService } from './people-service.js';
import { processorShares, type Parts } from './processor-shares.js';
import { compared, inRounds, timed, type Contender } from './rounds.js';

/** An import of more persons takes long: only where all is asked for. */
const MOST_PERSONS = 100_000;

const parts: Parts = [
  ['parsing', /people\/src\/import\//],
  ['encryption', /privacy\/(aead|envelope|personal-(fields|data))\.js/],
  ['keys', /privacy\//],
  ['claims', /people\/src\/(claims\/|domain\/claim)/],
  ['append', /event-sourcing\/src\/(append-batcher|postgres-|event-codec|canonical-json)/],
  ['ids derived', /event-sourcing\/src\/uuid/],
  ['deciding', /people\/src\/(domain|[a-z-]+\.)/],
  ['database client', /node_modules\/pg/],
];

/** Households from a file into the log, against the appends alone that come of them. A part of the benchmark `people`. */
export async function measureImport(
  service: PeopleService,
  { url, quick, full, sizes, say }: BenchOptions,
): Promise<Findings> {
  const [rounds, households] = quick ? [1, 200] : [5, 2_000];
  const pool = createPool(url, 1);
  try {
    const watched = watch(service.events);
    await service.take(await service.write(quick ? 50 : 500, 'households')); // warms the code
    const growth = await costAsItGrows(service, full ? sizes : sizes.filter((size) => size <= MOST_PERSONS), say);
    const [file, appends, inFlight] = await watched.during(async () => {
      const written = await service.write(households, 'households');
      await service.take(written);
      return written;
    });
    const events = appends.reduce((sum, append) => sum + append.events.length, 0);
    say(`${rounds} rounds …`);
    const measured = await inRounds(rounds, {
      import: fresh(pool, async () => {
        const next = await service.write(households, 'households');
        let written = 0;
        const measure = await timed(1, async () => {
          const before = watched.count();
          await service.take(next);
          written = watched.count() - before;
        });
        return { perSecond: measure.perSecond * written };
      }),
      bare: fresh(pool, () => {
        const copies = appends.map(renamer());
        return timed(events, () => appendAll(watched.append, copies, inFlight));
      }),
    });
    const next = await service.write(households, 'households');
    const shares = await processorShares(parts, () => service.take(next));
    const names = { case: 'import', against: 'bare append', unit: 'events/s' };
    return {
      results: [compared(names, measured['import'] ?? [], measured['bare'] ?? [])],
      figures: [
        ...growth,
        { what: 'import: events of a household', value: events / file.households, unit: 'events' },
        { what: 'import: appends of a household', value: appends.length / file.households, unit: 'appends' },
        { what: 'import: appends in flight, at most', value: inFlight, unit: 'appends' },
        ...[...shares]
          .sort(([, a], [, b]) => b - a)
          .map(([part, share]) => ({
            what: `import: ${part}, share of the processor time`,
            value: share * 100,
            unit: '%',
          })),
      ],
      notes: [
        `import: ${households.toLocaleString('en-US')} made-up households of a CSV file, as the command takes them: read, checked, keys made, sealed, claimed, registered, checkpoints kept. bare append: the events of such an import, the same bytes under other ids, in as many appends, in their order, with ${inFlight} in flight, through the same store.`,
        'Shares are of the time in which the process of the import was busy, by samples in a run of its own; waiting for the database is in none of them.',
      ],
    };
  } finally {
    await pool.end();
  }
}

interface Append {
  readonly stream: string;
  readonly expected: ExpectedRevision;
  readonly events: readonly NewEvent[];
}

/** Sees what goes through the store. */
export function watch(store: EventStore) {
  const append = store.append.bind(store);
  let [count, inFlight, most] = [0, 0, 0];
  let kept: Append[] | undefined;
  store.append = async (stream, expected, events, options) => {
    most = Math.max(most, (inFlight += 1));
    try {
      const appended = await append(stream, expected, events, options);
      kept?.push({ stream, expected, events });
      count += events.length;
      return appended;
    } finally {
      inFlight -= 1;
    }
  };
  return {
    append,
    /** Events that were appended so far. */
    count: () => count,
    /** What is appended meanwhile, and how many appends were in flight at most. */
    async during<T>(work: () => Promise<T>): Promise<[T, readonly Append[], number]> {
      [most, kept] = [0, []];
      const done = await work();
      const appends = kept;
      kept = undefined;
      return [done, appends, most];
    },
  };
}

/** Gives the same append under other names that are as long, the same for the same stream. */
export function renamer(): (append: Append) => Append {
  const names = new Map<string, string>();
  const rename = (stream: string): string => {
    const [prefix = '', rest = ''] = stream.split(/-(.*)/);
    const name = `${prefix}-${(randomUUID() + randomUUID().replaceAll('-', '')).slice(0, rest.length)}`;
    names.set(stream, name);
    return name;
  };
  return ({ stream, expected, events }) => ({
    stream: names.get(stream) ?? rename(stream),
    expected,
    events: events.map((event) => ({ ...event, id: randomUUID() })),
  });
}

export async function appendAll(
  append: EventStore['append'],
  appends: readonly Append[],
  inFlight: number,
): Promise<void> {
  const left = appends.values();
  const work = async () => {
    for (const { stream, expected, events } of left) await append(stream, expected, events);
  };
  await Promise.all(Array.from({ length: inFlight }, work));
}

/** Begins right after a checkpoint, where the server lets us, so that none pays for another. */
const fresh =
  (pool: Pool, contender: Contender): Contender =>
  async () => {
    await pool.query('checkpoint').catch(() => undefined);
    return contender();
  };

/** Cost of a household at each number of persons: it should stay as it is, and so should the memory. */
async function costAsItGrows(
  { write, take }: PeopleService,
  sizes: readonly number[],
  say: (text: string) => void,
): Promise<Figure[]> {
  const figures: Figure[] = [];
  let persons = 0;
  for (const size of sizes) {
    say(`${size.toLocaleString('en-US')} persons to be imported …`);
    const file = await write(size - persons, 'persons');
    persons += file.persons;
    let memory = 0;
    const look = setInterval(() => (memory = Math.max(memory, process.memoryUsage.rss())), 100);
    const { perSecond } = await timed(file.households, () => take(file)).finally(() => clearInterval(look));
    const at = `import up to ${size.toLocaleString('en-US')} persons`;
    figures.push({ what: `${at}: households a second`, value: perSecond, unit: 'households/s' });
    figures.push({ what: `${at}: cost of a household`, value: 1_000_000 / perSecond, unit: 'us' });
    figures.push({ what: `${at}: memory of the process, at most`, value: memory / 2 ** 20, unit: 'MiB' });
  }
  return figures;
}
