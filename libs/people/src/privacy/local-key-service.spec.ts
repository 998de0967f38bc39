import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { KeyServiceUnavailable } from './key-service.js';
import { KEY_FILE, LocalKeyService } from './local-key-service.js';

const secret = { name: 'one', key: Buffer.alloc(32, 7) };
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'almoner-keys-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the key service of a file', () => {
  it('makes its file at the first use, for its owner alone, and unwraps what it wrapped after a restart', async () => {
    const [wrapped] = await new LocalKeyService(folder).wrap([secret]);
    expect((await stat(join(folder, KEY_FILE))).mode & 0o777).toBe(0o600);
    expect(wrapped?.wrapped.includes(secret.key)).toBe(false);
    expect(await new LocalKeyService(folder).unwrap([wrapped!])).toEqual([secret.key]);
  });

  it('is one for all who come first at the same time', async () => {
    const services = Array.from({ length: 8 }, () => new LocalKeyService(join(folder, 'new')));
    expect(new Set(await Promise.all(services.map((each) => each.currentKek()))).size).toBe(1);
    expect(await readdir(join(folder, 'new'))).toEqual([KEY_FILE]);
  });

  it('refuses a file that others may read, and takes it again when they may not', async () => {
    const service = new LocalKeyService(folder);
    await service.currentKek();
    await chmod(join(folder, KEY_FILE), 0o640);
    const restarted = new LocalKeyService(folder);
    await expect(restarted.currentKek()).rejects.toThrow(KeyServiceUnavailable);
    await chmod(join(folder, KEY_FILE), 0o600);
    expect(await restarted.currentKek()).toBe(await service.currentKek());
  });

  it('says what is wrong with a damaged file without quoting it', async () => {
    await writeFile(join(folder, KEY_FILE), '"c2VjcmV0', { mode: 0o600 });
    const failure = await new LocalKeyService(folder).currentKek().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(KeyServiceUnavailable);
    expect(String(failure)).not.toContain('c2VjcmV0');
  });

  it('unwraps under the same name alone', async () => {
    const service = new LocalKeyService(folder);
    const [wrapped] = await service.wrap([secret]);
    await expect(service.unwrap([{ ...wrapped!, name: 'other' }])).rejects.toThrow(KeyServiceUnavailable);
  });

  it('wraps under a new key after a rotation, and still unwraps the old in every process', async () => {
    const [service, other] = [new LocalKeyService(folder), new LocalKeyService(folder)];
    const [before] = await service.wrap([secret]);
    await other.currentKek();
    const kekId = await service.rotate();
    const [after] = await service.wrap([secret]);
    expect(after?.kekId).toBe(kekId);
    expect(await other.unwrap([before!, after!])).toEqual([secret.key, secret.key]);
    await expect(service.remove(kekId)).rejects.toThrow('in use');
    await service.remove(before!.kekId);
    expect(await service.holds(before!.kekId)).toBe(false);
    await expect(service.unwrap([before!])).rejects.toThrow(KeyServiceUnavailable);
  });
});
