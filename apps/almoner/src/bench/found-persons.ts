import { once } from 'node:events';
import { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { catchUp, engineParts, EventCodec, findBuilds, PostgresEventStore, WakeUp } from '#libs/event-sourcing';
import { keysOf, personSearch } from '#libs/people';
import { createPool } from '#libs/platform';

/** Surnames of a Chinese city with how many of a thousand people bear them; the rest is spread over rare ones. */
const surnames =
  '王71 李69 张66 刘53 陈46 杨31 黄23 赵22 周21 吴20 徐17 孙15 胡13 朱13 高12 林12 何12 郭12 马11 罗10 梁9 宋9 郑9 谢8 韩8 唐7 冯7 于7 董6 萧6 程6 曹6 袁5 邓5 许5 傅5 沈5 曾4 彭4 吕4';
const rareSurnames = [
  ...'苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文单仇解查盖区覃翟牟',
];
const given = [
  ...'英秀玉华珍兰芳丽桂梅荣凤淑美春红霞翠素爱明国建文志军平海强德金光福林生永成世伟新东辉斌龙江宝民俊峰杰涛超鹏飞浩宇晨子雨欣思佳雪小晓洪庆振忠良仁义',
];
const [city, counties, townships, villages] = ['430000.430200', 9, 12, 12];

/** A hundred names for each, so that a draw is one look. */
const drawn = surnames.split(' ').flatMap((entry) => {
  const [, name = '', weight = ''] = /^(.)(\d+)$/.exec(entry) ?? [];
  return Array<string>(Number(weight)).fill(name);
});

/** Numbers that look random and are always the same: the n-th draw of a fixed seed. */
export function draw(n: number, of: number): number {
  let mixed = Math.imul(n ^ 0x5bd1e995, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae35);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0x27d4eb2f);
  return ((mixed ^ (mixed >>> 16)) >>> 0) % of;
}

export interface FoundPerson {
  readonly id: string;
  readonly areaPath: string;
  readonly name: string;
  readonly phone: string | null;
  readonly householdNumber: string;
  readonly identityHash: string;
}

/** The n-th person of the made-up city. */
export function personAt(n: number): FoundPerson {
  const [a, b, c] = [draw(3 * n, 1_000), draw(3 * n + 1, given.length), draw(3 * n + 2, given.length)];
  const surname = drawn[a] ?? rareSurnames[draw(n, rareSurnames.length)] ?? '';
  const name = surname + (given[b] ?? '') + (draw(n + 7, 100) < 82 ? (given[c] ?? '') : '');
  const household = Math.floor(n / 2);
  const [county, township, village] = [household % counties, draw(household, townships), draw(household + 1, villages)];
  const code = `4302${String(county + 11).padStart(2, '0')}`;
  const town = `${code}${String(100 + township)}`;
  return {
    id: `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`,
    areaPath: `${city}.${code}.${town}.${town}${String(200 + village)}`,
    name,
    phone: draw(n + 3, 10) < 6 ? `1910${String(draw(n + 11, 10_000_000)).padStart(7, '0')}` : null,
    householdNumber: `${code}-2025-${String(household + 1).padStart(6, '0')}`,
    identityHash: n.toString(16).padStart(64, '0'),
  };
}

/** A township, a county and the city that persons are looked for in. */
export const areas = {
  township: `${city}.430211.430211100`,
  county: `${city}.430211`,
  city,
} as const;

const none = '\\N';

/**
 * Makes the tables of the search anew with so many persons, by COPY, with the keys and indexes that the projection gives them.
 * Every second person shares a household with the one before.
 */
export async function fillSearch(url: string, persons: number, from: number): Promise<void> {
  const schema = await makeTables(url);
  // Without the time limits of the service: the largest table takes longer.
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows: indexes } = await client.query<{ name: string; definition: string }>(
      `select indexname as name, indexdef as definition from pg_indexes
        where schemaname = $1 and tablename like 'person\\_search%' and indexname not like '%\\_pkey'`,
      [schema],
    );
    for (const { name } of indexes) await client.query(`drop index "${schema}"."${name}"`);
    await copy(client, `"${schema}".person_search`, personLines(from, persons));
    await copy(client, `"${schema}".person_search_key`, keyLines(from, persons));
    for (const { definition } of indexes) await client.query(definition);
    for (const table of ['person_search', 'person_search_key'])
      await client.query(`vacuum analyze "${schema}".${table}`);
  } finally {
    await client.end();
  }
}

/** The tables as the projection makes them; gives the schema they are in. */
async function makeTables(url: string): Promise<string> {
  const pool = createPool(url, 4);
  try {
    const codec = new EventCodec(Object.fromEntries([...personSearch.types].map((type) => [type, 1])));
    await catchUp(engineParts({ pool, store: new PostgresEventStore(pool, new WakeUp()), codec }), personSearch);
    const build = (await findBuilds(pool, personSearch.name)).find(({ status }) => status === 'live');
    if (build === undefined) throw new Error('the search has no tables');
    return build.schema;
  } finally {
    await pool.end();
  }
}

const keysAt = ({ name, phone, householdNumber }: FoundPerson) =>
  keysOf({ name, otherName: null, phone, numbers: [householdNumber] });

function* personLines(from: number, to: number): Generator<string> {
  for (let n = from; n < to; n++) {
    const person = personAt(n);
    const { id, areaPath, name, phone, householdNumber, identityHash } = person;
    const dated = (value: unknown) => [{ factId: id, happenedOn: '2025-09-01', value }];
    const facts = JSON.stringify({
      area: dated({ area: areaPath.slice(-12), areaPath }),
      identity: dated({ name, birthYear: 1960, hash: identityHash }),
      ...(phone !== null && { phone: dated(phone) }),
      household: dated({ id, member: true }),
    });
    const keys = `{${keysAt(person)
      .map((key) => `"${key}"`)
      .join()}}`;
    yield (
      [id, areaPath.slice(-12), areaPath, name, none, 1960, phone ?? none, identityHash, id, householdNumber].join(
        '\t',
      ) + `\t{}\t${none}\t${none}\tf\t{}\t${facts}\t${keys}\n`
    );
  }
}

function* keyLines(from: number, to: number): Generator<string> {
  for (let n = from; n < to; n++) {
    const person = personAt(n);
    for (const key of keysAt(person)) yield `${person.id}\t${key}\t${person.areaPath}\n`;
  }
}

async function copy(client: Client, table: string, lines: Iterable<string>): Promise<void> {
  const stream = client.query(copyFrom(`copy ${table} from stdin`));
  const ended = once(stream, 'finish');
  let chunk = '';
  for (const line of lines) {
    chunk += line;
    if (chunk.length < 256 * 1024) continue;
    const goesOn = stream.write(chunk);
    chunk = '';
    if (!goesOn) await Promise.race([once(stream, 'drain'), ended]);
  }
  stream.end(chunk);
  await ended;
}
