import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isRefusal } from '#libs/event-sourcing/spec';
import type { Provenance } from './facts.js';
import {
  countingMembers,
  householdDecider,
  membersOn,
  placeOn,
  topicOn,
  type Household,
  type HouseholdCommand,
  type HouseholdFact,
} from './household.js';
import type { HouseholdEvent } from './household.events.js';
import { relations, type Standing } from './household.facts.js';
import { LAST, everyDay, context, from, reason, orders, answersOfBoth, type Step } from './test/orders.js';

const place = { area: 'a0', areaPath: 'a0', residence: 'rural' } as const;
const registeredHousehold: HouseholdEvent = {
  type: 'HouseholdRegistered',
  data: {
    ...from('registration', 0),
    number: '430225-2025-000123',
    ...place,
    members: [{ personId: 'applicant', factId: 'applicant-registered', relation: 'applicant', counts: true }],
  },
};
const started = householdDecider.evolve(householdDecider.initial, registeredHousehold);
const recordOf = (fact: HouseholdFact): HouseholdCommand => ({ type: 'RecordFacts', data: { facts: [fact] } });
const withdrawalOf = (factId: string): HouseholdCommand => ({
  type: 'WithdrawFact',
  data: { factId, reason },
});
const standingOf = (value: number): Standing =>
  value === 0
    ? { relation: 'child', counts: false, notCounted: 'in-prison' }
    : { relation: value === 1 ? 'child' : 'other', counts: true };

type Change = 'MemberJoined' | 'MemberStandingChanged' | 'MemberLeft';
const memberFact = (type: Change, personId: string, standing: Standing, where: Provenance): HouseholdFact =>
  type === 'MemberLeft'
    ? { type, data: { ...where, personId, departure: 'moved' } }
    : { type, data: { ...where, personId, ...standing } };

const SLOT = 4;
/** Histories of three people: they come, change and go, each in days of its own, where a correction may move it. */
const householdSteps = fc
  .array(
    fc.record({
      person: fc.nat(2),
      stays: fc.boolean(),
      value: fc.nat(2),
      offset: fc.nat(SLOT / 2 - 1),
      corrected: fc.option(fc.record({ value: fc.nat(2), offset: fc.integer({ min: SLOT / 2, max: SLOT - 1 }) })),
      withdrawn: fc.boolean(),
    }),
    { maxLength: 8 },
  )
  .map((given) => {
    const present = [false, false, false];
    return given.flatMap(({ person, stays, value, offset, corrected, withdrawn }, slot): Step<HouseholdCommand>[] => {
      const type: Change = !present[person] ? 'MemberJoined' : stays ? 'MemberStandingChanged' : 'MemberLeft';
      present[person] = type !== 'MemberLeft';
      const personId = `person-${person}`;
      const id = `fact-${slot}`;
      const fact = memberFact(type, personId, standingOf(value), from(id, 1 + slot * SLOT + offset));
      const first: Step<HouseholdCommand> = { id, command: recordOf(fact) };
      if (type === 'MemberStandingChanged' && withdrawn)
        return [first, { id: `${id}-withdrawn`, needs: id, command: withdrawalOf(id) }];
      if (!corrected) return [first];
      const where = from(`${id}-corrected`, 1 + slot * SLOT + corrected.offset, id);
      const right = memberFact(type, personId, standingOf(corrected.value), where);
      return [first, { id: where.factId, needs: id, command: recordOf(right) }];
    });
  });

/** By person: in which order members stand is that in which they became known. */
const householdAnswers = (household: Household): readonly string[] =>
  everyDay.map((day) =>
    household.status === 'none'
      ? ''
      : membersOn(household, day)
          .map(({ personId, relation, counts, notCounted }) => `${personId} ${relation} ${counts} ${notCounted ?? ''}`)
          .sort()
          .join(', '),
  );

