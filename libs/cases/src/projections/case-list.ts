import { Injectable } from '@nestjs/common';
import { Column, DataSource, Entity, In, PrimaryColumn, type SelectQueryBuilder } from 'typeorm';
import { whereInScope, type AreaScope } from '#libs/areas';
import { projection, readTable, type Rows, type StoredEvent } from '#libs/event-sourcing';
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

/** A version of a row of the caseload, as the projection keeps it. */
@Entity({ schema: 'read', name: 'case_file_history' })
export class CaseVersionRow extends CaseRow {
  /** The first position at which it was true. */
  @Column('bigint', { name: 'known_from' })
  knownFrom!: string;
  /** The position at which another took its place; null while it stands. */
  @Column('bigint', { name: 'known_until', nullable: true })
  knownUntil!: string | null;
}

const caseIdOf = ({ streamId }: Pick<StoredEvent, 'streamId'>): string => streamId.slice('case-'.length);

interface CaseListRows {
  readonly caseFile: Rows<CaseRow>;
}

/** What every event changes: the revision and, unless the program itself acted, who acted last. */
const touch = ({ revision, metadata }: StoredEvent): Partial<CaseRow> => ({
  revision: String(revision),
  ...(metadata['role'] !== 'system' && { officer: metadata['actor'] ?? '' }),
});

const change = (event: StoredEvent, { caseFile }: CaseListRows, columns: Partial<CaseRow> = {}): void =>
  caseFile.change(caseIdOf(event), { ...touch(event), ...columns });

const to = (status: CaseStatus) => (event: StoredEvent, rows: CaseListRows) => change(event, rows, { status });

const awardOf = (data: { monthlyAmount: number; fromMonth: string; recheckDueOn?: string }): Partial<CaseRow> => ({
  monthlyAmount: String(data.monthlyAmount),
  fromMonth: data.fromMonth,
  ...(data.recheckDueOn !== undefined && { recheckDueOn: data.recheckDueOn }),
});

/** Where a case stands after the township's opinion. */
function afterOpinion(status: CaseStatus, proposal: string): CaseStatus {
  if (status === 'under-recheck') return status;
  return status === 'reinvestigating' || proposal === 'refuse' ? 'with-county' : 'opinion-issued';
}

/** Which cases does an office have, and where does each stand, or stood? */
export const caseList = projection<CaseEvent, { caseFile: CaseRow }>({
  name: 'case-list',
  version: 3,
  shards: 2,
  tables: {
    caseFile: readTable(CaseRow, {
      indexes: [
        'unique (number text_pattern_ops)',
        '(first_position)',
        '(household_id)',
        '(area_path text_pattern_ops, first_position)',
      ],
      history: true,
    }),
  },
  on: {
    ApplicationSubmitted({ streamId, data, metadata, revision, position }, { caseFile }) {
      caseFile.add({
        id: caseIdOf({ streamId }),
        number: data.number,
        scheme: data.scheme,
        status: 'submitted',
        areaCode: data.area,
        areaPath: data.areaPath,
        householdId: data.householdId,
        personId: data.personId ?? null,
        officer: metadata['actor'] ?? '',
        monthlyAmount: null,
        fromMonth: null,
        appliedOn: data.happenedOn,
        noticeEndsOn: null,
        recheckDueOn: null,
        revision: String(revision),
        firstPosition: position,
      });
    },
    ApplicationAccepted: to('accepted'),
    ApplicationNotAccepted: to('not-accepted'),
    ApplicationWithdrawn: to('withdrawn'),
    InvestigationStarted: (event, { caseFile }) =>
      caseFile.change(caseIdOf(event), ({ status }) => ({
        ...touch(event),
        status: status === 'reinvestigating' ? status : 'investigating',
      })),
    VerificationReportIssued: (event, rows) => change(event, rows),
    PreliminaryOpinionIssued: (event, { caseFile }) =>
      caseFile.change(caseIdOf(event), ({ status }) => ({
        ...touch(event),
        status: afterOpinion(status, event.data.proposal),
      })),
    NoticePosted: (event, rows) => change(event, rows, { status: 'on-notice', noticeEndsOn: event.data.endsOn }),
    NoticeExpiredClean: to('with-county'),
    NoticeObjected: to('reinvestigating'),
    CaseReturnedForMore: to('investigating'),
    CaseConfirmed: (event, rows) => change(event, rows, { status: 'active', ...awardOf(event.data) }),
    CaseRefused: to('refused'),
    RecheckOpened: to('under-recheck'),
    AwardIncreased: (event, rows) => change(event, rows, { status: 'active', ...awardOf(event.data) }),
    AwardReduced: (event, rows) => change(event, rows, { status: 'active', ...awardOf(event.data) }),
    AwardUnchanged: (event, rows) =>
      change(event, rows, {
        status: 'active',
        ...(event.data.recheckDueOn !== undefined && { recheckDueOn: event.data.recheckDueOn }),
      }),
    AwardStopped: (event, rows) =>
      change(event, rows, {
        status: 'stopped',
        monthlyAmount: '0',
        fromMonth: event.data.fromMonth,
        recheckDueOn: null,
      }),
  },
});

