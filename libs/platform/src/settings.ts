import { join, resolve } from 'node:path';

/** A setting that cannot be used; the message is one line that names it. */
export class SettingsError extends Error {
  constructor(
    readonly setting: string,
    problem: string,
  ) {
    super(`${setting} ${problem}`);
    this.name = 'SettingsError';
  }
}

/** Where tokens come from when an identity provider is used. */
export interface OidcSettings {
  readonly issuer: string;
  readonly audience: string;
  readonly jwksUri: string;
  /** Claims that carry the role, the area and the name to show. */
  readonly roleClaim: string;
  readonly areaClaim: string;
  readonly nameClaim: string;
  /** Required `typ` header, e.g. `at+jwt`; any when undefined. */
  readonly tokenType: string | undefined;
}

export type LogLevel = (typeof LOG_LEVELS)[number];
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** Everything that can be set from outside, read once at boot. Also the injection token. */
export abstract class Settings {
  abstract readonly port: number;
  abstract readonly host: string;
  /** Absolute path of the folder for keys and, with the embedded database, data. */
  abstract readonly dataDir: string;
  /** Absolute path of the folder with the file of key-encryption keys, one for all processes of an installation. */
  abstract readonly keysDir: string;
  /** Absolute path of the folder that bank files are delivered into. */
  abstract readonly bankFilesDir: string;
  /** Absolute path of the folder for uploaded files and for rows that an import did not take; they hold personal data. */
  abstract readonly importsDir: string;
  /** How large a file to be imported may be, in bytes. */
  abstract readonly importMaxBytes: number;
  /** For how many days rejected rows are kept after an import ended. */
  abstract readonly importKeptDays: number;
  /** Undefined: the launcher starts the embedded database and passes its URL. */
  abstract readonly databaseUrl: string | undefined;
  /** For the user as whom the service works; undefined: a role is made for it. */
  abstract readonly databaseAppUrl: string | undefined;
  abstract readonly databasePoolSize: number;
  abstract readonly eventStore: 'postgres' | 'esdb';
  /** Whether read models, process managers and the outbox are worked on in this process or in projector processes. */
  abstract readonly readers: 'here' | 'apart';
  /** Minutes between two background comparisons of a read model with the log; 0: none. */
  abstract readonly verifyMinutes: number;
  /** Connection string of EventStoreDB; defined where `eventStore` is `esdb`. */
  abstract readonly eventStoreUrl: string | undefined;
  abstract readonly production: boolean;
  /** A server that may lose data in a crash is accepted. */
  abstract readonly test: boolean;
  abstract readonly logLevel: LogLevel;
  /** Instant (RFC 3339 UTC) or local date at which the program's clock starts while the data are empty. */
  abstract readonly clockStart: string | undefined;
  /** Undefined in development: tokens come from the development issuer. */
  abstract readonly oidc: OidcSettings | undefined;
}

/** A setting as people read it. */
export interface SettingDescription {
  readonly name: string;
  readonly en: string;
  readonly zh: string;
  /** Text of the default; undefined when there is none. */
  readonly default: string | undefined;
}

interface Setting<T> extends SettingDescription {
  readonly parse: (text: string) => T;
}

class Wrong extends Error {}

const text = (value: string): string => value;

const integer =
  (from: number, to: number) =>
  (value: string): number => {
    const number = Number(value);
    if (!/^\d{1,9}$/.test(value) || number < from || number > to)
      throw new Wrong(`must be a whole number from ${from} to ${to}`);
    return number;
  };

const oneOf =
  <const T extends string>(...choices: readonly T[]) =>
  (value: string): T => {
    const found = choices.find((choice) => choice === value);
    if (found === undefined) throw new Wrong(`must be ${choices.length > 1 ? 'one of ' : ''}${choices.join(', ')}`);
    return found;
  };

const url =
  (...protocols: string[]) =>
  (value: string): string => {
    const parsed = URL.canParse(value) ? new URL(value) : undefined;
    if (!parsed || !protocols.includes(parsed.protocol) || parsed.hostname === '')
      throw new Wrong(`must be a URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`);
    return value;
  };

