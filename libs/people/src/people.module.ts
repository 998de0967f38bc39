import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { ProblemCatalogue } from '#libs/platform';
import { householdRefusals } from './domain/household.refusals.js';
import { HouseholdsController } from './http/households.controller.js';
import { HouseholdCommandHandler } from './household-command.handler.js';
import { Households } from './households.js';
import { AccountReader } from './projections/account.js';
import { HouseholdListReader } from './projections/household-list.js';

/** Persons and households. The only lib that holds personal data. */
@Module({
  imports: [CqrsModule],
  controllers: [HouseholdsController],
  providers: [HouseholdCommandHandler, Households, HouseholdListReader, AccountReader],
  exports: [Households, HouseholdListReader, AccountReader],
})
export class PeopleModule {
  constructor(problems: ProblemCatalogue) {
    problems.add(householdRefusals);
  }
}
