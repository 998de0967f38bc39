import { Injectable } from '@nestjs/common';
import { Pool } from 'pg';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { inScope, type AreaScope } from '#libs/areas';
import { projection, readTable, type Rows, type StoredEvent } from '#libs/event-sourcing';
import { decodeCursor, encodeCursor } from '#libs/platform';
import type { HouseholdEvent, HouseholdSplit } from '../domain/household.events.js';
import type { Provenance } from '../domain/facts.js';
import type { Relation, Standing } from '../domain/household.facts.js';

/** A household, for its later places. */
@Entity({ schema: 'read', name: 'household', comment: 'Households with their numbers, one row each.' })
export class HouseholdRow {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'household_pkey' })
  id!: string;
  @Column('text')
  number!: string;
  @Column('bigint', { name: 'first_position' })
  firstPosition!: string;
}

/** Where a household lives from a day on; no area once it is over. */
@Entity({
  schema: 'read',
  name: 'household_place',
  comment: 'Where each household lives from which day on, one row per fact; no area once it is over.',
})
export class HouseholdPlaceRow {
  @PrimaryColumn('uuid', { name: 'fact_id', primaryKeyConstraintName: 'household_place_pkey' })
  factId!: string;
  @Column('uuid', { name: 'household_id' })
  householdId!: string;
  @Column('text')
  number!: string;
  @Column('text', { name: 'area_code' })
  areaCode!: string;
  @Column('text', { name: 'area_path' })
  areaPath!: string;
  @Column('text')
  residence!: string;
  @Column('date', { name: 'happened_on' })
  happenedOn!: string;
  /** Position of the event: of two facts of one day the later one holds. */
  @Column('bigint')
  seq!: string;
  @Column('bigint', { name: 'first_position' })
  firstPosition!: string;
}

/** A person's place in a household from a day on. */
@Entity({
  schema: 'read',
  name: 'household_member',
  comment: 'Who belongs to which household from which day on, and who left, one row per fact.',
})
export class HouseholdMemberRow {
  @PrimaryColumn('uuid', { name: 'fact_id', primaryKeyConstraintName: 'household_member_pkey' })
  factId!: string;
  @PrimaryColumn('uuid', { name: 'household_id', primaryKeyConstraintName: 'household_member_pkey' })
  householdId!: string;
  @PrimaryColumn('uuid', { name: 'person_id', primaryKeyConstraintName: 'household_member_pkey' })
  personId!: string;
  /** Corrected or recorded by mistake: it never held. */
  @Column('boolean')
  withdrawn!: boolean;
  /** Null where the person left. */
  @Column('text', { nullable: true })
  relation!: string | null;
  @Column('boolean')
  counts!: boolean;
  @Column('date', { name: 'happened_on' })
  happenedOn!: string;
  @Column('bigint')
  seq!: string;
}

interface ListRows {
  readonly household: Rows<HouseholdRow>;
  readonly place: Rows<HouseholdPlaceRow>;
  readonly member: Rows<HouseholdMemberRow>;
}
type Recorded = Pick<StoredEvent, 'streamId' | 'position'> & { readonly data: Provenance };

const idOf = ({ streamId }: Pick<StoredEvent, 'streamId'>): string => streamId.slice('household-'.length);

/** A place, with what a list shows and is ordered by of every household. */
function addPlace(
  event: Recorded,
  { household, place }: ListRows,
  where: { readonly area: string; readonly areaPath: string; readonly residence: string },
): void {
  const { factId, happenedOn, corrects } = event.data;
  const { area: areaCode, areaPath, residence } = where;
  const householdId = idOf(event);
  if (corrects !== undefined) place.find(corrects, (row) => row && place.remove(corrects));
  household.find(householdId, (row) => {
    if (row === undefined) return;
    const { number, firstPosition } = row;
    place.add({
      ...{ factId, householdId, number, areaCode, areaPath, residence, happenedOn },
      seq: event.position,
      firstPosition,
    });
  });
}

/** Where a household lives that is over. */
const nowhere = { area: '', areaPath: '', residence: '' };

function addMember(
  event: Recorded,
  { member }: ListRows,
  { personId, factId = event.data.factId, standing }: { personId: string; factId?: string; standing?: Standing },
): void {
  const { happenedOn, corrects } = event.data;
  if (corrects !== undefined) member.changeWhere('factId', corrects, { withdrawn: true });
  member.add({
    factId,
    householdId: idOf(event),
    personId,
    withdrawn: false,
    relation: standing?.relation ?? null,
    counts: standing?.counts ?? false,
    happenedOn,
    seq: event.position,
  });
}

