import { Pool, types } from 'pg';
import { DataSource, type DataSourceOptions, type Logger as TypeOrmLogger, type QueryRunner } from 'typeorm';

/** The service cannot start; the message is one line for a person. */
export class StartUpError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StartUpError';
  }
}

const DATE_OID = 1082;
const CONNECT_MS = 5_000;
const STATEMENT_MS = 60_000;

/** A pool of connections with time limits. Dates come back as `YYYY-MM-DD`, bigints as text. */
export function createPool(url: string, size = 10): Pool {
  const pool = new Pool({
    connectionString: url,
    max: size,
    application_name: 'almoner',
    connectionTimeoutMillis: CONNECT_MS,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    statement_timeout: STATEMENT_MS,
    query_timeout: STATEMENT_MS + 5_000,
    idle_in_transaction_session_timeout: STATEMENT_MS,
    types: {
      getTypeParser: (oid, format) =>
        Number(oid) === DATE_OID
          ? (text: string | Buffer) => String(text)
          : (types.getTypeParser(oid, format) as unknown),
    },
  });
  // An idle connection that breaks is replaced on the next use; without a listener it would end the process.
  pool.on('error', () => undefined);
  // The same for one that breaks while it is in use: its query fails, and that is enough.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** What a server may be used for. */
export interface ServerDemands {
  /** False for tests only: a server that may lose data in a crash is accepted. */
  readonly durable: boolean;
}

/**
 * Checks that the server can be reached and keeps what it is given: version 15 or newer, UTF-8, letters of all scripts
 * known, writes synced, damage not passed over. Gives what a person should know although it does not forbid to start.
 * @throws StartUpError
 */
export async function checkServer(pool: Pool, { durable }: ServerDemands): Promise<readonly string[]> {
  const version = Number(await ask(pool, 'show server_version_num'));
  if (version < 150_000)
    throw new StartUpError(`PostgreSQL 15 or newer is needed; ${placeOf(pool)} is ${majorOf(version)}`);
  const encoding = await ask(pool, 'show server_encoding');
  if (encoding !== 'UTF8')
    throw new StartUpError(`The database at ${placeOf(pool)} must have encoding UTF8; it has ${encoding}`);
  if ((await ask(pool, lacksLetters(version))) === 'true')
    throw new StartUpError(
      `The database at ${placeOf(pool)} has LC_CTYPE C, which knows no letters beyond ASCII: create it with a UTF-8 locale such as C.UTF-8`,
    );
  const isolation = await ask(pool, 'show default_transaction_isolation');
  if (isolation !== 'read committed')
    throw new StartUpError(
      `The database at ${placeOf(pool)} has default_transaction_isolation ${isolation}: it must be read committed`,
    );
  if (!durable) return [];
  await checkDurable(pool);
  return (await ask(pool, 'show data_checksums')) === 'on'
    ? []
    : [
        `The server at ${placeOf(pool)} has no data checksums and would not notice damage on its disk: pg_checksums adds them`,
      ];
}

async function checkDurable(pool: Pool): Promise<void> {
  for (const name of ['fsync', 'full_page_writes', 'synchronous_commit']) {
    if ((await ask(pool, `show ${name}`)) === 'off')
      throw new StartUpError(
        `The database at ${placeOf(pool)} has ${name} off and could lose what was acknowledged: turn it on`,
      );
  }
  for (const name of ['ignore_checksum_failure', 'zero_damaged_pages']) {
    if ((await ask(pool, `show ${name}`)) === 'on')
      throw new StartUpError(`The database at ${placeOf(pool)} has ${name} on and would pass over damage: turn it off`);
  }
}

/** Whatever provider compares text, search by trigrams classifies characters by LC_CTYPE. */
const lacksLetters = (version: number): string => `
  select (datctype in ('C', 'POSIX')${version >= 170_000 ? " or datlocprovider = 'b' and datlocale = 'C'" : ''})::text
  from pg_database where datname = current_database()`;

const majorOf = (version: number): string =>
  version >= 100_000
    ? String(Math.floor(version / 10_000))
    : `${Math.floor(version / 10_000)}.${Math.floor(version / 100) % 100}`;

async function ask(pool: Pool, sql: string): Promise<string> {
  try {
    const { rows } = await pool.query<string[]>({ text: sql, rowMode: 'array' });
    return String(rows[0]?.[0]);
  } catch (error) {
    throw new StartUpError(`${explain(error, pool)}: check DATABASE_URL`);
  }
}

function explain(error: unknown, pool: Pool): string {
  const { code, message } = error as { code?: string; message?: string };
  const place = placeOf(pool);
  if (code === '28P01' || code === '28000') return `The database at ${place} refuses the user or the password`;
  if (code === '3D000') return `There is no database of that name at ${place}`;
  return `The database at ${place} cannot be reached (${(code ?? message ?? 'no answer').split('\n', 1)[0]})`;
}

/** Host, port and name of the database; never user or password. */
function placeOf(pool: Pool): string {
  const text = pool.options.connectionString;
  if (text === undefined || !URL.canParse(text)) return 'DATABASE_URL';
  const { host, pathname } = new URL(text);
  return `${host}${pathname}`;
}

/** Tables that TypeORM manages. */
export interface Schema {
  readonly entities: readonly (new () => object)[];
  readonly migrations: readonly (new () => { up: unknown })[];
}

/** Failures are thrown; what is said of them is ours to say, in one line. */
const silent: TypeOrmLogger = {
  logQuery: () => undefined,
  logQueryError: () => undefined,
  logQuerySlow: () => undefined,
  logSchemaBuild: () => undefined,
  logMigration: () => undefined,
  log: () => undefined,
};

/** A TypeORM data source; not yet connected. */
export const createDataSource = (url: string, { entities, migrations }: Schema): DataSource =>
  new DataSource({
    type: 'postgres',
    url,
    entities: [...entities],
    migrations: [...migrations] as NonNullable<DataSourceOptions['migrations']>,
    migrationsTableName: 'schema_migration',
    migrationsTransactionMode: 'each',
    synchronize: false,
    logger: silent,
    poolSize: 4,
    applicationName: 'almoner',
    connectTimeoutMS: CONNECT_MS,
  });

/** Names the lock that lets only one process migrate. */
const MIGRATION_LOCK = 7_145_302_201;

/** Brings the schema up to date; processes that start together wait for each other. */
export const migrate = (dataSource: DataSource): Promise<void> => migrateAnd(dataSource, async () => undefined);

/** Brings the schema up to date and then, before others may, does what goes with it. */
export async function migrateAnd<T>(dataSource: DataSource, then: (db: QueryRunner) => Promise<T>): Promise<T> {
  if (!dataSource.isInitialized) await dataSource.initialize();
  const guard = dataSource.createQueryRunner();
  await guard.connect();
  try {
    await guard.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await dataSource.runMigrations();
    return await then(guard);
  } finally {
    await guard.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK]).catch(() => undefined);
    await guard.release();
  }
}

/** True when no migration is pending. */
export async function isMigrated(dataSource: DataSource, pool: Pool): Promise<boolean> {
  const { rows } = await pool.query<{ name: string }>('select name from schema_migration');
  const done = new Set(rows.map(({ name }) => name));
  return dataSource.migrations.every(({ name, constructor }) => done.has(name ?? constructor.name));
}
