import { readArguments } from './arguments.js';
import { UsageError, type Command } from './command.js';
import { isRotation, rotateKeys, rotations } from './keys/rotation.js';

const TEXTS = {
  en: {
    copied: (keys: number, file: string) =>
      `${keys} keys, wrapped, are in ${file}. Keep it apart from the backup of the log and from the key-encryption keys, 30 days at most: as long as it is kept, what was erased meanwhile can be brought back`,
    restored: (keys: number, erasures: number) =>
      `${keys} keys are restored, and ${erasures} erasures of the log carried out again`,
  },
  zh: {
    copied: (keys: number, file: string) =>
      `${keys} 个密钥（已加密）存于 ${file}。请与日志备份、密钥加密密钥分开存放，至多保留 30 天：保留期间，其后已删除的信息仍可能被恢复`,
    restored: (keys: number, erasures: number) => `已恢复 ${keys} 个密钥，并重新执行日志中的 ${erasures} 次删除`,
  },
} as const;

/** `keys`: the table of keys, which no backup of the log holds, into a file of its own and back; and what wraps them. */
export const keysCommand: Command = {
  name: 'keys',
  usage: 'backup <file> | restore <file> [--json] | show | rotate | rewrap',
  summary: {
    en: 'Copy the table of keys, which is in no backup of the log, and bring it back beside a restored log; wrap all keys under another key',
    zh: '单独备份密钥表（日志备份不含密钥表），或在恢复日志之后将其恢复；更换包裹全部密钥的密钥',
  },
  async run(args, { env, language, print }) {
    const { words, values } = readArguments(args, {
      options: { json: { type: 'boolean' } },
      words: ['action'],
      optionalWords: ['file'],
    });
    const [action = '', file = ''] = words;
    if (isRotation(action)) {
      if (words.length > 1 || values.json !== undefined) throw new UsageError(`keys ${action} takes nothing more`);
      return rotateKeys(action, { env, language, print });
    }
    if (action !== 'backup' && action !== 'restore')
      throw new UsageError(`unknown word '${action}': one of backup, restore, ${rotations.join(', ')}`);
    if (file === '') throw new UsageError('<file> is missing');
    const [{ onDatabase }, { copyKeys, putBackKeys }] = await Promise.all([
      import('./backup/on-database.js'),
      import('./keys/key-table.js'),
    ]);
    await onDatabase(env, async (pool) => {
      if (action === 'backup') {
        const copied = await copyKeys(pool, file);
        print(values.json ? JSON.stringify(copied) : TEXTS[language].copied(copied.keys, file));
        return;
      }
      const [{ DatabaseClock, WakeUp }, { readSettings }, { openEventStore }] = await Promise.all([
        import('#libs/event-sourcing'),
        import('#libs/platform'),
        import('../../api/src/open-event-store.js'),
      ]);
      const store = await openEventStore(readSettings(env), pool, new WakeUp(), new DatabaseClock(pool));
      try {
        const restored = await putBackKeys(pool, store, file);
        print(values.json ? JSON.stringify(restored) : TEXTS[language].restored(restored.keys, restored.erasures));
      } finally {
        await store.close();
      }
    });
  },
};
