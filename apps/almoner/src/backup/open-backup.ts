import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Failure } from '../command.js';
import { checkFile } from './files.js';
import { Damaged, MANIFEST, readManifest, type FileEntry, type Manifest } from './format.js';

/**
 * Reads the manifest of a backup and every file once.
 * @throws Damaged naming the file that is missing or was changed
 * @throws Failure where there is no backup
 */
export async function openBackup(folder: string): Promise<Manifest> {
  const path = join(folder, MANIFEST);
  if (!existsSync(path)) throw new Failure(`${folder} holds no whole backup: there is no ${MANIFEST}`);
  const manifest = readManifest(readFileSync(path, 'utf8'));
  for (const file of filesOf(manifest)) {
    if (basename(file.name) !== file.name) throw new Damaged(`${file.name} is no name of a file`);
    await checkFile(folder, file);
  }
  return manifest;
}

const filesOf = ({ log, tables }: Manifest): readonly FileEntry[] => [
  ...(log === null ? [] : [...log.files, log.closedStreams]),
  ...tables,
];
