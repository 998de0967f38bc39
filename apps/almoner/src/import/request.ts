import { readArguments } from '../arguments.js';
import { UsageError } from '../command.js';
import { isLanguage, type Language } from '../language.js';

/** What `import` is asked to do. */
export type ImportRequest =
  | {
      readonly action: 'households';
      readonly file: string;
      readonly area: string | undefined;
      readonly sheet: string | undefined;
      readonly dryRun: boolean;
      /** The import to go on with. */
      readonly resume: string | undefined;
      /** Where the rejected rows are to be put. */
      readonly report: string | undefined;
    }
  | { readonly action: 'template'; readonly file: string; readonly language: Language | undefined }
  | { readonly action: 'list' }
  | { readonly action: 'forget'; readonly id: string };

const words: Readonly<Record<ImportRequest['action'], readonly string[]>> = {
  households: ['file'],
  template: ['file'],
  list: [],
  forget: ['id'],
};

const optionsOf: Readonly<Record<ImportRequest['action'], readonly string[]>> = {
  households: ['area', 'sheet', 'dry-run', 'resume', 'report'],
  template: ['lang'],
  list: [],
  forget: [],
};

/** Reads the arguments of `import`. @throws UsageError */
export function parseImportRequest(args: readonly string[]): ImportRequest & { readonly json: boolean } {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const action = (Object.keys(words) as ImportRequest['action'][]).find((each) => each === args[0]);
  if (action === undefined)
    throw new UsageError(
      args[0] === undefined
        ? '<action> is missing'
        : `unknown word '${args[0]}': one of ${Object.keys(words).join(', ')}`,
    );
  const { values, words: given } = readArguments(args.slice(1), {
    options: { area: text, sheet: text, 'dry-run': flag, resume: text, report: text, lang: text, json: flag },
    words: words[action],
  });
  const foreign = Object.keys(values).find((name) => name !== 'json' && !optionsOf[action].includes(name));
  if (foreign !== undefined) throw new UsageError(`--${foreign} does not belong to import ${action}`);
  const [first = ''] = given;
  const { area, sheet, resume, report, lang, json = false } = values;
  switch (action) {
    case 'households': {
      if (area !== undefined && !/^\d{6}(\d{3}){0,2}$/.test(area))
        throw new UsageError('--area must be the code of an area, such as 430225');
      const dryRun = values['dry-run'] ?? false;
      if (resume !== undefined && (area !== undefined || sheet !== undefined || dryRun))
        throw new UsageError('--resume goes on as it was begun: without --area, --sheet and --dry-run');
      if (resume !== undefined) checkId('--resume', resume);
      return { action, file: first, area, sheet, dryRun, resume, report, json };
    }
    case 'template': {
      if (!/\.(xlsx|csv)$/i.test(first)) throw new UsageError('<file> must end in .xlsx or .csv');
      if (lang !== undefined && !isLanguage(lang)) throw new UsageError('--lang must be en or zh');
      return { action, file: first, language: lang, json };
    }
    case 'list':
      return { action, json };
    case 'forget':
      checkId('<id>', first);
      return { action, id: first, json };
  }
}

function checkId(what: string, id: string): void {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id))
    throw new UsageError(`${what} must be the id of an import, as import list shows it`);
}
