import type { MigrationInterface, QueryRunner } from 'typeorm';

class CreateArea1767200200000 implements MigrationInterface {
  readonly name = 'CreateArea1767200200000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table area (
        code text collate "C" primary key,
        parent text collate "C" references area (code),
        level text not null check (level in ('province', 'city', 'county', 'township', 'village')),
        name_en text not null,
        name_zh text not null,
        path text collate "C" not null unique,
        time_zone text not null,
        currency text not null,
        valid_from date not null,
        valid_until date,
        check ((parent is null) = (level = 'province'))
      );
      comment on table area is 'The tree of administrative areas; path holds the codes from the root, joined by dots.';`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('drop table area');
  }
}

/** Tables of areas. */
export const areaMigrations = [CreateArea1767200200000];
