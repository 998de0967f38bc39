import { Injectable } from '@nestjs/common';
import { Column, DataSource, Entity, In, PrimaryColumn } from 'typeorm';
import { whereInScope, type AreaScope } from '#libs/areas';
import { projection, readTable } from '#libs/event-sourcing';
import { decodeCursor, encodeCursor } from '#libs/platform';
import type { RetentionClass } from '../domain/identity/field-class.js';
import type { ErasureStatus } from './erasure.js';
import type { ErasureEvent, ErasureGround, SubjectKind } from './erasure.events.js';

/** An erasure in the list of an area. */
@Entity({ schema: 'read', name: 'erasure', comment: 'Erasures, one row each. No personal data.' })
export class ErasureRow {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'erasure_pkey' })
  id!: string;
  /** The stream whose keys are destroyed. */
  @Column('text')
  subject!: string;
  @Column('text')
  kind!: SubjectKind;
  @Column('text', { array: true })
  retentions!: RetentionClass[];
  @Column('text')
  ground!: ErasureGround;
  @Column('text')
  status!: ErasureStatus;
  @Column('text', { name: 'area_code' })
  areaCode!: string;
  @Column('text', { name: 'area_path' })
  areaPath!: string;
  @Column('date', { name: 'requested_on' })
  requestedOn!: string;
  /** The first day on which it is possible; of one that is held. */
  @Column('date', { name: 'possible_from', nullable: true })
  possibleFrom!: string | null;
  @Column('bigint', { name: 'first_position' })
  firstPosition!: string;
  /** Where the log says that the keys are gone. */
  @Column('bigint', { name: 'destroyed_position', nullable: true })
  destroyedPosition!: string | null;
}

const idOf = (streamId: string): string => streamId.slice('erasure-'.length);

/** Which erasures are there, and how far is each? */
export const erasureList = projection<ErasureEvent, { erasure: ErasureRow }>({
  name: 'erasure-list',
  version: 1,
  tables: { erasure: readTable(ErasureRow, { indexes: ['(subject)', '(first_position)', '(status)'] }) },
  on: {
    ErasureRequested({ streamId, data, position }, { erasure }) {
      const { subject, kind, retentions, ground, area, areaPath, requestedOn } = data;
      erasure.add({
        id: idOf(streamId),
        subject,
        kind,
        retentions: [...retentions],
        ground,
        status: 'requested',
        areaCode: area,
        areaPath,
        requestedOn,
        possibleFrom: null,
        firstPosition: position,
        destroyedPosition: null,
      });
    },
    ErasureRefused: ({ streamId, data }, { erasure }) =>
      erasure.change(idOf(streamId), { status: 'refused', possibleFrom: data.possibleFrom ?? null }),
    ErasureApproved: ({ streamId }, { erasure }) => erasure.change(idOf(streamId), { status: 'approved' }),
    SubjectKeyDestroyed: ({ streamId, position }, { erasure }) =>
      erasure.change(idOf(streamId), { status: 'keys-destroyed', destroyedPosition: position }),
    ErasureCompleted: ({ streamId }, { erasure }) => erasure.change(idOf(streamId), { status: 'completed' }),
  },
});

const destroyedStatuses: ErasureStatus[] = ['keys-destroyed', 'completed'];

/** Reads the list of erasures; the newest first. */
@Injectable()
export class ErasureReader {
  constructor(private readonly database: DataSource) {}

  async page({
    areaPath,
    status,
    limit,
    cursor,
  }: {
    readonly areaPath: AreaScope;
    readonly status?: ErasureStatus | undefined;
    readonly limit: number;
    readonly cursor?: string | undefined;
  }): Promise<{ items: ErasureRow[]; nextCursor?: string }> {
    const query = this.database
      .getRepository(ErasureRow)
      .createQueryBuilder('e')
      .where(...whereInScope('e.area_path', areaPath))
      .orderBy('e.first_position', 'DESC')
      .limit(limit + 1);
    if (status !== undefined) query.andWhere('e.status = :status', { status });
    const [before] = decodeCursor(cursor, 1) ?? [];
    if (before !== undefined) query.andWhere('e.first_position < :before', { before });
    const rows = await query.getMany();
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    return { items, ...(rows.length > limit && last && { nextCursor: encodeCursor([last.firstPosition]) }) };
  }

  /** The streams of files that were merged into a person's, at whatever remove; none for a household. */
  async mergedInto(subject: string): Promise<string[]> {
    if (!subject.startsWith('person-')) return [];
    const rows = await this.database.query<{ stream: string }[]>(
      `with recursive merged (id) as (
         select person_id from read.merged_person where "into" = $1
         union select m.person_id from read.merged_person m join merged on m."into" = merged.id)
       select 'person-' || id as stream from merged`,
      [subject.slice('person-'.length)],
    );
    return rows.map(({ stream }) => stream);
  }

  /** The terms of each subject whose keys are destroyed; as late as the read model, which is on the safe side. */
  async destroyedOf(subjects: readonly string[]): Promise<ReadonlyMap<string, ReadonlySet<RetentionClass>>> {
    const destroyed = new Map<string, Set<RetentionClass>>();
    if (subjects.length === 0) return destroyed;
    const rows = await this.database
      .getRepository(ErasureRow)
      .find({ where: { subject: In([...subjects]), status: In(destroyedStatuses) } });
    for (const { subject, retentions } of rows)
      destroyed.set(subject, new Set([...(destroyed.get(subject) ?? []), ...retentions]));
    return destroyed;
  }
}
