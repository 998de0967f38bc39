import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { AreaTree } from '#libs/areas';
import { localDate } from '#libs/calendar';
import {
  AggregateStore,
  Clock,
  EventStore,
  Positions,
  Unavailable,
  type CommandAnswer,
  type CommandMeta,
  type Loaded,
  type Message,
} from '#libs/event-sourcing';
import { payeeOf, type PayeeAccount } from './domain/pay-lines.js';
import type { PayRunCommand, PayRunContext } from './domain/pay-run.commands.js';
import { payRunDecider } from './domain/pay-run.js';
import type { PayRunEvent } from './domain/pay-run.events.js';
import type { OpenPayRunState, PayRunState } from './domain/pay-run.state.js';
import { listDigestOf, payRunStream, reissueLineId } from './pay-run-ids.js';
import { PayRunOpening, type OpeningRequest } from './pay-run-opening.js';
import { PayRuns } from './pay-runs.js';

/** What a person asks of a run that is open. */
export type PayRunRequest =
  Exclude<PayRunCommand, { type: 'OpenPayRun' | 'ReissueLine' }> | Message<'ReissueLine', { readonly lineId: string }>;

/** A command to a pay run: `open` opens one, everything else goes to the run `runId` as the person saw it. */
export class HandlePayRunCommand extends Command<CommandAnswer> {
  constructor(
    readonly order:
      | { readonly open: OpeningRequest }
      | { readonly runId: string; readonly request: PayRunRequest; readonly seen: bigint },
    readonly meta: CommandMeta,
  ) {
    super();
  }
}

const accountsWaitMs = 5_000;

/** Stamps time and officer, looks up what a decision needs, and lets the pay run decide. */
@CommandHandler(HandlePayRunCommand)
export class PayRunCommandHandler implements ICommandHandler<HandlePayRunCommand> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly events: EventStore,
    private readonly positions: Positions,
    private readonly clock: Clock,
    private readonly areas: AreaTree,
    private readonly runs: PayRuns,
    private readonly opening: PayRunOpening,
  ) {}

  /** @throws NotFound, RefusedCommand, RevisionConflict, Unavailable */
  async execute({ order, meta }: HandlePayRunCommand): Promise<CommandAnswer> {
    if ('open' in order) return this.opening.open(order.open, meta);
    const { runId, request, seen } = order;
    const { run } = await this.runs.get(runId, meta.area);
    const { answer } = await this.aggregates.execute(payRunDecider, {
      id: runId,
      stream: payRunStream(runId),
      command: commandOf(runId, request),
      context: (loaded: Loaded<PayRunState, PayRunEvent>) => this.contextOf(request, run, loaded, meta),
      seen,
      meta,
    });
    return answer;
  }

  private async contextOf(
    request: PayRunRequest,
    run: OpenPayRunState,
    { events }: Loaded<PayRunState, PayRunEvent>,
    { actor, role, area }: CommandMeta,
  ): Promise<PayRunContext> {
    const now = await this.clock.now();
    const today = localDate(now, this.areas.timeZoneOf(run.area));
    const pinsList = request.type === 'CheckList' || request.type === 'ReleaseBatch';
    return {
      now,
      today,
      by: actor,
      role,
      area,
      earlierRunFrozen: false,
      listDigest: pinsList ? listDigestOf(events) : '',
      account: request.type === 'ReissueLine' ? await this.accountFor(request.data.lineId, run, today) : undefined,
    };
  }

  private async accountFor(lineId: string, run: OpenPayRunState, today: string): Promise<PayeeAccount | undefined> {
    const line = run.lines.find((each) => each.lineId === lineId);
    if (!line) return undefined;
    if (!(await this.positions.reached(['account'], await this.events.head(), accountsWaitMs)))
      throw new Unavailable('accounts have not reached the head of the log');
    const accounts = await this.opening.accountsOf([line], { code: run.area }, run.scheme, today);
    return accounts.get(payeeOf(line));
  }
}

const commandOf = (runId: string, request: PayRunRequest): PayRunCommand =>
  request.type === 'ReissueLine'
    ? { ...request, data: { ...request.data, newLineId: reissueLineId(runId, request.data.lineId) } }
    : request;
