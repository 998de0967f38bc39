import { Module, type DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { AccessModule } from '#libs/access';
import { AreasModule } from '#libs/areas';
import { CasesModule } from '#libs/cases';
import { PaymentsModule } from '#libs/payments';
import { ErasureModule, ImportModule, PeopleModule } from '#libs/people';
import { PlatformModule, type Settings } from '#libs/platform';
import { DevelopmentClockController } from './development-clock.controller.js';
import { KernelModule } from './kernel.module.js';
import { Outbox } from './outbox.js';
import { PortsModule } from './ports.module.js';
import { ProgramClock } from './program-clock.js';
import { Readers } from './readers.js';
import { grants, schema, startChecks } from './registers.js';

/** The whole service: HTTP and, unless they work apart, projections, process managers and the outbox. */
@Module({})
export class AppModule {
  static forRoot(settings: Settings): DynamicModule {
    return {
      module: AppModule,
      imports: [
        PlatformModule.forRoot({ settings, ...schema, grants, checks: startChecks }),
        KernelModule,
        CqrsModule.forRoot(),
        AreasModule,
        AccessModule,
        PortsModule,
        PeopleModule,
        ErasureModule,
        ImportModule,
        CasesModule,
        PaymentsModule,
      ],
      controllers: [DevelopmentClockController],
      providers: [ProgramClock, ...(settings.readers === 'here' ? [Readers, Outbox] : [])],
    };
  }
}
