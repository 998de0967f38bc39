import { readArguments } from './arguments.js';
import { Failure, UsageError, type Command, type Terminal } from './command.js';
import type { Language } from './language.js';

const texts = {
  columns: {
    en: ['projection', 'build', 'version', 'status', 'position', 'behind', 'events', 'parked'],
    zh: ['投影', '构建', '版本', '状态', '位置', '落后', '事件数', '停放'],
  },
  head: { en: (head: string) => `head of the log: ${head}`, zh: (head: string) => `日志末位：${head}` },
  swapped: {
    en: (name: string, differences: number | undefined) =>
      `${name} is shown from the new build${differences === undefined ? '' : `; ${differences} rows of the former one differed from the log`}`,
    zh: (name: string, differences: number | undefined) =>
      `${name} 已改由新构建提供${differences === undefined ? '' : `；旧构建有 ${differences} 行与日志不符`}`,
  },
  wentBack: {
    en: (name: string, build: number) => `${name} is shown from build ${build} again`,
    zh: (name: string, build: number) => `${name} 已恢复由构建 ${build} 提供`,
  },
  healed: {
    en: (stream: string, events: number) => `${stream}: healed, ${events} events folded`,
    zh: (stream: string, events: number) => `${stream}：已恢复，补算 ${events} 个事件`,
  },
  stillParked: {
    en: (stream: string, error: string) => `${stream}: still parked: ${error}`,
    zh: (stream: string, error: string) => `${stream}：仍停放：${error}`,
  },
  nothingParked: { en: () => 'nothing is parked', zh: () => '没有停放的流' },
  verified: {
    en: (rows: number, differences: number, parked: number) =>
      `${rows} rows, ${differences} differences${parked > 0 ? `, ${parked} streams parked` : ''}`,
    zh: (rows: number, differences: number, parked: number) =>
      `${rows} 行，${differences} 处不符${parked > 0 ? `，${parked} 个流停放` : ''}`,
  },
  progress: {
    en: (percent: number, rate: number, left: number | undefined) =>
      `${percent} % · ${rate} events/s${left === undefined ? '' : ` · ${left} s left`}`,
    zh: (percent: number, rate: number, left: number | undefined) =>
      `${percent} % · 每秒 ${rate} 个事件${left === undefined ? '' : ` · 剩余 ${left} 秒`}`,
  },
} as const;

const actions = ['list', 'rebuild', 'rollback', 'retry', 'verify'] as const;

interface Request {
  readonly action: (typeof actions)[number];
  readonly name: string | undefined;
  readonly stream: string | undefined;
  readonly json: boolean;
  readonly oneOf: number;
}

/** Reads the arguments of `projections`. @throws UsageError */
export function parseProjectionsRequest(args: readonly string[]): Request {
  const { values, words } = readArguments(args, {
    options: { json: { type: 'boolean' }, sample: { type: 'string' } },
    words: ['action'],
    optionalWords: ['projection', 'stream'],
  });
  const [action, name, stream] = words;
  const known = actions.find((each) => each === action);
  if (known === undefined) throw new UsageError(`unknown word '${action}': one of ${actions.join(', ')}`);
  if (name === undefined && (known === 'rebuild' || known === 'rollback'))
    throw new UsageError(`projections ${known} needs the name of a projection`);
  const { json = false, sample = '1' } = values;
  if (!/^[1-9]\d{0,4}$/.test(sample)) throw new UsageError('--sample must be a whole number: one stream of so many');
  return { action: known, name, stream, json, oneOf: Number(sample) };
}

/** `projections`: how the read models stand, making them anew, and proving them against the log. */
export const projectionsCommand: Command = {
  name: 'projections',
  usage:
    'list | rebuild <name> | rollback <name> | retry [<name> [<stream>]] | verify [<name>] [--sample <n>] [--json]',
  summary: {
    en: 'Show, rebuild, repair and verify the read models',
    zh: '查看、重建、修复和核对各读模型',
  },
  async run(args, terminal) {
    const request = parseProjectionsRequest(args);
    const { withEngine } = await import('./engine.js');
    await withEngine(terminal.env, async (engine) => {
      const named = ({ name }: { readonly name: string }) => request.name === undefined || name === request.name;
      const projections = engine.projections.filter(named);
      const processes = request.action === 'list' || request.action === 'retry' ? engine.processes.filter(named) : [];
      if (projections.length + processes.length === 0)
        throw new UsageError(
          `unknown projection '${request.name}': one of ${engine.projections.map(({ name }) => name).join(', ')}`,
        );
      await doing[request.action]({ ...engine, projections, processes }, request, terminal);
    });
  },
};

type Engine = import('./engine.js').CommandEngine;
type Action = (engine: Engine, request: Request, terminal: Terminal) => Promise<void>;