/** All who go to another household leave by one fact. */
const leave = (event: Recorded & { readonly data: Pick<HouseholdSplit['data'], 'members'> }, rows: ListRows): void => {
  for (const { personId } of event.data.members) addMember(event, rows, { personId });
};

/** Which households are there, where do they live, and who belongs to them, on any day, as it was known at any time? */
export const householdList = projection<
  HouseholdEvent,
  { household: HouseholdRow; place: HouseholdPlaceRow; member: HouseholdMemberRow }
>({
  name: 'household-list',
  version: 3,
  tables: {
    household: readTable(HouseholdRow, { indexes: ['unique (number text_pattern_ops)'] }),
    place: readTable(HouseholdPlaceRow, {
      indexes: ['(household_id, happened_on)', '(first_position)', '(area_path text_pattern_ops, first_position)'],
      history: true,
    }),
    member: readTable(HouseholdMemberRow, { indexes: ['(household_id)', '(person_id)'], history: true }),
  },
  on: {
    HouseholdRegistered(event, rows) {
      const { number, members } = event.data;
      rows.household.add({ id: idOf(event), number, firstPosition: event.position });
      addPlace(event, rows, event.data);
      for (const member of members) addMember(event, rows, { ...member, standing: member });
    },
    HouseholdMoved: (event, rows) => addPlace(event, rows, event.data),
    HouseholdEnded: (event, rows) => addPlace(event, rows, nowhere),
    HouseholdMerged(event, rows) {
      addPlace(event, rows, nowhere);
      leave(event, rows);
    },
    HouseholdSplit: leave,
    MemberJoined: (event, rows) => addMember(event, rows, { personId: event.data.personId, standing: event.data }),
    MemberStandingChanged: (event, rows) =>
      addMember(event, rows, { personId: event.data.personId, standing: event.data }),
    MemberLeft: (event, rows) => addMember(event, rows, { personId: event.data.personId }),
    HouseholdFactWithdrawn(event, { place, member }) {
      const { factId } = event.data;
      place.find(factId, (row) => row && place.remove(factId));
      member.changeWhere('factId', factId, { withdrawn: true });
    },
  },
});

/** A household in the list of an area. */
export interface ListedHousehold {
  readonly id: string;
  readonly number: string;
  readonly area: string;
  readonly residence: string;
  /** The applicant by id; undefined where nobody is. */
  readonly applicantId: string | undefined;
  /** How many count. */
  readonly memberCount: number;
}

/** What a list may be narrowed by. */
export interface HouseholdQuery {
  /** Only households that live below the area on the day. */
  readonly areaPath: AreaScope;
  /** The local date for which is asked; the last one that anything is known of where it is left out. */
  readonly effective?: string | undefined;
  /** What was known at a position of the log. */
  readonly upTo?: string | undefined;
  /** Start of the household's number, or ids of households that were found otherwise. */
  readonly number?: string | undefined;
  readonly ids?: readonly string[] | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

const LAST_DAY = '9999-12-31';

/** Reads the list of households; the newest first. */
@Injectable()
export class HouseholdListReader {
  constructor(private readonly pool: Pool) {}

  /**
   * Where a person belongs or belonged, whether they counted or not, and also where that was entered by mistake: it may have been gone
   * by. From the first day to the day on which they left for good: a departure that was withdrawn ends nothing, unless nothing else is left.
   */
  async staysOf(personId: string): Promise<readonly { householdId: string; from: string; until?: string }[]> {
    const { rows } = await this.pool.query<{ householdId: string; from: string; until: string | null }>(
      `select household_id as "householdId", min(happened_on)::text as from,
          case when (array_agg(relation order by withdrawn, happened_on desc, seq desc))[1] is null
            then (array_agg(happened_on order by withdrawn, happened_on desc, seq desc))[1]::text end as until
        from read.household_member where person_id = $1 group by household_id order by 1`,
      [personId],
    );
    return rows.map(({ until, ...stay }) => ({ ...stay, ...(until !== null && { until }) }));
  }

