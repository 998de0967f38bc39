import { readArguments } from './arguments.js';
import type { Manifest } from './backup/format.js';
import { Failure, type Command } from './command.js';
import type { Language } from './language.js';

const TEXTS = {
  en: {
    log: (events: number, head: string) =>
      `${events} events are restored, up to position ${head}, every byte as it was`,
    noLog: 'What belongs to the log is restored; the log itself is restored by the tools of EventStoreDB',
    next: 'Then start the service: it makes the read models anew',
    keys: (folder: string, files: string) =>
      `Keys come from their own copies: ${files || 'none'}, which were in ${folder}, and the table of keys by almoner keys restore`,
  },
  zh: {
    log: (events: number, head: string) => `已恢复 ${events} 个事件，至位置 ${head}，逐字节一致`,
    noLog: '日志之外的内容已恢复；日志本身须用 EventStoreDB 的工具恢复',
    next: '然后启动服务：各读表将重新生成',
    keys: (folder: string, files: string) =>
      `密钥须从其单独的备份取回：${files || '（无）'}，原在 ${folder}；密钥表用 almoner keys restore 恢复`,
  },
} as const;

/** `restore`: brings a backup into an empty place. */
export const restoreCommand: Command = {
  name: 'restore',
  usage: '<folder> [--json]',
  summary: {
    en: 'Check a backup and bring it into an empty database; the service must not run',
    zh: '核验备份并恢复到空数据库；服务须先停止',
  },
  async run(args, { env, language, print }) {
    const { words, values } = readArguments(args, { options: { json: { type: 'boolean' } }, words: ['folder'] });
    const [folder = ''] = words;
    const [{ schema }, { Damaged }, { onDatabase }, { openBackup }, { restoreBackup }, { Progress }] =
      await Promise.all([
        import('../../api/src/registers.js'),
        import('./backup/format.js'),
        import('./backup/on-database.js'),
        import('./backup/open-backup.js'),
        import('./backup/restore-backup.js'),
        import('./backup/progress.js'),
      ]);
    await onDatabase(env, async (pool, databaseUrl) => {
      try {
        const manifest = await openBackup(folder);
        if ((manifest.log === null) !== (env['EVENT_STORE'] === 'esdb'))
          throw new Failure('this backup is of a service with another EVENT_STORE');
        const progress = new Progress(language);
        const onProgress = (done: number, all: number) => progress.at(done, all);
        await restoreBackup(pool, {
          folder,
          manifest,
          databaseUrl,
          schema,
          onProgress,
        });
        for (const line of values.json ? [JSON.stringify(manifest)] : told(manifest, language)) print(line);
      } catch (error) {
        if (error instanceof Damaged)
          throw new Failure(`the backup is damaged, and nothing was restored: ${error.message}`);
        throw error;
      }
    });
  },
};

function told({ log, keys }: Manifest, language: Language): string[] {
  const texts = TEXTS[language];
  return [
    log === null ? texts.noLog : texts.log(log.events, log.head ?? '-'),
    texts.keys(keys.folder, keys.files.join(', ')),
    texts.next,
  ];
}
