import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { ProblemCatalogue } from '#libs/platform';
import { claimRefusals } from './domain/claim.js';
import { householdRefusals } from './domain/household.refusals.js';
import { identityRefusals } from './domain/identity/identity.refusals.js';
import { HouseholdsController } from './http/households.controller.js';
import { HouseholdCommandHandler } from './household-command.handler.js';
import { Households } from './households.js';
import { NumberRules } from './number-rules.js';
import { erasedRefusals } from './privacy/subject-keys.js';
import { AccountReader } from './projections/account.js';
import { HouseholdListReader } from './projections/household-list.js';
import { ReadLogModule } from './read-log/read-log.module.js';

/** Persons and households. The only lib that holds personal data. */
@Module({
  imports: [CqrsModule, ReadLogModule],
  controllers: [HouseholdsController],
  providers: [HouseholdCommandHandler, Households, HouseholdListReader, AccountReader, NumberRules],
  exports: [Households, NumberRules, HouseholdListReader, AccountReader],
})
export class PeopleModule {
  constructor(problems: ProblemCatalogue) {
    problems.add(householdRefusals).add(identityRefusals).add(claimRefusals).add(erasedRefusals);
  }
}
