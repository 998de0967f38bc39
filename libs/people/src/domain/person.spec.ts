import { describe, expect, it } from '@jest/globals';
import { ageOn } from '#libs/calendar';
import { ERASED, personal, type Personal } from '#libs/event-sourcing/decider';
import { birthDateOn, isDismissed, type PersonCommand, type PersonFact, type PersonTopic } from './person.js';
import type { PersonEvent, PersonRegistered } from './person.events.js';
import type { Identity } from './person.facts.js';
import {
  given,
  reason,
  from,
  correcting,
  identity,
  home,
  registered,
  phone,
  died,
  renamed,
  moved,
  record,
  withdraw,
  withdrawn,
  stateOf,
  valueOn,
} from './test/made-up-person.js';

/** One fact of every topic that is recorded as it is, with the value that the topic has then. */
const everyTopic: readonly (readonly [PersonTopic, PersonFact, unknown])[] = [
  ['identity', renamed(from('f')), { identity: personal({ ...identity, name: '示例乙' }), identityHash: 'hash-2' }],
  [
    'hukou',
    { type: 'HukouRecorded', data: { ...from('f'), area: '430225100', kind: 'rural', address: personal('甲村') } },
    { area: '430225100', kind: 'rural', address: personal('甲村') },
  ],
  [
    'residence',
    moved(from('f')),
    { area: '430225100', areaPath: '430000.430200.430225.430225100', address: personal('示例街 1 号') },
  ],
  ['phone', phone('10000000001', from('f')), personal('10000000001')],
  [
    'disability',
    {
      type: 'DisabilityCardRecorded',
      data: { ...from('f'), card: personal({ category: 'hearing-speech', level: 1 }) },
    },
    personal({ category: 'hearing-speech', level: 1 }),
  ],
  [
    'illnesses',
    { type: 'IllnessesRecorded', data: { ...from('f'), illnesses: personal([{ kind: 'rare' }]) } },
    personal([{ kind: 'rare' }]),
  ],
  [
    'schooling',
    { type: 'SchoolingRecorded', data: { ...from('f'), schooling: personal({ stage: 'primary', fullTime: true }) } },
    personal({ stage: 'primary', fullTime: true }),
  ],
  [
    'employment',
    { type: 'EmploymentRecorded', data: { ...from('f'), employment: personal({ status: 'farming' }) } },
    personal({ status: 'farming' }),
  ],
  ['ability', { type: 'WorkAbilityRecorded', data: { ...from('f'), ability: personal('partly') } }, personal('partly')],
  ['careNeed', { type: 'CareNeedRecorded', data: { ...from('f'), months: personal(9) } }, personal(9)],
  [
    'guardian',
    { type: 'GuardianRecorded', data: { ...from('f'), guardian: personal({ name: '示例丙', relation: '子' }) } },
    personal({ name: '示例丙', relation: '子' }),
  ],
  ['death', died(from('f')), {}],
];

describe('registering a person', () => {
  const register = (facts: readonly PersonFact[], data: Partial<PersonRegistered['data']> = {}): PersonCommand => ({
    type: 'RegisterPerson',
    data: { registered: { ...registered.data, ...data }, facts },
  });

  it('records who they are, and what else is known', () => {
    const known = phone('10000000001', from('phone'));
    given()
      .when(register([known]))
      .thenRecords(registered, known);
  });

  it('makes who they are and where they live known for all of their life', () => {
    for (const day of ['1944-02-29', '2025-01-31', '9999-12-31']) {
      expect(valueOn('identity', day)).toEqual({ identity: personal(identity), identityHash: 'hash-1' });
      expect(valueOn('residence', day)).toEqual(home);
    }
    expect(valueOn('phone', '9999-12-31')).toBeUndefined();
  });

  it('records an account that is given with it, without a second person', () => {
    const account: PersonFact = {
      type: 'AccountRecorded',
      data: {
        ...from('account'),
        accountId: 'a',
        account: personal({ bank: 'Example Bank', number: '1', holder: '' }),
      },
    };
    given()
      .when(register([account]))
      .thenRecords(registered, account);
  });

  it('is refused a second time', () => given(registered).when(register([])).thenRefuses('PERSON_EXISTS'));

  it('is refused whole for one fact that is', () =>
    given()
      .when(register([phone('1', from('f')), phone('2', from('g', '2025-09-02'))]))
      .thenRefuses('HAPPENED_IN_FUTURE'));

  it('is refused with dates that cannot be', () =>
    given()
      .when(register([], { knownOn: '2025-01-30' }))
      .thenRefuses('KNOWN_BEFORE_HAPPENED'));
});

