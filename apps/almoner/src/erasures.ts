import { readArguments } from './arguments.js';
import { Failure, UsageError, type Command, type Terminal } from './command.js';
import { withEngine, type CommandEngine } from './engine.js';
import type { Language } from './language.js';

type Report = import('#libs/people').FinishReport;
type Hindrance = Report['hindrances'][number];
type Row = {
  readonly id: string;
  readonly subject: string;
  readonly status: string;
  readonly requestedOn: string;
  readonly possibleFrom: string | null;
};

const statuses: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
  requested: { en: 'waits for a second person', zh: '待另一人批准' },
  approved: { en: 'approved; the keys are destroyed next', zh: '已批准，即将销毁密钥' },
  'keys-destroyed': { en: 'keys destroyed; waits for the clean-up', zh: '密钥已销毁，待清理' },
  refused: { en: 'turned down', zh: '不予删除' },
  completed: { en: 'complete', zh: '已完成' },
};

const hindrances: Readonly<Record<Hindrance['code'], Readonly<Record<Language, (what: string) => string>>>> = {
  'reader-behind': {
    en: (what) => `read model ${what} does not show the erasure yet: start the service, and see projections list`,
    zh: (what) => `读模型 ${what} 尚未反映删除：请启动服务，并查看 projections list`,
  },
  'reader-parked': {
    en: (what) => `read model ${what} has parked the erasure: see projections list, then projections retry`,
    zh: (what) => `读模型 ${what} 已搁置该删除：请查看 projections list，然后 projections retry`,
  },
  'old-transaction': {
    en: (what) => `${what} of the database looks at a state of before: end it, then clean up again`,
    zh: (what) => `数据库的 ${what} 仍在读取此前的状态：请结束后重新清理`,
  },
  'table-busy': {
    en: (what) => `table ${what} was in use all the time: clean up again at a quieter hour`,
    zh: (what) => `表 ${what} 一直被占用：请在空闲时段重新清理`,
  },
  'not-permitted': {
    en: (what) => `table ${what} may not be rewritten by the user of DATABASE_URL: let it own the database`,
    zh: (what) => `DATABASE_URL 的用户无权重写表 ${what}：请使其拥有该数据库`,
  },
};

const texts = {
  none: { en: 'no erasures', zh: '没有删除申请' },
  nothing: { en: 'nothing waits for a clean-up', zh: '没有待清理的删除' },
  from: { en: (day: string) => `possible from ${day}`, zh: (day: string) => `最早可删除日期 ${day}` },
  table: {
    en: (name: string, ms: number) => `almoner: ${name} rewritten; it was locked for ${ms} ms`,
    zh: (name: string, ms: number) => `almoner: 已重写 ${name}，锁定 ${ms} 毫秒`,
  },
  done: {
    en: ({ tables, buildsRemoved, walSegmentsRemoved }: Report) =>
      `${tables.length} tables rewritten, ${buildsRemoved} former builds and ${walSegmentsRemoved} write-ahead segments removed`,
    zh: ({ tables, buildsRemoved, walSegmentsRemoved }: Report) =>
      `重写 ${tables.length} 张表，移除 ${buildsRemoved} 个旧读模型、${walSegmentsRemoved} 个预写日志段`,
  },
  completed: {
    en: (count: number) => `${count} erasures complete`,
    zh: (count: number) => `完成 ${count} 项删除`,
  },
  left: { en: (what: string) => `not done from here: ${what}`, zh: (what: string) => `本处未能完成：${what}` },
  waiting: {
    en: (count: number) => `${count} erasures wait for the next clean-up`,
    zh: (count: number) => `${count} 项删除待下次清理`,
  },
} as const;

/** `erasures`: which there are, and removing what files of the database still hold of the erased. */
export const erasuresCommand: Command = {
  name: 'erasures',
  usage: 'list | clean [--json]',
  summary: {
    en: 'List erasures, and clean the database of what is left of the erased; locks tables for a while',
    zh: '列出删除申请，并清除数据库中已删除信息的残留（期间会短暂锁表）',
  },
  async run(args, terminal) {
    const { values, words } = readArguments(args, { options: { json: { type: 'boolean' } }, words: ['action'] });
    const [action = ''] = words;
    if (action !== 'list' && action !== 'clean') throw new UsageError(`unknown word '${action}': one of list, clean`);
    const act = action === 'list' ? list : clean;
    await withEngine({ ...terminal.env }, (engine) => act(engine, terminal, values.json ?? false));
  },
};

async function list({ parts }: CommandEngine, { language, print }: Terminal, json: boolean): Promise<void> {
  const { rows } = await parts.pool.query<Row>(
    `select id, subject, status, requested_on as "requestedOn", possible_from as "possibleFrom"
      from read.erasure order by first_position desc limit 1000`,
  );
  if (json) return print(JSON.stringify(rows, null, 2));
  if (rows.length === 0) return print(texts.none[language]);
  for (const { id, subject, status, requestedOn, possibleFrom } of rows) {
    const state = statuses[status]?.[language] ?? status;
    const from = possibleFrom === null ? [] : [texts.from[language](possibleFrom)];
    print([id, requestedOn, subject, state, ...from].join('  '));
  }
}

async function clean(engine: CommandEngine, terminal: Terminal, json: boolean): Promise<void> {
  const { env, language, print } = terminal;
  const [{ finishErasures, leftoverTexts }, { onDatabase }] = await Promise.all([
    import('#libs/people'),
    import('./backup/on-database.js'),
  ]);
  await onDatabase(env, async (owner) => {
    const report = await finishErasures(
      { ...engine, owner },
      {
        onTable: ({ name, lockedMs }) => void process.stderr.write(`${texts.table[language](name, lockedMs)}\n`),
      },
    );
    if (json) print(JSON.stringify(report));
    else for (const line of told(report, language, leftoverTexts)) print(line);
    if (report.waiting.length > 0) throw new Failure(texts.waiting[language](report.waiting.length));
  });
}

function told(
  report: Report,
  language: Language,
  leftoverTexts: typeof import('#libs/people').leftoverTexts,
): readonly string[] {
  const { tables, left, hindrances: hindered, completed, waiting } = report;
  if (completed.length + waiting.length === 0) return [texts.nothing[language]];
  return [
    ...(tables.length > 0 ? [texts.done[language](report)] : []),
    ...left.map((code) => texts.left[language](leftoverTexts[code][language])),
    ...hindered.map(({ code, what }) => hindrances[code][language](what)),
    texts.completed[language](completed.length),
  ];
}
