import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { AreaTree } from '#libs/areas';
import { localDate } from '#libs/calendar';
import {
  AggregateStore,
  Clock,
  NotFound,
  type CommandAnswer,
  type CommandMeta,
  type Loaded,
} from '#libs/event-sourcing';
import { householdDecider, type Household, type HouseholdCommand, type HouseholdContext } from './domain/household.js';
import type { HouseholdEvent } from './domain/household.events.js';
import { householdStream } from './households.js';
import { Memberships } from './memberships.js';

/** A command to a household; `seen` is `no_stream` for a registration, and absent for process managers. */
export class HandleHouseholdCommand extends Command<CommandAnswer & { readonly number: string }> {
  constructor(
    readonly householdId: string,
    readonly command: HouseholdCommand,
    readonly meta: CommandMeta,
    readonly seen?: bigint | 'no_stream',
    /** Whether a member was registered just now, and so can count nowhere else. */
    readonly isNew?: (personId: string) => boolean,
  ) {
    super();
  }
}

/** Stamps time and officer, lets the household decide, and holds the places of those who count. */
@CommandHandler(HandleHouseholdCommand)
export class HouseholdCommandHandler implements ICommandHandler<HandleHouseholdCommand> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly clock: Clock,
    private readonly areas: AreaTree,
    private readonly memberships: Memberships,
  ) {}

  /** The answer names the household by the number that people know it by. */
  async execute({
    householdId,
    command,
    meta,
    seen,
    isNew,
  }: HandleHouseholdCommand): Promise<CommandAnswer & { readonly number: string }> {
    const owner = householdStream(householdId);
    const { answer, state } = await this.aggregates.execute(householdDecider, {
      id: householdId,
      stream: owner,
      command,
      context: (loaded: Loaded<Household, HouseholdEvent>) => this.contextOf(householdId, command, meta, loaded.state),
      seen,
      meta,
      around: (loaded, outcome, append) =>
        this.memberships.holding(owner, meta, loaded, outcome, append, { isNew, again: seen === undefined }),
    });
    if (state.status !== 'registered') throw new NotFound('household');
    return { ...answer, number: state.number };
  }

  private async contextOf(
    householdId: string,
    command: HouseholdCommand,
    { actor, role, area }: CommandMeta,
    household: Household,
  ): Promise<HouseholdContext> {
    const place =
      household.status === 'registered'
        ? household.topics.place.at(-1)?.value.area
        : command.type === 'RegisterHousehold'
          ? command.data.registered.area
          : undefined;
    if (place === undefined || !this.areas.isWithin(place, area)) throw new NotFound('household');
    const now = await this.clock.now();
    return { now, today: localDate(now, this.areas.timeZoneOf(place)), by: actor, role, area, householdId };
  }
}
