import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Settings } from '#libs/platform';
import { Imports } from './imports.js';

/** How often it looks for uploads that another process took in, or that could not go on. */
const LOOK_EVERY_MS = 3_000;
const REMOVE_EVERY_MS = 3_600_000;

/**
 * Works on uploaded files, one at a time in a process, where the read models are worked on too. What was under way when the
 * process ended is picked up at the next start.
 */
@Injectable()
export class ImportWorker implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Imports');
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private working: Promise<void> | undefined;
  private removedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly imports: Imports,
    private readonly settings: Settings,
  ) {}

  onApplicationBootstrap(): void {
    if (this.settings.readers === 'here') this.wake();
  }

  /** Looks for work now. */
  wake(): void {
    if (this.stopping.signal.aborted || this.settings.readers !== 'here' || this.working !== undefined) return;
    clearTimeout(this.timer);
    this.working = this.work()
      .catch((error: unknown) => this.logger.warn(`An import waits: ${error instanceof Error ? error.name : 'error'}`))
      .finally(() => {
        this.working = undefined;
        if (!this.stopping.signal.aborted) this.timer = setTimeout(() => this.wake(), LOOK_EVERY_MS).unref();
      });
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    clearTimeout(this.timer);
    await this.working;
  }

  private async work(): Promise<void> {
    const { jobs, files } = this.imports;
    for (const { id } of await jobs.open()) {
      if (this.stopping.signal.aborted) return;
      // A process on another machine has the file.
      if (await files.hasUpload(id)) await this.imports.work(id, files.uploadOf(id), { signal: this.stopping.signal });
    }
    await this.removeOldFiles();
  }

  private async removeOldFiles(): Promise<void> {
    if (performance.now() - this.removedAt < REMOVE_EVERY_MS) return;
    for (const { id } of await this.imports.jobs.withOldFiles(this.settings.importKeptDays))
      await this.imports.forget(id);
    await this.imports.files.removeOlderThan(this.settings.importKeptDays);
    this.removedAt = performance.now();
  }
}
