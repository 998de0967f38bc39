import { Module, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { PeopleModule } from '../people.module.js';
import { ReadLogModule } from '../read-log/read-log.module.js';
import { Registrations } from '../registrations.js';
import { HouseholdRegistrar } from './import-run.js';
import { ImportWorker } from './import-worker.js';
import { ImportsController } from './imports.controller.js';
import { Imports } from './imports.js';
import { takeUploads } from './upload-types.js';

/** Import of files of households. */
@Module({
  imports: [PeopleModule, ReadLogModule],
  controllers: [ImportsController],
  providers: [Imports, ImportWorker, { provide: HouseholdRegistrar, useExisting: Registrations }],
  exports: [Imports],
})
export class ImportModule implements OnModuleInit {
  constructor(private readonly host: HttpAdapterHost) {}

  onModuleInit(): void {
    // A command of the command line has none.
    const { httpAdapter } = this.host as { readonly httpAdapter: { getInstance(): unknown } | null };
    if (httpAdapter !== null) takeUploads(httpAdapter.getInstance() as FastifyInstance);
  }
}
