import { readArguments } from './arguments.js';
import { Failure, UsageError, type Command, type Terminal } from './command.js';

/** What `seed` is asked to make up. */
export interface SeedRequest {
  readonly households: number;
  readonly areas: readonly string[];
  readonly seed: number;
  readonly csv: string | undefined;
  readonly asOf: string | undefined;
  readonly mistakes: boolean;
  readonly json: boolean;
}

const texts = {
  progress: {
    en: (done: number, all: number, rate: number, left: number) =>
      `${done} of ${all} households, ${rate} a second, ${left} s left`,
    zh: (done: number, all: number, rate: number, left: number) =>
      `已处理 ${done} / ${all} 户，每秒 ${rate} 户，剩余 ${left} 秒`,
  },
  registered: {
    en: (households: number) => `${households} made-up households are registered`,
    zh: (households: number) => `已登记 ${households} 户虚构家庭`,
  },
  refused: {
    en: (households: number, code: string) => `${households} were refused: ${code}`,
    zh: (households: number, code: string) => `${households} 户未予登记：${code}`,
  },
  written: {
    en: (households: number, people: number, file: string) =>
      `${households} made-up households with ${people} people are in ${file}`,
    zh: (households: number, people: number, file: string) => `已将 ${households} 户虚构家庭、${people} 人写入 ${file}`,
  },
} as const;

/** Reads the arguments of `seed`. @throws UsageError */
export function parseSeedRequest(args: readonly string[]): SeedRequest {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const { values } = readArguments(args, {
    options: { households: text, area: text, seed: text, csv: text, 'as-of': text, mistakes: flag, json: flag },
  });
  const { csv, area, mistakes = false, json = false } = values;
  const asOf = values['as-of'];
  if (area === undefined || !/^\d{6,12}(,\d{6,12})*$/.test(area))
    throw new UsageError('--area must be the code of an area, or several with commas between, such as 430225');
  if (asOf !== undefined && (!/^\d{4}-\d{2}-\d{2}$/.test(asOf) || Number.isNaN(Date.parse(asOf))))
    throw new UsageError('--as-of must be a day like 2025-09-01');
  if (csv === '') throw new UsageError('--csv must name a file');
  const households = wholeOf('households', values.households, 1_000);
  return { households, areas: area.split(','), seed: wholeOf('seed', values.seed, 1), csv, asOf, mistakes, json };
}

function wholeOf(option: string, value: string | undefined, otherwise: number): number {
  if (value === undefined) return otherwise;
  if (!/^\d{1,9}$/.test(value)) throw new UsageError(`--${option} must be a whole number`);
  return Number(value);
}

/** `seed`: made-up households, for trying things out. */
export const seedCommand: Command = {
  name: 'seed',
  usage: '--area <code>[,<code>] [--households <n>] [--seed <n>] [--csv <file>] [--as-of <date>] [--mistakes] [--json]',
  summary: {
    en: 'Make up plausible households, the same for the same seed, and register them or write them into a file to be imported; nobody in them is real',
    zh: '按种子生成拟真的虚构家庭（同一种子结果相同），直接登记或写成可导入的文件；其中没有真实人员',
  },
  async run(args, terminal) {
    const request = parseSeedRequest(args);
    const { csv } = request;
    await (csv === undefined ? register(request, terminal) : writeFile(request, csv, terminal));
  },
};

async function writeFile(request: SeedRequest, file: string, { language, print }: Terminal): Promise<void> {
  const [{ generateHouseholds, householdCsv, householdCsvHeader }, { localDate }, { writeCsv }, { Progress }] =
    await Promise.all([
      import('#libs/people'),
      import('#libs/calendar'),
      import('./seed/write-csv.js'),
      import('./seed/progress.js'),
    ]);
  const plan = planOf(request, request.asOf ?? localDate(new Date().toISOString(), 'Asia/Shanghai'));
  const progress = new Progress(texts.progress[language], plan.households);
  let [households, people] = [0, 0];
  function* pieces(drafts: ReturnType<typeof generateHouseholds>): Generator<string> {
    yield householdCsvHeader(language);
    for (const draft of drafts) {
      people += draft.members.length;
      yield householdCsv(draft, `S${plan.seed}-${++households}`);
      progress.at(households);
    }
  }
  try {
    await writeCsv(file, pieces(generateHouseholds(plan)));
  } catch (error) {
    if (error instanceof RangeError) throw new Failure(error.message);
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== undefined) throw new Failure(`${file} cannot be written: ${message}`);
    throw error;
  }
  if (request.json) print(JSON.stringify({ households, people, file }));
  else print(texts.written[language](households, people, file));
}

/** At most so many households are registered at once. */
const IN_FLIGHT = 64;

async function register(request: SeedRequest, { env, language, print }: Terminal): Promise<void> {
  const [{ generateHouseholds }, { withRegistrar }, { registerAll }, { Progress }] = await Promise.all([
    import('#libs/people'),
    import('./seed/with-registrar.js'),
    import('./seed/register-all.js'),
    import('./seed/progress.js'),
  ]);
  const { registered, refused } = await withRegistrar({ ...env }, request, async ({ today, register, codeOf }) => {
    const plan = planOf(request, request.asOf ?? today);
    const progress = new Progress(texts.progress[language], plan.households);
    const onProgress = (done: number) => progress.at(done);
    try {
      return await registerAll(generateHouseholds(plan), { register, codeOf, inFlight: IN_FLIGHT, onProgress });
    } catch (error) {
      throw error instanceof RangeError ? new Failure(error.message) : error;
    }
  });
  if (request.json) return print(JSON.stringify({ registered, refused }));
  print(texts.registered[language](registered));
  for (const [code, count] of Object.entries(refused)) print(texts.refused[language](count, code));
}

const planOf = ({ areas, households, seed, mistakes }: SeedRequest, today: string) => ({
  areas: areas.map((code) => ({ code })),
  households,
  seed,
  today,
  mistakes,
});
