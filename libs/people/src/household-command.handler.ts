import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { AreaTree } from '#libs/areas';
import { localDate } from '#libs/calendar';
import {
  AggregateStore,
  Clock,
  NotFound,
  RunningNumbers,
  type CommandAnswer,
  type CommandMeta,
  type Loaded,
} from '#libs/event-sourcing';
import { householdDecider, type Household, type HouseholdCommand, type HouseholdContext } from './domain/household.js';
import type { HouseholdEvent } from './domain/household.events.js';
import { spokenNumber } from './spoken-number.js';

/** A command to a household; `seen` is `no_stream` for a registration. */
export class HandleHouseholdCommand extends Command<CommandAnswer & { readonly number: string }> {
  constructor(
    readonly householdId: string,
    readonly command: HouseholdCommand,
    readonly meta: CommandMeta,
    readonly seen: bigint | 'no_stream',
  ) {
    super();
  }
}

/** Stamps time and officer, looks up what a registration needs, and lets the household decide. */
@CommandHandler(HandleHouseholdCommand)
export class HouseholdCommandHandler implements ICommandHandler<HandleHouseholdCommand> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly clock: Clock,
    private readonly areas: AreaTree,
    private readonly numbers: RunningNumbers,
  ) {}

  /** The answer names the household by the number that people know it by. */
  async execute({
    householdId,
    command,
    meta,
    seen,
  }: HandleHouseholdCommand): Promise<CommandAnswer & { readonly number: string }> {
    const { answer, state } = await this.aggregates.execute(householdDecider, {
      id: householdId,
      stream: `household-${householdId}`,
      command,
      context: (loaded: Loaded<Household, HouseholdEvent>) => this.contextOf(command, meta, loaded.state),
      seen,
      meta,
    });
    if (state.status !== 'registered') throw new NotFound('household');
    return { ...answer, number: state.number };
  }

  private async contextOf(
    command: HouseholdCommand,
    { actor, role, area }: CommandMeta,
    household: Household,
  ): Promise<HouseholdContext> {
    const place =
      household.status === 'registered'
        ? household.area
        : command.type === 'RegisterHousehold'
          ? command.data.area
          : area;
    if (!this.areas.isWithin(place, area)) throw new NotFound('household');
    const now = await this.clock.now();
    const today = localDate(now, this.areas.timeZoneOf(place));
    const context = { now, today, by: actor, role, area };
    if (command.type !== 'RegisterHousehold') return context;
    const number = await spokenNumber(this.areas, this.numbers, place, today);
    return { ...context, registration: { number, areaPath: this.areas.pathOf(place).join('.') } };
  }
}
