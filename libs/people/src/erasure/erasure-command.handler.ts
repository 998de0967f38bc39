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
import type { RetentionClass } from '../domain/identity/field-class.js';
import {
  erasureDecider,
  type Erasure,
  type ErasureCommand,
  type ErasureContext,
  type ErasureFacts,
} from './erasure.js';
import type { ErasureEvent } from './erasure.events.js';
import { ErasureReader } from './erasure-list.js';
import { LegalHolds } from './legal-holds.js';
import { SubjectFiles } from './subject-file.js';

/** What an officer asks of an erasure. A request names the subject; where its file is kept is looked up. */
export type OfficersCommand =
  | {
      readonly type: 'RequestErasure';
      readonly data: Omit<Extract<ErasureCommand, { type: 'RequestErasure' }>['data'], 'kind' | 'area' | 'areaPath'>;
    }
  | Extract<ErasureCommand, { type: 'ApproveErasure' | 'RefuseErasure' }>;

/** A command of an officer to an erasure; `seen` is `no_stream` for a request. */
export class HandleErasureCommand extends Command<CommandAnswer & { readonly status: string }> {
  constructor(
    readonly erasureId: string,
    readonly command: OfficersCommand,
    readonly meta: CommandMeta,
    readonly seen: bigint | 'no_stream',
  ) {
    super();
  }
}

/** Looks up what stands against an erasure, and lets it decide. */
@CommandHandler(HandleErasureCommand)
export class ErasureCommandHandler implements ICommandHandler<HandleErasureCommand> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly clock: Clock,
    private readonly areas: AreaTree,
    private readonly files: SubjectFiles,
    private readonly holds: LegalHolds,
    private readonly erasures: ErasureReader,
  ) {}

  /** @throws NotFound where there is no such subject or erasure, or none within the officer's area */
  async execute({
    erasureId,
    command,
    meta,
    seen,
  }: HandleErasureCommand): Promise<CommandAnswer & { readonly status: string }> {
    const order = { id: erasureId, stream: `erasure-${erasureId}`, seen, meta };
    const { answer, state } = await this.aggregates.execute(erasureDecider, {
      ...order,
      command: await this.located(command),
      context: ({ state: found }: Loaded<Erasure, ErasureEvent>) => this.contextOf(command, meta, found),
    });
    return { ...answer, status: state.status };
  }

  private async located(command: OfficersCommand): Promise<ErasureCommand> {
    if (command.type !== 'RequestErasure') return command;
    const { kind, area, areaPath } = await this.files.get(command.data.subject);
    return { type: command.type, data: { ...command.data, kind, area, areaPath } };
  }

  private async contextOf(command: OfficersCommand, meta: CommandMeta, state: Erasure): Promise<ErasureContext> {
    const subject = state.status === 'none' ? (command.data as { subject?: string }).subject : state.subject;
    if (subject === undefined) throw new NotFound('erasure');
    const { area } = state.status === 'none' ? await this.files.get(subject) : state;
    if (!this.areas.isWithin(area, meta.area)) throw new NotFound(state.status === 'none' ? 'subject' : 'erasure');
    const today = localDate(await this.clock.now(), this.areas.timeZoneOf(area));
    const context = { today, by: meta.actor, role: meta.role };
    if (command.type === 'RefuseErasure') return context;
    const retentions = state.status === 'none' ? (command as RequestErasure).data.retentions : state.retentions;
    return { ...context, facts: await this.factsOf(subject, retentions, today) };
  }

  private async factsOf(subject: string, retentions: readonly RetentionClass[], today: string): Promise<ErasureFacts> {
    const [{ members }, findings] = await Promise.all([
      this.files.get(subject),
      this.holds.of({ subject, retentions }, today),
    ]);
    const persons = [...members.map((id) => `person-${id}`), ...(await this.erasures.mergedInto(subject))];
    const destroyed = await this.erasures.destroyedOf([subject, ...persons]);
    const isErased = (person: string) => retentions.every((each) => destroyed.get(person)?.has(each) === true);
    return {
      ...findings,
      destroyed: [...(destroyed.get(subject) ?? [])],
      membersNotErased: persons.filter((person) => !isErased(person)).length,
    };
  }
}

type RequestErasure = Extract<OfficersCommand, { type: 'RequestErasure' }>;
