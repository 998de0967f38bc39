import { Injectable } from '@nestjs/common';
import { Column, DataSource, Entity, PrimaryColumn, type SelectQueryBuilder } from 'typeorm';
import { projection, type Queryable, type StoredEvent } from '#libs/event-sourcing';
import { decodeCursor, encodeCursor } from '#libs/platform';
import type { CaseEvent } from '../domain/case.events.js';
import type { CaseStatus } from '../domain/case.state.js';

/** A case in the caseload. */
@Entity({ schema: 'read', name: 'case_file', comment: 'The caseload: one row per case, as it stands.' })
export class CaseRow {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'case_file_pkey' })
  id!: string;
  @Column('text')
  number!: string;
  @Column('text')
  scheme!: string;
  @Column('text')
  status!: CaseStatus;
  @Column('text', { name: 'area_code' })
  areaCode!: string;
  @Column('text', { name: 'area_path' })
  areaPath!: string;
  @Column('uuid', { name: 'household_id' })
  householdId!: string;
  @Column('uuid', { name: 'person_id', nullable: true })
  personId!: string | null;
  /** Who last acted on the case. */
  @Column('text')
  officer!: string;
  @Column('bigint', { name: 'monthly_amount', nullable: true })
  monthlyAmount!: string | null;
  @Column('text', { name: 'from_month', nullable: true })
  fromMonth!: string | null;
  @Column('text', { name: 'applied_on' })
  appliedOn!: string;
  @Column('text', { name: 'notice_ends_on', nullable: true })
  noticeEndsOn!: string | null;
  @Column('text', { name: 'recheck_due_on', nullable: true })
  recheckDueOn!: string | null;
  @Column('bigint')
  revision!: string;
  @Column('bigint', { name: 'first_position' })
  firstPosition!: string;
}

interface RowChange {
  readonly status?: CaseStatus;
  readonly monthly_amount?: number;
  readonly from_month?: string;
  readonly notice_ends_on?: string;
  readonly recheck_due_on?: string;
}

const caseIdOf = ({ streamId }: StoredEvent): string => streamId.slice('case-'.length);

async function change(db: Queryable, event: StoredEvent, columns: RowChange): Promise<void> {
  const entries = Object.entries(columns).filter(([, value]) => value !== undefined);
  const set = entries.map(([column], index) => `, ${column} = $${index + 4}`).join('');
  const officer = event.metadata['role'] === 'system' ? null : event.metadata['actor'];
  await db.query(`update case_file set revision = $2, officer = coalesce($3, officer)${set} where id = $1`, [
    caseIdOf(event),
    event.revision,
    officer,
    ...entries.map(([, value]) => value as unknown),
  ]);
}

const to = (status: CaseStatus) => (db: Queryable, event: StoredEvent) => change(db, event, { status });

/** Which cases does an office have, and where does each stand? */
export const caseList = projection<CaseEvent>('case-list', 2, ['case_file'], {
  async ApplicationSubmitted(db, event) {
    const { data, metadata, revision, position } = event;
    await db.query(
      `insert into case_file (id, number, scheme, status, area_code, area_path, household_id, person_id, officer, applied_on, revision, first_position)
        values ($1, $2, $3, 'submitted', $4, $5, $6, $7, $8, $9, $10, $11)`,
      [
        caseIdOf(event),
        data.number,
        data.scheme,
        data.area,
        data.areaPath,
        data.householdId,
        data.personId ?? null,
        metadata['actor'],
        data.happenedOn,
        revision,
        position,
      ],
    );
  },
  ApplicationAccepted: to('accepted'),
  ApplicationNotAccepted: to('not-accepted'),
  ApplicationWithdrawn: to('withdrawn'),
  async InvestigationStarted(db, event) {
    await db.query(`update case_file set status = 'investigating' where id = $1 and status <> 'reinvestigating'`, [
      caseIdOf(event),
    ]);
    await change(db, event, {});
  },
  VerificationReportIssued: (db, event) => change(db, event, {}),
  async PreliminaryOpinionIssued(db, event) {
    await db.query(
      `update case_file set status = case
          when status = 'under-recheck' then status
          when status = 'reinvestigating' or $2 = 'refuse' then 'with-county'
          else 'opinion-issued' end where id = $1`,
      [caseIdOf(event), event.data.proposal],
    );
    await change(db, event, {});
  },
  NoticePosted: (db, event) => change(db, event, { status: 'on-notice', notice_ends_on: event.data.endsOn }),
  NoticeExpiredClean: to('with-county'),
  NoticeObjected: to('reinvestigating'),
  CaseReturnedForMore: to('investigating'),
  CaseConfirmed: (db, event) => change(db, event, { status: 'active', ...awardOf(event.data) }),
  CaseRefused: to('refused'),
  RecheckOpened: to('under-recheck'),
  AwardIncreased: (db, event) => change(db, event, { status: 'active', ...awardOf(event.data) }),
  AwardReduced: (db, event) => change(db, event, { status: 'active', ...awardOf(event.data) }),
  AwardUnchanged: (db, { data, ...event }) =>
    change(
      db,
      { data, ...event },
      { status: 'active', ...(data.recheckDueOn !== undefined && { recheck_due_on: data.recheckDueOn }) },
    ),
  async AwardStopped(db, event) {
    await change(db, event, { status: 'stopped', monthly_amount: 0, from_month: event.data.fromMonth });
    await db.query('update case_file set recheck_due_on = null where id = $1', [caseIdOf(event)]);
  },
});

