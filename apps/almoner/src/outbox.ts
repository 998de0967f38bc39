import { readArguments } from './arguments.js';
import { Failure, UsageError, type Command } from './command.js';
import type { Language } from './language.js';

type Entry = import('#libs/event-sourcing').OutboxEntry;

const texts = {
  nothing: { en: 'nothing waits', zh: '没有待投递的内容' },
  next: {
    en: (attempts: number, due: string) => `${attempts} tries, the next at ${due}`,
    zh: (attempts: number, due: string) => `已尝试 ${attempts} 次，下次 ${due}`,
  },
  delivered: {
    en: (at: string, receipt: string) => `delivered at ${at}: ${receipt}`,
    zh: (at: string, receipt: string) => `已于 ${at} 投递：${receipt}`,
  },
  due: {
    en: (count: number) => `${count} due now; the service delivers them`,
    zh: (count: number) => `${count} 项改为立即投递，由服务执行`,
  },
} as const;

/** How many of those that are delivered are shown. */
const shown = { waiting: 1_000, delivered: 100 };

interface Request {
  readonly action: 'list' | 'retry';
  readonly id: string | undefined;
  readonly all: boolean;
  readonly json: boolean;
}

/** Reads the arguments of `outbox`. @throws UsageError */
export function parseOutboxRequest(args: readonly string[]): Request {
  const { values, words } = readArguments(args, {
    options: { all: { type: 'boolean' }, json: { type: 'boolean' } },
    words: ['action'],
    optionalWords: ['id'],
  });
  const [action, id] = words;
  if (action !== 'list' && action !== 'retry') throw new UsageError(`unknown word '${action}': one of list, retry`);
  const { all = false, json = false } = values;
  if (action === 'list' && id !== undefined) throw new UsageError('outbox list takes no id');
  if (action === 'retry' && all) throw new UsageError('--all belongs to outbox list');
  if (id !== undefined && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id))
    throw new UsageError(`'${id}' is not the id of a message`);
  return { action, id, all, json };
}

/** `outbox`: what waits to leave the database, and trying it again at once. */
export const outboxCommand: Command = {
  name: 'outbox',
  usage: 'list [--all] | retry [<id>] [--json]',
  summary: {
    en: 'Show what waits to be delivered, such as bank files, and try it again now',
    zh: '查看待投递的内容（如银行文件），并立即重试',
  },
  async run(args, { env, language, print }) {
    const { action, id, all, json } = parseOutboxRequest(args);
    const { withEngine } = await import('./engine.js');
    await withEngine(env, async ({ parts: { pool }, kernel }) => {
      if (action === 'retry') {
        const count = await kernel.retryOutbox(pool, id);
        if (count === 0 && id !== undefined) throw new Failure(`no message ${id} waits`);
        return print(json ? JSON.stringify({ due: count }) : texts.due[language](count));
      }
      const entries = [
        ...(await kernel.findOutbox(pool, 'waiting', shown.waiting)),
        ...(all ? await kernel.findOutbox(pool, 'delivered', shown.delivered) : []),
      ];
      if (json) return print(JSON.stringify(entries, null, 2));
      if (entries.length === 0) return print(texts.nothing[language]);
      for (const entry of entries) print(lineOf(entry, language));
    });
  },
};

function lineOf(entry: Entry, language: Language): string {
  const { id, kind, target, payload, attempts, dueAt, lastError, deliveredAt, receipt } = entry;
  const what = Object.entries(payload).map(([name, value]) => `${name}=${value}`);
  const state =
    deliveredAt === null
      ? texts.next[language](attempts, dueAt.toISOString())
      : texts.delivered[language](deliveredAt.toISOString(), receipt ?? '');
  return [id, `${kind} → ${target}`, ...what, state, ...(lastError === null ? [] : [lastError])].join('  ');
}
