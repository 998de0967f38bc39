import { Global, Module } from '@nestjs/common';
import { AwardReader, CaseCompanions, CaseHolds, CasePayments, CasesModule } from '#libs/cases';
import { AwardsDue, Payees, PaymentsModule, PayLineReader } from '#libs/payments';
import { AccountReader, Companions, LegalHolds, PeopleModule } from '#libs/people';

/** Binds what libs ask of each other to what answers it. */
@Global()
@Module({
  imports: [CasesModule, PaymentsModule, PeopleModule],
  providers: [
    { provide: AwardsDue, useExisting: AwardReader },
    { provide: Payees, useExisting: AccountReader },
    { provide: Companions, useExisting: CaseCompanions },
    { provide: CasePayments, useExisting: PayLineReader },
    { provide: LegalHolds, useExisting: CaseHolds },
  ],
  exports: [AwardsDue, Payees, Companions, CasePayments, LegalHolds],
})
export class PortsModule {}
