export {
  claimKinds,
  claimEventTypes,
  releaseReasons,
  type Claimant,
  type ClaimEvent,
  type ClaimKind,
  type ReleaseReason,
} from './domain/claim.events.js';
export { openCaseClaim, openCaseKey } from './claims/open-case-claim.js';
export { claimRefusals, type ClaimRefusal } from './domain/claim.js';
export { Claims, claimStream, ClaimTaken, RESERVATION_MS, type ClaimName, type ClaimOrder } from './claims/claims.js';
export {
  countingMembers,
  membersOn,
  placeOn,
  topicOn as householdTopicOn,
  type Household,
  type Member,
  type RegisteredHousehold,
} from './domain/household.js';
export { topicOn as personTopicOn, type Person, type PersonTopic, type RegisteredPerson } from './domain/person.js';
export { personEventTypes, type PersonEvent } from './domain/person.events.js';
export { HouseholdFollowUp, householdFollowUpNotes } from './process/household-follow-up.js';
export { Memberships } from './memberships.js';
export { Persons, personStream, type LoadedPerson } from './persons.js';
export { Registrations, type RegisteredDraft } from './registrations.js';
export { OpenClaimRow, openClaims } from './projections/open-claim.js';
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
export {
  DoubleFinder,
  type DismissedPair,
  type DoublesPage,
  type DoublesQuery,
  type FoundDouble,
} from './doubles/double-finder.js';
export { blockingKeys } from './doubles/blocking-keys.js';
export { likenessOf, type ComparedPerson, type Likeness } from './doubles/likeness.js';
export { doubleReasons, type DoubleReason } from './doubles/reasons.js';
export { LIKELY_DOUBLE, scoreDouble, type DoubleScore } from './doubles/score.js';
export type { ToPinyin } from './doubles/sounds.js';
export type { HouseholdDraft, MemberDraft, PersonDraft } from './drafts.js';
export { Households, type LoadedHousehold } from './households.js';
export { PeopleModule } from './people.module.js';
export {
  digestOf,
  EnvelopeDamaged,
  isSealed,
  keyIdOf,
  seal,
  unseal,
  type DataKey,
  type FieldPlace,
  type Sealed,
} from './privacy/envelope.js';
export {
  purposes,
  retentionClasses,
  type FieldClass,
  type Purpose,
  type RetentionClass,
} from './domain/identity/field-class.js';
export type { ErasedView } from './http/facts.dto.js';
export { roleOf, sightOf, textOf, type Sight } from './http/sight.js';
export { ImportFiles, markOf, type FileMark } from './import/import-files.js';
export { ImportJobs, type ImportJob, type ImportState, type NewImport } from './import/import-jobs.js';
export { importMigrations } from './import/import.migration.js';
export { ImportModule } from './import/import.module.js';
export { ImportWorker } from './import/import-worker.js';
export { HouseholdRegistrar } from './import/import-run.js';
export { Imports, type ImportOutcome, type ImportProgress } from './import/imports.js';
export { problemText } from './import/problems.js';
export { templateCsv, templateWorkbook } from './import/template.js';
export { KeyService, KeyServiceUnavailable, type NamedKey, type WrappedKey } from './privacy/key-service.js';
export { KeyedIndex, openKeyedIndex } from './privacy/keyed-index.js';
export { grantKeys, keysMigrations } from './privacy/keys.migration.js';
export { KEY_FILE, LocalKeyService } from './privacy/local-key-service.js';
export { fieldKinds, masks, showingOf, shown, type FieldKind, type Showing } from './privacy/masks.js';
export { PersonalData } from './privacy/personal-data.js';
export { PrivacyModule } from './privacy/privacy.module.js';
export { checkKeys } from './privacy/start-check.js';
export { NumberRules } from './number-rules.js';
export { ownStreamsMigrations } from './own-streams.migration.js';
export {
  defaultPurposes,
  isReadingPurpose,
  readingPurposes,
  readLogTexts,
  type ReadingPurpose,
} from './read-log/purposes.js';
export { Reader, readerOf } from './read-log/reader.js';
export { ReadLog, readingKinds, type Reading, type ReadingKind, type SearchBy } from './read-log/read-log.js';
export { ReadLogReader, type NotedReading, type ReadingsQuery } from './read-log/read-log-reader.js';
export { grantReadLog, readLogMigrations } from './read-log/read-log.migration.js';
export { ReadLogModule } from './read-log/read-log.module.js';
export { openFields, sealFields, type EventPlace, type Stored } from './privacy/personal-fields.js';
export { keksInUse, missingKeks, rewrapKeys } from './privacy/rewrap.js';
export { SubjectErased, SubjectKeys, type KeySlot } from './privacy/subject-keys.js';
export { AccountReader, AccountRow, accounts, MergedPersonRow } from './projections/account.js';
export {
  HouseholdListReader,
  householdList,
  HouseholdMemberRow,
  HouseholdPlaceRow,
  HouseholdRow,
  type ListedHousehold,
} from './projections/household-list.js';
export { generateHouseholds, generateMistakes, type SeedPlan } from './seed/generate-households.js';
export { householdCsv, householdCsvHeader } from './seed/household-csv.js';
export type { Mistake, MistakeKind } from './seed/mistakes.js';
export { spokenNumber } from './spoken-number.js';
export { personSearch } from './search/person-search.js';
export {
  PersonSearchHouseholdRow,
  PersonSearchKeyRow,
  PersonSearchRow,
  type FoundFacts,
} from './search/person-search.rows.js';
export { PersonSearch, searchStatement, type PersonHit, type PersonQuery } from './search/person-search.reader.js';
export { isHan, keysOf, nameForm, phoneForm, type Findable } from './search/search-keys.js';
export { readingsOf } from './search/readings.js';
export { isIdentityNumber, readSearch, scores, type Matched } from './search/search-text.js';
export { Companions } from './erasure/companions.js';
export { cleanUp, type CleanUpReport, type Hindrance, type RewrittenTable } from './erasure/clean-up.js';
export { erasureDecider, type Erasure, type HoldFindings, type OpenErasure } from './erasure/erasure.js';
export {
  erasureEventTypes,
  type ErasureEvent,
  type Hold,
  type HoldCode,
  type Leftover,
  type SubjectKeyDestroyed,
} from './erasure/erasure.events.js';
export { erasureList, ErasureReader, ErasureRow } from './erasure/erasure-list.js';
export { ErasureModule } from './erasure/erasure.module.js';
export { erasureNotes, ErasureProcess } from './erasure/erasure-process.js';
export { leftoverTexts } from './erasure/erasure.words.js';
export { finishErasures, waitingErasures, type FinishReport, type WaitingErasure } from './erasure/finish-erasures.js';
export { KeyForgetter } from './erasure/key-forgetter.js';
export { FileHolds, findingsOf, LegalHolds, termsFrom, type ErasureSubject } from './erasure/legal-holds.js';
export { SubjectFiles, type SubjectFile } from './erasure/subject-file.js';
