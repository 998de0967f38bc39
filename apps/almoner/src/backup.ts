import { resolve } from 'node:path';
import { readArguments } from './arguments.js';
import type { Language } from './language.js';
import type { Command } from './command.js';
import type { Manifest } from './backup/format.js';

const TEXTS = {
  en: {
    log: (events: number, head: string) => `${events} events, up to position ${head}`,
    noLog:
      'The log is NOT in it: it lies in EventStoreDB, and the tools of that server back it up. Back up the log first, then run this: numbers given out may be ahead of the log, never behind it.',
    rest: (tables: string) => `What the log does not say: ${tables}`,
    keys: (folder: string, files: string) =>
      `Keys are NOT in it; keep copies of them apart: ${files || 'none'} in ${folder}, and the table of keys by almoner keys backup`,
    done: (folder: string) => `The backup is whole: ${folder}`,
  },
  zh: {
    log: (events: number, head: string) => `${events} 个事件，至位置 ${head}`,
    noLog:
      '不含日志：日志在 EventStoreDB 中，须用该服务器自带的工具备份。请先备份日志，再运行本命令：已发出的编号可以多于日志，不可少于日志。',
    rest: (tables: string) => `日志之外的内容：${tables}`,
    keys: (folder: string, files: string) =>
      `不含密钥，请另存一份、分开保管：${folder} 中的 ${files || '（无）'}；密钥表用 almoner keys backup 备份`,
    done: (folder: string) => `备份完整：${folder}`,
  },
} as const;

/** `backup`: writes everything into a folder while the service runs. */
export const backupCommand: Command = {
  name: 'backup',
  usage: '<folder> [--json]',
  summary: {
    en: 'Write the log and all that belongs to it into a new folder, also while the service runs; keys stay out',
    zh: '将日志及相关内容备份到新文件夹，服务可照常运行；不含密钥',
  },
  async run(args, { env, language, print }) {
    const { words, values } = readArguments(args, { options: { json: { type: 'boolean' } }, words: ['folder'] });
    const [folder = ''] = words;
    const [{ onDatabase }, { writeBackup }, { Progress }] = await Promise.all([
      import('./backup/on-database.js'),
      import('./backup/write-backup.js'),
      import('./backup/progress.js'),
    ]);
    const dataDir = resolve(env['DATA_DIR']?.trim() || '.data');
    await onDatabase(env, async (pool) => {
      const progress = new Progress(language);
      const manifest = await writeBackup(pool, {
        folder,
        withLog: env['EVENT_STORE'] !== 'esdb',
        dataDir,
        keysDir: resolve(env['KEYS_DIR']?.trim() || dataDir),
        onProgress: (done, all) => progress.at(done, all),
      });
      for (const line of values.json ? [JSON.stringify(manifest)] : told(manifest, folder, language)) print(line);
    });
  },
};

function told({ log, tables, keys }: Manifest, folder: string, language: Language): string[] {
  const texts = TEXTS[language];
  return [
    log === null ? texts.noLog : texts.log(log.events, log.head ?? '-'),
    texts.rest(tables.map(({ table, lines }) => `${table} (${lines})`).join(', ')),
    texts.keys(keys.folder, keys.files.join(', ')),
    texts.done(resolve(folder)),
  ];
}
