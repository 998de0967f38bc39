import { NotFound, RefusedCommand, TooLarge, type CommandMeta } from '#libs/event-sourcing';
import type { HouseholdDraft } from '../drafts.js';
import { CountsElsewhere } from '../memberships.js';
import { readHousehold, type HouseholdRows, type ImportContext } from './household-rows.js';
import type { RowProblem } from './problems.js';
import { Slots } from './slots.js';

/** The members of a household that was taken, in the order of its draft. */
export interface TakenHousehold {
  /** `existing`: registered before, and taken as they are; what the draft says of them otherwise is not recorded. */
  readonly members: readonly { readonly existing: boolean }[];
}

/** Port: registers households. Both throw RefusedCommand, with `member` where it is about one of the members. */
export abstract class HouseholdRegistrar {
  /** A repeat of the same command id changes nothing. */
  abstract register(draft: HouseholdDraft, meta: CommandMeta): Promise<TakenHousehold>;
  /** Says what would be refused, and records nothing. */
  abstract check(draft: HouseholdDraft, meta: CommandMeta): Promise<TakenHousehold>;
}

/** How far a run has come: everything up to `line` is settled. */
export interface Checkpoint {
  readonly line: number;
  readonly rows: number;
  readonly households: number;
  /** Households that were registered, or were there already. */
  readonly registered: number;
  /** Households that were not taken. */
  readonly rejected: number;
  /** Members of those that were, who had been registered before: taken as they are, whatever the file says of them. */
  readonly knownPersons: number;
}

export const NOTHING_DONE: Checkpoint = {
  line: 0,
  rows: 0,
  households: 0,
  registered: 0,
  rejected: 0,
  knownPersons: 0,
};

/** A household that was not taken, with why. */
export interface Rejected {
  readonly rows: HouseholdRows['rows'];
  readonly problems: readonly RowProblem[];
}

/** What a run works with. */
export interface ImportRunParts {
  readonly households: AsyncIterable<HouseholdRows>;
  readonly context: ImportContext;
  readonly registrar: HouseholdRegistrar;
  /** Nothing is registered. */
  readonly dryRun: boolean;
  /** As whom a household is registered; the same household has the same command id each time. */
  readonly metaOf: (draft: HouseholdDraft, reference: string) => CommandMeta;
  /** Keeps a checkpoint and what was rejected since the last one, in the order of the file, both or none. */
  readonly keep: (checkpoint: Checkpoint, rejected: readonly Rejected[]) => Promise<void>;
  /** Waits before the same household is tried again after a passing trouble. */
  readonly pause: (ms: number) => Promise<void>;
  readonly now: () => number;
}

export interface ImportRunOptions {
  /** How many households are registered at a time. */
  readonly inFlight?: number;
  /** How many households lie between two checkpoints, at most. */
  readonly checkpointEvery?: number;
  /** Where an earlier run of the same file was stopped. */
  readonly after?: Checkpoint;
  /** Ends the run at the next household; what is under way is finished. */
  readonly signal?: AbortSignal;
  readonly onCheckpoint?: (checkpoint: Checkpoint) => void;
}

/** How often a household is tried before the run gives up for now, and how long it waits in between at first. */
const TRIES = 6;
const PAUSE_MS = 200;
/** A checkpoint is kept after this time, however few households it took. */
const CHECKPOINT_MS = 5_000;

type Settled = { readonly problems: readonly RowProblem[] } | { readonly taken: TakenHousehold };
type Outcome = Settled | { readonly failure: Error };
interface Pending {
  readonly household: HouseholdRows;
  readonly settled: Promise<void>;
  outcome: Outcome | undefined;
}

/**
 * Takes the households of a file in: many at a time, settled in the order of the file, so that a run that was stopped or
 * killed goes on behind its last checkpoint. What was under way then is done again, and does nothing.
 */
export class ImportRun {
  private readonly pending: Pending[] = [];
  private rejected: Rejected[] = [];
  private reached: Checkpoint;
  private kept: Checkpoint;
  private keptAt: number;
  private failure: Error | undefined;
  /** True once the first failure is passed in the order of the file. */
  private failed = false;

  constructor(
    private readonly parts: ImportRunParts,
    private readonly options: ImportRunOptions = {},
  ) {
    this.reached = this.kept = options.after ?? NOTHING_DONE;
    this.keptAt = parts.now();
  }

