import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { AreaTree } from '#libs/areas';
import { calendarOf, localDate } from '#libs/calendar';
import {
  AggregateStore,
  Clock,
  NotFound,
  RunningNumbers,
  type CommandAnswer,
  type CommandMeta,
  type Loaded,
} from '#libs/event-sourcing';
import { placeOn, spokenNumber } from '#libs/people';
import { packFor } from '#libs/schemes';
import { CaseFacts } from './case-facts.js';
import { caseDecider, type CaseCommand, type CaseContext } from './domain/case.js';
import type { CaseEvent } from './domain/case.events.js';
import type { Case } from './domain/case.state.js';
import { OpenCases } from './open-cases.js';

/** A command to a case; `seen` is `no_stream` for an application and absent for process managers. */
export class HandleCaseCommand extends Command<CommandAnswer & { readonly number: string }> {
  constructor(
    readonly caseId: string,
    readonly command: CaseCommand,
    readonly meta: CommandMeta,
    readonly seen?: bigint | 'no_stream',
  ) {
    super();
  }
}

/** What rests on the scheme's assessment. */
const assessing: ReadonlySet<CaseCommand['type']> = new Set(['GivePreliminaryOpinion', 'ConfirmCase', 'DecideRecheck']);

/** Stamps time and officer, looks up facts and parameters, and lets the case decide. */
@CommandHandler(HandleCaseCommand)
export class CaseCommandHandler implements ICommandHandler<HandleCaseCommand> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly clock: Clock,
    private readonly areas: AreaTree,
    private readonly numbers: RunningNumbers,
    private readonly caseFacts: CaseFacts,
    private readonly openCases: OpenCases,
  ) {}

  /** The answer names the case by the number that people know it by. */
  async execute({
    caseId,
    command,
    meta,
    seen,
  }: HandleCaseCommand): Promise<CommandAnswer & { readonly number: string }> {
    const { answer, state } = await this.aggregates.execute(caseDecider, {
      id: caseId,
      stream: `case-${caseId}`,
      command,
      context: ({ state }: Loaded<Case, CaseEvent>) => this.contextOf(caseId, command, meta, state),
      seen,
      meta,
      around: (loaded, outcome, append) => this.openCases.holding(`case-${caseId}`, meta, loaded, outcome, append),
    });
    if (state.status === 'none') throw new NotFound('case');
    return { ...answer, number: state.number };
  }

  private async contextOf(
    caseId: string,
    command: CaseCommand,
    { actor, role, area }: CommandMeta,
    state: Case,
  ): Promise<CaseContext> {
    if (state.status !== 'none' && !this.areas.isWithin(state.area, area)) throw new NotFound('case');
    const now = await this.clock.now();
    const subject = subjectOf(command, state);
    const place = state.status === 'none' ? area : state.area;
    const timeZone = this.areas.timeZoneOf(place);
    const today = localDate(now, timeZone);
    const { loaded, ...lookedUp } = await this.caseFacts.lookUp(
      { caseId, ...subject },
      state.status === 'none' ? area : undefined,
      today,
      assessing.has(command.type),
    );
    const home = placeOn(loaded.household, today);
    const lineage = this.areas.lineageOf(home.area);
    const pack = packFor(lineage, subject.scheme, today);
    const packThen = packFor(lineage, subject.scheme, subject.appliedOn);
    const context = {
      now,
      today,
      by: actor,
      role,
      area,
      timeZone,
      calendar: calendarOf(pack?.calendar ?? 'CN'),
      ...(pack && { pack }),
      ...(packThen && { packThen }),
      ...lookedUp,
      household: { streamId: loaded.streamId, revision: loaded.revision },
    };
    if (command.type !== 'SubmitApplication' || state.status !== 'none') return context;
    const number = await spokenNumber(this.areas, this.numbers, home.area, today);
    return { ...context, application: { number, area: home.area, areaPath: home.areaPath, residence: home.residence } };
  }
}

function subjectOf(command: CaseCommand, state: Case) {
  if (state.status !== 'none') return state;
  if (command.type !== 'SubmitApplication') throw new NotFound('case');
  const { scheme, householdId, personId, happenedOn } = command.data;
  return { scheme, householdId, ...(personId !== undefined && { personId }), appliedOn: happenedOn };
}
