import { describe, expect, it } from '@jest/globals';
import { personal } from '#libs/event-sourcing/decider';
import type { Provenance } from './facts.js';
import { membersOn, placeOn, topicOn, type HouseholdFact } from './household.js';
import type { HouseholdEvent, RegisteredMember } from './household.events.js';
import { notCountedReasons } from './household.facts.js';
import {
  given,
  from,
  correcting,
  applicant,
  spouse,
  child,
  inPrison,
  member,
  family,
  place,
  town,
  registration,
  registered,
  register,
  record,
  withdraw,
  withdrawn,
  joined,
  changed,
  moved,
  stateOf,
  idsOn,
  countingOf,
} from './test/made-up-household.js';

describe('registering a household', () => {
  it('records who lives in it, and what it declares', () => {
    const income: HouseholdFact = {
      type: 'IncomeDeclared',
      data: { ...from('income'), parts: personal([{ kind: 'wages', amount: 1_080_000, months: 12 }]) },
    };
    given().when(register(registered, income)).thenRecords(registered, income);
    expect(membersOn(stateOf(registered), '2025-01-31')).toMatchObject([
      { personId: 'father', ...applicant },
      { personId: 'mother', ...spouse },
      { personId: 'son', ...child },
    ]);
    expect(stateOf(registered)).toMatchObject({ number: '430225-2025-000123' });
  });

  it('takes what its members have, and nobody else', () => {
    const whose = (personId: string): HouseholdFact[] => [
      {
        type: 'IncomeDeclared',
        data: { ...from('income'), parts: personal([{ kind: 'wages', amount: 100, months: 12, personId }]) },
      },
      {
        type: 'AssetsDeclared',
        data: { ...from('assets'), assets: personal([{ kind: 'deposit', value: 1, personId }]) },
      },
      {
        type: 'SpendingDeclared',
        data: { ...from('spending'), parts: personal([{ kind: 'medical', amount: 100, months: 12, personId }]) },
      },
    ];
    given()
      .when(register(registered, ...whose('son')))
      .thenRecords(registered, ...whose('son'));
    for (const fact of whose('stranger'))
      given().when(register(registered, fact)).thenRefuses('PERSON_NOT_IN_HOUSEHOLD');
  });

  it('names those who belong to the family without counting, with the reason', () => {
    for (const notCounted of notCountedReasons)
      given()
        .when(register(registration([member('father', applicant), member('son', { ...inPrison, notCounted })])))
        .thenRecordsLike({ type: 'HouseholdRegistered' });
    expect(countingOf(registration([member('father', applicant), member('son', inPrison)]))).toEqual(['father']);
  });

  it('keeps from which household it was split', () =>
    expect(stateOf(registration(family, { splitFrom: 'household-2' })).splitFrom).toBe('household-2'));

  it.each([
    ['no applicant', [member('mother', spouse)], 'ONE_APPLICANT_NEEDED'],
    ['two applicants', [member('father', applicant), member('mother', applicant)], 'ONE_APPLICANT_NEEDED'],
    ['nobody', [], 'ONE_APPLICANT_NEEDED'],
    ['a person named twice', [member('father', applicant), member('father', child)], 'MEMBER_TWICE'],
    [
      'no reason for who does not count',
      [member('father', { ...applicant, counts: false })],
      'REASON_NOT_COUNTED_NEEDED',
    ],
    [
      'a reason for who counts',
      [member('father', { ...applicant, notCounted: 'clergy' })],
      'REASON_NOT_COUNTED_NEEDED',
    ],
    ['an applicant who does not count', [member('father', { ...inPrison, relation: 'applicant' })], 'APPLICANT_COUNTS'],
  ] as const)('is refused with %s', (_, members, code) =>
    given()
      .when(register(registration(members)))
      .thenRefuses(code),
  );

  it('is refused a second time', () => given(registered).when(register(registered)).thenRefuses('HOUSEHOLD_EXISTS'));

  it('is refused with dates that cannot be, its own or a fact’s', () => {
    given()
      .when(register(registration(family, { happenedOn: '2025-09-02' })))
      .thenRefuses('HAPPENED_IN_FUTURE');
    given()
      .when(register(registered, moved(from('f', '2025-09-02'))))
      .thenRefuses('HAPPENED_IN_FUTURE');
  });
});

