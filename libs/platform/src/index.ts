export { Caller, callerOf } from './caller.js';
export { Changes, CommandId, commandMeta, Creates, Meta, SeenRevision, type CommandAnswer, type RequestMeta } from './commands.js';
export { decodeCursor, encodeCursor } from './cursor.js';
export { checkServer, createDataSource, createPool, migrate, StartUpError } from './database.js';
export { isAmount, isAreaCode, isInstant, isLocalDate, isMonth, isStorableText } from './formats.js';
export { configureApp, createAdapter } from './http.js';
export { isPosition, type Known } from './known.js';
export { PinoLoggerService, createLogger } from './logging.js';
export { platformMigrations } from './migrations.js';
export { buildDocument } from './openapi.js';
export { PageQuery } from './page.query.dto.js';
export { PlatformModule, type PlatformOptions } from './platform.module.js';
export { invalid, Problem, type FieldError, type ProblemExtras } from './problem.js';
export { ProblemCatalogue, type Language, type ProblemTexts } from './problem-catalogue.js';
export { Public, PUBLIC_ROUTE } from './public.decorator.js';
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
export * from './validation-rules.js';
