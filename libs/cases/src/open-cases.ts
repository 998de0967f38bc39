import { Injectable } from '@nestjs/common';
import {
  AggregateStore,
  refuse,
  RefusedCommand,
  type Appended,
  type CommandMeta,
  type Loaded,
} from '#libs/event-sourcing';
import { Claims, ClaimTaken, KeyedIndex, openCaseClaim, openCaseKey, type ClaimName } from '#libs/people';
import { caseDecider } from './domain/case.js';
import type { CaseEvent } from './domain/case.events.js';
import type { CaseRefusal } from './domain/case.refusals.js';
import type { Case, CaseStatus } from './domain/case.state.js';

/** After these a household may apply for the scheme again. */
const over: ReadonlySet<CaseStatus> = new Set(['not-accepted', 'refused', 'withdrawn', 'stopped']);

/** Sees to it that a household, or a person for a person's benefit, has one open case of a scheme. */
@Injectable()
export class OpenCases {
  constructor(
    private readonly claims: Claims,
    private readonly aggregates: AggregateStore,
    private readonly index: KeyedIndex,
  ) {}

  /**
   * Claims the place of a case that is opened, lets it be recorded, and frees it when the case is over.
   * @throws RefusedCommand CASE_OPEN_ALREADY
   */
  async holding(
    owner: string,
    meta: CommandMeta,
    { state, revision }: Loaded<Case, CaseEvent>,
    outcome: readonly CaseEvent[],
    append: () => Promise<Appended>,
  ): Promise<Appended> {
    const nowOpen = openCase(state);
    const thenOpen = openCase(outcome.reduce((each, event) => caseDecider.evolve(each, event), state));
    if (nowOpen === thenOpen) return append();
    const [before, after] = [this.claimOf(nowOpen), this.claimOf(thenOpen)];
    const order = { claims: after ? [after] : [], owner, expected: revision, meta };
    const hold = () => this.claims.holding(order, append);
    const appended = await hold()
      .catch(async (error: unknown) => {
        if (!(error instanceof ClaimTaken)) throw error;
        await this.free(error.claim, error.owner, meta);
        return hold();
      })
      .catch((error: unknown) => {
        throw error instanceof ClaimTaken ? new RefusedCommand(refuse<CaseRefusal>('CASE_OPEN_ALREADY')) : error;
      });
    if (before) await this.free(before, owner, meta);
    return appended;
  }

  /** Frees the place of a case that is over, whether or not the command that ended it came to its own end. */
  private free(claim: ClaimName, owner: string, meta: CommandMeta): Promise<void> {
    const needed = async () => {
      const { state } = await this.aggregates.load<Case, CaseEvent>(caseDecider, owner);
      return state.status === 'none' || this.claimOf(openCase(state))?.hash === claim.hash;
    };
    return this.claims.release([claim], { owner, reason: 'given-up', meta, needed });
  }

  private claimOf(open: string | undefined): ClaimName | undefined {
    return open === undefined ? undefined : openCaseClaim(this.index, open);
  }
}

/** What an open case is one of; undefined where it is over, or was never opened. */
function openCase(state: Case): string | undefined {
  if (state.status === 'none' || over.has(state.status)) return undefined;
  const { scheme, householdId, personId } = state;
  return openCaseKey(scheme, personId ?? householdId);
}