describe('a move', () => {
  const move = moved(from('f', '2025-03-31'));

  it('changes area and residence on one day, without gap or overlap', () => {
    given(registered).when(record(move)).thenRecords(move);
    const on = (day: string) => placeOn(stateOf(registered, move), day);
    expect(['2020-01-01', '2025-03-30'].map(on)).toEqual([place, place]);
    expect(['2025-03-31', '9999-12-31'].map(on)).toEqual([town, town]);
  });

  it('is recorded once, can be corrected and withdrawn', () => {
    given(registered, move)
      .when(record(moved(from('g', '2025-03-31'))))
      .thenNothing();
    const correction = moved(correcting('f', 'g', '2025-04-30'));
    given(registered, move).when(record(correction)).thenRecords(correction);
    expect(placeOn(stateOf(registered, move, correction), '2025-04-29')).toEqual(place);
    given(registered, move).when(withdraw('f')).thenRecords(withdrawn('f'));
    given(registered)
      .when(record(moved(correcting('unknown', 'g'))))
      .thenRefuses('CORRECTED_FACT_UNKNOWN');
  });

  it('leaves a household somewhere: the only place is not withdrawn', () => {
    const correction = moved(correcting('registration', 'g', '2025-01-31'));
    given(registered, correction).when(withdraw('g')).thenRefuses('FACT_UNKNOWN');
  });
});

describe('a split', () => {
  const wife = [member('mother', applicant), member('son', child)].map((each) => ({
    ...each,
    factId: `new-${each.personId}`,
  }));
  const split = (
    where = from('split', '2025-06-01'),
    members: readonly RegisteredMember[] = wife,
    into = 'household-2',
  ) => ({ type: 'HouseholdSplit', data: { ...where, ...town, into, members } }) as const;

  it('lets some go on a day, who form a whole household of their own', () => {
    given(registered).when(record(split())).thenRecords(split());
    expect(idsOn('2025-05-31', registered, split())).toEqual(['father', 'mother', 'son']);
    expect(idsOn('2025-06-01', registered, split())).toEqual(['father']);
    expect(countingOf(registered, split())).toEqual(['father']);
    expect(stateOf(registered, split()).members.get('son')?.at(-1)?.value).toEqual({
      left: 'split',
      toHousehold: 'household-2',
    });
  });

  it.each([
    ['into itself', split(from('f'), wife, 'household-1'), 'SAME_HOUSEHOLD'],
    ['of somebody else', split(from('f'), [...wife, member('neighbour', child)]), 'PERSON_NOT_IN_HOUSEHOLD'],
    ['of who was not there yet', split(from('f', '2025-01-30')), 'PERSON_NOT_IN_HOUSEHOLD'],
    ['of a person twice', split(from('f'), [...wife, member('son', child)]), 'MEMBER_TWICE'],
    ['without an applicant', split(from('f'), [member('son', child)]), 'ONE_APPLICANT_NEEDED'],
    ['of nobody', split(from('f'), []), 'ONE_APPLICANT_NEEDED'],
    [
      'of an applicant who does not count',
      split(from('f'), [member('son', { ...inPrison, relation: 'applicant' })]),
      'APPLICANT_COUNTS',
    ],
    [
      'without the reason why one does not count',
      split(from('f'), [member('mother', applicant), member('son', { ...child, counts: false })]),
      'REASON_NOT_COUNTED_NEEDED',
    ],
    ['that leaves no applicant', split(from('f'), [member('father', applicant)]), 'ONE_APPLICANT_NEEDED'],
    ['as a correction', split(correcting('mother-registered', 'f')), 'CORRECTED_FACT_UNKNOWN'],
  ])('is refused %s', (_, fact, code) => given(registered).when(record(fact)).thenRefuses(code));

  it('is one fact: withdrawn for all who went, corrected for one', () => {
    given(registered, split()).when(withdraw('split')).thenRecords(withdrawn('split'));
    expect(idsOn('2025-09-01', registered, split(), withdrawn('split'))).toEqual(['father', 'mother', 'son']);
    const stays = changed('son', child, correcting('split', 'f', '2025-06-01'));
    given(registered, split()).when(record(stays)).thenRecords(stays);
    expect(idsOn('2025-09-01', registered, split(), stays)).toEqual(['father', 'son']);
  });
});

