import { Global, Module } from '@nestjs/common';
import { AwardReader, CaseCompanions, CasesModule } from '#libs/cases';
import { AwardsDue, Payees } from '#libs/payments';
import { AccountReader, Companions, PeopleModule } from '#libs/people';

/** Binds what libs ask of each other to what answers it. */
@Global()
@Module({
  imports: [CasesModule, PeopleModule],
  providers: [
    { provide: AwardsDue, useExisting: AwardReader },
    { provide: Payees, useExisting: AccountReader },
    { provide: Companions, useExisting: CaseCompanions },
  ],
  exports: [AwardsDue, Payees, Companions],
})
export class PortsModule {}
