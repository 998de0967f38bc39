export { findMember, type MemberState, type RegisteredHousehold } from './domain/household.js';
export { householdEventTypes, type HouseholdEvent } from './domain/household.events.js';
export { identityKey, readDocument, type IdentityDocument, type ReadDocument } from './domain/identity/document.js';
export { identityRefusals, type IdentityRefusal } from './domain/identity/identity.refusals.js';
export {
  checkCharacter,
  oldForm,
  plainNumber,
  readResidentNumber,
  type NumberContext,
  type NumberHolder,
  type NumberWarning,
  type ResidentNumber,
} from './domain/identity/resident-number.js';
export { Households, type LoadedHousehold } from './households.js';
export { PeopleModule } from './people.module.js';
export { AccountReader, AccountRow, accounts } from './projections/account.js';
export { HouseholdListReader, householdList, HouseholdRow } from './projections/household-list.js';
export { spokenNumber } from './spoken-number.js';
