import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The read tables of people. */
export class CreateHouseholds1767200001000 implements MigrationInterface {
  readonly name = 'CreateHouseholds1767200001000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      create table read.household (
        id uuid primary key,
        number text not null,
        area_code text not null,
        area_path text not null,
        residence text not null,
        applicant_name text not null,
        member_count int not null,
        first_position bigint not null
      );
      create unique index household_number on read.household (number);
      create index household_first_position on read.household (first_position);
      comment on table read.household is 'Households, one row each; the name is that of the applicant.';

      create table read.account (
        account_id uuid primary key,
        household_id uuid not null,
        person_id uuid not null,
        of_applicant boolean not null,
        bank text not null,
        number text not null,
        holder text not null,
        proposed boolean not null,
        present boolean not null,
        confirmed_on date
      );
      create index account_household on read.account (household_id);
      create index account_person on read.account (person_id);
      comment on table read.account is 'Accounts, proposed, present and past. A household is paid to the account of its applicant.';
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('drop table read.household, read.account');
  }
}

export const peopleMigrations = [CreateHouseholds1767200001000];
