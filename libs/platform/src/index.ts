export { withAdvisoryLock } from './advisory-lock.js';
export { Caller, callerOf } from './caller.js';
export { Changes, CommandId, commandMeta, Creates, Meta, SeenRevision } from './commands.js';
export { COMMAND_KIND, commandIdOf, parseIdempotencyKey, type CommandKind } from './command-headers.js';
export { decodeCursor, decodeIdCursor, encodeCursor } from './cursor.js';
export {
  checkServer,
  createDataSource,
  createPool,
  migrate,
  migrateAnd,
  StartUpError,
  type Schema,
  type ServerDemands,
} from './database.js';
export { grantService, serviceUrl, type Grant, type ServiceAccess } from './database-roles.js';
export { isAmount, isAreaCode, isInstant, isLocalDate, isMonth, isStorableText } from './formats.js';
export { Gate, type Enter } from './gate.js';
export { configureApp, createAdapter, DOCS_PATH } from './http.js';
export { isPosition, type Known } from './known.js';
export { PinoLoggerService, createLogger } from './logging.js';
export { platformMigrations } from './migrations.js';
export { buildDocument, type PluginMetadata } from './openapi.js';
export { PageQuery } from './page.query.dto.js';
export { PlatformModule, type PlatformOptions, type StartCheck } from './platform.module.js';
export { invalid, Problem, type FieldError, type ProblemExtras } from './problem.js';
export { ProblemCatalogue, type Language, type ProblemTexts, type ProblemWords } from './problem-catalogue.js';
export { Public, PUBLIC_ROUTE } from './public.decorator.js';
export { requestParameter } from './request-parameter.js';
export { untilReached } from './read-step.js';
export { KnownAt, Reads } from './reads.js';
export {
  describeSettings,
  envExample,
  readSettings,
  Settings,
  SettingsError,
  type LogLevel,
  type OidcSettings,
  type SettingDescription,
} from './settings.js';
export { Metrics } from './metrics.js';
export { Readiness } from './readiness.js';
export { FromQuery, IsAmount, IsAreaCode, IsInstant, IsLocalDate, IsMonth, makeRule } from './validation-rules.js';
export { addRuleText, type RuleText } from './rule-texts.js';
export { IdPipe, InputPipe } from './validation.pipe.js';
export { Fingerprint, IdempotencyKeys } from './idempotency.js';
export { HistoryItem, HistoryPage } from './history.dto.js';
export { historyPage, InLanguage, sentenceOf, type EventTexts } from './history.js';