  /** One page. The order is that of registration, which never changes. */
  async page(query: HouseholdQuery): Promise<{ items: ListedHousehold[]; nextCursor?: string }> {
    const values: unknown[] = [];
    const value = (given: unknown): string => `$${values.push(given)}`;
    const day = value(query.effective ?? LAST_DAY);
    const known = query.upTo === undefined ? undefined : value(query.upTo === 'start' ? '-1' : query.upTo);
    const stood = (alias: string): string =>
      known === undefined
        ? ''
        : `and ${alias}.known_from <= ${known} and (${alias}.known_until is null or ${alias}.known_until > ${known})`;
    const [places, members] =
      known === undefined
        ? ['read.household_place', 'read.household_member']
        : ['read.household_place_history', 'read.household_member_history'];
    const [before] = decodeCursor(query.cursor, 1) ?? [];
    const found =
      query.number !== undefined
        ? `and p.household_id in (select id from read.household where number like ${value(`${escapeLike(query.number)}%`)})`
        : query.ids === undefined
          ? ''
          : `and p.household_id = any(${value(query.ids)}::uuid[])`;
    const { rows } = await this.pool.query<
      Omit<ListedHousehold, 'applicantId'> & { applicantId: string | null; first: string }
    >(
      `with listed as (
         select p.household_id id, p.number, p.area_code area, p.residence, p.first_position first
           from ${places} p
           where ${inScope('p.area_path', query.areaPath, value)} and p.happened_on <= ${day}::date ${stood('p')}
             and not exists (select from ${places} q where q.household_id = p.household_id
               and q.happened_on <= ${day}::date and (q.happened_on, q.seq) > (p.happened_on, p.seq) ${stood('q')})
             ${found}
             ${before === undefined ? '' : `and p.first_position < ${value(before)}::bigint`}
           order by p.first_position desc limit ${value(query.limit + 1)})
       select l.id, l.number, l.area, l.residence, l.first, m.applicant "applicantId", coalesce(m.counting, 0)::int "memberCount"
         from listed l left join lateral (
           select count(*) filter (where counts) counting, max(person_id::text) filter (where relation = 'applicant') applicant
             from (select distinct on (person_id) person_id, relation, counts from ${members} m
               where m.household_id = l.id and not m.withdrawn and m.happened_on <= ${day}::date ${stood('m')}
               order by person_id, happened_on desc, seq desc) m) m on true
         order by l.first desc`,
      values,
    );
    const items = rows.slice(0, query.limit).map(({ first: _, applicantId, ...row }) => ({
      ...row,
      applicantId: applicantId ?? undefined,
    }));
    const last = rows[query.limit - 1];
    return { items, ...(rows.length > query.limit && last && { nextCursor: encodeCursor([last.first]) }) };
  }

  /** Ids of households whose number begins so, for lists of other libs. */
  async idsFound(number: string, areaPath: AreaScope, upTo?: string): Promise<string[]> {
    const { items } = await this.page({ areaPath, number, upTo, limit: 500 });
    return items.map(({ id }) => id);
  }

  /** The numbers of households by id. */
  async numbersOf(ids: readonly string[]): Promise<Map<string, string>> {
    if (ids.length === 0) return new Map();
    const { rows } = await this.pool.query<{ id: string; number: string }>(
      'select id, number from read.household where id = any($1::uuid[])',
      [[...new Set(ids)]],
    );
    return new Map(rows.map(({ id, number }) => [id, number]));
  }

  /** The present applicant of each household, by its id. */
  async applicantsOf(ids: readonly string[]): Promise<Map<string, string>> {
    const relation: Relation = 'applicant';
    const { rows } = await this.pool.query<{ id: string; person: string }>(
      `select household_id id, person_id person from (
         select distinct on (household_id, person_id) household_id, person_id, relation from read.household_member
           where household_id = any($1::uuid[]) and not withdrawn order by household_id, person_id, happened_on desc, seq desc) m
         where relation = $2`,
      [[...new Set(ids)], relation],
    );
    return new Map(rows.map(({ id, person }) => [id, person]));
  }

  /** The places that a person has now, counting or not, under their file and those that were merged into it. */
  async placesOf(personId: string): Promise<{ householdId: string; personId: string }[]> {
    const { rows } = await this.pool.query<{ householdId: string; personId: string }>(
      `with recursive file (id) as (
         select $1::uuid
         union select m.person_id from file f join read.merged_person m on m."into" = f.id)
       select household_id "householdId", person_id "personId" from (
         select distinct on (household_id, person_id) household_id, person_id, relation from read.household_member
           where person_id in (select id from file) and not withdrawn
           order by household_id, person_id, happened_on desc, seq desc) m
         where relation is not null`,
      [personId],
    );
    return rows;
  }
}

/** Makes `%` and `_` of a search mean themselves. */
export const escapeLike = (text: string): string => text.replace(/[\\%_]/g, '\\$&');
