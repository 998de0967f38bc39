import { expect } from '@jest/globals';
import { Refusal, type Decider, type Message } from './decider.js';

/**
 * Given these events, when this command, then these events or this refusal: the whole harness of a decider's spec.
 *
 * @example
 * const given = specFor(caseDecider, context);
 * given(submitted).when(accept).thenRecords(accepted);
 * given(submitted, accepted).when(accept).thenNothing();
 * given().when(accept).thenRefuses('CASE_NOT_FOUND');
 */
export const specFor =
  <S, C extends Message, E extends Message, X>({ decide, evolve, initial }: Decider<S, C, E, X>, context: X) =>
  (...past: E[]) => ({
    /** The state that the past folds to. */
    state: () => past.reduce(evolve, initial),
    when(command: C, differently: Partial<X> = {}) {
      const act = () => decide(command, past.reduce(evolve, initial), { ...context, ...differently });
      return {
        thenRecords: (...events: E[]) => expect(act()).toEqual(events),
        /** For events with figures that another spec pins: the names alone, and whatever parts of the data are given. */
        thenRecordsLike: (...events: { type: E['type']; data?: object }[]) =>
          expect(act()).toEqual(
            events.map((event) =>
              expect.objectContaining({ type: event.type, data: expect.objectContaining(event.data ?? {}) }),
            ),
          ),
        thenNothing: () => expect(act()).toEqual([]),
        thenRefuses: (code: string) => expect(act()).toEqual(expect.objectContaining({ code })),
        outcome: act,
      };
    },
  });

/** True when a decision said no. */
export const isRefusal = (outcome: unknown): outcome is Refusal => outcome instanceof Refusal;
