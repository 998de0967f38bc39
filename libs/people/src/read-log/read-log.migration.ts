import type { MigrationInterface, QueryRunner } from 'typeorm';

class CreateReadLog1767400002000 implements MigrationInterface {
  readonly name = 'CreateReadLog1767400002000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create schema read_log;
      comment on schema read_log is 'Who read whose data, when and what for. Written before the answer is sent; never changed.';

      create table read_log.reading (
        id bigint generated always as identity primary key,
        at timestamptz not null default almoner_now(),
        reader text collate "C" not null,
        role text collate "C" not null,
        area text collate "C" not null,
        purpose text collate "C" not null,
        kind text collate "C" not null check (kind in ('person', 'household', 'search', 'list', 'export', 'history', 'read-log')),
        persons uuid[] not null,
        households uuid[] not null,
        area_path text collate "C" not null,
        search_by text collate "C",
        search_hash bytea check (octet_length(search_hash) = 32),
        hits int,
        known text,
        effective text,
        request_id uuid not null,
        check ((kind = 'search') = (search_by is not null and search_hash is not null and hits is not null))
      );
      comment on column read_log.reading.reader is 'Subject of the token.';
      comment on column read_log.reading.area is 'Code of the area that the reader acted for.';
      comment on column read_log.reading.persons is 'Whose data were in the answer; of a search nobody, but how many.';
      comment on column read_log.reading.area_path is 'Where what was read lies: codes from the root.';
      comment on column read_log.reading.search_hash is 'Keyed hash of the text: equal searches are known as equal, and nothing else of it.';
      comment on column read_log.reading.known is 'The time that was asked for, as it was written; null for now.';

      create index reading_reader on read_log.reading (reader, id);
      create index reading_purpose on read_log.reading (purpose, id);
      create index reading_area on read_log.reading (area_path, id);
      create index reading_at on read_log.reading (at, id);
      create index reading_persons on read_log.reading using gin (persons);
      create index reading_households on read_log.reading using gin (households);

      create function read_log.forbid_change() returns trigger language plpgsql as
        $$ begin raise exception 'the read log is never changed' using errcode = '42501'; end $$;
      create trigger reading_is_for_ever before update or delete on read_log.reading
        for each row execute function read_log.forbid_change();
      create trigger reading_is_never_emptied before truncate on read_log.reading
        for each statement execute function read_log.forbid_change();
    `);
  }

  async down(): Promise<void> {
    throw new Error('who read what is kept');
  }
}

/** The schema of the read log. */
export const readLogMigrations = [CreateReadLog1767400002000];

/** What the service writes; the rest is the database's to say. */
const WRITTEN =
  'reader, role, area, purpose, kind, persons, households, area_path, search_by, search_hash, hits, known, effective, request_id';

/** Lets a role read the log and add to it, with no time and number but the database's own. Done by the owner, after migrating. */
export async function grantReadLog(db: { query(sql: string): Promise<unknown> }, role: string): Promise<void> {
  const name = `"${role.replaceAll('"', '""')}"`;
  await db.query(
    `grant usage on schema read_log to ${name}; grant select, insert (${WRITTEN}) on read_log.reading to ${name}`,
  );
}
