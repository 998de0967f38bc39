import { Injectable } from '@nestjs/common';
import { Column, DataSource, Entity, PrimaryColumn } from 'typeorm';
import { projection, type Queryable, type StoredEvent } from '#libs/event-sourcing';
import { decodeCursor, encodeCursor } from '#libs/platform';
import type { PayRunEvent, RunKind } from '../domain/pay-run.events.js';
import type { OpenPayRunState } from '../domain/pay-run.state.js';
import { runIdOf } from '../pay-run-ids.js';

/** A pay run in the list of an area; sums in fen. */
@Entity({
  schema: 'read',
  name: 'pay_run',
  comment: "Pay runs, one row each; line count and control sum are the list's.",
})
export class PayRunRow {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pay_run_pkey' })
  id!: string;
  @Column('text', { name: 'area_code' })
  areaCode!: string;
  @Column('text', { name: 'area_path' })
  areaPath!: string;
  @Column('text')
  scheme!: string;
  @Column('text')
  month!: string;
  @Column('text')
  kind!: RunKind;
  @Column('int')
  sequence!: number;
  @Column('text')
  status!: OpenPayRunState['status'];
  @Column('int', { name: 'line_count' })
  lineCount!: number;
  @Column('bigint', { name: 'control_sum' })
  controlSum!: string;
  @Column('bigint')
  revision!: string;
  @Column('bigint', { name: 'first_position' })
  firstPosition!: string;
  @Column('uuid', { name: 'opened_by_command' })
  openedByCommand!: string;
}

const becomes =
  (status: OpenPayRunState['status'] | null) =>
  async (db: Queryable, { streamId, revision }: Pick<StoredEvent, 'streamId' | 'revision'>): Promise<void> => {
    await db.query('update pay_run set status = coalesce($2, status), revision = $3 where id = $1', [
      runIdOf(streamId),
      status,
      String(revision),
    ]);
  };

/** Which pay runs are there, and how far are they? */
export const payRunList = projection<PayRunEvent>('pay-run', 1, ['pay_run'], {
  async PayRunOpened(db, { streamId, data, revision, position, metadata }) {
    await db.query(
      `insert into pay_run (id, area_code, area_path, scheme, month, kind, sequence, status, line_count, control_sum,
          revision, first_position, opened_by_command)
        values ($1, $2, $3, $4, $5, $6, $7, 'listed', 0, 0, $8, $9, $10)`,
      [
        runIdOf(streamId),
        data.area,
        data.areaPath,
        data.scheme,
        data.month,
        data.kind,
        data.sequence,
        String(revision),
        position,
        metadata['commandId'],
      ],
    );
  },
  async PayListGenerated(db, { streamId, data, revision }) {
    const sum = data.lines.reduce((total, { amount }) => total + amount, 0);
    await db.query(
      'update pay_run set line_count = line_count + $2, control_sum = control_sum + $3, revision = $4 where id = $1',
      [runIdOf(streamId), data.lines.length, sum, String(revision)],
    );
  },
  ListChecked: becomes('checked'),
  PayRunApproved: becomes(null),
  BatchSent: becomes('sent'),
  LineCredited: becomes('sent'),
  LineRejected: becomes('sent'),
  LineReturned: becomes('sent'),
  LineReissued: becomes('sent'),
  BatchReconciled: becomes('reconciled'),
});

/** What the list of runs may be narrowed by. */
export interface PayRunQuery {
  /** Codes from the root to the area, joined by dots: only runs of it and below. */
  readonly areaPath: string;
  readonly scheme?: string | undefined;
  readonly month?: string | undefined;
  readonly status?: string | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Reads pay runs; the newest first. */
@Injectable()
export class PayRunReader {
  constructor(private readonly database: DataSource) {}

  /** One page. The order is that of opening, which never changes. */
  async page({ areaPath, scheme, month, status, limit, cursor }: PayRunQuery): Promise<{
    items: PayRunRow[];
    nextCursor?: string;
  }> {
    const query = this.database
      .getRepository(PayRunRow)
      .createQueryBuilder('r')
      .where('(r.area_path = :areaPath or r.area_path like :below)', { areaPath, below: `${areaPath}.%` })
      .orderBy('r.first_position', 'DESC')
      .limit(limit + 1);
    if (scheme !== undefined) query.andWhere('r.scheme = :scheme', { scheme });
    if (month !== undefined) query.andWhere('r.month = :month', { month });
    if (status !== undefined) query.andWhere('r.status = :status', { status });
    const [before] = decodeCursor(cursor, 1) ?? [];
    if (before !== undefined) query.andWhere('r.first_position < :before', { before });
    const rows = await query.getMany();
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    return { items, ...(rows.length > limit && last && { nextCursor: encodeCursor([last.firstPosition]) }) };
  }

  /** The runs of one scheme, month and county, in their sequence. */
  async ofMonth(of: { readonly area: string; readonly scheme: string; readonly month: string }): Promise<PayRunRow[]> {
    const { area: areaCode, scheme, month } = of;
    return this.database
      .getRepository(PayRunRow)
      .find({ where: { areaCode, scheme, month }, order: { sequence: 'ASC' } });
  }
}
