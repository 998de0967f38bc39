import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { ProblemCatalogue } from '#libs/platform';
import { BankFileDelivery } from './bank-file-delivery.js';
import { BankFiles, bankFileProblems } from './bank-files.js';
import { payRunRefusals } from './domain/pay-run.refusals.js';
import { PayLinesController } from './http/pay-lines.controller.js';
import { PayRunsController } from './http/pay-runs.controller.js';
import { PayRunCommandHandler } from './pay-run-command.handler.js';
import { payRunWords } from './pay-run.words.js';
import { PayRunOpening } from './pay-run-opening.js';
import { PayRuns } from './pay-runs.js';
import { PayLineReader } from './projections/pay-line.js';
import { PayRunReader } from './projections/pay-run.js';

/** Pay runs and payments. The app binds the ports `AwardsDue` and `Payees`, for every module. */
@Module({
  imports: [CqrsModule],
  controllers: [PayRunsController, PayLinesController],
  providers: [PayRunCommandHandler, PayRunOpening, PayRuns, PayRunReader, PayLineReader, BankFiles, BankFileDelivery],
  exports: [PayRuns, PayRunReader, PayLineReader, BankFileDelivery],
})
export class PaymentsModule {
  constructor(problems: ProblemCatalogue) {
    problems.add(payRunRefusals).add(bankFileProblems).addWords(payRunWords);
  }
}
