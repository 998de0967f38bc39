import { Injectable } from '@nestjs/common';
import { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { isMigrated } from './database.js';

const PROBE_MS = 2_000;

/** Whether requests may be sent here. */
@Injectable()
export class Readiness {
  private stopping = false;
  private migrated = false;

  constructor(
    private readonly pool: Pool,
    private readonly dataSource: DataSource,
  ) {}

  /** From now on the answer is no. */
  stop(): void {
    this.stopping = true;
  }

  /** Undefined when ready, else a short reason. */
  async whyNot(): Promise<'stopping' | 'database' | 'migrations' | undefined> {
    if (this.stopping) return 'stopping';
    try {
      return await within(PROBE_MS, this.probe());
    } catch {
      return 'database';
    }
  }

  private async probe(): Promise<'migrations' | undefined> {
    if (this.migrated) await this.pool.query('select 1');
    else this.migrated = await isMigrated(this.dataSource, this.pool);
    return this.migrated ? undefined : 'migrations';
  }
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('too late')), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
