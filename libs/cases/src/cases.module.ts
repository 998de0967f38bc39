import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { ErasureModule, PeopleModule, ReadLogModule } from '#libs/people';
import { ProblemCatalogue } from '#libs/platform';
import { CaseCommandHandler } from './case-command.handler.js';
import { CaseCompanions } from './case-companions.js';
import { caseWords } from './case.words.js';
import { CaseFacts } from './case-facts.js';
import { CaseHolds } from './case-holds.js';
import { Cases } from './cases.js';
import { caseRefusals } from './domain/case.refusals.js';
import { CaseCommandsController } from './http/case-commands.controller.js';
import { CasesController } from './http/cases.controller.js';
import { RecomputationController } from './http/recomputation.controller.js';
import { OpenCases } from './open-cases.js';
import { NoticeClock } from './process/notice-clock.js';
import { AwardReader } from './projections/award.js';
import { CaseListReader } from './projections/case-list.js';
import { Recomputation } from './recomputation.js';

/** The case, from application to its end. The app binds the port `CasePayments`, for every module. */
@Module({
  imports: [CqrsModule, PeopleModule, ReadLogModule, ErasureModule],
  controllers: [CasesController, CaseCommandsController, RecomputationController],
  providers: [
    CaseCommandHandler,
    CaseFacts,
    OpenCases,
    Cases,
    Recomputation,
    CaseListReader,
    AwardReader,
    NoticeClock,
    CaseCompanions,
    CaseHolds,
  ],
  exports: [AwardReader, NoticeClock, CaseCompanions, CaseHolds],
})
export class CasesModule {
  constructor(problems: ProblemCatalogue) {
    problems.add(caseRefusals).addWords(caseWords);
  }
}