/** What the caseload may be narrowed by. */
export interface CaseloadQuery {
  readonly areaPath: AreaScope;
  readonly scheme?: string | undefined;
  readonly status?: string | undefined;
  readonly officer?: string | undefined;
  readonly household?: string | undefined;
  /** Start of the case's number. */
  readonly search?: string | undefined;
  /** Households that the same search finds. */
  readonly householdIds: readonly string[];
  /** The caseload as it was at this position of the log; as it stands where absent. The projection must have reached it. */
  readonly upTo?: string | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** How many cases the filters leave, together and by status. */
export interface CaseCounts {
  readonly total: number;
  readonly byStatus: Readonly<Record<string, number>>;
}

/** The position on which a page that begins at this cursor has to stay; undefined for the caseload as it stands. */
export const cutOfCursor = (cursor: string | undefined): string | undefined => decodeCursor(cursor, 1, 2)?.[1];

/** Reads the caseload, as it stands or as it was known; the newest application first. */
@Injectable()
export class CaseListReader {
  constructor(private readonly database: DataSource) {}

  /** One page, and the counts over all pages. */
  async page(query: CaseloadQuery): Promise<{ rows: CaseRow[]; nextCursor?: string; counts: CaseCounts }> {
    const [before] = decodeCursor(query.cursor, 1, 2) ?? [];
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
      ...(found.length > query.limit &&
        last && { nextCursor: encodeCursor([last.firstPosition, ...(query.upTo === undefined ? [] : [query.upTo])]) }),
    };
  }

  /** Every case of these households and of their members. */
  async ofHouseholds(householdIds: readonly string[]): Promise<Pick<CaseRow, 'id' | 'householdId' | 'personId'>[]> {
    return this.database
      .getRepository(CaseRow)
      .find({ select: { id: true, householdId: true, personId: true }, where: { householdId: In([...householdIds]) } });
  }

  /** Every case of a household, its members' own benefits included, or of one person's own. */
  async idsOf(whose: { readonly householdId: string } | { readonly personId: string }): Promise<string[]> {
    const rows = await this.database
      .getRepository(CaseRow)
      .find({ select: { id: true }, where: whose, order: { firstPosition: 'ASC' } });
    return rows.map(({ id }) => id);
  }

  private filtered(query: CaseloadQuery): SelectQueryBuilder<CaseRow> {
    const { areaPath, search, householdIds } = query;
    const rows = this.known(query.upTo);
    rows.andWhere(...whereInScope('c.area_path', areaPath));
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

  /** One row per case: the one that stands, or the version that was true at a position. */
  private known(upTo: string | undefined): SelectQueryBuilder<CaseRow> {
    if (upTo === undefined) return this.database.getRepository(CaseRow).createQueryBuilder('c');
    return this.database
      .getRepository(CaseVersionRow)
      .createQueryBuilder('c')
      .where('c.known_from <= :upTo and (c.known_until is null or c.known_until > :upTo)', {
        upTo: upTo === 'start' ? '-1' : upTo,
      });
  }
}
