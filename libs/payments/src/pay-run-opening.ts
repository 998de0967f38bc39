import { Injectable } from '@nestjs/common';
import { Pool } from 'pg';
import { AreaTree, type Area } from '#libs/areas';
import { localDate, type LocalDate, type Month } from '#libs/calendar';
import {
  AggregateStore,
  Clock,
  EventStore,
  NotFound,
  Positions,
  refuse,
  RefusedCommand,
  Unavailable,
  type CommandAnswer,
  type CommandMeta,
  type RefusalDetails,
} from '#libs/event-sourcing';
import { withAdvisoryLock } from '#libs/platform';
import { findScheme, packFor, type Scheme } from '#libs/schemes';
import { payLines, usableFrom, type PayeeAccount, type PayList } from './domain/pay-lines.js';
import { payRunDecider } from './domain/pay-run.js';
import type { RunKind } from './domain/pay-run.events.js';
import type { PayRunRefusalCode } from './domain/pay-run.refusals.js';
import { listLineId, payRunId, payRunStream } from './pay-run-ids.js';
import { AwardsDue, Payees, type Payee } from './ports.js';
import { PayLineReader } from './projections/pay-line.js';
import { PayRunReader } from './projections/pay-run.js';

/** What a person asks for who opens a run. */
export interface OpeningRequest {
  readonly area: string;
  readonly scheme: string;
  readonly month: Month;
  readonly kind: RunKind;
}

/** What a list is made from, by the names of the projections; all must have reached the cut-off. */
const sources = ['award', 'account', 'pay-run', 'pay-line'];
const waits = { lockMs: 10_000, projectionsMs: 5_000 } as const;

/** Opens pay runs: one at a time for a scheme and county, so that no month is listed twice. */
@Injectable()
export class PayRunOpening {
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly pool: Pool,
    private readonly aggregates: AggregateStore,
    private readonly events: EventStore,
    private readonly positions: Positions,
    private readonly clock: Clock,
    private readonly areas: AreaTree,
    private readonly awards: AwardsDue,
    private readonly payees: Payees,
    private readonly runs: PayRunReader,
    private readonly lines: PayLineReader,
  ) {}

  /** Makes the list as of now and records it. @throws NotFound, RefusedCommand, Unavailable */
  open(request: OpeningRequest, meta: CommandMeta): Promise<CommandAnswer> {
    const { area: code, scheme: schemeId } = request;
    const scheme = findScheme(schemeId);
    const area = this.areas.find(code);
    if (!area || !this.areas.isWithin(code, meta.area)) throw new NotFound('area');
    if (area.level !== 'county') throw refused('AREA_NOT_A_COUNTY', { area: code });
    if (!scheme) throw refused('UNKNOWN_SCHEME', { scheme: schemeId });
    // A holder of the lock needs a second connection: one holder in a process cannot run the pool dry.
    const opening = this.last.then(() =>
      withAdvisoryLock(this.pool, `pay-run/${schemeId}/${code}`, waits.lockMs, () =>
        this.openAlone(request, area, scheme, meta),
      ),
    );
    this.last = opening.catch(() => undefined);
    return opening;
  }

  private async openAlone(
    { month, kind }: OpeningRequest,
    area: Area,
    scheme: Scheme,
    meta: CommandMeta,
  ): Promise<CommandAnswer> {
    const cutOff = await this.events.head();
    if (!(await this.positions.reached(sources, cutOff, waits.projectionsMs)))
      throw new Unavailable('the lists have not reached the cut-off');
    const place = { area: area.code, scheme: scheme.id, month };
    const earlier = await this.runs.ofMonth(place);
    const repeated = earlier.find(({ openedByCommand }) => openedByCommand === meta.commandId);
    if (repeated) return this.answerAgain(repeated.id, meta.commandId);
    const latest = earlier.at(-1);
    if (kind === 'regular' && latest) throw refused('PAY_RUN_EXISTS', place);
    const sequence = kind === 'regular' ? 0 : (latest?.sequence ?? 0) + 1;
    const id = payRunId({ ...place, sequence });
    const now = await this.clock.now();
    const today = localDate(now, area.timeZone);
    const list = await this.list(id, { month, kind, cutOff, today }, area, scheme);
    const run = { ...place, areaPath: area.path, kind, sequence, cutOff, currency: area.currency };
    const { answer } = await this.aggregates.execute(payRunDecider, {
      id,
      stream: payRunStream(id),
      command: { type: 'OpenPayRun', data: { ...run, list } },
      context: {
        now,
        today,
        by: meta.actor,
        role: meta.role,
        area: meta.area,
        earlierRunFrozen: latest !== undefined && latest.status !== 'listed',
        listDigest: '',
        account: undefined,
      },
      seen: 'no_stream',
      meta,
    });
    return answer;
  }

  private async list(
    runId: string,
    run: { readonly month: Month; readonly kind: RunKind; readonly cutOff: string; readonly today: LocalDate },
    area: Area,
    scheme: Scheme,
  ): Promise<PayList> {
    const { month, kind, cutOff, today } = run;
    const due = await this.awards.due({
      scheme: scheme.id,
      areaPath: this.areas.scopeOf(area.code),
      throughMonth: month,
      upToPosition: cutOff,
    });
    const listed = await this.lines.listed({
      caseIds: due.map(({ caseId }) => caseId),
      scheme: scheme.id,
      area: area.code,
    });
    const accounts = await this.accountsOf(due, area, scheme.id, today);
    const lastAccounts = await this.lines.lastAccounts(due.map(({ caseId }) => caseId));
    return payLines({
      month,
      kind,
      due,
      listed,
      accounts,
      lastAccounts,
      fundOf: (residence) => scheme.fund(residence).code,
      lineIdOf: (line) => listLineId(runId, line),
    });
  }

  /** The accounts to pay to, each with the first day of its use where that is yet to come. */
  async accountsOf(
    payees: readonly Payee[],
    area: Pick<Area, 'code'>,
    schemeId: string,
    today: LocalDate,
  ): Promise<Map<string, PayeeAccount>> {
    const scheme = findScheme(schemeId);
    const coolOffDays = (scheme && packFor(this.areas.lineageOf(area.code), scheme.id, today)?.accountCoolOffDays) ?? 1;
    const accounts = await this.payees.accounts(payees);
    return new Map(
      [...accounts].map(([payee, { accountId, confirmedOn }]) => {
        const from = confirmedOn === undefined ? today : usableFrom(confirmedOn, coolOffDays);
        const unconfirmed = confirmedOn === undefined && ({ unconfirmed: true } as const);
        return [payee, { accountId, ...(from > today && { usableFrom: from }), ...unconfirmed }];
      }),
    );
  }

  private async answerAgain(id: string, commandId: string): Promise<CommandAnswer> {
    const events = await this.aggregates.history(payRunStream(id));
    const first = events.filter(({ metadata }) => metadata['commandId'] === commandId).at(-1);
    if (!first) throw new NotFound('pay run');
    return { id, revision: String(first.revision), position: first.position };
  }
}

const refused = (code: PayRunRefusalCode, details: RefusalDetails): RefusedCommand =>
  new RefusedCommand(refuse(code, details));
