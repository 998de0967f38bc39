import { Injectable } from '@nestjs/common';
import { Column, DataSource, Entity, IsNull, LessThanOrEqual, Not, PrimaryColumn } from 'typeorm';
import { inScope, whereInScope, type AreaScope } from '#libs/areas';
import { projection, readTable, type Rows, type StoredEvent } from '#libs/event-sourcing';
import { decodeCursor, encodeCursor } from '#libs/platform';
import type { CaseEvent } from '../domain/case.events.js';

/** A term of an award. A later term of the case holds from its first month on; 0 after a stop. */
@Entity({
  schema: 'read',
  name: 'award',
  comment:
    'Terms of awards, one row per decision, never changed: from which month how much. The latest decision wins from its month on.',
})
export class AwardRow {
  @PrimaryColumn('bigint', { primaryKeyConstraintName: 'award_pkey' })
  position!: string;
  @Column('uuid', { name: 'case_id' })
  caseId!: string;
  @Column('text')
  number!: string;
  @Column('text')
  scheme!: string;
  @Column('uuid', { name: 'household_id' })
  householdId!: string;
  @Column('uuid', { name: 'person_id', nullable: true })
  personId!: string | null;
  @Column('text', { name: 'area_code' })
  areaCode!: string;
  @Column('text', { name: 'area_path' })
  areaPath!: string;
  @Column('text')
  residence!: 'urban' | 'rural';
  @Column('text', { name: 'from_month' })
  fromMonth!: string;
  @Column('bigint', { name: 'monthly_amount' })
  monthlyAmount!: string;
  @Column('text', { name: 'decided_on' })
  decidedOn!: string;
}

/** What the terms of an award repeat of their case. */
@Entity({ schema: 'read', name: 'award_case', comment: 'What the terms of an award repeat of their case.' })
export class AwardCaseRow {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'award_case_pkey' })
  id!: string;
  @Column('text')
  number!: string;
  @Column('text')
  scheme!: string;
  @Column('uuid', { name: 'household_id' })
  householdId!: string;
  @Column('uuid', { name: 'person_id', nullable: true })
  personId!: string | null;
  @Column('text', { name: 'area_code' })
  areaCode!: string;
  @Column('text', { name: 'area_path' })
  areaPath!: string;
  @Column('text')
  residence!: 'urban' | 'rural';
}

interface AwardRows {
  readonly awardCase: Rows<AwardCaseRow>;
  readonly award: Rows<AwardRow>;
}

function addTerm(
  { streamId, position }: StoredEvent,
  { awardCase, award }: AwardRows,
  { fromMonth, monthlyAmount, decidedOn }: { fromMonth: string; monthlyAmount: number; decidedOn: string },
): void {
  awardCase.find(streamId.slice('case-'.length), (found) => {
    if (found === undefined) throw new Error(`${streamId} was decided before it was applied for`);
    const { id: caseId, ...repeated } = found;
    award.add({ position, caseId, ...repeated, fromMonth, monthlyAmount: String(monthlyAmount), decidedOn });
  });
}

/** From which month does a case get how much? Money rests on it: it never passes an event that it cannot fold. */
export const awards = projection<CaseEvent, { awardCase: AwardCaseRow; award: AwardRow }>({
  name: 'award',
  version: 2,
  onPoison: 'halt',
  tables: {
    awardCase: readTable(AwardCaseRow),
    award: readTable(AwardRow, {
      indexes: ['(case_id, position)', '(household_id)', '(scheme, area_path text_pattern_ops)'],
    }),
  },
  on: {
    ApplicationSubmitted({ streamId, data }, { awardCase }) {
      awardCase.add({
        id: streamId.slice('case-'.length),
        number: data.number,
        scheme: data.scheme,
        householdId: data.householdId,
        personId: data.personId ?? null,
        areaCode: data.area,
        areaPath: data.areaPath,
        residence: data.residence,
      });
    },
    CaseConfirmed: (event, rows) => addTerm(event, rows, event.data),
    AwardIncreased: (event, rows) => addTerm(event, rows, event.data),
    AwardReduced: (event, rows) => addTerm(event, rows, event.data),
    AwardStopped: (event, rows) => addTerm(event, rows, { ...event.data, monthlyAmount: 0 }),
  },
});

/** What is due for one case and month. */
export interface DueMonth {
  readonly caseId: string;
  readonly householdId: string;
  readonly personId?: string;
  readonly area: string;
  readonly residence: 'urban' | 'rural';
  readonly month: string;
  /** Fen. */
  readonly amount: number;
}

