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
      en: 'Appends to the log, against plain inserts of the same rows',
      zh: '向日志追加事件，与直接插入同样的行对比',
    },
    load: async () => (await import('./bench/append.js')).appendBenchmark(),
  },
  {
    name: 'rebuild',
    summary: {
      en: 'Builds the caseload from the log, against a bare read of the same events',
      zh: '由日志重建案件列表，与只读取同样的事件对比',
    },
    load: async () => (await import('./bench/rebuild.js')).rebuildBenchmark(),
  },
];

/** `bench`: measures one part of the service on a database of its own and prints one JSON object. */
export const benchCommand: Command = {
  name: 'bench',
  usage: '[name]',
  summary: {
    en: 'Measure a part of the service against a baseline, on a database of its own; without a name, list what there is',
    zh: '在单独的数据库上测量服务的某一部分并与基线对比；不给名称则列出全部项目',
  },
  async run(args, { env, language, print }) {
    const [name] = args;
    if (name === undefined) {
      for (const each of benchmarks) print(`${each.name.padEnd(10)}${each.summary[language]}`);
      return;
    }
    const { words } = readArguments(args, { options: {}, words: ['name'] });
    const benchmark = benchmarks.find((each) => each.name === words[0]);
    if (!benchmark)
      throw new UsageError(`unknown benchmark '${words[0]}': one of ${benchmarks.map((each) => each.name).join(', ')}`);
    const url = env['DATABASE_URL'];
    if (url === undefined || url === '')
      throw new Failure('no database server is known: start the service with npm start, or set DATABASE_URL');
    const [{ onOwnDatabase }, measure] = await Promise.all([import('./bench/own-database.js'), benchmark.load()]);
    print(JSON.stringify(await onOwnDatabase(url, benchmark.name, measure), null, 2));
  },
};
