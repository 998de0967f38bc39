import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Pool } from 'pg';

/** A text as it may lie in a table, a file or an export: in several encodings. */
export const formsOf = (text: string): readonly Buffer[] => {
  const escaped = [...text].map((each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
  const bytes = Buffer.from(text);
  return [
    bytes,
    Buffer.from(text, 'utf16le'),
    Buffer.from(bytes.toString('hex')),
    Buffer.from(escaped),
    Buffer.from(bytes.toString('base64').replace(/=+$/, '').slice(0, -1)),
  ];
};

/** Tables, catalogs among them, in which any of the texts stands in any column, also in hexadecimal. */
export async function tablesWith(pool: Pool, texts: readonly string[]): Promise<readonly string[]> {
  const { rows: tables } = await pool.query<{ name: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind = 'r' and n.nspname !~ '^pg_toast' order by 1`,
  );
  const found: string[] = [];
  const patterns = texts.flatMap((text) => [`%${text}%`, `%${Buffer.from(text).toString('hex')}%`]);
  for (const { name } of tables) {
    const { rows } = await pool.query(`select from ${name} t where t::text like any ($1) limit 1`, [patterns]);
    if (rows.length > 0) found.push(name);
  }
  return found;
}

/** Files below a folder that hold any of the texts byte by byte, unpacked where they are packed. */
export function filesWith(folder: string, texts: readonly string[], skip = (_path: string) => false): string[] {
  const forms = texts.flatMap(formsOf);
  const found: string[] = [];
  const look = (path: string): void => {
    if (skip(path)) return;
    // The server removes files while they are looked at.
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat?.isDirectory() === true) for (const name of readdirSync(path)) look(join(path, name));
    else if (stat?.isFile() === true) {
      const read = readFileSync(path);
      const bytes = path.endsWith('.gz') ? gunzipSync(read) : read;
      if (forms.some((form) => bytes.includes(form))) found.push(path);
    }
  };
  look(folder);
  return found;
}
