import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Pool } from 'pg';
import { AreaTree } from '#libs/areas';
import { localDate } from '#libs/calendar';
import {
  AggregateStore,
  Clock,
  NotFound,
  refuse,
  RefusedCommand,
  RevisionConflict,
  type Appended,
  type CommandAnswer,
  type CommandMeta,
  type Loaded,
} from '#libs/event-sourcing';
import { withAdvisoryLock } from '#libs/platform';
import { Claims, ClaimTaken, type ClaimName } from './claims/claims.js';
import { personDecider, type Person, type PersonCommand, type PersonContext } from './domain/person.js';
import type { PersonEvent } from './domain/person.events.js';
import { MergeRules } from './doubles/merge-rules.js';
import { Persons, personStream } from './persons.js';

/** How long a merge waits for another one. */
const MERGE_WAIT_MS = 5_000;

/** A command to a person; `seen` is `no_stream` for a registration, and absent for process managers. */
export class HandlePersonCommand extends Command<CommandAnswer> {
  constructor(
    readonly personId: string,
    readonly command: PersonCommand,
    readonly meta: CommandMeta,
    readonly seen?: bigint | 'no_stream',
  ) {
    super();
  }
}

/** Stamps time and officer, lets the person decide, and holds the claim on the number of their document. */
@CommandHandler(HandlePersonCommand)
export class PersonCommandHandler implements ICommandHandler<HandlePersonCommand> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly clock: Clock,
    private readonly areas: AreaTree,
    private readonly persons: Persons,
    private readonly claims: Claims,
    private readonly merges: MergeRules,
    private readonly pool: Pool,
  ) {}

  /** @throws RefusedCommand PERSON_REGISTERED with the id where the caller may see the file, else NUMBER_REGISTERED */
  async execute(order: HandlePersonCommand): Promise<CommandAnswer> {
    if (order.command.type !== 'MergePerson') return this.carryOut(order);
    // One after the other: of two that would merge two files into each other, the second sees the first.
    return withAdvisoryLock(this.pool, 'person-merge', MERGE_WAIT_MS, () => this.carryOut(order));
  }

  private async carryOut({ personId, command, meta, seen }: HandlePersonCommand): Promise<CommandAnswer> {
    const owner = personStream(personId);
    const carriedOut = this.aggregates.execute(personDecider, {
      id: personId,
      stream: owner,
      command,
      context: (loaded: Loaded<Person, PersonEvent>) => this.contextOf(personId, command, meta, loaded.state),
      seen,
      meta,
      around: (loaded, _, append, after) => this.holdingNumber(owner, meta, loaded, after, append),
    });
    const { answer } = await carriedOut.catch(async (error: unknown) => {
      throw error instanceof RefusedCommand ? await this.asSeen(error, personId, command, meta.area) : error;
    });
    return answer;
  }

  /** A file knows into which one it was merged, but not who may see that one. */
  private async asSeen(
    refused: RefusedCommand,
    personId: string,
    command: PersonCommand,
    area: string,
  ): Promise<RefusedCommand> {
    const { code, details } = refused.refusal;
    if (code !== 'PERSON_MERGED' && code !== 'OTHER_FILE_MERGED') return refused;
    const other = code === 'OTHER_FILE_MERGED' && command.type === 'MergePerson' ? command.data.into : undefined;
    const merged = await this.persons.find(other ?? personId);
    const { into: _, ...rest } = details;
    return new RefusedCommand(refuse(code, { ...rest, ...(merged && (await this.persons.goingOn(merged, area))) }));
  }

  private async contextOf(
    personId: string,
    command: PersonCommand,
    { actor, role, area }: CommandMeta,
    person: Person,
  ): Promise<PersonContext> {
    const place =
      person.status === 'registered'
        ? person.topics.residence.at(-1)?.value.area
        : command.type === 'RegisterPerson'
          ? command.data.registered.area
          : undefined;
    if (place === undefined || !this.areas.isWithin(place, area)) throw new NotFound('person');
    const now = await this.clock.now();
    const context = { now, today: localDate(now, this.areas.timeZoneOf(place)), by: actor, role, area, personId };
    if (command.type === 'DismissDouble') await this.merges.visible(command.data.other, area);
    if (command.type !== 'MergePerson') return context;
    return { ...context, merge: await this.merges.findings(personId, command.data.into, area) };
  }

  /** A new number is claimed before it is recorded; one that is a person's no more is free once that is recorded. */
  private async holdingNumber(
    owner: string,
    meta: CommandMeta,
    { state, revision }: Loaded<Person, PersonEvent>,
    person: Person,
    append: () => Promise<Appended>,
  ): Promise<Appended> {
    const before = numberOf(state);
    const after = numberOf(person);
    if (after === before) return append();
    const order = { claims: after === undefined ? [] : [numberClaim(after)], owner, expected: revision, meta };
    const hold = () => this.claims.holding(order, append);
    const appended = await hold()
      .catch(async (error: unknown) => {
        if (!(error instanceof ClaimTaken)) throw error;
        await this.free(error.claim, error.owner, meta);
        return hold();
      })
      .catch(async (error: unknown) => {
        throw error instanceof ClaimTaken ? await this.takenBy(error, meta.area) : error;
      });
    if (before !== undefined) await this.free(numberClaim(before), owner, meta);
    return appended;
  }

  /** Frees a number that a person has no more, whether or not the command that took it from them came to its end. */
  private free(claim: ClaimName, owner: string, meta: CommandMeta): Promise<void> {
    const needed = async () => {
      const found = await this.persons.find(owner.slice(personStream('').length));
      return found === undefined || numberOf(found.person) === claim.hash;
    };
    return this.claims.release([claim], { owner, reason: 'given-up', meta, needed });
  }

  private async takenBy({ owner, pending, claim }: ClaimTaken, area: string): Promise<Error> {
    const personId = owner.slice(personStream('').length);
    const found = await this.persons.find(personId);
    if (!found && pending) return new RevisionConflict(claim.hash, 'no_stream', 'no_stream');
    if (!found || !this.persons.isWithin(found.person, area)) return new RefusedCommand(refuse('NUMBER_REGISTERED'));
    const survivor = await this.persons.survivorOf(found);
    const goesOn = survivor === undefined ? found : await this.persons.find(survivor);
    return new RefusedCommand(
      goesOn && this.persons.isWithin(goesOn.person, area)
        ? refuse('PERSON_REGISTERED', { personId: goesOn.id })
        : refuse('NUMBER_REGISTERED'),
    );
  }
}

/** The hash of the number that a person has in the end. */
const numberOf = (person: Person): string | undefined =>
  person.status === 'none' ? undefined : person.topics.identity.at(-1)?.value.identityHash;

/** What makes a person the only one with their number. */
export const numberClaim = (hash: string): ClaimName => ({ kind: 'identity', hash });