const awardOf = (data: { monthlyAmount: number; fromMonth: string; recheckDueOn?: string }): RowChange => ({
  monthly_amount: data.monthlyAmount,
  from_month: data.fromMonth,
  ...(data.recheckDueOn !== undefined && { recheck_due_on: data.recheckDueOn }),
});

/** What the caseload may be narrowed by. */
export interface CaseloadQuery {
  readonly areaPath: string;
  readonly scheme?: string | undefined;
  readonly status?: string | undefined;
  readonly officer?: string | undefined;
  readonly household?: string | undefined;
  /** Start of the case's number. */
  readonly search?: string | undefined;
  /** Households that the same search finds. */
  readonly householdIds: readonly string[];
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** How many cases the filters leave, together and by status. */
export interface CaseCounts {
  readonly total: number;
  readonly byStatus: Readonly<Record<string, number>>;
}

/** Reads the caseload; the newest application first. */
@Injectable()
export class CaseListReader {
  constructor(private readonly database: DataSource) {}

  /** One page, and the counts over all pages. */
  async page(query: CaseloadQuery): Promise<{ rows: CaseRow[]; nextCursor?: string; counts: CaseCounts }> {
    const [before] = decodeCursor(query.cursor, 1) ?? [];
    const rows = this.filtered(query);
    if (before !== undefined) rows.andWhere('c.first_position < :before', { before });
    const [found, grouped] = await Promise.all([
      rows
        .orderBy('c.first_position', 'DESC')
        .limit(query.limit + 1)
        .getMany(),
      this.filtered(query).select('c.status', 'status').addSelect('count(*)', 'count').groupBy('c.status').getRawMany<{
        status: string;
        count: string;
      }>(),
    ]);
    const page = found.slice(0, query.limit);
    const last = page.at(-1);
    const byStatus = Object.fromEntries(grouped.map(({ status, count }) => [status, Number(count)]));
    return {
      rows: page,
      counts: { total: Object.values(byStatus).reduce((sum, count) => sum + count, 0), byStatus },
      ...(found.length > query.limit && last && { nextCursor: encodeCursor([last.firstPosition]) }),
    };
  }

  private filtered(query: CaseloadQuery): SelectQueryBuilder<CaseRow> {
    const { areaPath, search, householdIds } = query;
    const rows = this.database
      .getRepository(CaseRow)
      .createQueryBuilder('c')
      .where('(c.area_path = :areaPath or c.area_path like :below)', { areaPath, below: `${areaPath}.%` });
    for (const column of ['scheme', 'status', 'officer'] as const) {
      const value = query[column];
      if (value !== undefined) rows.andWhere(`c.${column} = :${column}`, { [column]: value });
    }
    if (query.household !== undefined) rows.andWhere('c.household_id = :household', { household: query.household });
    if (search !== undefined) {
      const start = `${search.replace(/[\\%_]/g, '\\$&')}%`;
      rows.andWhere('(c.number like :start or c.household_id = any (:householdIds))', {
        start,
        householdIds: [...householdIds],
      });
    }
    return rows;
  }
}
