import { expect } from '@jest/globals';
import fc from 'fast-check';
import { addDays } from '#libs/calendar';
import { personal, type Decider, type DecisionContext, type Message } from '#libs/event-sourcing/decider';
import { isRefusal } from '#libs/event-sourcing/spec';
import type { Provenance } from '../facts.js';

const FIRST = '2020-01-01';
export const LAST = 40;
export const dayAt = (offset: number) => addDays(FIRST, offset);
export const everyDay = Array.from({ length: LAST + 2 }, (_, offset) => dayAt(offset - 1));
export const context: DecisionContext & { personId: string; householdId: string } = {
  now: '2025-09-01T02:00:00.000Z',
  today: '2025-09-01',
  by: 'village-helper-1',
  role: 'village-helper',
  area: '430225100201',
  personId: 'person-1',
  householdId: 'household-1',
};
export const from = (factId: string, offset: number, corrects?: string): Provenance => ({
  factId,
  happenedOn: dayAt(offset),
  knownOn: '2025-09-01',
  source: corrects === undefined ? 'declared' : 'corrected',
  ...(corrects !== undefined && { corrects }),
});
export const reason = personal('Made up for the example.');

/** Something to be recorded, no earlier than what it takes the place of. */
export interface Step<Command> {
  readonly id: string;
  readonly needs?: string;
  readonly command: Command;
}

/**
 * Records steps one by one: of those that can be recorded, always the one with the lowest rank. What is refused waits for
 * others to be recorded first.
 */
export function recordAll<State, Command extends Message, Event extends Message>(
  { decide, evolve }: Decider<State, Command, Event, typeof context>,
  before: State,
  steps: readonly Step<Command>[],
  ranks: readonly number[],
): State {
  const ranked = steps.map((step, index) => ({ step, rank: ranks[index % ranks.length] ?? 0 }));
  const waiting = ranked.sort((one, other) => one.rank - other.rank).map(({ step }) => step);
  let state = before;
  while (waiting.length > 0) {
    const next = waiting.findIndex(({ needs, command }) => {
      if (waiting.some(({ id }) => id === needs)) return false;
      const outcome = decide(command, state, context);
      if (isRefusal(outcome)) return false;
      state = outcome.reduce(evolve, state);
      return true;
    });
    if (next < 0) throw new Error(`nothing of ${JSON.stringify(waiting)} can be recorded`);
    waiting.splice(next, 1);
  }
  return state;
}

const ranks = fc.array(fc.nat(1000), { minLength: 12, maxLength: 12 });
/** Two orders of the same steps, and how many of them lie before the cut. */
export const orders = fc.record({ one: ranks, other: ranks, cut: fc.nat(100) });

/** The answers at the cut and at the end, after two orders of what lies before it and of what lies behind. */
export function answersOfBoth<State, Command extends Message, Event extends Message>(
  decider: Decider<State, Command, Event, typeof context>,
  first: Event,
  steps: readonly Step<Command>[],
  { one, other, cut }: { readonly one: readonly number[]; readonly other: readonly number[]; readonly cut: number },
  answers: (state: State) => unknown,
) {
  const at = steps.length === 0 ? 0 : cut % steps.length;
  const known = (order: readonly number[]) => {
    const early = recordAll(decider, decider.evolve(decider.initial, first), steps.slice(0, at), order);
    const soon = answers(early);
    const late = answers(recordAll(decider, early, steps.slice(at), order));
    // What is known at the cut is still the same after all that came later.
    expect(answers(early)).toEqual(soon);
    return { soon, late };
  };
  return [known(one), known(other)];
}
