import { Failure, type Terminal } from '../command.js';
import type { ImportRequest } from './request.js';
import { onDatabase } from '../backup/on-database.js';
import { states, texts } from './texts.js';

const SHOWN = 50;

/** `import list`: the latest imports, the newest first. */
export async function listImports(
  { json }: { readonly json: boolean },
  { env, language, print }: Terminal,
): Promise<void> {
  const { ImportJobs } = await import('#libs/people');
  await onDatabase(env, async (pool) => {
    const jobs = await new ImportJobs(pool).list(SHOWN);
    if (json) {
      const shown = jobs.map(({ id, fileName, area, dryRun, state, failure, reached, allHouseholds, createdAt }) => ({
        id,
        fileName,
        area,
        dryRun,
        state,
        failure,
        ...reached,
        allHouseholds,
        createdAt,
      }));
      return print(JSON.stringify(shown));
    }
    if (jobs.length === 0) print(texts.none[language]);
    for (const { id, fileName, area, state, failure, reached, allHouseholds, createdAt } of jobs) {
      const figures = `${reached.registered} + ${reached.rejected} / ${allHouseholds ?? '?'}`;
      const what = `${states[state][language]}${failure === undefined ? '' : ` (${failure})`}`;
      print(`${id}  ${createdAt.toISOString()}  ${area}  ${fileName}  ${what}  ${figures}`);
    }
  });
}

/** `import forget`: removes the files of an import. */
export async function forgetImport(
  { id, json }: Extract<ImportRequest, { action: 'forget' }> & { readonly json: boolean },
  { env, language, print }: Terminal,
): Promise<void> {
  const [{ ImportFiles, ImportJobs }, { readSettings }] = await Promise.all([
    import('#libs/people'),
    import('#libs/platform'),
  ]);
  await onDatabase(env, async (pool) => {
    const jobs = new ImportJobs(pool);
    if ((await jobs.find(id)) === undefined) throw new Failure(texts.unknown[language]);
    await new ImportFiles(readSettings(env).importsDir).removeAll(id);
    await jobs.filesRemoved(id);
    print(json ? JSON.stringify({ id }) : texts.forgotten[language]);
  });
}