const esdbUrl = (value: string): string => {
  const form =
    /^esdb(\+discover)?:\/\/(?<user>[^:@/]+:[^@/]+@)?[^@/?,:]+(:\d+)?(,[^@/?,:]+(:\d+)?)*\/?(?<options>\?\S+)?$/i.exec(
      value,
    );
  if (!form) throw new Wrong('must be a connection string that begins with esdb:// or esdb+discover://');
  const withoutTls = /[?&]tls=false(&|$)/i.test(form.groups?.['options'] ?? '');
  if (!withoutTls && form.groups?.['user'] === undefined)
    throw new Wrong('must name user and password (esdb://user:password@host), or say tls=false');
  return value;
};

const hostName = (value: string): string => {
  if (!/^[A-Za-z0-9.:_-]+$/.test(value)) throw new Wrong('must be an address or a host name');
  return value;
};

const folder = (value: string): string => {
  if (value.includes('\0')) throw new Wrong('must be the path of a folder');
  return resolve(value);
};

const start = (value: string): string => {
  const form = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d{1,3})?Z)?$/.test(value);
  const time = form ? Date.parse(value) : NaN;
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== value.slice(0, 10))
    throw new Wrong('must be a date (2025-09-01) or an instant in UTC (2025-09-01T00:00:00Z)');
  return value;
};

const setting = <T>(
  name: string,
  standard: string | undefined,
  parse: (text: string) => T,
  en: string,
  zh: string,
): Setting<T> => ({ name, default: standard, parse, en, zh });

