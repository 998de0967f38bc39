import { readFile } from 'node:fs/promises';
import { readArguments } from './arguments.js';
import { Failure, UsageError, type Command, type Terminal } from './command.js';

type Areas = typeof import('#libs/areas');
type Tree = InstanceType<Areas['DatedTree']>;
type Change = import('#libs/areas').AreaChange;
type OwnAreas = import('#libs/areas').OwnAreas;
type AreaPart = import('#libs/areas').AreaPart;

const texts = {
  changed: {
    en: (begun: number, ended: number) => `${begun} areas or names begin, ${ended} end`,
    zh: (begun: number, ended: number) => `新增 ${begun} 条区划记录，终止 ${ended} 条`,
  },
  unchanged: { en: (count: number) => `${count} were there already`, zh: (count: number) => `${count} 条已存在` },
  leftOut: {
    en: (count: number) => `${count} villages are left out: their township is not there all that time`,
    zh: (count: number) => `略去 ${count} 个村级区划：在相应期间没有其乡级区划`,
  },
  fetching: { en: (what: string) => `fetching ${what} …`, zh: (what: string) => `正在获取 ${what} …` },
  progress: {
    en: (done: number, all: number) => `${done} of ${all} areas`,
    zh: (done: number, all: number) => `已写入 ${done} / ${all} 个区划`,
  },
  refusedRow: {
    en: (line: number, area: string, code: string, text: string) =>
      `line ${line}, ${area || '(no code)'}: ${code}: ${text}`,
    zh: (line: number, area: string, code: string, text: string) =>
      `第 ${line} 行，${area || '（无代码）'}：${code}：${text}`,
  },
  refusedRows: {
    en: (count: number) => `${count} lines were not taken: correct them and load the file again`,
    zh: (count: number) => `${count} 行未导入：请更正后重新导入该文件`,
  },
} as const;

/** What `areas` is asked to do. */
export type AreasRequest =
  | {
      readonly action: 'load';
      readonly province: string;
      readonly file: string | undefined;
      readonly asOf: string | undefined;
    }
  | { readonly action: 'import'; readonly file: string }
  | { readonly action: 'merge'; readonly code: string; readonly into: string; readonly from: string }
  | {
      readonly action: 'split';
      readonly code: string;
      readonly from: string;
      readonly parts: readonly AreaPart[];
    }
  | ({ readonly action: 'recode'; readonly code: string; readonly to: string; readonly from: string } & Names)
  | ({ readonly action: 'rename'; readonly code: string; readonly from: string } & Names);

interface Names {
  readonly nameZh: string | undefined;
  readonly nameEn: string | undefined;
}

const words: Readonly<Record<AreasRequest['action'], readonly string[]>> = {
  load: [],
  import: ['file'],
  merge: ['code', 'into'],
  split: ['code'],
  recode: ['code', 'new code'],
  rename: ['code'],
};

const optionsOf: Readonly<Record<AreasRequest['action'], readonly string[]>> = {
  load: ['villages', 'file', 'as-of'],
  import: [],
  merge: ['from'],
  split: ['into', 'assign', 'from'],
  recode: ['from', 'zh', 'en'],
  rename: ['from', 'zh', 'en'],
};

/** Reads the arguments of `areas`. @throws UsageError */
export function parseAreasRequest(args: readonly string[]): AreasRequest & { readonly json: boolean } {
  const text = { type: 'string' } as const;
  const action = (Object.keys(words) as AreasRequest['action'][]).find((each) => each === args[0]);
  if (action === undefined)
    throw new UsageError(
      args[0] === undefined
        ? '<action> is missing'
        : `unknown word '${args[0]}': one of ${Object.keys(words).join(', ')}`,
    );
  const { values, words: given } = readArguments(args.slice(1), {
    options: {
      ...{ villages: text, file: text, 'as-of': text, from: text, zh: text, en: text, into: text },
      assign: { type: 'string', multiple: true },
      json: { type: 'boolean' },
    },
    words: words[action],
  });
  const foreign = Object.keys(values).find((name) => name !== 'json' && !optionsOf[action].includes(name));
  if (foreign !== undefined) throw new UsageError(`--${foreign} does not belong to areas ${action}`);
  const [first = '', second = ''] = given;
  const names = { nameZh: values.zh, nameEn: values.en };
  const json = values.json ?? false;
  const from = () => dateOf('from', values.from);
  switch (action) {
    case 'load': {
      const { villages, file } = values;
      if (villages === undefined || !/^[1-9]\d$/.test(villages))
        throw new UsageError('--villages must be the first two digits of a province, such as 43');
      const asOf = values['as-of'] === undefined ? undefined : dateOf('as-of', values['as-of']);
      if (asOf !== undefined && file === undefined) throw new UsageError('--as-of belongs to --file');
      return { action, province: villages, file, asOf, json };
    }
    case 'import':
      return { action, file: first, json };
    case 'merge':
      return { action, code: first, into: second, from: from(), json };
    case 'split':
      return { action, code: first, from: from(), parts: partsOf(values.into, values.assign ?? []), json };
    case 'recode':
      return { action, code: first, to: second, from: from(), ...names, json };
    case 'rename':
      return { action, code: first, from: from(), ...names, json };
  }
}

