export { findMember, type MemberState, type RegisteredHousehold } from './domain/household.js';
export { householdEventTypes, type HouseholdEvent } from './domain/household.events.js';
export { Households, type LoadedHousehold } from './households.js';
export { PeopleModule } from './people.module.js';
export { AccountReader, AccountRow, accounts } from './projections/account.js';
export { HouseholdListReader, householdList, HouseholdRow } from './projections/household-list.js';
export { spokenNumber } from './spoken-number.js';
