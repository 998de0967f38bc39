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
  private readonly others = new Map<string, () => Promise<unknown>>();

  constructor(
    private readonly pool: Pool,
    private readonly dataSource: DataSource,
  ) {}

  /** From now on the answer is no. */
  stop(): void {
    this.stopping = true;
  }

  /** Names something else that must answer before requests may be sent here. */
  require(name: string, probe: () => Promise<unknown>): void {
    this.others.set(name, probe);
  }

  /** Undefined when ready, else a short reason: `stopping`, `database`, `migrations` or what else was required. */
  async whyNot(): Promise<string | undefined> {
    if (this.stopping) return 'stopping';
    for (const [name, probe] of [['database', () => this.probe()] as const, ...this.others]) {
      try {
        const reason = await within(PROBE_MS, probe());
        if (name === 'database' && reason !== undefined) return 'migrations';
      } catch {
        return name;
      }
    }
    return undefined;
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
