import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { AreaTree } from '#libs/areas';
import { localDate } from '#libs/calendar';
import { Clock, derivedId, personal, type CommandAnswer, type CommandMeta } from '#libs/event-sourcing';
import { invalid, Problem } from '#libs/platform';
import type { Provenance } from '../domain/facts.js';
import type { HouseholdFact } from '../domain/household.js';
import type { PersonFact } from '../domain/person.js';
import { HandleHouseholdCommand } from '../household-command.handler.js';
import { HandlePersonCommand } from '../person-command.handler.js';
import type { FactBody } from './facts.dto.js';
import { present } from './present.js';

/** Where the facts of one command come from. */
export interface Origin {
  /** Of the fact that is asked for. */
  readonly fact: Provenance;
  /** Of one that comes with it, by a name that no other has: of the same days, but no correction. */
  also(name: string): Provenance;
}

/** A command of an officer to one person or household. */
export interface FactOrder {
  readonly id: string;
  readonly from: FactBody;
  readonly meta: CommandMeta;
  readonly seen: bigint;
}

/** Records facts as a request words them: fills in their days, names them, and marks corrections. */
@Injectable()
export class FactRecorder {
  constructor(
    private readonly commands: CommandBus,
    private readonly clock: Clock,
    private readonly areas: AreaTree,
  ) {}

  /** Records a fact of a person. */
  async ofPerson(
    { id, from, meta, seen }: FactOrder,
    fact: (provenance: Provenance) => PersonFact,
  ): Promise<CommandAnswer> {
    const { fact: provenance } = await this.origin(from, meta);
    const command = { type: 'RecordFacts', data: { facts: [fact(provenance)] } } as const;
    return this.commands.execute(new HandlePersonCommand(id, command, meta, seen));
  }

  /** Records facts of a household: together or not at all. */
  async ofHousehold(
    { id, from, meta, seen }: FactOrder,
    facts: (origin: Origin) => readonly HouseholdFact[],
  ): Promise<CommandAnswer & { readonly number: string }> {
    const command = { type: 'RecordFacts', data: { facts: facts(await this.origin(from, meta)) } } as const;
    return this.commands.execute(new HandleHouseholdCommand(id, command, meta, seen));
  }

  /** @throws Problem 400 for a correction without its day, 403 where the role only writes down what is declared */
  async origin(
    { happenedOn, knownOn, source, document, corrects, reason }: FactBody,
    meta: CommandMeta,
  ): Promise<Origin> {
    if (corrects !== undefined && happenedOn === undefined)
      throw invalid({ pointer: '/happenedOn', code: 'isDefined' });
    if (corrects !== undefined || source === 'verified') refuseHelper(meta.role);
    const today = localDate(await this.clock.now(), this.areas.timeZoneOf(meta.area));
    const own = (name: string): Provenance => ({
      factId: derivedId(meta.commandId, name),
      happenedOn: happenedOn ?? today,
      knownOn: knownOn ?? today,
      source: source ?? 'declared',
      ...(document !== undefined && { document: personal(document) }),
    });
    const why = reason === undefined ? undefined : personal(reason);
    const fact = { ...own('fact'), ...(corrects !== undefined && { source: 'corrected' as const }) };
    return { fact: { ...fact, ...present({ corrects, reason: why }) }, also: own };
  }
}

/** Whoever helps in the village writes down what is declared; others verify and correct it. @throws Problem 403 */
export function refuseHelper(role: string): void {
  if (role === 'village-helper') throw new Problem(403, 'FORBIDDEN');
}