const REGISTRY = {
  nodeEnv: setting(
    'NODE_ENV',
    'development',
    oneOf('development', 'production', 'test'),
    'development; production: no development tokens, no moved clock; test: also a database that does not sync',
    '运行模式：development 开发；production 生产（无开发令牌，不得移动时钟）；test 测试（允许数据库不落盘）',
  ),
  port: setting('PORT', '3000', integer(0, 65535), 'Port of the HTTP service', 'HTTP 服务端口'),
  host: setting('HOST', '127.0.0.1', hostName, 'Address that the HTTP service listens on', 'HTTP 服务监听地址'),
  dataDir: setting(
    'DATA_DIR',
    '.data',
    folder,
    'Folder for keys and for the data of the embedded database',
    '存放密钥和内置数据库数据的目录',
  ),
  keysDir: setting(
    'KEYS_DIR',
    undefined,
    folder,
    'Folder of key-encryption-keys.json, without which no personal data can be read: the same for all processes, on a disk apart from the database; DATA_DIR when not set',
    '密钥文件 key-encryption-keys.json 所在目录，缺少它则无法读取任何个人信息：各进程须用同一目录，并与数据库分盘存放；不设则为 DATA_DIR',
  ),
  bankFilesDir: setting(
    'BANK_FILES_DIR',
    undefined,
    folder,
    'Folder that bank files of sent batches are delivered into; bank-files in DATA_DIR when not set',
    '已送银行批次的银行文件投递目录；不设则为 DATA_DIR 下的 bank-files',
  ),
  importsDir: setting(
    'IMPORTS_DIR',
    undefined,
    folder,
    'Folder for uploaded files of households and for rows that could not be imported, which hold personal data; imports in DATA_DIR when not set. Processes that share work share it',
    '上传的家庭文件和未能导入的行（含个人信息）的存放目录；不设则为 DATA_DIR 下的 imports。分担工作的各进程须共用',
  ),
  importMaxMb: setting(
    'IMPORT_MAX_MB',
    '200',
    integer(1, 4096),
    'Greatest size of an uploaded file of households, in MiB',
    '上传的家庭文件大小上限（MiB）',
  ),
  importKeptDays: setting(
    'IMPORT_KEPT_DAYS',
    '30',
    integer(1, 365),
    'Days after which rows that could not be imported are removed',
    '未能导入的行保留的天数，到期删除',
  ),
  databaseUrl: setting(
    'DATABASE_URL',
    undefined,
    url('postgres:', 'postgresql:'),
    'PostgreSQL server to use, 15 or newer and UTF-8; without it an embedded one is started',
    '所用的 PostgreSQL 服务器（15 或更新，UTF-8）；不设则启动内置数据库',
  ),
  databaseAppUrl: setting(
    'DATABASE_APP_URL',
    undefined,
    url('postgres:', 'postgresql:'),
    'The same database with the user as whom the service works; that of DATABASE_URL, who owns the tables, then only migrates',
    '同一数据库，供服务运行的用户；此时 DATABASE_URL 的用户（表的所有者）只用于迁移',
  ),
  databasePoolSize: setting(
    'DATABASE_POOL_SIZE',
    '10',
    integer(2, 200),
    'Greatest number of database connections of one process',
    '每个进程的数据库连接数上限',
  ),
  eventStore: setting(
    'EVENT_STORE',
    'postgres',
    oneOf('postgres', 'esdb'),
    'Where events are stored: postgres; esdb: EventStoreDB, the read models staying in PostgreSQL',
    '事件存储位置：postgres；esdb 即 EventStoreDB（读模型仍在 PostgreSQL）',
  ),
  eventStoreUrl: setting(
    'EVENTSTORE_URL',
    undefined,
    esdbUrl,
    'Connection string of EventStoreDB, e.g. esdb://user:password@host1:2113,host2:2113,host3:2113?tlsCAFile=/etc/ssl/ca.crt; required for esdb',
    'EventStoreDB 连接串，如 esdb://user:password@host1:2113,host2:2113,host3:2113?tlsCAFile=/etc/ssl/ca.crt；esdb 时必填',
  ),
  readers: setting(
    'READERS',
    'here',
    oneOf('here', 'apart'),
    'Where read models, process managers and the outbox are worked on: here, in this process; apart, in processes of `npm run projector`',
    '读模型、流程管理器和发件箱在何处运行：here 本进程；apart 由 `npm run projector` 的进程运行',
  ),
  verifyMinutes: setting(
    'VERIFY_MINUTES',
    '60',
    integer(0, 10_080),
    'Minutes between two comparisons, in the background, of a read model with the log; 0: none',
    '后台将读模型与日志核对的间隔（分钟）；0 为不核对',
  ),
  logLevel: setting(
    'LOG_LEVEL',
    'warn',
    oneOf(...LOG_LEVELS),
    `What is logged: ${LOG_LEVELS.join(', ')}`,
    `日志级别：${LOG_LEVELS.join('、')}`,
  ),
  clockStart: setting(
    'CLOCK_START',
    undefined,
    start,
    "Development only: date or instant at which the program's clock starts, applied while the data are empty",
    '仅限开发：程序时钟的起始日期或时刻，仅在数据为空时生效',
  ),
  issuer: setting(
    'OIDC_ISSUER',
    undefined,
    url('https:', 'http:'),
    'Issuer of the tokens; required in production',
    '令牌签发者；生产环境必填',
  ),
  audience: setting(
    'OIDC_AUDIENCE',
    undefined,
    text,
    'Audience that tokens must name; required in production',
    '令牌受众；生产环境必填',
  ),
  jwksUri: setting(
    'OIDC_JWKS_URI',
    undefined,
    url('https:', 'http:'),
    "Address of the issuer's public keys; required in production",
    '签发者公钥地址；生产环境必填',
  ),
  roleClaim: setting('OIDC_ROLE_CLAIM', 'role', text, 'Claim that carries the role', '角色所在的声明'),
  areaClaim: setting('OIDC_AREA_CLAIM', 'area', text, 'Claim that carries the area code', '区划代码所在的声明'),
  nameClaim: setting('OIDC_NAME_CLAIM', 'name', text, 'Claim that carries the name to show', '显示姓名所在的声明'),
  tokenType: setting(
    'OIDC_TOKEN_TYPE',
    undefined,
    text,
    'Type that the token header must name, e.g. at+jwt; any when not set',
    '令牌头必须声明的类型，如 at+jwt；不设则不限',
  ),
};

type Env = Readonly<Record<string, string | undefined>>;

