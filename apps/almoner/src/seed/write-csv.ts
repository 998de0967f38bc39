import { open } from 'node:fs/promises';

/** How much text is written at once, in characters. */
const CHUNK = 1_000_000;

/** Writes a new file piece by piece, readable by its owner alone. @throws as node:fs does, also where the file is there already */
export async function writeCsv(file: string, pieces: Iterable<string>): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    let text = '';
    for (const piece of pieces) {
      text += piece;
      if (text.length < CHUNK) continue;
      await handle.write(text);
      text = '';
    }
    await handle.write(text);
  } finally {
    await handle.close();
  }
}
