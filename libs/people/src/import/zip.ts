import { type Readable } from 'node:stream';
import { open, type Entry, type ZipFile } from 'yauzl';
import { FileRefused } from './problems.js';

/** The files within a ZIP archive, read one at a time and never as a whole. */
export class ZipArchive {
  private constructor(
    private readonly zip: ZipFile,
    private readonly entries: ReadonlyMap<string, Entry>,
  ) {}

  /** @throws FileRefused where it is no ZIP archive or a damaged one */
  static open(path: string): Promise<ZipArchive> {
    return new Promise((resolve, reject) => {
      open(path, { lazyEntries: true, autoClose: false }, (error, zip) => {
        if (error !== null) return reject(new FileRefused('FILE_DAMAGED'));
        const entries = new Map<string, Entry>();
        zip.on('entry', (entry: Entry) => {
          entries.set(entry.fileName.toLowerCase(), entry);
          zip.readEntry();
        });
        zip.on('end', () => resolve(new ZipArchive(zip, entries)));
        zip.on('error', () => {
          zip.close();
          reject(new FileRefused('FILE_DAMAGED'));
        });
        zip.readEntry();
      });
    });
  }

  has(name: string): boolean {
    return this.entries.has(name.toLowerCase());
  }

  /** The bytes of one file. @throws FileRefused where there is no such file, or it is damaged */
  async *bytes(name: string): AsyncGenerator<Buffer> {
    const entry = this.entries.get(name.toLowerCase());
    if (entry === undefined || entry.isEncrypted()) throw new FileRefused('FILE_DAMAGED');
    const stream = await new Promise<Readable>((resolve, reject) =>
      this.zip.openReadStream(entry, (error, opened) =>
        error === null ? resolve(opened) : reject(new FileRefused('FILE_DAMAGED')),
      ),
    );
    const pieces = (stream as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = await pieces.next().catch(() => {
          throw new FileRefused('FILE_DAMAGED');
        });
        if (next.done === true) return;
        yield next.value;
      }
    } finally {
      stream.destroy();
    }
  }

  close(): void {
    this.zip.close();
  }
}
