import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Functions that the service may call, by their signatures. */
const FUNCTIONS = [
  'keys.find_keys(text[], text[], text[])',
  'keys.add_keys(uuid[], text[], text[], text[], text, bytea[])',
  'keys.read_keys(uuid[])',
  'keys.destroy_keys(text, text[])',
  'keys.index_key(text, bytea)',
];

class CreateKeys1767400000000 implements MigrationInterface {
  readonly name = 'CreateKeys1767400000000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create schema keys;
      comment on schema keys is 'Wrapped data keys. Backed up apart from the log and kept for a short time only: an old copy undoes erasures.';

      create table keys.subject_key (
        key_id uuid primary key,
        subject text collate "C" not null,
        purpose text collate "C" not null,
        retention text collate "C" not null,
        version smallint not null default 1,
        kek_id text collate "C",
        wrapped bytea,
        created_at timestamptz not null default clock_timestamp(),
        destroyed_at timestamptz,
        unique (subject, purpose, retention, version),
        check ((wrapped is null) = (destroyed_at is not null) and (wrapped is null) = (kek_id is null))
      );
      comment on table keys.subject_key is 'One random key per subject, purpose and term, wrapped by the key service. Destroyed ones keep their row, so that what they sealed reads as erased.';
      comment on column keys.subject_key.subject is 'The stream whose data the key seals.';
      comment on column keys.subject_key.kek_id is 'The key-encryption key that it is wrapped under.';

      create table keys.destroyed_subject (
        subject text collate "C",
        retention text collate "C",
        destroyed_at timestamptz not null default clock_timestamp(),
        primary key (subject, retention)
      );
      comment on table keys.destroyed_subject is 'Subjects that get no key of this term any more.';

      create table keys.index_key (
        only_row boolean primary key default true check (only_row),
        kek_id text collate "C" not null,
        wrapped bytea not null
      );
      comment on table keys.index_key is 'The key of keyed hashes, wrapped. Never another one: claims are named by it.';

      create function keys.find_keys(p_subjects text[], p_purposes text[], p_retentions text[])
        returns table (n int, key_id uuid, kek_id text, wrapped bytea)
        language sql stable security definer set search_path = pg_catalog, pg_temp as $$
        select distinct on (i.n) i.n::int, k.key_id, k.kek_id, k.wrapped
          from unnest(p_subjects, p_purposes, p_retentions) with ordinality i (subject, purpose, retention, n)
          join keys.subject_key k on k.subject = i.subject and k.purpose = i.purpose and k.retention = i.retention
          order by i.n, k.version desc $$;

      create function keys.add_keys(p_ids uuid[], p_subjects text[], p_purposes text[], p_retentions text[], p_kek text, p_wrapped bytea[])
        returns table (n int, key_id uuid, kek_id text, wrapped bytea)
        language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
        #variable_conflict use_column
        begin
          -- Waits for a destruction under way; the next statement then sees it.
          lock table keys.subject_key in row exclusive mode;
          insert into keys.subject_key (key_id, subject, purpose, retention, kek_id, wrapped)
            select i.key_id, i.subject, i.purpose, i.retention, p_kek, i.wrapped
              from unnest(p_ids, p_subjects, p_purposes, p_retentions, p_wrapped) i (key_id, subject, purpose, retention, wrapped)
              where not exists (select from keys.destroyed_subject d where d.subject = i.subject and d.retention = i.retention)
              order by i.subject, i.purpose, i.retention
            on conflict (subject, purpose, retention, version) do nothing;
          return query select * from keys.find_keys(p_subjects, p_purposes, p_retentions);
        end $$;

      create function keys.read_keys(p_ids uuid[]) returns table (key_id uuid, kek_id text, wrapped bytea)
        language sql stable security definer set search_path = pg_catalog, pg_temp as $$
        select k.key_id, k.kek_id, k.wrapped from keys.subject_key k where k.key_id = any (p_ids) $$;

      create function keys.destroy_keys(p_subject text, p_retentions text[]) returns setof uuid
        language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
        begin
          -- Keys that are being added now are there when this is granted, and destroyed with the others.
          lock table keys.subject_key in share row exclusive mode;
          insert into keys.destroyed_subject (subject, retention) select p_subject, unnest(p_retentions) on conflict do nothing;
          update keys.subject_key set wrapped = null, kek_id = null, destroyed_at = clock_timestamp()
            where subject = p_subject and retention = any (p_retentions) and wrapped is not null;
          return query select key_id from keys.subject_key where subject = p_subject and retention = any (p_retentions);
        end $$;

      create function keys.index_key(p_kek text, p_wrapped bytea) returns table (kek_id text, wrapped bytea)
        language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
        begin
          if p_wrapped is not null then
            insert into keys.index_key as i (kek_id, wrapped) values (p_kek, p_wrapped) on conflict do nothing;
          end if;
          return query select i.kek_id, i.wrapped from keys.index_key i;
        end $$;

      ${FUNCTIONS.map((signature) => `revoke execute on function ${signature} from public;`).join('\n')}
    `);
  }

  async down(): Promise<void> {
    throw new Error('what was sealed needs its keys');
  }
}

/** The schema of keys. */
export const keysMigrations = [CreateKeys1767400000000];

/**
 * Lets a role do what the service does with keys: find those of subjects and ids that it names, add, destroy. It can list
 * none, change none and wrap none anew. Done by the owner, after migrating.
 */
export async function grantKeys(db: { query(sql: string): Promise<unknown> }, role: string): Promise<void> {
  const name = `"${role.replaceAll('"', '""')}"`;
  await db.query(`grant usage on schema keys to ${name}; grant execute on function ${FUNCTIONS.join(', ')} to ${name}`);
}
