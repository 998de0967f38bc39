import type { DataSource } from 'typeorm';
import { PersonSearch, PersonSearchRow, readingsOf, readSearch, searchStatement, type KeyedIndex } from '#libs/people';
import { createDataSource } from '#libs/platform';
import type { Benchmark, Figure } from './benchmark.js';
import { areas, draw, fillSearch, personAt, type FoundPerson } from './found-persons.js';
import { compared, inRounds, keepInFlight, quantile } from './rounds.js';

const page = 20;
const surnameOf = ({ name }: FoundPerson): string => [...name][0] ?? '';
const readingOf = ({ name }: FoundPerson): readonly string[] => readingsOf(name)[0] ?? [];
const initialsOf = (person: FoundPerson): string =>
  readingOf(person)
    .map((syllable) => syllable[0])
    .join('');

/** What people type who look for a person. */
const kinds: Readonly<Record<string, (person: FoundPerson) => string>> = {
  'full name': ({ name }) => name,
  surname: surnameOf,
  'commonest surname': () => '王',
  'rare surname': () => '仇',
  'first two characters': ({ name }) => name.slice(0, 2),
  'given name': ({ name }) => name.slice(1),
  pinyin: (person) => readingOf(person).join(''),
  'pinyin of a surname': (person) => readingOf(person)[0] ?? '',
  initials: initialsOf,
  'two initials': (person) => initialsOf(person).slice(0, 2),
  'surname and initials': (person) => `${readingOf(person)[0] ?? ''} ${initialsOf(person).slice(1)}`,
  'initial and given name': (person) => `${initialsOf(person)[0] ?? ''} ${readingOf(person).slice(1).join('')}`,
  telephone: ({ phone }) => phone ?? '19100000001',
  'start of a telephone': ({ phone }) => (phone ?? '19100000001').slice(0, 7),
  'household number': ({ householdNumber }) => householdNumber,
  'start of a household number': ({ householdNumber }) => householdNumber.slice(0, 12),
  'identity number': () => '190225196001010016',
  nobody: () => '示例示例',
};

type Area = keyof typeof areas;

/** The persons that are looked for: one in two lives in the area, the others anywhere. */
function sample(persons: number, area: Area, size: number): FoundPerson[] {
  const chosen: FoundPerson[] = [];
  for (let n = 0; chosen.length < size; n++) {
    const person = personAt(draw(n, persons));
    if (chosen.length % 2 === 1 || person.areaPath.startsWith(areas[area]) || n > 50 * size) chosen.push(person);
  }
  return chosen;
}

/** Searching for persons by whatever is typed, against reading one row by its key. A part of the benchmark `people`. */
export const peopleSearchBenchmark: Benchmark = async ({ url, quick, sizes, say }) => {
  const database = await createDataSource(url, { entities: [PersonSearchRow], migrations: [] }).initialize();
  const index = { hash: () => personAt(0).identityHash } as unknown as KeyedIndex;
  const search = new PersonSearch(database, index);
  const [rounds, seconds, size] = quick ? [1, 0.2, 4] : [3, 2, 100];
  const figures: Figure[] = [];
  const plans = new Map<string, Set<string>>();
  try {
    for (const [step, persons] of sizes.entries()) {
      say(`${persons.toLocaleString('en-US')} persons …`);
      await fillSearch(url, persons, sizes[step - 1] ?? 0);
      const most = step === sizes.length - 1;
      for (const area of Object.keys(areas) as Area[]) {
        const all: number[] = [];
        for (const [kind, textOf] of Object.entries(kinds)) {
          const texts = sample(persons, area, size).map(textOf);
          const took: number[] = [];
          for (const text of texts) {
            const begin = performance.now();
            await search.find({ text, areaPath: areas[area], limit: page });
            took.push(performance.now() - begin);
          }
          all.push(...took);
          if (!most) continue;
          for (const q of [0.5, 0.95, 0.99])
            figures.push({ what: `${kind}, ${area}: p${q * 100}`, value: quantile(took, q), unit: 'ms' });
          plans.set(`${kind}, ${area}`, await planOf(database, texts[0] ?? '', area));
        }
        const what = `${persons.toLocaleString('en-US')} persons, every kind, ${area}: p95`;
        figures.push({ what, value: quantile(all, 0.95), unit: 'ms' });
      }
    }
    const persons = sizes.at(-1) ?? 0;
    say(`${rounds} rounds …`);
    let n = 0;
    const next = () => personAt(draw(++n, persons));
    const measured = await inRounds(rounds, {
      search: () =>
        keepInFlight(1, seconds, () => search.find({ text: next().name, areaPath: areas.city, limit: page })),
      key: () =>
        keepInFlight(1, seconds, () => database.query('select * from read.person_search where id = $1', [next().id])),
    });
    const names = { case: `search name ${persons}`, against: 'select by key', unit: 'requests/s' };
    return {
      results: [compared(names, measured['search'] ?? [], measured['key'] ?? [])],
      figures,
      notes: [
        `search name: a full name in the whole city, one at a time, the first ${page} persons with everything a list shows. select by key: one such row by its id.`,
        `The times are those of the reader in the service, its statement included, ${size} searches for each kind and area; half the persons looked for live in the area.`,
        ...planNotes(plans),
      ],
    };
  } finally {
    await database.destroy();
  }
};

interface Node {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly Plans?: readonly Node[];
}

/** The nodes of the plan that the search of a text uses. */
async function planOf(database: DataSource, text: string, area: Area): Promise<Set<string>> {
  const { sql, values } = searchStatement(readSearch(text).ranges, areas[area], undefined, page + 1);
  const [row] = await database.query<[{ 'QUERY PLAN': [{ Plan: Node }] }]>(`explain (format json) ${sql}`, values);
  const nodes = new Set<string>();
  const walk = (node: Node): void => {
    nodes.add([node['Node Type'], node['Index Name']].filter((each) => each !== undefined).join(' on '));
    node.Plans?.forEach(walk);
  };
  walk(row['QUERY PLAN'][0].Plan);
  return nodes;
}

/** Each plan once, with what it was used for. */
function planNotes(plans: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const users = new Map<string, string[]>();
  for (const [use, nodes] of plans) {
    const plan = [...nodes].join(', ');
    users.set(plan, [...(users.get(plan) ?? []), use]);
  }
  return [...users].map(([plan, uses]) => `Plan of ${uses.join('; ')}: ${plan}.`);
}
