import { Injectable } from '@nestjs/common';
import { Column, DataSource, Entity, PrimaryColumn } from 'typeorm';
import { whereInScope, type AreaScope } from '#libs/areas';
import { projection, readTable, type Rows, type StoredEvent } from '#libs/event-sourcing';
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

interface PayRunRows {
  readonly payRun: Rows<PayRunRow>;
}

const becomes =
  (status?: OpenPayRunState['status']) =>
  ({ streamId, revision }: Pick<StoredEvent, 'streamId' | 'revision'>, { payRun }: PayRunRows): void =>
    payRun.change(runIdOf(streamId), { revision: String(revision), ...(status !== undefined && { status }) });

/** Which pay runs are there, and how far are they? Money rests on it. */
export const payRunList = projection<PayRunEvent, { payRun: PayRunRow }>({
  name: 'pay-run',
  version: 2,
  onPoison: 'halt',
  tables: {
    payRun: readTable(PayRunRow, { indexes: ['unique (area_code, scheme, month, sequence)', '(first_position)'] }),
  },
  on: {
    PayRunOpened({ streamId, data, revision, position, metadata }, { payRun }) {
      payRun.add({
        id: runIdOf(streamId),
        areaCode: data.area,
        areaPath: data.areaPath,
        scheme: data.scheme,
        month: data.month,
        kind: data.kind,
        sequence: data.sequence,
        status: 'listed',
        lineCount: 0,
        controlSum: '0',
        revision: String(revision),
        firstPosition: position,
        openedByCommand: metadata['commandId'] ?? '',
      });
    },
    PayListGenerated({ streamId, data, revision }, { payRun }) {
      const sum = data.lines.reduce((total, { amount }) => total + amount, 0);
      payRun.change(runIdOf(streamId), ({ lineCount, controlSum }) => ({
        lineCount: lineCount + data.lines.length,
        controlSum: String(Number(controlSum) + sum),
        revision: String(revision),
      }));
    },
    ListChecked: becomes('checked'),
    PayRunApproved: becomes(),
    BatchSent: becomes('sent'),
    LineCredited: becomes('sent'),
    LineRejected: becomes('sent'),
    LineReturned: becomes('sent'),
    LineReissued: becomes('sent'),
    BatchReconciled: becomes('reconciled'),
  },
});

/** What the list of runs may be narrowed by. */
export interface PayRunQuery {
  /** Only runs of the area and below. */
  readonly areaPath: AreaScope;
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
      .where(...whereInScope('r.area_path', areaPath))
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
