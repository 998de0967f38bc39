import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { ProblemCatalogue } from '#libs/platform';
import { claimRefusals } from './domain/claim.js';
import { householdRefusals } from './domain/household.refusals.js';
import { identityRefusals } from './domain/identity/identity.refusals.js';
import { DoubleFinder } from './doubles/double-finder.js';
import { MergeRules } from './doubles/merge-rules.js';
import { DoublesController } from './http/doubles.controller.js';
import { FactRecorder } from './http/fact-recorder.js';
import { HouseholdChanges } from './http/household-changes.js';
import { HouseholdMeansController } from './http/household-means.controller.js';
import { HouseholdMembersController } from './http/household-members.controller.js';
import { HouseholdsController } from './http/households.controller.js';
import { LookBack } from './http/look-back.js';
import { PersonFactsController } from './http/person-facts.controller.js';
import { PersonFilesController } from './http/person-files.controller.js';
import { PersonSearchController } from './http/person-search.controller.js';
import { PersonsController } from './http/persons.controller.js';
import { HouseholdCommandHandler } from './household-command.handler.js';
import { Households } from './households.js';
import { NumberRules } from './number-rules.js';
import { erasedRefusals } from './privacy/subject-keys.js';
import { Memberships } from './memberships.js';
import { PersonCommandHandler } from './person-command.handler.js';
import { Persons } from './persons.js';
import { HouseholdFollowUp } from './process/household-follow-up.js';
import { ReservationSweep } from './process/reservation-sweep.js';
import { OpenClaimReader } from './projections/open-claim.js';
import { Registrations } from './registrations.js';
import { PersonSearch } from './search/person-search.reader.js';
import { Claims } from './claims/claims.js';
import { factRefusals } from './domain/facts.js';
import { personRefusals } from './domain/person.refusals.js';
import { EventCodec, EventStore } from '#libs/event-sourcing';
import { AccountReader } from './projections/account.js';
import { HouseholdListReader } from './projections/household-list.js';
import { ReadLogModule } from './read-log/read-log.module.js';

/** Persons and households. */
@Module({
  imports: [CqrsModule, ReadLogModule],
  controllers: [
    PersonSearchController,
    DoublesController,
    PersonsController,
    PersonFactsController,
    PersonFilesController,
    HouseholdsController,
    HouseholdMembersController,
    HouseholdMeansController,
  ],
  providers: [
    {
      provide: Claims,
      useFactory: (events: EventStore, codec: EventCodec) => new Claims(events, codec),
      inject: [EventStore, EventCodec],
    },
    HouseholdCommandHandler,
    PersonCommandHandler,
    Households,
    Persons,
    Memberships,
    Registrations,
    HouseholdListReader,
    AccountReader,
    OpenClaimReader,
    PersonSearch,
    DoubleFinder,
    MergeRules,
    HouseholdFollowUp,
    ReservationSweep,
    NumberRules,
    LookBack,
    FactRecorder,
    HouseholdChanges,
  ],
  exports: [
    Claims,
    Households,
    Persons,
    Memberships,
    Registrations,
    HouseholdListReader,
    AccountReader,
    PersonSearch,
    DoubleFinder,
    HouseholdFollowUp,
    NumberRules,
  ],
})
export class PeopleModule {
  constructor(problems: ProblemCatalogue) {
    problems
      .add(householdRefusals)
      .add(personRefusals)
      .add(factRefusals)
      .add(identityRefusals)
      .add(claimRefusals)
      .add(erasedRefusals);
  }
}
