import { Inject, Logger, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { checkServer, createDataSource, createPool, migrateAnd, StartUpError, type Schema } from './database.js';
import { grantService, type Grant, type ServiceAccess } from './database-roles.js';
import { IdempotencyKeys } from './idempotency.js';
import { Metrics } from './metrics.js';
import { OperationsController } from './operations.controller.js';
import { ProblemCatalogue } from './problem-catalogue.js';
import { ProblemFilter } from './problem.filter.js';
import { Readiness } from './readiness.js';
import { Settings } from './settings.js';

/** Names the URL under which the service works. */
const SERVICE_URL = Symbol('service url');

/** What the platform is told when a process starts: its settings and the tables of all libs, including the platform's. */
export interface PlatformOptions extends Schema {
  readonly settings: Settings;
  /** What the service's role may do in the schemas of libs. */
  readonly grants?: readonly Grant[];
  /** What must hold of the data before anything works with them. */
  readonly checks?: readonly StartCheck[];
}

/** Asked as the owner of the tables, the schema being up to date. Throws {@link StartUpError} where it does not hold. */
export type StartCheck = (owner: Pool, settings: Settings) => Promise<void>;

/**
 * Settings, database, problems, validation, idempotency, health and metrics for every module of a process. `Pool` (of
 * pg) and `DataSource` (of typeorm) can be injected; the schema is up to date before they can.
 *
 * Reads need `Positions` of event-sourcing from a global module.
 */
@Module({})
export class PlatformModule implements OnApplicationShutdown {
  constructor(
    private readonly pool: Pool,
    @Inject(DataSource) private readonly dataSource: DataSource,
  ) {}

  static forRoot(options: PlatformOptions): DynamicModule {
    const { settings } = options;
    const providers = [
      { provide: Settings, useValue: settings },
      { provide: SERVICE_URL, useFactory: () => prepareDatabase(options) },
      {
        provide: DataSource,
        useFactory: (url: string) => createDataSource(url, options).initialize(),
        inject: [SERVICE_URL],
      },
      {
        provide: Pool,
        useFactory: (url: string) => createPool(url, settings.databasePoolSize),
        inject: [SERVICE_URL],
      },
      ProblemCatalogue,
      IdempotencyKeys,
      Metrics,
      Readiness,
    ];
    return {
      module: PlatformModule,
      global: true,
      controllers: [OperationsController],
      providers: [...providers, ProblemFilter, { provide: APP_FILTER, useExisting: ProblemFilter }],
      exports: [Settings, DataSource, Pool, ProblemCatalogue, IdempotencyKeys, Metrics, Readiness],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.pool.end(), this.dataSource.isInitialized ? this.dataSource.destroy() : undefined]);
  }
}

function databaseUrlOf({ databaseUrl }: Settings): string {
  if (databaseUrl === undefined) throw new StartUpError('DATABASE_URL is not set and no embedded database was started');
  return databaseUrl;
}

/**
 * Checks the server with one connection of its own, brings the schema up to date as its owner, asks what else must hold, and
 * gives the URL under which the service itself works.
 */
async function prepareDatabase(options: PlatformOptions): Promise<string> {
  const { settings, checks = [] } = options;
  const url = databaseUrlOf(settings);
  const logger = new Logger('Database');
  const probe = createPool(url, 1);
  try {
    for (const warning of await checkServer(probe, { durable: !settings.test })) logger.warn(warning);
    const access = await migrateAndGrant(url, options);
    for (const check of checks) await check(probe, settings);
    if (access.warning !== undefined) logger.warn(access.warning);
    return access.url;
  } finally {
    await probe.end();
  }
}

async function migrateAndGrant(url: string, { settings, grants, ...schema }: PlatformOptions): Promise<ServiceAccess> {
  const owner = createDataSource(url, schema);
  try {
    return await migrateAnd(owner, (db) => grantService(db, url, settings.databaseAppUrl, grants));
  } finally {
    if (owner.isInitialized) await owner.destroy();
  }
}