/** Reads `<code>[=<Chinese name>[/<English name>]],…` and, for each that something goes to, `<code>=<area>,…`. */
function partsOf(into: string | undefined, assigned: readonly string[]): readonly AreaPart[] {
  const named = listOf(into).map((part) => {
    const [, code = '', nameZh, nameEn] = /^(\w+)(?:=([^/]+)(?:\/(.+))?)?$/.exec(part) ?? [];
    return { code, nameZh, nameEn };
  });
  if (named.length === 0 || named.some(({ code }) => code === ''))
    throw new UsageError(
      '--into must be codes like 430225108,430225109; a new one with its name: 430225108=东区镇/East',
    );
  const given = assigned.map((each) => {
    const [code, areas] = each.split('=');
    if (areas === undefined || !named.some((part) => part.code === code))
      throw new UsageError('--assign must be a code of --into and what goes to it, like 430225108=430225100201,…');
    return { code, areas: listOf(areas) };
  });
  return named.map((part) => ({
    ...part,
    areas: given.flatMap(({ code, areas }) => (code === part.code ? areas : [])),
  }));
}

const listOf = (text = ''): readonly string[] =>
  text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');

function dateOf(option: string, value: string | undefined): string {
  if (value === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(value) || Number.isNaN(Date.parse(value)))
    throw new UsageError(`--${option} must be a day like 2025-09-01`);
  return value;
}

/** `areas`: the tree of areas and what becomes of it over time. */
export const areasCommand: Command = {
  name: 'areas',
  usage:
    'load --villages <province> [--file <csv> [--as-of <date>]] | import <file> | merge <code> <into> --from <date> | split <code> --into <code>[=<name>],… --assign <code>=<area>,… --from <date> | recode <code> <new code> --from <date> [--zh <name>] [--en <name>] | rename <code> --from <date> [--zh <name>] [--en <name>] [--json]',
  summary: {
    en: 'Load villages or your own areas, and merge, divide, re-code or rename areas from a day on',
    zh: '加载村级区划或自有区划，并自某日起合并、拆分、变更代码或更名',
  },
  async run(args, terminal) {
    const request = parseAreasRequest(args);
    switch (request.action) {
      case 'load':
        return loadVillages(request, terminal);
      case 'import':
        return importFile(request, terminal);
      case 'merge':
        return alter(terminal, request.json, (areas, tree) => areas.mergeArea(tree, request));
      case 'split':
        return alter(terminal, request.json, (areas, tree) => areas.splitArea(tree, request));
      case 'recode':
        return alter(terminal, request.json, (areas, tree) => areas.recodeArea(tree, request));
      case 'rename':
        return alter(terminal, request.json, (areas, tree) => areas.renameArea(tree, request));
    }
  },
};

type Plan = (areas: Areas, tree: Tree) => Change;
type Load = Extract<AreasRequest, { action: 'load' }> & { readonly json: boolean };

async function loadVillages(request: Load, terminal: Terminal): Promise<void> {
  const { language } = terminal;
  const { villageList } = await import('./areas/villages.js');
  const list = await villageList(request, (what) => note(texts.fetching[language](what)));
  let leftOut = 0;
  const { ended, begun } = await changeTree(terminal, (areas, tree) => {
    const change = areas.planDivisions(tree, list);
    const begun = new Set(change.begun.map(({ code }) => code));
    leftOut = list.divisions.filter(({ code }) => !begun.has(code) && tree.versionsOf(code).length === 0).length;
    return change;
  });
  say(terminal, request.json, { ended, begun, leftOut }, [
    texts.changed[language](begun, ended),
    ...(leftOut > 0 ? [texts.leftOut[language](leftOut)] : []),
  ]);
}

async function importFile({ file, json }: { file: string; json: boolean }, terminal: Terminal): Promise<void> {
  const { language } = terminal;
  const [{ readAreaFile }, { rowFaults }] = await Promise.all([
    import('./areas/area-file.js'),
    import('./areas/texts.js'),
  ]);
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new Failure(`${file} cannot be read: ${error.message}`);
  });
  const rows = readAreaFile(text);
  let refused: OwnAreas['refused'] = [];
  let unchanged = 0;
  const { ended, begun } = await changeTree(terminal, (areas, tree) => {
    const own = areas.planOwnAreas(tree, rows);
    ({ refused, unchanged } = own);
    return own.change;
  });
  say(terminal, json, { ended, begun, unchanged, refused }, [
    ...refused.map(({ line, area, code }) => texts.refusedRow[language](line, area, code, rowFaults[code][language])),
    texts.changed[language](begun, ended),
    ...(unchanged > 0 ? [texts.unchanged[language](unchanged)] : []),
  ]);
  if (refused.length > 0) throw new Failure(texts.refusedRows[language](refused.length));
}

/** Changes one area. */
async function alter(terminal: Terminal, json: boolean, plan: Plan): Promise<void> {
  const { ended, begun } = await changeTree(terminal, plan);
  say(terminal, json, { ended, begun }, [texts.changed[terminal.language](begun, ended)]);
}

/** Changes the tree; processes that run notice it within seconds. @throws Failure in one line when it cannot be */
async function changeTree({ env, language }: Terminal, plan: Plan): Promise<{ ended: number; begun: number }> {
  const [areas, { onDatabase }, { refusals }] = await Promise.all([
    import('#libs/areas'),
    import('./backup/on-database.js'),
    import('./areas/texts.js'),
  ]);
  let outcome = { ended: 0, begun: 0 };
  const onProgress = (done: number, all: number) => {
    if (done < all) note(texts.progress[language](done, all));
  };
  await onDatabase(env, async (pool) => {
    try {
      outcome = await areas.changeAreas(pool, (tree) => plan(areas, tree), { onProgress });
    } catch (error) {
      if (!(error instanceof areas.AreaRefusal)) throw error;
      throw new Failure(`${error.area}: ${error.code}: ${refusals[error.code][language]}`);
    }
  });
  return outcome;
}

function say({ print }: Terminal, json: boolean, outcome: object, lines: readonly string[]): void {
  if (json) print(JSON.stringify(outcome));
  else for (const line of lines) print(line);
}

const note = (line: string): void => void process.stderr.write(`almoner: ${line}\n`);