describe.each(everyTopic)('a fact of %s', (topic, fact, value) => {
  it('is recorded, and holds from its day on', () => {
    given(registered).when(record(fact)).thenRecords(fact);
    expect(valueOn(topic, '2025-09-01', fact)).toEqual(value);
    expect(valueOn(topic, '2025-08-31', fact)).not.toEqual(value);
  });

  it('is recorded once', () => {
    given(registered, fact)
      .when(record({ ...fact, data: { ...fact.data, factId: 'again' } } as PersonFact))
      .thenNothing();
    given(registered).when(record(fact, fact)).thenRecords(fact);
  });

  it('is confirmed by another source', () => {
    const verified = { ...fact, data: { ...fact.data, factId: 'again', source: 'verified' } } as PersonFact;
    given(registered, fact).when(record(verified)).thenRecords(verified);
  });

  it('gives way to a correction, from the moment that is recorded', () => {
    const correction = { ...fact, data: { ...fact.data, ...correcting('f', 'g', '2025-08-01') } } as PersonFact;
    given(registered, fact).when(record(correction)).thenRecords(correction);
    expect(valueOn(topic, '2025-08-01', fact, correction)).toEqual(value);
    expect(stateOf(fact, correction).topics[topic].map(({ factId }) => factId)).not.toContain('f');
  });

  it('does not correct what is not there', () =>
    given(registered)
      .when(record({ ...fact, data: { ...fact.data, ...correcting('unknown', 'g') } } as PersonFact))
      .thenRefuses('CORRECTED_FACT_UNKNOWN'));

  it('is gone when it is withdrawn', () => {
    given(registered, fact).when(withdraw('f')).thenRecords(withdrawn('f'));
    expect(valueOn(topic, '2025-09-01', fact, withdrawn('f'))).toEqual(valueOn(topic, '2025-09-01'));
    given(registered, fact, withdrawn('f')).when(withdraw('f')).thenRefuses('FACT_UNKNOWN');
  });
});

describe('facts', () => {
  it('come in together, each judged by those before it', () => {
    const [one, two] = [phone('1', from('f', '2025-03-01')), phone('2', correcting('f', 'g', '2025-04-01'))];
    given(registered).when(record(one, two)).thenRecords(one, two);
    given(registered).when(record(two, one)).thenRefuses('CORRECTED_FACT_UNKNOWN');
  });

  it('of a later day that say the same stand, lest one that is recorded in between reach beyond them', () => {
    const [march, july] = [phone('1', from('f', '2025-03-01')), phone('1', from('g', '2025-07-01'))];
    given(registered, march).when(record(july)).thenRecords(july);
    const may = phone('2', from('h', '2025-05-01'));
    expect(valueOn('phone', '2025-07-01', march, july, may)).toEqual(personal('1'));
  });

  it('may say that there is nothing any more', () =>
    expect(valueOn('phone', '2025-09-01', phone('1', from('f', '2025-03-01')), phone(null, from('g')))).toEqual(
      personal(null),
    ));

  it('that were erased are recorded anew', () => {
    const erased: PersonFact = { type: 'PhoneRecorded', data: { ...from('f'), phone: ERASED } };
    given(registered, erased)
      .when(record(phone('1', from('g'))))
      .thenRecords(phone('1', from('g')));
  });

  it('of before the birth are refused, unless they say who somebody is', () => {
    given(registered)
      .when(record(phone('1', from('f', '1944-02-28'))))
      .thenRefuses('HAPPENED_BEFORE_BIRTH');
    given(registered)
      .when(record(died(from('f', '1944-02-28'))))
      .thenRefuses('HAPPENED_BEFORE_BIRTH');
    given(registered)
      .when(record(renamed(from('f', '1944-02-28'))))
      .thenRecordsLike({ type: 'IdentityRecorded' });
    given(registered)
      .when(record(phone('1', from('f', '1944-02-29'))))
      .thenRecordsLike({ type: 'PhoneRecorded' });
  });

  it('of the registration are corrected, never withdrawn', () => {
    const change = renamed(from('marriage', '2025-06-01'));
    given(registered).when(withdraw('registration')).thenRefuses('FACT_UNKNOWN');
    given(registered, change).when(withdraw('registration')).thenRefuses('FACT_UNKNOWN');
    given(registered, change, moved(from('f')))
      .when(withdraw('registration'))
      .thenRefuses('FACT_UNKNOWN');
    const correction = renamed(correcting('registration', 'g', '2025-01-31'));
    given(registered).when(record(correction)).thenRecords(correction);
    given(registered, correction).when(withdraw('g')).thenRefuses('FACT_UNKNOWN');
    expect(valueOn('residence', '2025-09-01', correction)).toEqual(home);
  });
});

