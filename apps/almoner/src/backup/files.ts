import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { Damaged, type FileEntry } from './format.js';

/** Writes one file of lines, compressed, synced when closed, and readable by its owner alone. */
export class LineWriter {
  private readonly gzip = createGzip({ level: 3 });
  private readonly hash = createHash('sha256');
  private readonly done: Promise<void>;
  private bytes = 0;
  private lines = 0;
  /** Characters written, before compression. */
  size = 0;

  constructor(
    folder: string,
    private readonly name: string,
  ) {
    const { hash } = this;
    const count = (length: number) => (this.bytes += length);
    this.done = pipeline(
      this.gzip,
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          hash.update(chunk);
          count(chunk.length);
          yield chunk;
        }
      },
      createWriteStream(join(folder, name), { flags: 'wx', mode: 0o600, flush: true }),
    );
    this.done.catch(() => undefined);
  }

  async write(lines: readonly string[]): Promise<void> {
    if (lines.length === 0) return;
    const text = `${lines.join('\n')}\n`;
    this.lines += lines.length;
    this.size += text.length;
    if (!this.gzip.write(text)) await Promise.race([once(this.gzip, 'drain'), this.done]);
  }

  async close(): Promise<FileEntry> {
    this.gzip.end();
    await this.done;
    return { name: this.name, sha256: this.hash.digest('hex'), bytes: this.bytes, lines: this.lines };
  }
}

/** Reads a whole file. @throws Damaged when it is missing or not the one that was written */
export async function checkFile(folder: string, { name, bytes, sha256 }: FileEntry): Promise<void> {
  const hash = createHash('sha256');
  let found = 0;
  try {
    for await (const chunk of createReadStream(join(folder, name)) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      found += chunk.length;
    }
  } catch (error) {
    throw new Damaged(`${name} cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})`);
  }
  if (found !== bytes) throw new Damaged(`${name} has ${found} bytes instead of ${bytes}`);
  if (hash.digest('hex') !== sha256) throw new Damaged(`${name} was changed: its checksum is another`);
}

/** The lines of a file, some at a time, checked again while they are read. @throws Damaged */
export async function* readLines(
  folder: string,
  { name, sha256, lines }: FileEntry,
): AsyncGenerator<readonly string[]> {
  const hash = createHash('sha256');
  const gunzip = createGunzip({ chunkSize: 256 * 1024 });
  const source = createReadStream(join(folder, name)).on('data', (chunk) => hash.update(chunk));
  const piped = pipeline(source, gunzip);
  piped.catch(() => undefined);
  let read = 0;
  let rest: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      const all = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const end = all.lastIndexOf(10);
      rest = all.subarray(end + 1);
      if (end < 0) continue;
      const found = all.toString('utf8', 0, end).split('\n');
      read += found.length;
      yield found;
    }
    await piped;
  } catch (error) {
    if (error instanceof Error && /^(Z_|E[A-Z]+$)/.test((error as NodeJS.ErrnoException).code ?? ''))
      throw new Damaged(`${name} cannot be read (${error.message})`);
    throw error;
  }
  if (rest.length > 0 || read !== lines || hash.digest('hex') !== sha256)
    throw new Damaged(`${name} changed while it was read`);
}

/** Makes sure that names in a folder survive a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  await handle.sync();
  await handle.close();
}
