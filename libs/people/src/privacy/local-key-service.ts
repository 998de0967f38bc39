import { createSecretKey, randomBytes, randomUUID, type KeyObject } from 'node:crypto';
import { link, mkdir, open, rename, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { decrypt, encrypt } from './aead.js';
import { KeyService, KeyServiceUnavailable, type NamedKey, type WrappedKey } from './key-service.js';

/** The name of the file within the data folder. */
export const KEY_FILE = 'key-encryption-keys.json';
const FORMAT = 'almoner-keys/1';
const OTHERS = 0o077;

interface KeyFile {
  readonly format: typeof FORMAT;
  readonly current: string;
  /** By id, base64. */
  readonly keys: Readonly<Record<string, string>>;
}

interface Keks {
  readonly current: string;
  readonly keys: ReadonlyMap<string, KeyObject>;
}

/**
 * Key-encryption keys in a file that its owner alone may read. It is made at the first use; where it is lost, everything
 * that was wrapped under it is, so it is escrowed apart from the database.
 */
export class LocalKeyService extends KeyService {
  private readonly path: string;
  private loaded: Promise<Keks> | undefined;

  constructor(dataDir: string) {
    super();
    this.path = join(dataDir, KEY_FILE);
  }

  async currentKek(): Promise<string> {
    return (await this.keks()).current;
  }

  async holds(kekId: string): Promise<boolean> {
    return (await this.find(kekId)) !== undefined;
  }

  async wrap(keys: readonly NamedKey[]): Promise<readonly WrappedKey[]> {
    const { current: kekId } = await this.keks();
    const kek = await this.get(kekId);
    return keys.map(({ name, key }) => ({ name, kekId, wrapped: encrypt(kek, key, bound(name, kekId)) }));
  }

  async unwrap(keys: readonly WrappedKey[]): Promise<readonly Buffer[]> {
    const keks = new Map<string, KeyObject>();
    for (const kekId of new Set(keys.map((each) => each.kekId))) keks.set(kekId, await this.get(kekId));
    return keys.map(({ name, kekId, wrapped }) => {
      try {
        return decrypt(keks.get(kekId) as KeyObject, wrapped, bound(name, kekId));
      } catch {
        throw new KeyServiceUnavailable(`what was wrapped under ${kekId} cannot be unwrapped: it was changed`);
      }
    });
  }

  /** Adds a key-encryption key and wraps under it from now on; the earlier ones stay for what is wrapped under them. */
  async rotate(): Promise<string> {
    const { keys } = await this.readFile();
    const added = newKeys();
    await this.write({ ...added, keys: { ...keys, ...added.keys } }, rename);
    this.loaded = undefined;
    return added.current;
  }

  /** Removes a key-encryption key that nothing is wrapped under any more. @throws Error for the current one */
  async remove(kekId: string): Promise<void> {
    const file = await this.readFile();
    if (file.current === kekId) throw new Error(`${kekId} is in use`);
    const { [kekId]: _, ...keys } = file.keys;
    await this.write({ ...file, keys }, rename);
    this.loaded = undefined;
  }

  private async get(kekId: string): Promise<KeyObject> {
    const kek = await this.find(kekId);
    if (!kek) throw new KeyServiceUnavailable(`${this.path} holds no key ${kekId}: bring back the file that did`);
    return kek;
  }

  /** Another process may have added the key since the file was read. */
  private async find(kekId: string): Promise<KeyObject | undefined> {
    const kek = (await this.keks()).keys.get(kekId);
    if (kek) return kek;
    this.loaded = undefined;
    return (await this.keks()).keys.get(kekId);
  }

  private keks(): Promise<Keks> {
    this.loaded ??= this.load().catch((error: unknown) => {
      this.loaded = undefined;
      throw asUnavailable(error, this.path);
    });
    return this.loaded;
  }

  private async load(): Promise<Keks> {
    const { current, keys } = await this.readFile().catch(async (error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      await this.create();
      return this.readFile();
    });
    return {
      current,
      keys: new Map(Object.entries(keys).map(([id, key]) => [id, createSecretKey(Buffer.from(key, 'base64'))])),
    };
  }

  /** The first process that puts the file there wins; the others take its. */
  private async create(): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
    await this.write(newKeys(), async (from, to) => {
      await link(from, to).catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      });
      await unlink(from);
    });
  }

  private async write(file: KeyFile, place: (from: string, to: string) => Promise<void>): Promise<void> {
    const draft = `${this.path}.${randomUUID()}`;
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(`${JSON.stringify(file, undefined, 2)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await place(draft, this.path);
    const folder = await open(dirname(this.path));
    await folder.sync().finally(() => folder.close());
  }

  private async readFile(): Promise<KeyFile> {
    const handle = await open(this.path);
    try {
      const { mode, uid } = await handle.stat();
      if ((mode & OTHERS) !== 0)
        throw new KeyServiceUnavailable(`${this.path} may be read by others: set its mode to 600`);
      if (process.getuid !== undefined && uid !== process.getuid())
        throw new KeyServiceUnavailable(`${this.path} belongs to another user than the service's`);
      const file = JSON.parse(await handle.readFile('utf8')) as KeyFile;
      if (file.format !== FORMAT || file.keys[file.current] === undefined)
        throw new KeyServiceUnavailable(`${this.path} is no file of keys`);
      return file;
    } finally {
      await handle.close();
    }
  }
}

function newKeys(): KeyFile {
  const current = `local:${randomUUID()}`;
  return { format: FORMAT, current, keys: { [current]: randomBytes(32).toString('base64') } };
}

const bound = (name: string, kekId: string): string => JSON.stringify([FORMAT, name, kekId]);

/** Errors of parsing quote what they read: only the kind of an error is told. */
function asUnavailable(error: unknown, path: string): KeyServiceUnavailable {
  if (error instanceof KeyServiceUnavailable) return error;
  const { code = 'it is no JSON' } = error as { code?: string };
  return new KeyServiceUnavailable(`${path} cannot be read (${code})`);
}
