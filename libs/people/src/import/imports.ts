import { Injectable } from '@nestjs/common';
import { Pool } from 'pg';
import { AreaTree } from '#libs/areas';
import { Clock, type CommandMeta } from '#libs/event-sourcing';
import { localDate } from '#libs/calendar';
import { ProblemCatalogue, Settings } from '#libs/platform';
import { NumberRules } from '../number-rules.js';
import { KeyedIndex } from '../privacy/keyed-index.js';
import { commandIdFor } from './command-id.js';
import { ImportFiles } from './import-files.js';
import { ImportJobs, type ImportJob } from './import-jobs.js';
import { HouseholdRegistrar, ImportRun, type Checkpoint, type ImportRunParts } from './import-run.js';
import { openHouseholdFile, type HouseholdFile } from './open-file.js';
import { FileRefused, problemText, type RowProblem } from './problems.js';
import { rejectedHeader, rejectedRows } from './rejected-file.js';

/** How far an import is. */
export interface ImportProgress extends Checkpoint {
  readonly allRows: number;
  readonly allHouseholds: number;
  /** Households in a second, since it was begun; not counting the time that it lay idle. */
  readonly perSecond: number;
  readonly secondsLeft: number;
}

/** What came of working on an import: it is `idle` where another process has it in hand. */
export type ImportOutcome = 'done' | 'failed' | 'stopped' | 'idle';

export interface WorkOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ImportProgress) => void;
}

/** Imports of files of households: their table, their files, and the work on them. */
@Injectable()
export class Imports {
  readonly jobs: ImportJobs;
  readonly files: ImportFiles;

  constructor(
    pool: Pool,
    settings: Settings,
    private readonly registrar: HouseholdRegistrar,
    private readonly areas: AreaTree,
    private readonly clock: Clock,
    private readonly rules: NumberRules,
    private readonly index: KeyedIndex,
    private readonly catalogue: ProblemCatalogue,
  ) {
    this.jobs = new ImportJobs(pool);
    this.files = new ImportFiles(settings.importsDir);
  }

  /**
   * Works on an import until it is done, or is stopped, or cannot go on for now.
   * @param path where the file lies
   * @throws whatever hindered it; it can be worked on again then
   */
  async work(id: string, path: string, options: WorkOptions = {}): Promise<ImportOutcome> {
    let outcome: ImportOutcome = 'idle';
    await this.jobs.alone(id, async () => {
      const job = await this.jobs.find(id);
      if (job === undefined || job.state === 'done' || job.state === 'failed') return;
      try {
        outcome = await this.workAlone(job, path, options);
      } catch (error) {
        if (!(error instanceof FileRefused)) throw error;
        await this.jobs.end(id, 'failed', { code: error.code, details: error.details });
        outcome = 'failed';
      }
      if (outcome !== 'stopped') await this.files.removeUpload(id);
    });
    return outcome;
  }

  /** The text of a problem, of ours and of the libs that refuse households. */
  textOf({ code, details }: Pick<RowProblem, 'code' | 'details'>, language: 'en' | 'zh'): string {
    return problemText(code, language, details) ?? this.catalogue.textOf(code, language, details);
  }

  /** Removes the files of an import for good: rejected rows hold personal data. */
  async forget(id: string): Promise<void> {
    await this.files.removeAll(id);
    await this.jobs.filesRemoved(id);
  }

  private async workAlone(job: ImportJob, path: string, { signal, onProgress }: WorkOptions): Promise<ImportOutcome> {
    const file = await openHouseholdFile(path, job.sheet);
    try {
      await this.jobs.begin(job.id, { rows: file.rows, households: file.households, ignored: file.heading.ignored });
      const rejected = await this.files.openRejected(job.id, job.rejectedBytes);
      const begun = performance.now();
      const workedMs = () => job.workedMs + performance.now() - begun;
      const tell = (reached: Checkpoint) => onProgress?.(progressOf(reached, file, workedMs()));
      try {
        if (job.rejectedBytes === 0) await rejected.add(rejectedHeader(file.heading));
        const keep: ImportRunParts['keep'] = async (reached, found) => {
          const rejectedBytes = await rejected.add(
            found
              .map(({ rows, problems }) =>
                rejectedRows(file.heading, rows, problems, (each, language) => this.textOf(each, language)),
              )
              .join(''),
          );
          await this.jobs.keep(job.id, reached, { rejected: found, rejectedBytes, workedMs: workedMs() });
        };
        const run = new ImportRun(await this.partsOf(job, file, keep), {
          after: job.reached,
          ...(signal && { signal }),
          onCheckpoint: tell,
        });
        tell(job.reached);
        const { finished } = await run.run();
        if (!finished) return 'stopped';
        await this.jobs.end(job.id, 'done');
        return 'done';
      } finally {
        await rejected.close();
      }
    } finally {
      file.close();
    }
  }

  private async partsOf(job: ImportJob, file: HouseholdFile, keep: ImportRunParts['keep']): Promise<ImportRunParts> {
    const today = localDate(await this.clock.now(), this.areas.timeZoneOf(job.area));
    return {
      households: file.read(),
      context: {
        ...file,
        ...this.rules.on(today),
        area: job.area,
        mayRegisterIn: (area) => this.areas.has(area) && this.areas.isWithin(area, job.area),
      },
      registrar: this.registrar,
      dryRun: job.dryRun,
      metaOf: (draft, reference): CommandMeta => {
        const commandId = commandIdFor(draft, reference, (text) => this.index.hash('import', text));
        const { id: correlationId, actor, role, area } = job;
        return { commandId, correlationId, causationId: commandId, actor, role, area };
      },
      keep,
      pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      now: () => performance.now(),
    };
  }
}

function progressOf(reached: Checkpoint, { rows, households }: HouseholdFile, workedMs: number): ImportProgress {
  return { ...reached, ...paceOf(reached, rows, workedMs), allRows: rows, allHouseholds: households };
}

/** The rate up to now, and how long the rest takes at it. */
export function paceOf(
  { rows, households }: Checkpoint,
  allRows: number,
  workedMs: number,
): { readonly perSecond: number; readonly secondsLeft: number } {
  if (rows === 0 || workedMs === 0) return { perSecond: 0, secondsLeft: 0 };
  return {
    perSecond: Math.round((households * 10_000) / workedMs) / 10,
    secondsLeft: Math.ceil(((allRows - rows) * workedMs) / rows / 1_000),
  };
}
