import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Fact } from '../domain/facts.js';

/** A fact without what a search does not need of it. */
export type Dated<Value> = Pick<Fact<Value>, 'factId' | 'happenedOn' | 'value'>;

/** What can be corrected or withdrawn, so that what was true before it comes back. */
export interface FoundFacts {
  readonly identity?: readonly Dated<FoundIdentity | null>[];
  readonly area?: readonly Dated<{ readonly area: string; readonly areaPath: string }>[];
  readonly phone?: readonly Dated<string | null>[];
  readonly death?: readonly Dated<true>[];
  /** Comings and goings. */
  readonly household?: readonly Dated<{ readonly id: string; readonly member: boolean }>[];
}

/** `null` stands for what was erased. */
export interface FoundIdentity {
  readonly name: string;
  readonly otherName?: string;
  readonly birthYear?: number;
  readonly hash?: string;
}

/** A person as a search shows them. */
@Entity({
  schema: 'read',
  name: 'person_search',
  comment:
    'Persons as a search shows them, in clear, as they stand: one row each. What is personal is null once the person is erased.',
})
export class PersonSearchRow {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'person_search_pkey' })
  id!: string;
  @Column('text', { name: 'area_code' })
  areaCode!: string;
  @Column('text', { name: 'area_path' })
  areaPath!: string;
  @Column('text', { nullable: true })
  name!: string | null;
  @Column('text', { name: 'other_name', nullable: true })
  otherName!: string | null;
  @Column('int', { name: 'birth_year', nullable: true })
  birthYear!: number | null;
  @Column('text', { nullable: true })
  phone!: string | null;
  @Column('text', { name: 'identity_hash', nullable: true })
  identityHash!: string | null;
  @Column('uuid', { name: 'household_id', nullable: true })
  householdId!: string | null;
  @Column('text', { name: 'household_number', nullable: true })
  householdNumber!: string | null;
  /** Numbers of cases, the person's own and the household's. */
  @Column('text', { name: 'case_numbers', array: true })
  caseNumbers!: readonly string[];
  @Column('date', { name: 'died_on', nullable: true })
  diedOn!: string | null;
  @Column('uuid', { name: 'merged_into', nullable: true })
  mergedInto!: string | null;
  @Column('boolean')
  erased!: boolean;
  /** Cases of the person alone. */
  @Column('text', { name: 'own_cases', array: true })
  ownCases!: readonly string[];
  @Column('jsonb')
  facts!: FoundFacts;
  @Column('text', { array: true })
  keys!: readonly string[];
}

/** A way to find a person. */
@Entity({
  schema: 'read',
  name: 'person_search_key',
  comment: 'What persons are found by: each way to write a name, in clear, and each number. Erasure removes the rows.',
})
export class PersonSearchKeyRow {
  @PrimaryColumn('uuid', { name: 'person_id', primaryKeyConstraintName: 'person_search_key_pkey' })
  personId!: string;
  @PrimaryColumn('text', { primaryKeyConstraintName: 'person_search_key_pkey' })
  key!: string;
  @Column('text', { name: 'area_path' })
  areaPath!: string;
}

/** A household, as far as its members are found by its numbers. */
@Entity({
  schema: 'read',
  name: 'person_search_household',
  comment: 'Households with their numbers and those of their cases, by which their members are found.',
})
export class PersonSearchHouseholdRow {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'person_search_household_pkey' })
  id!: string;
  @Column('text', { nullable: true })
  number!: string | null;
  @Column('text', { array: true })
  cases!: readonly string[];
  /** Whom each coming and going is about, by its fact. */
  @Column('jsonb')
  facts!: Readonly<Record<string, string>>;
}
