import { Injectable } from '@nestjs/common';
import { Column, DataSource, Entity, PrimaryColumn } from 'typeorm';
import { whereInScope, type AreaScope } from '#libs/areas';
import { projection, readTable, type Rows } from '#libs/event-sourcing';
import { decodeCursor, encodeCursor } from '#libs/platform';
import type { ListedMonth } from '../domain/pay-lines.js';
import type { FailureReason, LineKind, PayLine, PayRunEvent } from '../domain/pay-run.events.js';
import type { RunLine, RunSums } from '../domain/pay-run.state.js';
import { runIdOf } from '../pay-run-ids.js';
import { PayRunRow } from './pay-run.js';

/** One payment; amounts in fen. */
@Entity({
  schema: 'read',
  name: 'pay_line',
  comment: 'Payments, one row per line of a run, each in exactly one state.',
})
export class PayLineRow {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pay_line_pkey' })
  id!: string;
  @Column('uuid', { name: 'run_id' })
  runId!: string;
  @Column('bigint', { name: 'first_position' })
  firstPosition!: string;
  @Column('int', { name: 'line_number' })
  lineNumber!: number;
  @Column('text', { name: 'area_code' })
  areaCode!: string;
  @Column('uuid', { name: 'case_id' })
  caseId!: string;
  @Column('uuid', { name: 'household_id' })
  householdId!: string;
  @Column('uuid', { name: 'person_id', nullable: true })
  personId!: string | null;
  @Column('text', { name: 'account_id' })
  accountId!: string;
  @Column('text')
  month!: string;
  @Column('text')
  kind!: LineKind;
  @Column('bigint')
  amount!: string;
  @Column('text')
  fund!: string;
  @Column('text')
  state!: RunLine['state'];
  @Column('text', { nullable: true })
  reason!: FailureReason | null;
  @Column('uuid', { nullable: true })
  replaces!: string | null;
  @Column('int', { nullable: true })
  batch!: number | null;
}

interface PayLineRows {
  readonly payLine: Rows<PayLineRow>;
}

function addLines(
  { streamId, position }: { readonly streamId: string; readonly position: string },
  { payLine }: PayLineRows,
  lines: readonly PayLine[],
): void {
  for (const [index, line] of lines.entries()) {
    payLine.add({
      id: line.lineId,
      runId: runIdOf(streamId),
      firstPosition: position,
      lineNumber: index + 1,
      areaCode: line.area,
      caseId: line.caseId,
      householdId: line.householdId,
      personId: line.personId ?? null,
      accountId: line.accountId,
      month: line.month,
      kind: line.kind,
      amount: String(line.amount),
      fund: line.fund,
      state: 'pending',
      reason: null,
      replaces: line.replaces ?? null,
      batch: null,
    });
  }
}

const becomes =
  (state: RunLine['state']) =>
  (
    {
      data,
    }: { readonly data: { readonly lines: readonly { readonly lineId: string; readonly reason?: FailureReason }[] } },
    { payLine }: PayLineRows,
  ): void => {
    for (const { lineId, reason } of data.lines) payLine.change(lineId, { state, reason: reason ?? null });
  };

/** What was paid to whom for which month, and what became of it? Money rests on it. */
export const payLineList = projection<PayRunEvent, { payLine: PayLineRow }>({
  name: 'pay-line',
  version: 3,
  onPoison: 'halt',
  tables: {
    payLine: readTable(PayLineRow, {
      indexes: [
        "unique (case_id, month) where kind = 'regular'",
        'unique (replaces)',
        'unique (first_position, line_number)',
        '(case_id, month)',
        '(household_id, month)',
      ],
      foldIndexes: ['(run_id)'],
    }),
  },
  on: {
    PayListGenerated: (event, rows) => addLines(event, rows, event.data.lines),
    LineReissued: (event, rows) => addLines(event, rows, [event.data.line]),
    BatchSent({ streamId, data: { batch, lineIds } }, { payLine }) {
      if (lineIds === 'all') payLine.changeWhere('runId', runIdOf(streamId), { batch });
      else for (const id of lineIds) payLine.change(id, { batch });
    },
    LineCredited: becomes('credited'),
    LineRejected: becomes('rejected'),
    LineReturned: becomes('returned'),
  },
});

/** What a list of lines may be narrowed by. */
export interface PayLineQuery {
  /** Where the reader may look: in every run of an area, or, below counties, at the cases of these areas. */
  readonly within: { readonly areaPath: AreaScope } | { readonly areaCodes: readonly string[] };
  readonly runId?: string | undefined;
  readonly householdId?: string | undefined;
  readonly caseId?: string | undefined;
  readonly month?: string | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Reads payments in the order in which they were listed. */
@Injectable()
export class PayLineReader {
  constructor(private readonly database: DataSource) {}