describe('who belongs to a household', () => {
  it('at two times does not depend on the order of recording', () => {
    fc.assert(
      fc.property(householdSteps, orders, (steps, order) => {
        const [one, other] = answersOfBoth(householdDecider, registeredHousehold, steps, order, householdAnswers);
        expect(other).toEqual(one);
      }),
      { seed: 35, numRuns: 200 },
    );
  });

  it('is nobody before the registration', () =>
    expect(householdAnswers(started).slice(0, 2)).toEqual(['', 'applicant applicant true ']));

  it('is always whole: with one applicant, and a place to live, whatever is accepted', () => {
    const ids = ['applicant', 'person-1', 'person-2', 'person-3'];
    const any = fc.record({
      kind: fc.constantFrom('join', 'join', 'change', 'leave', 'withdraw', 'move', 'end', 'alone', 'split', 'merge'),
      person: fc.constantFrom(...ids),
      relation: fc.constantFrom(...relations.slice(0, 3), 'applicant' as const),
      counts: fc.boolean(),
      offset: fc.integer({ min: 0, max: LAST }),
      refers: fc.option(fc.nat(12), { freq: 2 }),
    });
    fc.assert(
      fc.property(fc.array(fc.array(any, { minLength: 1, maxLength: 3 }), { maxLength: 8 }), (given) => {
        let number = 0;
        let household = started;
        for (const facts of given) {
          const commands = facts.map(({ kind, person, relation, counts, offset, refers }): HouseholdCommand => {
            number += 1;
            const refersTo = [
              'registration',
              'applicant-registered',
              ...Array.from({ length: 11 }, (_, n) => `f${n + 1}`),
            ];
            const corrects = refers === null ? undefined : refersTo[refers];
            const where = from(`f${number}`, offset, corrects);
            const standing: Standing = { relation, counts, ...(!counts && { notCounted: 'other' }) };
            const gone = [{ personId: person, factId: `m${number}`, relation: 'applicant', counts: true }] as const;
            switch (kind) {
              case 'join':
                return recordOf(memberFact('MemberJoined', person, standing, where));
              case 'change':
                return recordOf(memberFact('MemberStandingChanged', person, standing, where));
              case 'leave':
                return recordOf(memberFact('MemberLeft', person, standing, where));
              case 'withdraw':
                return withdrawalOf(corrects ?? 'registration');
              case 'move':
                return recordOf({ type: 'HouseholdMoved', data: { ...where, ...place } });
              case 'end':
                return recordOf({ type: 'HouseholdEnded', data: where });
              case 'alone':
                return recordOf({
                  type: 'SingleFilingRecorded',
                  data: { ...where, personId: person, ground: counts ? 'major-illness' : null },
                });
              case 'split':
                return recordOf({
                  type: 'HouseholdSplit',
                  data: { ...where, ...place, into: 'h2', members: gone },
                });
              case 'merge':
                return recordOf({ type: 'HouseholdMerged', data: { ...where, into: 'h2', members: gone } });
            }
          });
          const together = commands.flatMap((each) => (each.type === 'RecordFacts' ? each.data.facts : []));
          const asked = [
            ...commands.filter(({ type }) => type === 'WithdrawFact'),
            { type: 'RecordFacts', data: { facts: together } } as const,
          ];
          for (const command of asked) {
            const outcome = householdDecider.decide(command, household, context);
            if (isRefusal(outcome)) continue;
            household = outcome.reduce(householdDecider.evolve, household);
            expectWhole(household);
          }
        }
      }),
      { seed: 36, numRuns: 300 },
    );
  });
});

function expectWhole(household: Household): void {
  if (household.status === 'none') throw new Error('not registered');
  const members = membersOn(household, context.today);
  const filing = topicOn(household, 'singleFiling', context.today)?.value;
  const applicants = members.filter(({ relation }) => relation === 'applicant');
  expect(applicants).toHaveLength(members.length === 0 ? 0 : 1);
  for (const { counts, notCounted } of members) expect(counts).toBe(notCounted === undefined);
  const counting = members.filter(({ counts }) => counts).map(({ personId }) => personId);
  expect([...countingMembers(household)]).toEqual(counting);
  const alone = filing && filing.ground !== null;
  if (alone && members.some(({ personId }) => personId === filing.personId))
    expect(counting).toEqual([filing.personId]);
  if (!alone) expect(applicants.every(({ counts }) => counts)).toBe(true);
  if (household.topics.ended.length > 0) expect(members).toEqual([]);
  expect(placeOn(household, context.today)).toEqual(place);
}
