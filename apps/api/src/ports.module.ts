import { Global, Module } from '@nestjs/common';
import { AwardReader, CaseHolds, CasePayments, CasesModule } from '#libs/cases';
import { AwardsDue, Payees, PaymentsModule, PayLineReader } from '#libs/payments';
import { AccountReader, LegalHolds, PeopleModule } from '#libs/people';

/** Binds what libs ask of each other to what answers it. */
@Global()
@Module({
  imports: [CasesModule, PaymentsModule, PeopleModule],
  providers: [
    { provide: AwardsDue, useExisting: AwardReader },
    { provide: Payees, useExisting: AccountReader },
    { provide: CasePayments, useExisting: PayLineReader },
    { provide: LegalHolds, useExisting: CaseHolds },
  ],
  exports: [AwardsDue, Payees, CasePayments, LegalHolds],
})
export class PortsModule {}