  /** One page. */
  async page({ within, runId, householdId, caseId, month, limit, cursor }: PayLineQuery): Promise<{
    items: PayLineRow[];
    nextCursor?: string;
  }> {
    const query = this.database
      .getRepository(PayLineRow)
      .createQueryBuilder('l')
      .orderBy('l.first_position')
      .addOrderBy('l.line_number')
      .limit(limit + 1);
    if ('areaCodes' in within) query.where('l.area_code = any (:areaCodes)', { areaCodes: within.areaCodes });
    else query.innerJoin(PayRunRow, 'r', 'r.id = l.run_id').where(...whereInScope('r.area_path', within.areaPath));
    if (runId !== undefined) query.andWhere('l.run_id = :runId', { runId });
    if (householdId !== undefined) query.andWhere('l.household_id = :householdId', { householdId });
    if (caseId !== undefined) query.andWhere('l.case_id = :caseId', { caseId });
    if (month !== undefined) query.andWhere('l.month = :month', { month });
    const [position, line] = decodeCursor(cursor, 2) ?? [];
    if (position !== undefined)
      query.andWhere('(l.first_position, l.line_number) > (:position::bigint, :line::bigint)', { position, line });
    const rows = await query.getMany();
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    return {
      items,
      ...(rows.length > limit && last && { nextCursor: encodeCursor([last.firstPosition, last.lineNumber]) }),
    };
  }

  /** What was ever listed, failed or not, re-issues apart: for these cases, and for every case of the scheme and county. */
  async listed(of: {
    readonly caseIds: readonly string[];
    readonly scheme: string;
    readonly area: string;
  }): Promise<ListedMonth[]> {
    const rows: { caseId: string; month: string; amount: string }[] = await this.database.query(
      `select l.case_id as "caseId", l.month, sum(l.amount) as amount
        from read.pay_line l join read.pay_run r on r.id = l.run_id
        where l.kind <> 're-issue' and (l.case_id = any ($1::uuid[]) or (r.scheme = $2 and r.area_code = $3))
        group by l.case_id, l.month`,
      [[...new Set(of.caseIds)], of.scheme, of.area],
    );
    return rows.map(({ caseId, month, amount }) => ({ caseId, month, amount: Number(amount) }));
  }

  /** The account that each of these cases was last listed to. */
  async lastAccounts(caseIds: readonly string[]): Promise<Map<string, string>> {
    const rows: { caseId: string; accountId: string }[] = await this.database.query(
      `select distinct on (case_id) case_id "caseId", account_id "accountId" from read.pay_line
        where case_id = any ($1::uuid[]) order by case_id, first_position desc, line_number desc`,
      [[...new Set(caseIds)]],
    );
    return new Map(rows.map(({ caseId, accountId }) => [caseId, accountId]));
  }

  /**
   * What became of all payments of these cases: whether one is not settled (no answer of the bank yet, or failed and not issued
   * again), and the last month for which, or in which, one was credited.
   */
  async settlementOf(caseIds: readonly string[]): Promise<{ isUnsettled: boolean; lastMonth?: string }> {
    const [found]: { isUnsettled: boolean | null; lastMonth: string | null }[] = await this.database.query(
      `select max(greatest(l.month, r.month)) filter (where l.state = 'credited') as "lastMonth",
          bool_or(l.state = 'pending' or l.state <> 'credited' and n.id is null) as "isUnsettled"
        from read.pay_line l join read.pay_run r on r.id = l.run_id left join read.pay_line n on n.replaces = l.id
        where l.case_id = any ($1::uuid[])`,
      [caseIds],
    );
    const { isUnsettled = null, lastMonth = null } = found ?? {};
    return { isUnsettled: isUnsettled === true, ...(lastMonth !== null && { lastMonth }) };
  }

  /** Sums in fen over what was sent, by run. */
  async sumsOf(runIds: readonly string[]): Promise<Map<string, RunSums>> {
    const rows: { runId: string; state: RunLine['state']; amount: string }[] = await this.database.query(
      `select run_id as "runId", state, sum(amount) as amount from read.pay_line
        where run_id = any ($1::uuid[]) and batch is not null group by run_id, state`,
      [runIds],
    );
    const none: RunSums = { sent: 0, credited: 0, rejected: 0, returned: 0, pending: 0 };
    const sums = new Map(runIds.map((runId) => [runId, none]));
    for (const { runId, state, amount } of rows) {
      const before = sums.get(runId) ?? none;
      sums.set(runId, { ...before, sent: before.sent + Number(amount), [state]: Number(amount) });
    }
    return sums;
  }
}
