import { describe, expect, it } from '@jest/globals';
import type { Role } from '#libs/access';
import { ERASED, personal } from '#libs/event-sourcing';
import { householdDecider, type RegisteredHousehold } from '../domain/household.js';
import type { HouseholdEvent } from '../domain/household.events.js';
import { personDecider, type RegisteredPerson } from '../domain/person.js';
import type { LoadedHousehold } from '../households.js';
import type { LoadedPerson } from '../persons.js';
import { householdView } from './household.view.js';

const TODAY = '2025-09-10';
const from = (factId: string, happenedOn = '2025-01-01') =>
  ({ factId, happenedOn, knownOn: happenedOn, source: 'declared' }) as const;

const events: readonly HouseholdEvent[] = [
  {
    type: 'HouseholdRegistered',
    data: {
      ...from('registered'),
      number: '430225-2025-000001',
      area: '430225100201',
      areaPath: '43.430225',
      residence: 'rural',
      members: [
        { personId: 'a', factId: 'member-a', relation: 'applicant', counts: true },
        { personId: 'b', factId: 'member-b', relation: 'child', counts: false, notCounted: 'in-prison' },
      ],
    },
  },
  {
    type: 'IncomeDeclared',
    data: { ...from('income'), parts: personal([{ kind: 'wages', amount: 100, months: 12, personId: 'a' }]) },
  },
  {
    type: 'LiableRelativeRecorded',
    data: {
      ...from('relative'),
      relativeId: 'r',
      relative: personal({ name: '示例丙', relation: 'child', phone: '13800001234', monthlySupport: 500 }),
    },
  },
  { type: 'MemberLeft', data: { ...from('left', '2025-06-01'), personId: 'b', departure: 'moved' } },
];
const fold = (...all: readonly HouseholdEvent[]): LoadedHousehold => ({
  id: 'h',
  streamId: 'household-h',
  household: all.reduce(
    (household, event) => householdDecider.evolve(household, event),
    householdDecider.initial,
  ) as RegisteredHousehold,
  revision: '3',
  position: '8',
  events: [],
});
const person = (id: string, name: string, birthDate: string): LoadedPerson => ({
  id,
  streamId: `person-${id}`,
  person: personDecider.evolve(personDecider.initial, {
    type: 'PersonRegistered',
    data: {
      ...from(id),
      area: '430225100201',
      areaPath: '43.430225',
      identity: personal({ name, birthDate, document: { kind: 'none' } }),
    },
  }) as RegisteredPerson,
  revision: '0',
  position: '1',
  events: [],
});
const persons = new Map([
  ['a', person('a', '示例甲', '1971-03-02')],
  ['b', person('b', '示例乙', '2013-01-01')],
]);
const see = (role: Role, day = TODAY, loaded = fold(...events)) =>
  householdView(loaded, persons, { role, day, today: TODAY });

describe('a household as roles see it', () => {
  it('shows place, members and means to whoever handles the case', () => {
    expect(see('township-officer', '2025-05-31')).toMatchObject({
      id: 'h',
      number: '430225-2025-000001',
      place: { factId: 'registered', value: { area: '430225100201', residence: 'rural' } },
      members: [
        { personId: 'a', factId: 'member-a', counts: true, person: { name: '示例甲', birthDate: '1971-03-02' } },
        { personId: 'b', relation: 'child', counts: false, notCounted: 'in-prison', personRevision: '0' },
      ],
      income: { source: 'declared', value: [{ kind: 'wages', amount: 100, months: 12, personId: 'a' }] },
      liableRelatives: [{ relativeId: 'r', value: { name: '示例丙', monthlySupport: 500 } }],
      revision: '3',
    });
  });

  it('shows who belonged to it on the day', () => {
    expect(see('township-officer').members.map(({ personId }) => personId)).toEqual(['a']);
    expect(see('township-officer', '2024-12-31').members).toEqual([]);
    expect(see('township-officer', '2024-12-31').place?.value.area).toBe('430225100201');
  });

  it('masks by role, and each member by their own age', () => {
    const helper = see('village-helper', '2025-05-31');
    expect(helper.members.map((member) => member.person.name)).toEqual(['示例甲', '示*']);
    expect(helper).not.toHaveProperty('income');
    expect(helper.members[1]).not.toHaveProperty('notCounted');
    expect(helper.liableRelatives[0]?.value).not.toHaveProperty('monthlySupport');
    const inspector = see('inspector');
    expect(inspector.income?.value).toEqual({ masked: true });
    expect(inspector.liableRelatives[0]?.value).toEqual({ relation: 'child', name: '示*', phone: '138****1234' });
    expect(see('reporting').liableRelatives).toEqual([]);
  });

  it("shows of a member whose file is not the viewer's to see what is the household's", () => {
    const past = fold(
      ...events,
      {
        type: 'MemberStandingChanged',
        data: {
          ...from('standing', '2025-02-01'),
          ...{ personId: 'b', relation: 'child', counts: false, notCounted: 'in-prison' },
          document: personal('letter of the prison'),
        },
      },
      { type: 'SingleFilingRecorded', data: { ...from('alone'), personId: 'b', ground: 'major-illness' } },
    );
    const viewer = { role: 'township-officer', day: '2025-05-31', today: TODAY } as const;
    const all = householdView(past, persons, viewer);
    expect(all.members[1]).toMatchObject({ document: 'letter of the prison', notCounted: 'in-prison' });
    const [a] = persons;
    const { members, singleFiling } = householdView(past, new Map(a && [a]), viewer);
    expect(members[0]?.person.name).toBe('示例甲');
    expect(members[1]).toEqual({
      ...{ personId: 'b', relation: 'child', counts: false, person: {} },
      ...from('standing', '2025-02-01'),
    });
    expect(all.singleFiling?.value).toEqual({ personId: 'b', ground: 'major-illness' });
    expect(singleFiling?.value).toEqual({ personId: 'b' });
  });

  it('shows the ground of a single filing to whoever sees data about health', () => {
    const alone = fold(...events, {
      type: 'SingleFilingRecorded',
      data: { ...from('alone'), personId: 'a', ground: 'major-illness' },
    });
    expect(see('county-reviewer', TODAY, alone).singleFiling?.value).toEqual({
      personId: 'a',
      ground: 'major-illness',
    });
    expect(see('village-helper', TODAY, alone).singleFiling?.value).toEqual({ personId: 'a' });
  });

  it('says what is erased', () => {
    const erased = fold(...events, {
      type: 'IncomeDeclared',
      data: { ...from('later', '2025-02-01'), parts: ERASED },
    });
    expect(see('township-officer', TODAY, erased).income?.value).toEqual({ erased: true });
    expect(see('village-helper', TODAY, erased)).not.toHaveProperty('income');
    const gone = person('a', '', '1971-03-02');
    const { topics } = gone.person;
    const identity = topics.identity.map((fact) => ({ ...fact, value: { identity: ERASED } }));
    const nobody = new Map([['a', { ...gone, person: { ...gone.person, topics: { ...topics, identity } } }]]);
    const view = householdView(fold(...events), nobody, { role: 'township-officer', day: TODAY, today: TODAY });
    expect(view.members[0]?.person).toEqual({ name: { erased: true } });
  });
});
