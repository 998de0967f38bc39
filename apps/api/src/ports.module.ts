import { Global, Module } from '@nestjs/common';
import { AwardReader, CasesModule } from '#libs/cases';
import { AwardsDue, Payees } from '#libs/payments';
import { AccountReader, PeopleModule } from '#libs/people';

/** Binds what payments asks of other libs to the readers that answer it. */
@Global()
@Module({
  imports: [CasesModule, PeopleModule],
  providers: [
    { provide: AwardsDue, useExisting: AwardReader },
    { provide: Payees, useExisting: AccountReader },
  ],
  exports: [AwardsDue, Payees],
})
export class PortsModule {}
