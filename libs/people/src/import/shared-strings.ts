import { FileRefused } from './problems.js';
import { readXml } from './xml.js';

const CHUNK = 1_048_576;
/** All texts of a workbook together, in bytes. */
const MOST_BYTES = 256 * 1_048_576;
const MOST_STRINGS = 20_000_000;

/**
 * The texts that the cells of a workbook refer to by number. They are kept as bytes: as strings, the texts of a large file
 * would take several times the room.
 */
export class SharedStrings {
  private readonly chunks: Buffer[] = [];
  private used = CHUNK;
  /** Chunk and offset of each text, one after the other. */
  private places = new Uint32Array(4_096);
  private count = 0;
  private bytes = 0;

  add(text: string): void {
    const bytes = Buffer.from(text, 'utf8');
    this.bytes += bytes.length;
    if (this.bytes > MOST_BYTES || this.count >= MOST_STRINGS) throw new FileRefused('FILE_TOO_LARGE');
    if (bytes.length + 4 > CHUNK - this.used) {
      this.chunks.push(Buffer.alloc(Math.max(CHUNK, bytes.length + 4)));
      this.used = 0;
    }
    const chunk = this.chunks.at(-1) as Buffer;
    chunk.writeUInt32LE(bytes.length, this.used);
    bytes.copy(chunk, this.used + 4);
    if (this.places.length < 2 * (this.count + 1)) {
      const places = new Uint32Array(2 * this.places.length);
      places.set(this.places);
      this.places = places;
    }
    this.places[2 * this.count] = this.chunks.length - 1;
    this.places[2 * this.count + 1] = this.used;
    this.count += 1;
    this.used += 4 + bytes.length;
  }

  /** @throws FileRefused where there is no such text */
  get(index: number): string {
    const chunk = index >= 0 && index < this.count ? this.chunks[this.places[2 * index] as number] : undefined;
    if (chunk === undefined) throw new FileRefused('FILE_DAMAGED');
    const at = this.places[2 * index + 1] as number;
    const length = chunk.readUInt32LE(at);
    return chunk.toString('utf8', at + 4, at + 4 + length);
  }
}

/** Reads the part of a workbook that holds them. */
export async function readSharedStrings(bytes: AsyncIterable<Buffer>): Promise<SharedStrings> {
  const strings = new SharedStrings();
  const text = new RichText();
  const listener = {
    open: (name: string) => text.open(name),
    text: (piece: string) => text.add(piece),
    close: (name: string) => {
      text.close(name);
      if (name === 'si') strings.add(text.take());
    },
  };
  for await (const _ of readXml(bytes, listener));
  return strings;
}

/** Puts the runs of a text together and leaves out how it is spoken. */
export class RichText {
  private text = '';
  private within = false;
  private spoken = false;

  open(name: string): void {
    if (name === 't') this.within = true;
    else if (name === 'rPh') this.spoken = true;
  }

  add(piece: string): void {
    if (this.within && !this.spoken) this.text += piece;
  }

  close(name: string): void {
    if (name === 't') this.within = false;
    else if (name === 'rPh') this.spoken = false;
  }

  take(): string {
    const { text } = this;
    this.text = '';
    return unescaped(text);
  }
}

/** Characters that XML cannot hold stand as `_x000D_`. */
export const unescaped = (text: string): string =>
  text.includes('_x')
    ? text.replaceAll(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    : text;
