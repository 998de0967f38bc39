import { Failure, type Terminal } from '../command.js';

const texts = {
  current: {
    en: (id: string) => `${id}  new keys are wrapped under it`,
    zh: (id: string) => `${id}  新密钥以此包裹`,
  },
  inUse: {
    en: (id: string) => `${id}  something is still wrapped under it: run keys rewrap`,
    zh: (id: string) => `${id}  仍有密钥以此包裹：请运行 keys rewrap`,
  },
  missing: {
    en: (id: string) => `${id}  IS MISSING: bring back the file that holds it`,
    zh: (id: string) => `${id}  缺失：请恢复包含它的文件`,
  },
  rewrapped: {
    en: (count: number) => `${count} keys wrapped anew`,
    zh: (count: number) => `已重新包裹 ${count} 个密钥`,
  },
  next: {
    en: (folder: string) =>
      `Restart the service, run keys rewrap, and put a copy of the file in ${folder} in escrow, apart from the database`,
    zh: (folder: string) => `请重启服务，运行 keys rewrap，并将 ${folder} 中的文件另行托管，与数据库分开`,
  },
} as const;

/** What can be done with key-encryption keys. */
export const rotations = ['show', 'rotate', 'rewrap'] as const;
export type Rotation = (typeof rotations)[number];

export const isRotation = (word: string): word is Rotation => rotations.some((each) => each === word);

/**
 * Shows the key-encryption keys that are in use; `rotate` adds one before, `rewrap` wraps every key under the present one. No
 * event changes. @throws Failure where the keys cannot be had
 */
export async function rotateKeys(action: Rotation, { env, language, print }: Terminal): Promise<void> {
  const [{ onDatabase }, people, { readSettings }] = await Promise.all([
    import('../backup/on-database.js'),
    import('#libs/people'),
    import('#libs/platform'),
  ]);
  const { keysDir } = readSettings(env);
  const keyService = new people.LocalKeyService(keysDir);
  await onDatabase(env, async (owner) => {
    try {
      if (action === 'rotate') await keyService.rotate();
      if (action !== 'show') print(texts.rewrapped[language](await people.rewrapKeys(owner, keyService)));
      const [current, inUse, missing] = await Promise.all([
        keyService.currentKek(),
        people.keksInUse(owner),
        people.missingKeks(owner, keyService),
      ]);
      print(texts.current[language](current));
      for (const id of inUse.filter((each) => each !== current))
        print((missing.includes(id) ? texts.missing : texts.inUse)[language](id));
    } catch (error) {
      if (error instanceof people.KeyServiceUnavailable) throw new Failure(error.message);
      throw error;
    }
    if (action === 'rotate') print(texts.next[language](keysDir));
  });
}
