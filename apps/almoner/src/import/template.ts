import { writeFile } from 'node:fs/promises';
import { Failure, type Terminal } from '../command.js';
import type { ImportRequest } from './request.js';
import { texts } from './texts.js';

type Request = Extract<ImportRequest, { action: 'template' }> & { readonly json: boolean };

/** `import template`: writes an empty file of the format, with notes. */
export async function writeTemplate({ file, language, json }: Request, terminal: Terminal): Promise<void> {
  const { templateCsv, templateWorkbook } = await import('#libs/people');
  const spoken = language ?? terminal.language;
  const content = /\.csv$/i.test(file) ? templateCsv(spoken) : templateWorkbook(spoken);
  await writeFile(file, content).catch((error: Error) => {
    throw new Failure(`${file} cannot be written: ${error.message}`);
  });
  terminal.print(json ? JSON.stringify({ file }) : texts.template[terminal.language](file));
}
