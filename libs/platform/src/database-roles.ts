import type { QueryRunner } from 'typeorm';
import { createPool } from './database.js';

/** Tables of the log, which the service only reads: it writes through the functions alone. */
const LOG_TABLES = ['es_event', 'es_closed_stream'];
const LOG_WRITERS = ['es_append_event', 'es_append_events', 'es_append_batch'];

/** Roles belong to the whole server, so the name is that of the database's number. */
const ROLE_NAME = `(select 'almoner_app_' || oid from pg_database where datname = current_database())`;

/** Gives the service's role what it may do in the schema of a lib. Done by the owner, in the transaction of all grants. */
export type Grant = (db: QueryRunner, role: string) => Promise<void>;

/** How the service reaches the database. */
export interface ServiceAccess {
  readonly url: string;
  /** What a person should know; undefined when all is well. */
  readonly warning: string | undefined;
}

/**
 * Lets the service work under a role that does not own the tables: it may read the log and add to it, and write all other
 * tables of `public` but change the form of none; the schema `read` is its own; in the schemas of libs it may do what their
 * `grants` say. Done by the owner, after migrating.
 *
 * The role is the user of `appUrl` where that is given; else one without login, made for this database, which the
 * owner's connections take on. Where the owner may not make it, the service goes on as the owner.
 */
export async function grantService(
  db: QueryRunner,
  url: string,
  appUrl: string | undefined,
  grants: readonly Grant[] = [],
): Promise<ServiceAccess> {
  try {
    await db.startTransaction();
    const role = appUrl === undefined ? await makeRole(db) : decodeURIComponent(new URL(appUrl).username);
    await grant(db, role);
    for (const own of grants) await own(db, role);
    await db.commitTransaction();
    return { url: appUrl ?? withRole(url, role), warning: undefined };
  } catch (error) {
    await db.rollbackTransaction();
    const { code, message } = error as { code?: string; message: string };
    if (appUrl !== undefined || code !== '42501') throw error;
    return {
      url,
      warning: `The service works as the owner of its tables, because the user of DATABASE_URL cannot make a role for it (${message}): let it create roles, or set DATABASE_APP_URL`,
    };
  }
}

/** The URL under which a program beside the service works: that of the service, once its first start has made the role. */
export async function serviceUrl(url: string, appUrl: string | undefined): Promise<string> {
  if (appUrl !== undefined) return appUrl;
  const pool = createPool(url, 1);
  try {
    const { rows } = await pool.query<{ role: string }>(
      `select rolname as role from pg_roles where rolname = ${ROLE_NAME} and pg_has_role(rolname, 'member')`,
    );
    return rows[0] ? withRole(url, rows[0].role) : url;
  } finally {
    await pool.end();
  }
}

/** The role of this database; one that may not be taken on is as good as none. */
async function makeRole(db: QueryRunner): Promise<string> {
  const [known] = (await db.query(`select ${ROLE_NAME} as role,
    exists (select from pg_roles where rolname = ${ROLE_NAME}) as made,
    (select rolsuper from pg_roles where rolname = current_user) as all_powerful`)) as [
    { role: string; made: boolean; all_powerful: boolean },
  ];
  const { role } = known;
  if (!known.made) await db.query(`create role ${role} nologin`);
  // For taking the role on, and for giving it the schema.
  if (!known.all_powerful) await db.query(`grant ${role} to current_user`);
  return role;
}

async function grant(db: QueryRunner, role: string): Promise<void> {
  const name = quoted(role);
  const [{ database }] = (await db.query('select current_database() as database')) as [{ database: string }];
  const [log, writers] = (await Promise.all([
    db.query(
      `select relname as name from pg_class where relname = any ($1) and relnamespace = 'public'::regnamespace`,
      [LOG_TABLES],
    ),
    db.query(`select proname as name from pg_proc where proname = any ($1) and pronamespace = 'public'::regnamespace`, [
      LOG_WRITERS,
    ]),
  ])) as [{ name: string }[], { name: string }[]];
  await db.query(`
    grant connect, create, temporary on database ${quoted(database)} to ${name};
    grant usage on schema public to ${name};
    grant select, insert, update, delete on all tables in schema public to ${name};
    grant usage, select on all sequences in schema public to ${name};
    ${log.map((table) => `revoke insert, update, delete on ${table.name} from ${name};`).join('\n')}
    ${writers.map((routine) => `grant execute on function ${routine.name} to ${name};`).join('\n')}
    do $$ begin
      if not has_database_privilege(${literal(role)}, current_database(), 'create') then
        raise exception 'it does not own the database' using errcode = '42501';
      end if; end $$`);
  await giveReadModels(db, role);
}

/** The read models belong to the service, which makes and drops them: also those that an owner made before. */
async function giveReadModels(db: QueryRunner, role: string): Promise<void> {
  const changes = (await db.query(
    `select format('grant all on schema %I to %I', n.nspname, $1::text) as change from pg_namespace n where n.nspname = 'read'
     union all
     select format('alter schema %I owner to %I', n.nspname, $1::text) from pg_namespace n
       where n.nspname ~ '^(read$|rm_)' and n.nspowner <> $1::regrole and pg_has_role($1, 'member')
     union all
     select format('alter %s %I.%I owner to %I',
         case c.relkind when 'v' then 'view' when 'm' then 'materialized view' else 'table' end, n.nspname, c.relname, $1::text)
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname ~ '^(read$|rm_)' and c.relkind in ('r', 'p', 'v', 'm') and c.relowner <> $1::regrole`,
    [role],
  )) as { change: string }[];
  for (const { change } of changes) await db.query(change);
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Connections by the URL take on the role as they start. */
function withRole(url: string, role: string): string {
  const changed = new URL(url);
  const options = changed.searchParams.get('options');
  changed.searchParams.set('options', `${options === null ? '' : `${options} `}-c role=${role}`);
  return changed.href;
}
