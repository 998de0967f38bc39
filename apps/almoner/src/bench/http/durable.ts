import { Module, type DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { AccessModule } from '#libs/access';
import { AreasModule } from '#libs/areas';
import { CasesModule } from '#libs/cases';
import { PlatformModule, readSettings } from '#libs/platform';
import { KernelModule } from '../../../../api/src/kernel.module.js';
import { PortsModule } from '../../../../api/src/ports.module.js';
import { grants, schema } from '../../../../api/src/registers.js';

/** The HTTP path of cases on the log in PostgreSQL: the service without what follows the log. */
@Module({})
export class DurableService {
  static forRoot(): DynamicModule {
    return {
      module: DurableService,
      imports: [
        PlatformModule.forRoot({ settings: readSettings(process.env), ...schema, grants }),
        KernelModule,
        CqrsModule.forRoot(),
        AreasModule,
        AccessModule,
        CasesModule,
        PortsModule,
      ],
    };
  }
}