const doing: Readonly<Record<Request['action'], Action>> = {
  async list({ parts, kernel }, { name, json }, { print, language }) {
    const found = (await kernel.statuses(parts)).filter((status) => name === undefined || status.name === name);
    if (json) return print(JSON.stringify(found, null, 2));
    const rows = found.map((status) => [
      status.name,
      String(status.build ?? '-'),
      String(status.version ?? '-'),
      status.status,
      status.position,
      String(status.behind ?? '?'),
      String(status.eventsDone),
      String(status.parkedStreams),
    ]);
    for (const line of table([texts.columns[language], ...rows])) print(line);
    for (const { name: failing, error } of found) if (error !== undefined) print(`${failing}: ${error}`);
    for (const parked of await kernel.findParked(parts, name))
      print(`${parked.projection}: ${parked.streamId} @${parked.fromPosition}: ${parked.error} (${parked.attempts})`);
    print(texts.head[language](await parts.store.head()));
  },

  async rebuild({ parts, kernel, projections }, { json }, { print, language }) {
    const stop = new AbortController();
    const onSignal = () => stop.abort();
    process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
    for (const projection of projections) {
      const tell = throttled((progress) => {
        if (!json) process.stderr.write(`${progressLine(progress, language)}\n`);
      });
      const outcome = await kernel
        .rebuild(parts, projection, tell, stop.signal)
        .catch((error: unknown) => refused(error, kernel));
      if (outcome === undefined) throw new Failure('stopped; the service goes on with it');
      print(
        json
          ? JSON.stringify({ projection: projection.name, ...outcome })
          : texts.swapped[language](projection.name, outcome.differences),
      );
    }
  },

  async rollback({ parts, kernel, projections }, _, { print, language }) {
    for (const projection of projections) {
      const { build } = await kernel.rollBack(parts, projection).catch((error: unknown) => refused(error, kernel));
      print(texts.wentBack[language](projection.name, build));
    }
  },

  async retry({ parts, kernel, projections, processes }, { stream, json }, { print, language }) {
    const followers = [...projections, ...processes];
    const parked = (await kernel.findParked(parts)).filter(
      ({ projection, streamId }) =>
        followers.some(({ name }) => name === projection) && (stream === undefined || streamId === stream),
    );
    const builds = await kernel.findBuilds(parts.pool);
    if (parked.length === 0 && !json) print(texts.nothingParked[language]());
    let still = 0;
    for (const { projection, build, streamId } of parked) {
      const follower = followers.find((each) => each.name === projection);
      const at = builds.find((each) => each.projection === projection && each.build === build);
      const known =
        at === undefined || projections.some(({ name, version }) => name === projection && version === at.version);
      const place = { key: { projection, build }, schema: at?.schema ?? 'public', streamId };
      const tried =
        follower === undefined || !known
          ? { streamId, healed: false, events: 0, error: `build ${build} is of another version of the program` }
          : await kernel.retryParked(parts, follower, place);
      if (!tried.healed) still += 1;
      if (json) print(JSON.stringify({ projection, build, ...tried }));
      else if (tried.healed) print(texts.healed[language](streamId, tried.events));
      else print(texts.stillParked[language](streamId, tried.error ?? ''));
    }
    if (still > 0) throw new Failure(`${still} streams are still parked`);
  },

  async verify({ parts, kernel, projections }, { oneOf, json }, { print, language }) {
    let differences = 0;
    for (const projection of projections) {
      const found = await kernel.verifyProjection(parts, projection, { oneOf, seed: Date.now() % 1_000 });
      if (json) print(JSON.stringify(found));
      else
        print(
          `${found.projection.padEnd(16)} ${texts.verified[language](found.rows, found.differences, found.parked)}`,
        );
      differences += found.differences;
    }
    if (differences > 0) throw new Failure(`${differences} rows differ from the log`);
  },
};

type Kernel = Engine['kernel'];
type Progress = Parameters<Parameters<Kernel['rebuild']>[2]>[0];

function refused(error: unknown, { MaintenanceRefused }: Kernel): never {
  throw error instanceof MaintenanceRefused ? new Failure(error.message) : error;
}

const progressLine = ({ ratio, eventsPerSecond, secondsLeft }: Progress, language: Language): string =>
  texts.progress[language](Math.floor(ratio * 100), eventsPerSecond, secondsLeft);

/** Passes on at most one call a second, and always the first. */
function throttled(tell: (progress: Progress) => void): (progress: Progress) => void {
  let last = -Infinity;
  return (progress) => {
    const now = performance.now();
    if (now - last < 1_000) return;
    last = now;
    tell(progress);
  };
}

/** Lines whose columns stand under each other; Chinese characters are two columns wide. */
function table(rows: readonly (readonly string[])[]): string[] {
  const width = (text: string) => [...text].reduce((sum, char) => sum + (/[\u2e80-\uffef]/u.test(char) ? 2 : 1), 0);
  const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => width(row[index] ?? ''))));
  return rows.map((row) =>
    row
      .map((cell, index) => cell + ' '.repeat((widths[index] ?? 0) - width(cell)))
      .join('  ')
      .trimEnd(),
  );
}