describe('the birth date', () => {
  it('says when somebody born on a 29 February is eighty', () => {
    const born = birthDateOn(stateOf(), '2024-02-28') ?? '';
    expect(['2024-02-28', '2024-02-29'].map((day) => ageOn(born, day))).toEqual([79, 80]);
  });

  it('is that of the correction, for all days', () => {
    const corrected = renamed(correcting('registration', 'g', '2025-01-31'), { birthDate: '1945-02-28' });
    expect(birthDateOn(stateOf(corrected), '2024-02-29')).toBe('1945-02-28');
    given(registered, corrected)
      .when(record(phone('1', from('f', '1944-12-31'))))
      .thenRefuses('HAPPENED_BEFORE_BIRTH');
  });

  it('of whom nothing is known, or nothing any more, is unknown, and hinders nothing', () => {
    const nobody = renamed(correcting('registration', 'g', '2025-01-31'));
    for (const known of [personal({ name: '无名氏', document: { kind: 'unknown' } }), ERASED] as Personal<Identity>[]) {
      const event = { ...nobody, data: { ...nobody.data, identity: known } } as PersonEvent;
      expect(birthDateOn(stateOf(event), '2025-09-01')).toBeUndefined();
      given(registered, event)
        .when(record(phone('1', from('f', '1900-01-01'))))
        .thenRecordsLike({ type: 'PhoneRecorded' });
    }
  });
});

describe('a death', () => {
  const death = died(from('death', '2025-03-15'));

  it('ends what can happen to a person, not what is known of the time before', () => {
    given(registered, death)
      .when(record(phone('1', from('f', '2025-03-16'))))
      .thenRefuses('PERSON_DIED');
    given(registered, death)
      .when(record(phone('1', from('f', '2025-03-15'))))
      .thenRecordsLike({ type: 'PhoneRecorded' });
    given(registered, death)
      .when(record(renamed(from('f', '2025-06-01'))))
      .thenRecordsLike({ type: 'IdentityRecorded' });
    expect(valueOn('death', '2025-03-14', death)).toBeUndefined();
    expect(valueOn('death', '2025-03-15', death)).toEqual({});
  });

  it('may come to be known late', () =>
    given(registered, phone('1', from('f', '2025-06-04')))
      .when(record(death))
      .thenRecords(death));

  it('is on one day; another is a correction', () => {
    given(registered, death)
      .when(record(died(from('f', '2025-03-16'))))
      .thenRefuses('DEATH_RECORDED');
    const corrected = died(correcting('death', 'f', '2025-03-18'));
    given(registered, death).when(record(corrected)).thenRecords(corrected);
    given(registered, death, corrected)
      .when(record(phone('1', from('g', '2025-03-17'))))
      .thenRecordsLike({
        type: 'PhoneRecorded',
      });
  });

  it('that was a mistake leaves everything open', () => {
    given(registered, death).when(withdraw('death')).thenRecords(withdrawn('death'));
    given(registered, death, withdrawn('death'))
      .when(record(phone('1', from('f'))))
      .thenRecordsLike({
        type: 'PhoneRecorded',
      });
  });
});

