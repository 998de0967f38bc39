import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/** A file of the name lies there with other content; it is left as it is. */
export class BankFileDiffers extends Error {
  constructor(name: string) {
    super(`${name} is there with other content`);
    this.name = 'BankFileDiffers';
  }
}

/**
 * Puts a file into a folder for good: it appears whole under its name or not at all, and only its owner can read it. What
 * is being written has a name that begins with a dot. The same file again changes nothing.
 *
 * @returns the SHA-256 of the file, in hex
 * @throws BankFileDiffers instead of writing over another file
 */
export async function putBankFile(folder: string, name: string, text: string): Promise<string> {
  const bytes = Buffer.from(text);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const there = await readIfThere(join(folder, name));
  if (there === undefined) await write(folder, name, bytes);
  else if (!there.equals(bytes)) throw new BankFileDiffers(name);
  await syncFolder(folder);
  return createHash('sha256').update(bytes).digest('hex');
}

async function write(folder: string, name: string, bytes: Buffer): Promise<void> {
  const draft = join(folder, `.${name}.${randomUUID()}`);
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, join(folder, name));
  // What a process left behind that was killed while it wrote.
  const left = (await readdir(folder)).filter((each) => each.startsWith(`.${name}.`));
  for (const each of left) await unlink(join(folder, each)).catch(ignoreMissing);
}

/** The new name outlives a power cut. Where the system cannot sync a folder, it is left to the file system. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    return ignoreMissing(error);
  }
}

function ignoreMissing(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
  throw error;
}
