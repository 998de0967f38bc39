import type { MigrationInterface, QueryRunner } from 'typeorm';

class CreateAreas1767400000000 implements MigrationInterface {
  readonly name = 'CreateAreas1767400000000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      drop table if exists area;
      create table area (
        code text collate "C" not null,
        parent text collate "C",
        level text not null check (level in ('province', 'city', 'county', 'township', 'village')),
        name_zh text not null,
        name_en text,
        time_zone text not null,
        currency text not null,
        valid_from date not null,
        valid_until date check (valid_until >= valid_from),
        successor text collate "C",
        source text not null check (source in ('pack', 'own')),
        primary key (code, valid_from),
        check ((parent is null) = (level = 'province')),
        check (successor is null or valid_until is not null)
      );
      create unique index area_in_force on area (code) where valid_until is null;
      comment on table area is 'The tree of administrative areas on every day: a row for each version of an area. Versions are added and ended, never changed or removed.';
      comment on column area.valid_until is 'Last day; null while it holds.';
      comment on column area.successor is 'Code of the area that took its place on the day after the last one.';

      create table area_revision (
        only_row boolean primary key default true check (only_row),
        revision bigint not null,
        pack text
      );
      comment on table area_revision is 'Counts the changes of the tree, so that every process notices them; names the division codes that were loaded last by their digest.';`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('drop table area_revision, area');
  }
}

class NameOrigins1767700000000 implements MigrationInterface {
  readonly name = 'NameOrigins1767700000000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      alter table area add origin text collate "C";
      comment on column area.origin is 'Code of the area that it came out of, by a division or as its new code.';`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('alter table area drop origin');
  }
}

/** Tables of areas. */
export const areaMigrations = [CreateAreas1767400000000, NameOrigins1767700000000];
