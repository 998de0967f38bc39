import { Injectable } from '@nestjs/common';
import { Column, DataSource, Entity, PrimaryColumn } from 'typeorm';
import { whereInScope, type AreaScope } from '#libs/areas';
import { projection, readTable } from '#libs/event-sourcing';
import { decodeCursor, encodeCursor } from '#libs/platform';
import type { HouseholdEvent } from '../domain/household.events.js';

/** A household in the list of an area. */
@Entity({ schema: 'read', name: 'household', comment: 'Households, one row each; the name is that of the applicant.' })
export class HouseholdRow {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'household_pkey' })
  id!: string;
  @Column('text')
  number!: string;
  @Column('text', { name: 'area_code' })
  areaCode!: string;
  @Column('text', { name: 'area_path' })
  areaPath!: string;
  @Column('text')
  residence!: 'urban' | 'rural';
  @Column('text', { name: 'applicant_name' })
  applicantName!: string;
  @Column('int', { name: 'member_count' })
  memberCount!: number;
  @Column('bigint', { name: 'first_position' })
  firstPosition!: string;
}

/** Which households of an area are there? */
export const householdList = projection<HouseholdEvent, { household: HouseholdRow }>({
  name: 'household-list',
  version: 2,
  tables: { household: readTable(HouseholdRow, { indexes: ['unique (number)', '(first_position)'] }) },
  on: {
    HouseholdRegistered({ streamId, data, position }, { household }) {
      const applicant = data.members.find(({ relation }) => relation === 'applicant');
      household.add({
        id: streamId.slice('household-'.length),
        number: data.number,
        areaCode: data.area,
        areaPath: data.areaPath,
        residence: data.residence,
        applicantName: applicant?.name ?? '',
        memberCount: data.members.length,
        firstPosition: position,
      });
    },
  },
});

/** What a list may be narrowed by. */
export interface HouseholdQuery {
  /** Only households below the area. */
  readonly areaPath: AreaScope;
  readonly search?: string | undefined;
  /** Only households registered by this position of the log. Their rows never change, so this is the list as it was. */
  readonly upTo?: string | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Reads the list of households; the newest first. */
@Injectable()
export class HouseholdListReader {
  constructor(private readonly database: DataSource) {}

  /** One page. The order is that of registration, which never changes. */
  async page({
    areaPath,
    search,
    upTo,
    limit,
    cursor,
  }: HouseholdQuery): Promise<{ items: HouseholdRow[]; nextCursor?: string }> {
    const query = this.database
      .getRepository(HouseholdRow)
      .createQueryBuilder('h')
      .where(...whereInScope('h.area_path', areaPath))
      .orderBy('h.first_position', 'DESC')
      .limit(limit + 1);
    if (search !== undefined) {
      query.andWhere('(h.number like :start or h.applicant_name like :within)', {
        start: `${escapeLike(search)}%`,
        within: `%${escapeLike(search)}%`,
      });
    }
    if (upTo !== undefined) query.andWhere('h.first_position <= :upTo', { upTo: upTo === 'start' ? '-1' : upTo });
    const [before] = decodeCursor(cursor, 1) ?? [];
    if (before !== undefined) query.andWhere('h.first_position < :before', { before });
    const rows = await query.getMany();
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    return { items, ...(rows.length > limit && last && { nextCursor: encodeCursor([last.firstPosition]) }) };
  }

  /** Ids of households that a search by name or number finds, for lists of other libs. */
  async idsFound(search: string, areaPath: AreaScope, upTo?: string): Promise<string[]> {
    const { items } = await this.page({ areaPath, search, upTo, limit: 500 });
    return items.map(({ id }) => id);
  }

  /** The numbers of households by id. */
  async numbersOf(ids: readonly string[]): Promise<Map<string, string>> {
    if (ids.length === 0) return new Map();
    const rows = await this.database.getRepository(HouseholdRow).createQueryBuilder('h').whereInIds(ids).getMany();
    return new Map(rows.map(({ id, number }) => [id, number]));
  }
}

/** Makes `%` and `_` of a search mean themselves. */
export const escapeLike = (text: string): string => text.replace(/[\\%_]/g, '\\$&');