/** What the list of awards may be narrowed by. */
export interface AwardQuery {
  readonly areaPath: AreaScope;
  readonly scheme?: string | undefined;
  readonly household?: string | undefined;
  readonly case?: string | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** @param within condition on the area */
const dueMonths = (within: string) => `
  with term as (
    select * from read.award where scheme = $1 and ${within} and position <= $2
  ), month as (
    select case_id, to_char(m, 'YYYY-MM') as month
    from (select case_id, min(from_month) as first from term group by case_id) c,
      generate_series(to_date(c.first, 'YYYY-MM'), to_date($3, 'YYYY-MM'), interval '1 month') m
  )
  select m.case_id, t.household_id, t.person_id, t.area_code, t.residence, m.month, t.monthly_amount
  from month m
  join lateral (select * from term t where t.case_id = m.case_id and t.from_month <= m.month order by t.position desc limit 1) t on true
  where t.monthly_amount > 0
  order by t.number, m.month`;

/** Reads awards: for lists, for other decisions, and for pay runs. */
@Injectable()
export class AwardReader {
  constructor(private readonly database: DataSource) {}

  /**
   * The first month of the dibao that the household has in a month or from later on; undefined where it has none. By what was
   * decided up to a position, where one is given.
   */
  async firstDibaoMonth(householdId: string, month: string, upTo?: string): Promise<string | undefined> {
    const until = upTo !== undefined && { position: LessThanOrEqual(upTo) };
    const recorded = await this.database
      .getRepository(AwardRow)
      .find({ where: { householdId, scheme: 'dibao', ...until }, order: { position: 'ASC' } });
    const terms = recorded.filter((term) => Number(term.monthlyAmount) > 0 || term.fromMonth <= month);
    const started = terms.findLast(
      (term, index) => Number(terms[index - 1]?.monthlyAmount ?? 0) === 0 && Number(term.monthlyAmount) > 0,
    );
    return Number(terms.at(-1)?.monthlyAmount ?? 0) > 0 ? started?.fromMonth : undefined;
  }

  /** Another case with an award of the scheme for the same household or person, and its first month without payment. */
  async paidElsewhere(of: {
    readonly caseId: string;
    readonly scheme: string;
    readonly householdId: string;
    readonly personId?: string | undefined;
  }): Promise<{ number: string; endsBefore?: string } | undefined> {
    const { caseId, scheme, householdId, personId } = of;
    const [last] = await this.database.getRepository(AwardRow).find({
      where: { caseId: Not(caseId), scheme, householdId, personId: personId ?? IsNull() },
      order: { position: 'DESC' },
      take: 1,
    });
    if (!last) return undefined;
    return { number: last.number, ...(Number(last.monthlyAmount) === 0 && { endsBefore: last.fromMonth }) };
  }

  /** What is due per case and month through a month, as decided at positions up to `upToPosition`. */
  async due(query: {
    scheme: string;
    areaPath: AreaScope;
    throughMonth: string;
    upToPosition: string;
  }): Promise<DueMonth[]> {
    if (query.upToPosition === 'start') return [];
    const values = [query.scheme, query.upToPosition, query.throughMonth];
    const within = inScope('area_path', query.areaPath, (value) => `$${values.push(value)}`);
    const rows = await this.database.query<
      {
        case_id: string;
        household_id: string;
        person_id: string | null;
        area_code: string;
        residence: 'urban' | 'rural';
        month: string;
        monthly_amount: string;
      }[]
    >(dueMonths(within), values);
    return rows.map((row) => ({
      caseId: row.case_id,
      householdId: row.household_id,
      ...(row.person_id !== null && { personId: row.person_id }),
      area: row.area_code,
      residence: row.residence,
      month: row.month,
      amount: Number(row.monthly_amount),
    }));
  }

  /** One page of terms, the latest decision first. */
  async page(query: AwardQuery): Promise<{ rows: AwardRow[]; nextCursor?: string }> {
    const { areaPath, limit } = query;
    const rows = this.database
      .getRepository(AwardRow)
      .createQueryBuilder('a')
      .where(...whereInScope('a.area_path', areaPath))
      .orderBy('a.position', 'DESC')
      .limit(limit + 1);
    if (query.scheme !== undefined) rows.andWhere('a.scheme = :scheme', { scheme: query.scheme });
    if (query.household !== undefined) rows.andWhere('a.household_id = :household', { household: query.household });
    if (query.case !== undefined) rows.andWhere('a.case_id = :case', { case: query.case });
    const [before] = decodeCursor(query.cursor, 1) ?? [];
    if (before !== undefined) rows.andWhere('a.position < :before', { before });
    const found = await rows.getMany();
    const page = found.slice(0, limit);
    const last = page.at(-1);
    return { rows: page, ...(found.length > limit && last && { nextCursor: encodeCursor([last.position]) }) };
  }
}
