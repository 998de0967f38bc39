import { createReadStream } from 'node:fs';
import { TextDecoder } from 'node:util';
import type { SourceRow } from './cell.js';
import { HEADER_ROWS, headingsIn } from './heading.js';
import { CsvParser } from './csv-parser.js';
import { FileRefused } from './problems.js';

type Encoding = 'utf-8' | 'gb18030' | 'utf-16le' | 'utf-16be';

const PIECE = 64 * 1024;
const separators = [',', ';', '\t'] as const;

/** The rows of a CSV file from its first line on. @throws FileRefused */
export async function openCsv(path: string): Promise<() => AsyncGenerator<readonly SourceRow[]>> {
  const encoding = await encodingOf(path);
  const separator = await separatorOf(path, encoding);
  return () => rowsOf(path, encoding, separator);
}

/** A file is UTF-8 or UTF-16 where it says so; else UTF-8 where all of it can be read so; else GB18030. */
async function encodingOf(path: string): Promise<Encoding> {
  for await (const piece of pieces(path)) {
    const mark = piece.subarray(0, 2).toString('hex');
    if (mark === 'fffe') return 'utf-16le';
    if (mark === 'feff') return 'utf-16be';
    break;
  }
  for (const encoding of ['utf-8', 'gb18030'] as const) if (await canBe(path, encoding)) return encoding;
  throw new FileRefused('FILE_ENCODING_UNKNOWN');
}

async function canBe(path: string, encoding: Encoding): Promise<boolean> {
  try {
    for await (const text of texts(path, encoding))
      if (text.includes('\0')) throw new FileRefused('FILE_FORMAT_UNKNOWN');
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return false;
    throw error;
  }
}

/** The separator under which a row of the first ones has most of the known headings. */
async function separatorOf(path: string, encoding: Encoding): Promise<string> {
  let head = '';
  for await (const text of texts(path, encoding)) {
    head += text;
    if (head.length > PIECE) break;
  }
  const scores = separators.map((separator) => {
    const rows = new CsvParser(separator).push(`${head}\n`);
    return Math.max(0, ...rows.slice(0, HEADER_ROWS).map(headingsIn));
  });
  return separators[scores.indexOf(Math.max(...scores))] ?? ',';
}

async function* rowsOf(path: string, encoding: Encoding, separator: string): AsyncGenerator<readonly SourceRow[]> {
  const parser = new CsvParser(separator);
  for await (const text of texts(path, encoding)) {
    const rows = parser.push(text);
    if (rows.length > 0) yield rows;
  }
  yield parser.end();
}

const pieces = (path: string) => createReadStream(path, { highWaterMark: PIECE }) as AsyncIterable<Buffer>;

/** @throws ERR_ENCODING_INVALID_ENCODED_DATA where the bytes are of another encoding; FileRefused where this Node.js does not know it */
async function* texts(path: string, encoding: Encoding): AsyncGenerator<string> {
  const decoder = decoderOf(encoding);
  for await (const piece of pieces(path)) yield decoder.decode(piece, { stream: true });
  yield decoder.decode();
}

function decoderOf(encoding: Encoding): TextDecoder {
  try {
    return new TextDecoder(encoding, { fatal: true });
  } catch {
    throw new FileRefused('FILE_ENCODING_MISSING');
  }
}