describe('a merge of households', () => {
  const parents = (['father', 'mother', 'son'] as const).map((each) =>
    member(each, { relation: 'other', counts: true }),
  );
  const merged = (
    where = from('merge', '2025-06-01'),
    members: readonly RegisteredMember[] = parents,
    into = 'household-2',
  ) => ({ type: 'HouseholdMerged', data: { ...where, into, members } }) as const;

  it('lets all go on a day and ends this household', () => {
    given(registered).when(record(merged())).thenRecords(merged());
    expect(idsOn('2025-05-31', registered, merged())).toHaveLength(3);
    expect(idsOn('2025-06-01', registered, merged())).toEqual([]);
    expect(topicOn(stateOf(registered, merged()), 'ended', '2025-06-01')?.value).toEqual({ into: 'household-2' });
    given(registered, merged())
      .when(record(joined('son', child, from('f'))))
      .thenRefuses('HOUSEHOLD_ENDED');
  });

  it.each([
    ['into itself', merged(from('f'), parents, 'household-1'), 'SAME_HOUSEHOLD'],
    ['of somebody else', merged(from('f'), [...parents, member('neighbour', child)]), 'PERSON_NOT_IN_HOUSEHOLD'],
    ['of some', merged(from('f'), parents.slice(1)), 'ALL_MEMBERS_MERGE'],
    ['of one named for another', merged(from('f'), [...parents.slice(1), ...parents.slice(1)]), 'MEMBER_TWICE'],
    ['as a correction', merged(correcting('father-registered', 'f')), 'CORRECTED_FACT_UNKNOWN'],
  ])('is refused %s', (_, fact, code) => given(registered).when(record(fact)).thenRefuses(code));

  it('is refused where somebody joined afterwards', () => {
    const baby = joined('baby', child, from('f', '2025-08-01'));
    given(registered, baby).when(record(merged())).thenRefuses('MEMBERS_LEFT');
  });

  it('is one fact: withdrawn for all who went', () => {
    given(registered, merged()).when(withdraw('merge')).thenRecords(withdrawn('merge'));
    expect(stateOf(registered, merged(), withdrawn('merge'))).toEqual(stateOf(registered));
  });
});

describe('what a household declares', () => {
  const facts: readonly (readonly ['income' | 'assets' | 'spending', HouseholdFact, unknown])[] = [
    [
      'income',
      { type: 'IncomeDeclared', data: { ...from('f'), parts: personal([{ kind: 'wages', amount: 100, months: 12 }]) } },
      personal([{ kind: 'wages', amount: 100, months: 12 }]),
    ],
    [
      'assets',
      { type: 'AssetsDeclared', data: { ...from('f'), assets: personal([{ kind: 'deposit', value: 100 }]) } },
      personal([{ kind: 'deposit', value: 100 }]),
    ],
    [
      'spending',
      {
        type: 'SpendingDeclared',
        data: { ...from('f'), parts: personal([{ kind: 'medical', amount: 100, months: 1 }]) },
      },
      personal([{ kind: 'medical', amount: 100, months: 1 }]),
    ],
  ];

  it.each(facts)('holds from its day on, undivided, once, until it is withdrawn: %s', (topic, fact, value) => {
    given(registered).when(record(fact)).thenRecords(fact);
    given(registered, fact).when(record(fact)).thenNothing();
    const on = (day: string, ...past: HouseholdEvent[]) => topicOn(stateOf(registered, ...past), topic, day)?.value;
    expect(on('2025-09-01', fact)).toEqual(value);
    expect(on('2025-08-31', fact)).toBeUndefined();
    given(registered, fact).when(withdraw('f')).thenRecords(withdrawn('f'));
    expect(on('2025-09-01', fact, withdrawn('f'))).toBeUndefined();
  });

  it('of liable relatives outside is kept for each of them', () => {
    const relative = (relativeId: string, where: Provenance, none = false): HouseholdFact => ({
      type: 'LiableRelativeRecorded',
      data: { ...where, relativeId, relative: personal(none ? null : { name: '示例丁', relation: 'child' }) },
    });
    const [one, other] = [relative('r1', from('f', '2025-02-01')), relative('r2', from('g', '2025-02-01'))];
    given(registered).when(record(one, other)).thenRecords(one, other);
    given(registered, one).when(record(one)).thenNothing();
    const gone = relative('r1', from('h'), true);
    expect(
      stateOf(registered, one, other, gone)
        .relatives.get('r1')
        ?.map(({ factId }) => factId),
    ).toEqual(['f', 'h']);
    given(registered, one, other)
      .when(record(relative('r1', correcting('g', 'h'))))
      .thenRefuses('CORRECTED_FACT_UNKNOWN');
    given(registered, one).when(withdraw('f')).thenRecords(withdrawn('f'));
    expect(stateOf(registered, one, withdrawn('f')).relatives.get('r1')).toEqual([]);
  });

  it('is refused with dates that cannot be', () =>
    given(registered)
      .when(record(moved({ ...from('f'), knownOn: '2025-08-31' })))
      .thenRefuses('KNOWN_BEFORE_HAPPENED'));

  it('comes in whole or not at all', () => {
    const wrong = moved({ ...from('g'), source: 'corrected' });
    given(registered)
      .when(record(joined('baby', child, from('f')), wrong))
      .thenRefuses('CORRECTION_NEEDS_FACT');
  });

  it('cannot be withdrawn where it is not known', () =>
    given(registered).when(withdraw('unknown')).thenRefuses('FACT_UNKNOWN'));
});

describe('a household that is not there', () => {
  it('takes no other command than its registration', () =>
    expect(() => given().when(withdraw('f')).outcome()).toThrow('WithdrawFact for no household'));

  it('takes no other event than its registration', () =>
    expect(() => given(moved(from('f'))).state()).toThrow('HouseholdMoved before HouseholdRegistered'));
});
