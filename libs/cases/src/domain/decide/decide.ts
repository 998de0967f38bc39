import { refuse, type Refusal } from '#libs/event-sourcing/decider';
import type { CaseCommand, CaseContext } from '../case.commands.js';
import type { CaseEvent } from '../case.events.js';
import type { CaseRefusal } from '../case.refusals.js';
import type { OpenCase } from '../case.state.js';

/** What a decision ends in: events, none where the wish is fulfilled already, or a refusal. */
export type Outcome = readonly CaseEvent[] | Refusal<CaseRefusal>;

/** Decides one command on a case that is there. */
export type Decide<Type extends CaseCommand['type']> = (
  data: Extract<CaseCommand, { type: Type }>['data'],
  state: OpenCase,
  context: CaseContext,
) => Outcome;

/** The case stands where this step has no place. */
export const notDue = (state: OpenCase): Refusal<CaseRefusal> => refuse('STEP_NOT_DUE', { status: state.status });

/** Who decides, and when. */
export const decidedBy = ({ by, today }: CaseContext) => ({ by, decidedOn: today });
