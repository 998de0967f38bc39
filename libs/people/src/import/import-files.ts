import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, mkdir, open, readdir, rename, rm, stat, truncate, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { FileRefused } from './problems.js';

/** Size and digest of a file. */
export interface FileMark {
  readonly bytes: number;
  readonly digest: Buffer;
}

/** Only the service itself may read what holds personal data. */
const OWNER_ONLY = 0o600;
const DAY_MS = 86_400_000;

/**
 * The folder with the files of imports: what was uploaded, until its import ends, and the rows that were not taken, until they
 * are removed. They hold personal data in clear.
 */
export class ImportFiles {
  constructor(private readonly folder: string) {}

  uploadOf(id: string): string {
    return join(this.folder, `${id}.upload`);
  }

  rejectedOf(id: string): string {
    return join(this.folder, `${id}.rejected.csv`);
  }

  /** Keeps an upload, whole or not at all. @throws FileRefused where it is larger than it may be */
  async receive(id: string, body: AsyncIterable<Uint8Array>, mostBytes: number): Promise<FileMark> {
    await this.prepare();
    const draft = `${this.uploadOf(id)}.${process.hrtime.bigint()}`;
    const file = await open(draft, 'wx', OWNER_ONLY);
    try {
      const hash = createHash('sha256');
      let bytes = 0;
      for await (const piece of body) {
        bytes += piece.length;
        if (bytes > mostBytes) throw new FileRefused('FILE_TOO_LARGE');
        hash.update(piece);
        await file.write(piece);
      }
      await file.sync();
      await file.close();
      await rename(draft, this.uploadOf(id));
      return { bytes, digest: hash.digest() };
    } catch (error) {
      await file.close().catch(() => undefined);
      await rm(draft, { force: true });
      throw error;
    }
  }

  /** Opens the file of rejected rows for more, cut to the length that it had at the last checkpoint. */
  async openRejected(id: string, length: number): Promise<RejectedRows> {
    await this.prepare();
    const path = this.rejectedOf(id);
    const file = await open(path, length === 0 ? 'w' : 'r+', OWNER_ONLY);
    if (length > 0) await truncate(path, length);
    return new RejectedRows(file, length);
  }

  async copyRejected(id: string, to: string): Promise<void> {
    await copyFile(this.rejectedOf(id), to);
  }

  async hasRejected(id: string): Promise<boolean> {
    return stat(this.rejectedOf(id)).then(
      () => true,
      () => false,
    );
  }

  async hasUpload(id: string): Promise<boolean> {
    return stat(this.uploadOf(id)).then(
      () => true,
      () => false,
    );
  }

  async removeUpload(id: string): Promise<void> {
    await rm(this.uploadOf(id), { force: true });
  }

  async removeAll(id: string): Promise<void> {
    await this.removeUpload(id);
    await rm(this.rejectedOf(id), { force: true });
  }

  /** Removes what nobody wrote to for so many days, also what no import knows of: uploads that broke off. */
  async removeOlderThan(days: number, now = Date.now()): Promise<void> {
    for (const name of await readdir(this.folder).catch(() => [])) {
      const path = join(this.folder, name);
      const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: now }));
      if (now - mtimeMs > days * DAY_MS) await rm(path, { force: true });
    }
  }

  private async prepare(): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
  }
}

/** The file of rejected rows while it is written. */
export class RejectedRows {
  constructor(
    private readonly file: FileHandle,
    private length: number,
  ) {}

  /** Adds text, safely on disk when it returns. @returns how long the file is then, in bytes */
  async add(text: string): Promise<number> {
    if (text === '') return this.length;
    const bytes = Buffer.from(text, 'utf8');
    await this.file.write(bytes, 0, bytes.length, this.length);
    await this.file.sync();
    this.length += bytes.length;
    return this.length;
  }

  close(): Promise<void> {
    return this.file.close();
  }
}

/** Size and digest of a file at hand. */
export async function markOf(path: string): Promise<FileMark> {
  const hash: Hash = createHash('sha256');
  let bytes = 0;
  for await (const piece of createReadStream(path) as AsyncIterable<Buffer>) {
    bytes += piece.length;
    hash.update(piece);
  }
  return { bytes, digest: hash.digest() };
}
