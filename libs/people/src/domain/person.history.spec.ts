import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Clear, personal } from '#libs/event-sourcing/decider';
import type { Provenance } from './facts.js';
import { personDecider, topicOn, type Person, type PersonCommand, type PersonFact } from './person.js';
import type { PersonEvent } from './person.events.js';
import { LAST, dayAt, everyDay, from, reason, recordAll, orders, answersOfBoth, type Step } from './test/orders.js';

const registeredPerson: PersonEvent = {
  type: 'PersonRegistered',
  data: {
    ...from('registration', 0),
    identity: personal({ name: '示例甲', document: { kind: 'unknown' } }),
    area: 'a0',
    areaPath: 'a0',
  },
};
const topics = ['phone', 'careNeed', 'residence'] as const;
type Topic = (typeof topics)[number];

function personFact(topic: Topic, value: number, where: Provenance): PersonFact {
  switch (topic) {
    case 'phone':
      return { type: 'PhoneRecorded', data: { ...where, phone: personal(String(value)) } };
    case 'careNeed':
      return { type: 'CareNeedRecorded', data: { ...where, months: personal(value) } };
    case 'residence':
      return { type: 'ResidenceRecorded', data: { ...where, area: `a${value}`, areaPath: `a${value}` } };
  }
}
const recordOf = (fact: PersonFact): PersonCommand => ({ type: 'RecordFacts', data: { facts: [fact] } });
const withdrawalOf = (factId: string): PersonCommand => ({ type: 'WithdrawFact', data: { factId, reason } });

/** Facts of distinct days, few values, and for some the correction or the withdrawal of an earlier one of the topic. */
const personSteps = fc
  .uniqueArray(
    fc.record({
      topic: fc.constantFrom(...topics),
      offset: fc.integer({ min: 1, max: LAST }),
      value: fc.nat(2),
      then: fc.constantFrom('new', 'new', 'correct', 'withdraw'),
    }),
    { selector: ({ topic, offset }) => `${topic} ${offset}`, maxLength: 12 },
  )
  .map((given) => {
    const steps: Step<PersonCommand>[] = [];
    const standing: Record<Topic, string[]> = { phone: [], careNeed: [], residence: [] };
    for (const [index, { topic, offset, value, then }] of given.entries()) {
      const id = `fact-${index}`;
      const needs = then === 'new' ? undefined : standing[topic].pop();
      if (needs !== undefined && then === 'withdraw') {
        steps.push({ id, needs, command: withdrawalOf(needs) });
        continue;
      }
      steps.push({
        id,
        ...(needs !== undefined && { needs }),
        command: recordOf(personFact(topic, value, from(id, offset, needs))),
      });
      standing[topic].push(id);
    }
    return steps;
  });

const personAnswers = (person: Person): readonly string[] =>
  everyDay.map((day) =>
    person.status === 'none' ? '' : topics.map((topic) => textOf(topicOn(person, topic, day)?.value)).join(', '),
  );
const textOf = (value: unknown): string => JSON.stringify(value instanceof Clear ? value.value : value) ?? 'unknown';
const personAfter = (...commands: PersonCommand[]) =>
  personAnswers(
    recordAll(
      personDecider,
      personDecider.evolve(personDecider.initial, registeredPerson),
      commands.map((command, index) => ({ id: String(index), command })),
      [0],
    ),
  );

describe('what is known of a person', () => {
  it('at two times does not depend on the order of recording', () => {
    fc.assert(
      fc.property(personSteps, orders, (steps, order) => {
        const [one, other] = answersOfBoth(personDecider, registeredPerson, steps, order, personAnswers);
        expect(other).toEqual(one);
      }),
      { seed: 31, numRuns: 200 },
    );
  });

  it('is nothing before the first fact', () => {
    fc.assert(
      fc.property(fc.constantFrom('phone', 'careNeed'), fc.integer({ min: 1, max: LAST }), (topic, offset) => {
        const answers = personAfter(recordOf(personFact(topic, 1, from('f', offset))));
        const at = topics.indexOf(topic);
        expect(answers.map((each) => each.split(', ')[at] === 'unknown')).toEqual(
          everyDay.map((day) => day < dayAt(offset)),
        );
      }),
      { seed: 32, numRuns: 50 },
    );
  });

  const someFact = fc.record({
    topic: fc.constantFrom(...topics),
    offset: fc.integer({ min: 1, max: LAST }),
    value: fc.nat(2),
  });
  const threeDays = fc.uniqueArray(fc.integer({ min: 1, max: LAST }), { minLength: 3, maxLength: 3 });

  it('is after a withdrawal as if the fact had never been recorded, a correction with what it corrected', () => {
    fc.assert(
      fc.property(someFact, threeDays, ({ topic, value }, [base = 0, first = 0, second = 0]) => {
        const before = recordOf(personFact(topic, value, from('base', base)));
        const wrong = recordOf(personFact(topic, 7, from('wrong', first)));
        const right = recordOf(personFact(topic, 8, from('right', second, 'wrong')));
        expect(personAfter(before, wrong, withdrawalOf('wrong'))).toEqual(personAfter(before));
        expect(personAfter(before, wrong, right, withdrawalOf('right'))).toEqual(personAfter(before));
      }),
      { seed: 33, numRuns: 50 },
    );
  });

  it('is after a correction of a correction as if the last had been recorded at once', () => {
    fc.assert(
      fc.property(someFact, threeDays, ({ topic, value }, [first = 0, second = 0, third = 0]) => {
        const steps = [
          recordOf(personFact(topic, 7, from('wrong', first))),
          recordOf(personFact(topic, 8, from('worse', second, 'wrong'))),
          recordOf(personFact(topic, value, from('right', third, 'worse'))),
        ];
        expect(personAfter(...steps)).toEqual(personAfter(recordOf(personFact(topic, value, from('right', third)))));
      }),
      { seed: 34, numRuns: 50 },
    );
  });
});
