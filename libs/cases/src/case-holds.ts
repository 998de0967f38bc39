import { Injectable } from '@nestjs/common';
import { addDays, nextMonth, type LocalDate } from '#libs/calendar';
import { AggregateStore, EventStore, Positions, Unavailable } from '#libs/event-sourcing';
import {
  FileHolds,
  findingsOf,
  HouseholdListReader,
  LegalHolds,
  SubjectFiles,
  termsFrom,
  type ErasureSubject,
  type Hold,
  type HoldFindings,
} from '#libs/people';
import { caseHoldOf, type CaseHold } from './domain/case-hold.js';
import { caseDecider } from './domain/case.js';
import { CasePayments } from './ports.js';
import { CaseListReader } from './projections/case-list.js';

/** `account` knows which files were merged: an erasure asks for those after the holds, and waits here for it. */
const lists = ['household-list', 'case-list', 'pay-run', 'pay-line', 'account'];
const listsWaitMs = 5_000;

/** A case with what holds its file. */
interface HeldCase extends CaseHold {
  readonly id: string;
  readonly appliedOn: LocalDate;
}

/**
 * What the law still wants kept of those who have or had cases. A person's are those of their own benefits, and those of every
 * household that they belonged to while the case went on: its file is one, and rests on every member's data.
 */
@Injectable()
export class CaseHolds extends LegalHolds {
  constructor(
    private readonly files: SubjectFiles,
    private readonly withoutCase: FileHolds,
    private readonly households: HouseholdListReader,
    private readonly caseList: CaseListReader,
    private readonly aggregates: AggregateStore,
    private readonly payments: CasePayments,
    private readonly events: EventStore,
    private readonly positions: Positions,
  ) {
    super();
  }

  /** @throws NotFound where there is no such subject · Unavailable where a list lags behind the log */
  override async of(asked: ErasureSubject, today: LocalDate): Promise<HoldFindings> {
    const { diedOn } = await this.files.get(asked.subject);
    if (!(await this.positions.reached(lists, await this.events.head(), listsWaitMs)))
      throw new Unavailable('lists have not reached the head of the log');
    const cases = await this.casesOf(asked.subject, today);
    if (cases.length === 0) return this.withoutCase.of(asked, today);
    const { isUnsettled, lastMonth } = await this.payments.settlementOf(cases.map(({ id }) => id));
    const ends = cases.flatMap(({ endedOn }) => endedOn ?? []);
    if (lastMonth !== undefined) ends.push(addDays(`${nextMonth(lastMonth)}-01`, -1));
    if (diedOn !== undefined) ends.push(diedOn);
    const ended = ends.sort().at(-1);
    const holds: Hold[] = [
      ...onlyOnce(cases.flatMap(({ reasons }) => reasons)),
      ...(isUnsettled ? [{ code: 'unsettled-payment' } as const] : []),
      ...(ended === undefined ? [] : termsFrom(ended, asked.retentions, today)),
    ];
    return findingsOf(holds, today);
  }

  private async casesOf(subject: string, today: LocalDate): Promise<readonly HeldCase[]> {
    const [kind = '', id = ''] = split(subject);
    if (kind === 'household') return this.held(await this.caseList.ofHouseholds([id]), today);
    const stays = await this.households.staysOf(id);
    const rows = await this.caseList.ofHouseholds(stays.map(({ householdId }) => householdId));
    const own = rows.filter(({ personId }) => personId === id);
    const shared = rows.filter(({ personId }) => personId === null);
    const during = (await this.held(shared, today)).filter(({ householdId, appliedOn, endedOn }) =>
      stays.some(
        (stay) =>
          stay.householdId === householdId &&
          (stay.until === undefined || stay.until >= appliedOn) &&
          (endedOn === undefined || stay.from <= endedOn),
      ),
    );
    return [...(await this.held(own, today)), ...during];
  }

  private async held(
    rows: readonly { readonly id: string; readonly householdId: string }[],
    today: LocalDate,
  ): Promise<readonly (HeldCase & { readonly householdId: string })[]> {
    return Promise.all(
      rows.map(async ({ id, householdId }) => {
        const { state, events } = await this.aggregates.load(caseDecider, `case-${id}`);
        if (state.status === 'none') throw new Error(`the list of cases names ${id}, which is not there`);
        return { id, householdId, appliedOn: state.appliedOn, ...caseHoldOf(state, events, today) };
      }),
    );
  }
}

/** Kind and id of a subject, which is a stream. */
const split = (subject: string): readonly string[] => {
  const dash = subject.indexOf('-');
  return [subject.slice(0, dash), subject.slice(dash + 1)];
};

/** One hold for each code: the one whose end cannot be foreseen, or the one that ends last. */
function onlyOnce(holds: readonly Hold[]): readonly Hold[] {
  const byCode = new Map<string, Hold>();
  for (const hold of holds) {
    const other = byCode.get(hold.code);
    const lasts = other && (other.until === undefined || (hold.until !== undefined && hold.until <= other.until));
    if (!lasts) byCode.set(hold.code, hold);
  }
  return [...byCode.values()];
}
