import { Injectable, Logger } from '@nestjs/common';
import { AreaTree } from '#libs/areas';
import { EventCodec, EventStore, type GlobalPosition, type StoredEvent } from '#libs/event-sourcing';
import { digestOf, isSealed, placeOn } from '#libs/people';
import { getScheme, packFor, type Assessment, type Citation, type Pack } from '#libs/schemes';
import { CaseFacts } from './case-facts.js';
import type { LoadedCase } from './cases.js';
import type { CaseEvent, Decided, Grounds } from './domain/case.events.js';
import { resultOf, type ErasedFact, type RecomputationResult } from './domain/recomputation.js';

/** A cited fact, and whether its envelope is the one that was cited; nothing was to be cited where nothing was recorded. */
export interface CheckedCitation extends Citation {
  readonly check: 'as-cited' | 'nothing-recorded' | 'digest-differs';
}

/** A decision that was made once more. */
export interface RecomputedDecision {
  readonly event: StoredEvent<DecidedOnFigures>;
  readonly result: RecomputationResult;
  readonly recorded: Assessment;
  /** Undefined where there is nothing to make it with: facts are erased, or the day has no parameters. */
  readonly recomputed?: Assessment;
  /** The parameters of the decision's day, as they are published today. */
  readonly pack?: Pack;
  readonly erased: readonly ErasedFact[];
  readonly citations: readonly CheckedCitation[];
}

type WithAssessment<Event> = Event extends { readonly data: infer Data }
  ? Data extends Partial<Grounds> & Decided
    ? 'assessment' extends keyof Data
      ? Event
      : never
    : never
  : never;

/** Events that rest on an assessment. */
export type DecidedOnFigures = WithAssessment<CaseEvent>;

/**
 * Makes the decisions of a case once more, each from what the log held at its position and from the parameters of its day, by
 * the rules of today's program: anyone may so find out whether the figures follow from the facts.
 */
@Injectable()
export class Recomputation {
  private readonly logger = new Logger('Recomputation');

  constructor(
    private readonly facts: CaseFacts,
    private readonly areas: AreaTree,
    private readonly events: EventStore,
    private readonly codec: EventCodec,
  ) {}

  /**
   * Every decision of the case that rests on figures, oldest first.
   * @throws Unavailable where the list of awards lags behind
   */
  async of(loaded: LoadedCase): Promise<readonly RecomputedDecision[]> {
    const decisions: RecomputedDecision[] = [];
    for (const event of loaded.events) {
      if (!isDecidedOnFigures(event)) continue;
      const { assessment, household } = event.data;
      if (assessment === undefined || household === undefined) continue;
      decisions.push(await this.again(loaded, event, assessment, household));
    }
    return decisions;
  }

  private async again(
    { id, state }: LoadedCase,
    event: StoredEvent<DecidedOnFigures>,
    recorded: Assessment,
    household: Grounds['household'],
  ): Promise<RecomputedDecision> {
    const citations = await Promise.all(recorded.citations.map((cited) => this.checked(cited, event.position)));
    const damaged = citations.filter(({ check }) => check === 'digest-differs');
    for (const { streamId, revision } of damaged)
      this.logger.error(`case-${id} at ${event.revision} cites what is not at ${revision} of ${streamId}`);
    const base = { event, recorded, citations };
    if (damaged.length > 0) return { ...base, result: 'digest-differs', erased: [] };
    const { decidedOn } = event.data;
    const { loaded, facts, erased } = await this.facts.asOf(state, decidedOn, event.position, household);
    const { area } = placeOn(loaded.household, decidedOn);
    const pack = packFor(this.areas.lineageOf(area, decidedOn), state.scheme, decidedOn);
    const assessment = pack && getScheme(state.scheme).assess(facts, pack);
    const result = resultOf(recorded, { scheme: state.scheme, pack, assessment, erased });
    return {
      ...base,
      result,
      erased,
      ...(assessment && result !== 'erased' && { recomputed: assessment }),
      ...(pack && { pack }),
    };
  }

  /** The envelopes stay in the log when their key is gone, so that this needs no key. */
  private async checked(cited: Citation, upTo: GlobalPosition): Promise<CheckedCitation> {
    const { streamId, revision, digest } = cited;
    if (digest === undefined) return { ...cited, check: 'nothing-recorded' };
    for await (const recorded of this.events.readStream(streamId, { from: BigInt(revision), max: 1, upTo })) {
      const envelopes: readonly unknown[] = Object.values(this.codec.decode(recorded).data);
      const found = envelopes.some((value) => isSealed(value) && digestOf(value) === digest);
      if (found && recorded.revision === BigInt(revision)) return { ...cited, check: 'as-cited' };
    }
    return { ...cited, check: 'digest-differs' };
  }
}

const isDecidedOnFigures = (event: StoredEvent<CaseEvent>): event is StoredEvent<DecidedOnFigures> =>
  'assessment' in event.data;
