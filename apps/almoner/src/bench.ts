import { readArguments } from './arguments.js';
import type { Benchmark } from './bench/benchmark.js';
import { Failure, UsageError, type Command, type Words } from './command.js';

interface Entry {
  readonly name: string;
  readonly summary: Words;
  /** Loaded only when it is asked for: the help needs no database client. */
  load(): Promise<Benchmark>;
}

/** Every benchmark, in the order of the list. */
const benchmarks: readonly Entry[] = [
  {
    name: 'append',
    summary: {
      en: 'Appends to the log, against plain ways of writing the same rows',
      zh: '向日志追加事件，与写入同样行的普通方式对比',
    },
    load: async () => (await import('./bench/append.js')).appendBenchmark,
  },
  {
    name: 'read',
    summary: {
      en: 'Folds the whole log in order, against psql copying it to nowhere',
      zh: '按顺序推算整个日志，与 psql 将其复制到空设备对比',
    },
    load: async () => (await import('./bench/read.js')).readBenchmark,
  },
  {
    name: 'project',
    summary: {
      en: 'Keeps up a caseload, against pure SQL that writes the same rows',
      zh: '维护案件列表，与写入同样行的纯 SQL 对比',
    },
    load: async () => (await import('./bench/project.js')).projectBenchmark,
  },
  {
    name: 'http',
    summary: {
      en: 'Commands over HTTP: against node:http alone, and against the same endpoint on Fastify and TypeORM',
      zh: '经 HTTP 执行命令：与单独的 node:http 对比，并与用 Fastify 和 TypeORM 编写的同一接口对比',
    },
    load: async () => (await import('./bench/http.js')).httpBenchmark,
  },
  {
    name: 'rebuild',
    summary: {
      en: 'Makes the caseload anew while it is being read, against a published rate',
      zh: '在持续读取的同时重建案件列表，与公开的速率对比',
    },
    load: async () => (await import('./bench/rebuild.js')).rebuildBenchmark,
  },
  {
    name: 'people',
    summary: {
      en: 'Imports households, seals their data and finds persons, against bare appends, whole commands and one select',
      zh: '导入家庭、加密其信息、查找人员：分别与单纯追加、整条命令和单行查询对比',
    },
    load: async () => (await import('./bench/people.js')).peopleBenchmark,
  },
];

const usualSizes = [10_000, 100_000, 1_000_000];

/** `bench`: measures one part of the service beside baselines, on a database of its own; the last line is one JSON object. */
export const benchCommand: Command = {
  name: 'bench',
  usage: '[name] [--quick | --full] [--sizes 10k,100k,1M] [--json]',
  summary: {
    en: 'Measure a part of the service against baselines, on a database of its own; without a name, list what there is',
    zh: '在单独的数据库上测量服务的某一部分并与基线对比；不给名称则列出全部项目',
  },
  async run(args, { env, language, print }) {
    if (args.length === 0) {
      for (const each of benchmarks) print(`${each.name.padEnd(10)}${each.summary[language]}`);
      return;
    }
    const { words, values } = readArguments(args, {
      options: {
        quick: { type: 'boolean' },
        full: { type: 'boolean' },
        json: { type: 'boolean' },
        sizes: { type: 'string' },
      },
      words: ['name'],
    });
    const benchmark = benchmarks.find((each) => each.name === words[0]);
    if (!benchmark)
      throw new UsageError(`unknown benchmark '${words[0]}': one of ${benchmarks.map((each) => each.name).join(', ')}`);
    const quick = values.quick === true;
    const full = values.full === true;
    if (quick && full) throw new UsageError('--quick or --full, not both');
    const sizes = values.sizes === undefined ? (quick ? [1_000] : usualSizes) : readSizes(values.sizes);
    const server = env['DATABASE_URL'];
    if (server === undefined || server === '')
      throw new Failure('no database server is known: run it with npm run bench, or set DATABASE_URL');
    const [{ onOwnDatabase }, { jsonLine, tableOf }, measure] = await Promise.all([
      import('./bench/own-database.js'),
      import('./bench/report.js'),
      benchmark.load(),
    ]);
    const say = (text: string) => process.stderr.write(`bench: ${text}\n`);
    const lines = await onOwnDatabase(server, async (url, machine) => {
      const lossy = ['fsync', 'synchronous_commit', 'full_page_writes'].filter((name) => machine[name] === 'off');
      if (lossy.length > 0) say(`${lossy.join(', ')} is off on this server: durable figures mean nothing`);
      const measured = await measure({ url, quick, full, sizes, say });
      const findings = { ...measured, notes: [...measured.notes, ...caveats(machine)] };
      const json = jsonLine(benchmark.name, machine, findings);
      return values.json === true ? [json] : [...tableOf(benchmark.name, machine, findings), '', json];
    });
    for (const line of lines) print(line);
  },
};

/** What makes figures worth less, said with them. */
function caveats({ load = 0, processors = 1 }: Readonly<Record<string, string | number>>): string[] {
  if (Number(load) < Number(processors) / 2) return [];
  return [
    `Other programs kept this machine busy (load ${load} on ${processors} processors when it began): they leave a side with many processes more time than one with few, so these ratios are not those of a quiet machine.`,
  ];
}

/** Reads `10k,100k,1M`. @throws UsageError */
function readSizes(text: string): number[] {
  const sizes = text.split(',').map((part) => {
    const [, digits, unit] = /^([1-9]\d{0,8})(k|M)?$/.exec(part) ?? [];
    if (digits === undefined) throw new UsageError(`'${part}' is no size: write them as 10k,100k,1M`);
    return Number(digits) * (unit === 'M' ? 1_000_000 : unit === 'k' ? 1_000 : 1);
  });
  return sizes.sort((a, b) => a - b);
}