describe('a merge of two files', () => {
  const nothing = { erased: false, twins: false, bothCount: false, bothHaveCases: false };
  const merge = (into: string): PersonCommand => ({ type: 'MergePerson', data: { into, reason } });
  const undo = (into: string): PersonCommand => ({ type: 'UndoMerge', data: { into, reason } });
  const merged: PersonEvent = { type: 'PersonMerged', data: { into: 'person-2', decidedOn: '2025-09-01', reason } };
  const undone: PersonEvent = {
    type: 'PersonMergeUndone',
    data: { into: 'person-2', decidedOn: '2025-09-01', reason },
  };

  it('is recorded once, into one other', () => {
    given(registered).when(merge('person-2')).thenRecords(merged);
    given(registered, merged).when(merge('person-2')).thenNothing();
    given(registered, merged).when(merge('person-3')).thenRefuses('PERSON_MERGED');
    given(registered).when(merge('person-1')).thenRefuses('MERGED_INTO_ITSELF');
  });

  it.each([
    record(phone('1', from('f'))),
    withdraw('phone'),
    { type: 'ConfirmAccount', data: { accountId: 'a' } } as const,
    { type: 'RejectAccount', data: { accountId: 'a', reason } } as const,
    { type: 'RegisterPerson', data: { registered: registered.data, facts: [] } } as const,
  ])('sends everything else to the other file: $type', (command) => {
    given(registered, phone('1', from('phone')), merged)
      .when(command)
      .thenRefuses('PERSON_MERGED');
    expect(given(registered, merged).when(command).outcome()).toMatchObject({ details: { into: 'person-2' } });
  });

  it('loses nothing, and can be undone', () => {
    const known = phone('1', from('phone'));
    expect(valueOn('phone', '2025-09-01', known, merged)).toEqual(personal('1'));
    given(registered, merged).when(undo('person-2')).thenRecords(undone);
    const { dismissed, ...before } = stateOf(known, merged, undone);
    expect(before).toEqual(stateOf(known));
    expect(dismissed).toEqual([{ other: 'person-2', decidedOn: '2025-09-01', reason }]);
    given(registered, merged, undone).when(merge('person-3')).thenRecordsLike({ type: 'PersonMerged' });
  });

  it.each([
    ['OTHER_FILE_MERGED', { mergedInto: 'person-3' }],
    ['SUBJECT_ERASED', { erased: true }],
    ['BOTH_COUNT', { bothCount: true }],
    ['BOTH_HAVE_CASES', { bothHaveCases: true }],
    ['TWINS_UNCONFIRMED', { twins: true }],
  ] as const)('is refused for what is known of the other file: %s', (code, found) =>
    given(registered)
      .when(merge('person-2'), { merge: { ...nothing, ...found } })
      .thenRefuses(code),
  );

  it('of probable twins takes a word of confirmation, which helps against nothing else', () => {
    const confirmed: PersonCommand = { type: 'MergePerson', data: { into: 'person-2', reason, confirmTwins: true } };
    given(registered)
      .when(confirmed, { merge: { ...nothing, twins: true } })
      .thenRecords(merged);
    given(registered)
      .when(confirmed, { merge: { ...nothing, twins: true, bothCount: true } })
      .thenRefuses('BOTH_COUNT');
  });

  it('is undone where it was made', () => {
    given(registered).when(undo('person-2')).thenRefuses('NOT_MERGED');
    given(registered, merged).when(undo('person-3')).thenRefuses('NOT_MERGED');
  });
});

describe('a file that looks alike', () => {
  const dismiss = (other: string): PersonCommand => ({ type: 'DismissDouble', data: { other, reason } });
  const dismissed: PersonEvent = {
    type: 'DoubleDismissed',
    data: { other: 'person-2', decidedOn: '2025-09-01', reason },
  };
  const merged: PersonEvent = { type: 'PersonMerged', data: { into: 'person-2', decidedOn: '2025-09-01', reason } };

  it('is found to be of another person once', () => {
    given(registered).when(dismiss('person-2')).thenRecords(dismissed);
    given(registered, dismissed).when(dismiss('person-2')).thenNothing();
    given(registered, dismissed).when(dismiss('person-3')).thenRecordsLike({ type: 'DoubleDismissed' });
    given(registered).when(dismiss('person-1')).thenRefuses('DOUBLE_OF_ITSELF');
    given(registered, merged).when(dismiss('person-3')).thenRefuses('PERSON_MERGED');
  });

  it('can be merged all the same, and is then of this person', () => {
    const merge: PersonCommand = { type: 'MergePerson', data: { into: 'person-2', reason } };
    given(registered, dismissed).when(merge).thenRecords(merged);
    expect(isDismissed(stateOf(dismissed), 'person-2')).toBe(true);
    expect(isDismissed(stateOf(dismissed, merged), 'person-2')).toBe(false);
  });
});

describe('a person that is not there', () => {
  it('takes no other command than their registration', () =>
    expect(() => given().when(withdraw('f')).outcome()).toThrow('WithdrawFact for no person'));

  it('takes no other event than their registration', () =>
    expect(() => given(phone('1', from('f'))).state()).toThrow('PhoneRecorded before PersonRegistered'));
});
