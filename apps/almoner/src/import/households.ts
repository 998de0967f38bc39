import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { basename } from 'node:path';
import { Failure, type Terminal } from '../command.js';
import type { ImportRequest } from './request.js';
import { Progress } from '../seed/progress.js';
import { withImports, type ImportService } from './service.js';
import { texts } from './texts.js';

type Request = Extract<ImportRequest, { action: 'households' }> & { readonly json: boolean };
type Job = import('#libs/people').ImportJob;

/** Problems that are told at the terminal; all of them stand in the file of rejected rows. */
const TOLD = 20;

/** `import households`: takes a file in, or goes on with one. @throws Failure where households were not taken */
export async function importHouseholds(request: Request, terminal: Terminal): Promise<void> {
  const { file } = request;
  await stat(file).catch((error: Error) => {
    throw new Failure(`${file} cannot be read: ${error.message}`);
  });
  await withImports(terminal.env, async (service) => {
    const job = await jobOf(request, service, terminal);
    await work(job, request, service, terminal);
    await report(job.id, request, service, terminal);
  });
}

/** The import that was begun before, or a new one. */
async function jobOf(
  { file, area, sheet, dryRun, resume }: Request,
  { imports, areas }: ImportService,
  { language }: Terminal,
): Promise<Job> {
  const [{ markOf, problemText }, { DEFAULT_AREA }] = await Promise.all([
    import('#libs/people'),
    import('#libs/access'),
  ]);
  const mark = await markOf(file);
  if (resume === undefined) {
    const scope = area ?? DEFAULT_AREA;
    if (!areas.has(scope)) throw new Failure(texts.unknownArea[language](scope));
    return imports.jobs.add({
      id: randomUUID(),
      source: 'command',
      fileName: basename(file),
      fileBytes: mark.bytes,
      fileDigest: mark.digest,
      sheet,
      dryRun,
      area: scope,
      actor: `command-line:${userInfo().username}`,
      role: 'administrator',
    });
  }
  const job = await imports.jobs.find(resume);
  if (job === undefined) throw new Failure(texts.unknown[language]);
  if (!job.fileDigest.equals(mark.digest)) throw new Failure(`FILE_CHANGED: ${problemText('FILE_CHANGED', language)}`);
  if (job.state === 'done' || job.state === 'failed') throw new Failure(texts.ended[language]);
  return job;
}

async function work({ id }: Job, { file }: Request, { imports }: ImportService, { language }: Terminal): Promise<void> {
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  if (process.stderr.isTTY) process.stderr.write(`almoner: ${texts.looking[language](file)}\n`);
  let progress: Progress | undefined;
  try {
    const outcome = await imports.work(id, file, {
      signal: stopping.signal,
      onProgress: ({ households, allHouseholds }) => {
        progress ??= new Progress(texts.progress[language], allHouseholds);
        progress.at(households);
      },
    });
    if (outcome === 'idle') throw new Failure(texts.elsewhere[language]);
    if (outcome === 'stopped') throw new Failure(texts.stopped[language](file, id));
  } catch (error) {
    if (error instanceof Failure) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new Failure(texts.hindered[language](why, file, id));
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

async function report(id: string, request: Request, service: ImportService, terminal: Terminal): Promise<void> {
  const { imports, keptDays } = service;
  const { language, print } = terminal;
  const job = await imports.jobs.find(id);
  if (job === undefined) throw new Failure(texts.unknown[language]);
  const { failure, failureDetails, reached, ignoredColumns, dryRun } = job;
  if (failure !== undefined)
    throw new Failure(`${failure}: ${imports.textOf({ code: failure, details: failureDetails }, language)}`);
  const rejectedFile = request.report ?? imports.files.rejectedOf(id);
  if (reached.rejected === 0) await imports.forget(id);
  else if (request.report !== undefined)
    await imports.files.copyRejected(id, request.report).catch((error: Error) => {
      throw new Failure(`${request.report} cannot be written: ${error.message}`);
    });
  if (request.json) {
    const { rows, households, registered, rejected, knownPersons } = reached;
    print(
      JSON.stringify({
        id,
        rows,
        households,
        registered,
        rejected,
        knownPersons,
        ...(rejected > 0 && { rejectedFile }),
      }),
    );
  } else {
    if (ignoredColumns.length > 0) print(texts.ignored[language](ignoredColumns.join(', ')));
    await tellProblems(id, service, terminal);
    print(texts.registered[language](reached.registered, dryRun));
    if (reached.knownPersons > 0) print(texts.known[language](reached.knownPersons, dryRun));
    if (reached.rejected > 0) print(texts.kept[language](keptDays, id));
  }
  if (reached.rejected > 0) throw new Failure(texts.rejected[language](reached.rejected, rejectedFile));
}

async function tellProblems(id: string, { imports }: ImportService, { language, print }: Terminal): Promise<void> {
  for (const problem of await imports.jobs.problems(id, TOLD, 0))
    print(texts.problem[language](problem.line, problem.column, problem.code, imports.textOf(problem, language)));
  const more = (await imports.jobs.countProblems(id)) - TOLD;
  if (more > 0) print(texts.more[language](more));
}