  /**
   * @returns how far it came, and whether that is the end of the file
   * @throws whatever hindered it for longer than it waits; what it did up to then is kept
   */
  async run(): Promise<Checkpoint & { readonly finished: boolean }> {
    const { inFlight = 128, signal } = this.options;
    const slots = new Slots(inFlight);
    let finished = true;
    for await (const household of this.parts.households) {
      if (lastLine(household) <= this.kept.line) continue;
      if (signal?.aborted === true || this.failure !== undefined) {
        finished = false;
        break;
      }
      await slots.take();
      this.begin(household, slots);
      await this.settle();
      // One household that takes long holds up those behind it, lest they pile up in memory.
      while (this.pending.length >= inFlight * 8) await this.settleFirst();
    }
    while (this.pending.length > 0) await this.settleFirst();
    await this.keepNow();
    if (this.failure !== undefined) throw this.failure;
    return { ...this.kept, finished };
  }

  private begin(household: HouseholdRows, slots: Slots): void {
    const pending: Pending = {
      household,
      outcome: undefined,
      settled: this.take(household)
        .catch((error: unknown) => ({ failure: error instanceof Error ? error : new Error(String(error)) }))
        .then((outcome) => {
          pending.outcome = outcome;
          if ('failure' in outcome) this.failure ??= outcome.failure;
          slots.free();
        }),
    };
    this.pending.push(pending);
  }

  private async settleFirst(): Promise<void> {
    await this.pending[0]?.settled;
    await this.settle();
  }

  /** Takes note of what is settled, as far as nothing before it is open; behind a failure nothing counts. */
  private async settle(): Promise<void> {
    for (;;) {
      const first = this.pending[0];
      if (first?.outcome === undefined) break;
      this.pending.shift();
      if ('failure' in first.outcome || this.failed) {
        this.failed = true;
        continue;
      }
      this.note(first.household, first.outcome);
    }
    const { checkpointEvery = 256 } = this.options;
    const due =
      this.reached.households - this.kept.households >= checkpointEvery ||
      this.parts.now() - this.keptAt >= CHECKPOINT_MS;
    if (due) await this.keepNow();
  }

  private note({ rows }: HouseholdRows, settled: Settled): void {
    const taken = 'taken' in settled;
    if (!taken) this.rejected.push({ rows, problems: settled.problems });
    const known = taken ? settled.taken.members.filter(({ existing }) => existing).length : 0;
    this.reached = {
      line: lastLine({ rows }),
      rows: this.reached.rows + rows.length,
      households: this.reached.households + 1,
      registered: this.reached.registered + (taken ? 1 : 0),
      rejected: this.reached.rejected + (taken ? 0 : 1),
      knownPersons: this.reached.knownPersons + known,
    };
  }

  private async keepNow(): Promise<void> {
    this.keptAt = this.parts.now();
    if (this.reached === this.kept) return;
    const { reached, rejected } = this;
    this.rejected = [];
    await this.parts.keep(reached, rejected);
    this.kept = reached;
    this.options.onCheckpoint?.(reached);
  }

  /** Registers one household, or says what is wrong with it. */
  private async take(household: HouseholdRows): Promise<Outcome> {
    const read = readHousehold(household, this.parts.context);
    if (read.problems !== undefined) return read;
    const { registrar, metaOf, dryRun } = this.parts;
    const meta = metaOf(read.draft, household.reference);
    for (let attempt = 1; ; attempt += 1) {
      try {
        return { taken: await (dryRun ? registrar.check(read.draft, meta) : registrar.register(read.draft, meta)) };
      } catch (error) {
        const problem = problemOf(error, household);
        const last = attempt === TRIES || this.options.signal?.aborted === true;
        if (problem !== undefined && (last || !mayPass(error))) return { problems: [problem] };
        if (last) throw error;
        await this.parts.pause(PAUSE_MS * 2 ** (attempt - 1));
      }
    }
  }
}

const lastLine = ({ rows }: Pick<HouseholdRows, 'rows'>): number => rows.at(-1)?.line ?? 0;

/** A refusal for the sake of something that is not certain yet. */
const mayPass = (error: unknown): boolean => error instanceof CountsElsewhere && error.pending;

/** What stands against this household itself; undefined for troubles that pass. */
function problemOf(error: unknown, { rows }: HouseholdRows): RowProblem | undefined {
  const line = rows[0]?.line ?? 0;
  if (error instanceof NotFound) return { line, code: 'AREA_NOT_YOURS' };
  if (error instanceof TooLarge) return { line, code: 'TOO_LARGE' };
  if (!(error instanceof RefusedCommand)) return undefined;
  const { code, details } = error.refusal;
  const member = typeof details['member'] === 'number' ? rows[details['member']] : undefined;
  return { line: member?.line ?? line, code, details };
}