function take<T>(env: Env, { name, default: standard, parse }: Setting<T>): T | undefined {
  const given = env[name]?.trim() || standard;
  if (given === undefined) return undefined;
  try {
    return parse(given);
  } catch (error) {
    if (error instanceof Wrong) throw new SettingsError(name, error.message);
    throw error;
  }
}

/** A setting that has a default. */
function takeDefaulted<T>(env: Env, wanted: Setting<T>): T {
  const value = take(env, wanted);
  if (value === undefined) throw new SettingsError(wanted.name, 'is missing');
  return value;
}

function readOidc(env: Env, production: boolean): OidcSettings | undefined {
  const required = [REGISTRY.issuer, REGISTRY.audience, REGISTRY.jwksUri] as const;
  const [issuer, audience, jwksUri] = required.map((each) => take(env, each));
  const missing = required.find((each) => take(env, each) === undefined);
  if (missing && production) throw new SettingsError(missing.name, 'is required in production');
  if (missing && (issuer ?? audience ?? jwksUri) !== undefined)
    throw new SettingsError(missing.name, 'is missing: OIDC_ISSUER, OIDC_AUDIENCE and OIDC_JWKS_URI belong together');
  if (issuer === undefined || audience === undefined || jwksUri === undefined) return undefined;
  return {
    issuer,
    audience,
    jwksUri,
    roleClaim: takeDefaulted(env, REGISTRY.roleClaim),
    areaClaim: takeDefaulted(env, REGISTRY.areaClaim),
    nameClaim: takeDefaulted(env, REGISTRY.nameClaim),
    tokenType: take(env, REGISTRY.tokenType),
  };
}

/**
 * Reads every setting from the environment. Empty values count as not set.
 * @throws SettingsError for the first wrong one: one line that names it.
 */
export function readSettings(env: Env): Settings {
  const mode = takeDefaulted(env, REGISTRY.nodeEnv);
  const production = mode === 'production';
  const clockStart = take(env, REGISTRY.clockStart);
  const dataDir = takeDefaulted(env, REGISTRY.dataDir);
  const eventStore = takeDefaulted(env, REGISTRY.eventStore);
  const eventStoreUrl = take(env, REGISTRY.eventStoreUrl);
  if (eventStore === 'esdb' && eventStoreUrl === undefined)
    throw new SettingsError('EVENTSTORE_URL', 'is required where EVENT_STORE is esdb');
  if (production && clockStart !== undefined) throw new SettingsError('CLOCK_START', 'is refused in production');
  return {
    production,
    test: mode === 'test',
    clockStart,
    port: takeDefaulted(env, REGISTRY.port),
    host: takeDefaulted(env, REGISTRY.host),
    dataDir,
    keysDir: take(env, REGISTRY.keysDir) ?? dataDir,
    bankFilesDir: take(env, REGISTRY.bankFilesDir) ?? join(dataDir, 'bank-files'),
    importsDir: take(env, REGISTRY.importsDir) ?? join(dataDir, 'imports'),
    importMaxBytes: takeDefaulted(env, REGISTRY.importMaxMb) * 1_048_576,
    importKeptDays: takeDefaulted(env, REGISTRY.importKeptDays),
    databaseUrl: take(env, REGISTRY.databaseUrl),
    databaseAppUrl: take(env, REGISTRY.databaseAppUrl),
    databasePoolSize: takeDefaulted(env, REGISTRY.databasePoolSize),
    eventStore,
    eventStoreUrl,
    readers: takeDefaulted(env, REGISTRY.readers),
    verifyMinutes: takeDefaulted(env, REGISTRY.verifyMinutes),
    logLevel: takeDefaulted(env, REGISTRY.logLevel),
    oidc: readOidc(env, production),
  };
}

/** Every setting with its meaning and default, in the order in which people look for them. */
export const describeSettings = (): readonly SettingDescription[] =>
  Object.values(REGISTRY).map(({ name, en, zh, default: standard }) => ({ name, en, zh, default: standard }));

/** The text of `.env.example`: every setting, commented out, with its meaning. */
export const envExample = (): string =>
  describeSettings()
    .map(({ name, en, zh, default: standard }) => `# ${en}\n# ${zh}\n#${name}=${standard ?? ''}\n`)
    .join('\n');
