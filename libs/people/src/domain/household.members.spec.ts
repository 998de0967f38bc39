import { describe, expect, it } from '@jest/globals';
import { householdDecider, countingMembers, placeOn, topicOn } from './household.js';
import type { HouseholdEvent } from './household.events.js';
import { type Standing } from './household.facts.js';
import {
  given,
  from,
  correcting,
  applicant,
  child,
  inPrison,
  member,
  family,
  place,
  registration,
  registered,
  register,
  record,
  withdraw,
  withdrawn,
  joined,
  changed,
  left,
  moved,
  ended,
  filing,
  stateOf,
  idsOn,
  countingOf,
} from './test/made-up-household.js';

describe('a member', () => {
  const grandmother: Standing = { relation: 'parent', counts: true };

  it('belongs to the household from the day on which they joined, a month’s last too', () => {
    const join = joined('grandmother', grandmother, from('f', '2025-02-28'));
    given(registered).when(record(join)).thenRecords(join);
    expect(idsOn('2025-02-27', registered, join)).not.toContain('grandmother');
    expect(idsOn('2025-02-28', registered, join)).toEqual(['father', 'mother', 'son', 'grandmother']);
    expect(idsOn('2025-03-01', registered, join)).toContain('grandmother');
  });

  it('may have joined before the household was registered', () =>
    given(registered)
      .when(record(joined('grandmother', grandmother, from('f', '2024-02-29'))))
      .thenRecordsLike({ type: 'MemberJoined' }));

  it('who belongs to it on a day cannot join on that day', () =>
    given(registered)
      .when(record(joined('son', child, from('f'))))
      .thenRefuses('MEMBER_ALREADY'));

  it('leaves on a day, and may come back', () => {
    const leave = left('son', 'moved', from('f', '2025-03-31'));
    const back = joined('son', child, from('g', '2025-06-30'));
    given(registered).when(record(leave, back)).thenRecords(leave, back);
    const present = ['2025-03-30', '2025-03-31', '2025-06-29', '2025-06-30'].map((day) =>
      idsOn(day, registered, leave, back).includes('son'),
    );
    expect(present).toEqual([true, false, false, true]);
    given(registered, leave)
      .when(record(left('son', 'died', from('h'))))
      .thenRefuses('PERSON_NOT_IN_HOUSEHOLD');
  });

  it('changes their place, and counts no more, or again', () => {
    const gone = changed('son', inPrison, from('f', '2025-03-01'));
    const again = changed('son', child, from('g', '2025-08-01'));
    given(registered).when(record(gone)).thenRecords(gone);
    expect(countingOf(registered, gone)).toEqual(['father', 'mother']);
    expect(idsOn('2025-09-01', registered, gone)).toContain('son');
    expect(countingOf(registered, gone, again)).toEqual(['father', 'mother', 'son']);
  });

  it('whose place is known needs no second record of that day', () => {
    const gone = changed('son', inPrison, from('f', '2025-03-01'));
    given(registered, gone)
      .when(record(changed('son', inPrison, from('g', '2025-03-01'))))
      .thenNothing();
    given(registered, gone)
      .when(record(changed('son', inPrison, from('g', '2025-04-01'))))
      .thenRecordsLike({
        type: 'MemberStandingChanged',
      });
  });

  it('who is none has no place and cannot leave', () => {
    given(registered)
      .when(record(changed('neighbour', child, from('f'))))
      .thenRefuses('PERSON_NOT_IN_HOUSEHOLD');
    given(registered)
      .when(record(left('neighbour', 'other', from('f'))))
      .thenRefuses('PERSON_NOT_IN_HOUSEHOLD');
    given(registered)
      .when(record(left('son', 'other', from('f', '2025-01-30'))))
      .thenRefuses('PERSON_NOT_IN_HOUSEHOLD');
  });

  it.each([
    joined('grandmother', { ...grandmother, counts: false }, from('f')),
    changed('son', { ...child, notCounted: 'missing' }, from('f')),
    changed('son', { ...child, counts: false }, correcting('son-registered', 'f', '2025-01-31')),
  ])('counts, or does not for a reason: %#', (fact) =>
    given(registered).when(record(fact)).thenRefuses('REASON_NOT_COUNTED_NEEDED'),
  );

  it('is corrected: they came on another day, as somebody else, or never', () => {
    const later = joined('son', child, correcting('son-registered', 'f', '2025-05-31'));
    given(registered).when(record(later)).thenRecords(later);
    expect(idsOn('2025-05-30', registered, later)).toEqual(['father', 'mother']);
    expect(idsOn('2025-05-31', registered, later)).toEqual(['father', 'mother', 'son']);
    given(registered).when(withdraw('son-registered')).thenRecords(withdrawn('son-registered'));
    expect(idsOn('2025-09-01', registered, withdrawn('son-registered'))).toEqual(['father', 'mother']);
  });

  it('is corrected by a fact of the same person only', () =>
    given(registered)
      .when(record(joined('son', child, correcting('mother-registered', 'f'))))
      .thenRefuses('CORRECTED_FACT_UNKNOWN'));

  it('may be listed by two households, and counts in one', () => {
    const other = registration([
      member('grandmother', applicant),
      member('son', { ...inPrison, notCounted: 'lives-elsewhere' }),
    ]);
    expect(countingOf(registered)).toContain('son');
    expect(countingOf(other)).toEqual(['grandmother']);
    expect(countingMembers(householdDecider.initial).size).toBe(0);
  });
});

describe('the applicant', () => {
  const next = changed('mother', applicant, from('f', '2025-03-15'));
  const dies = left('father', 'died', from('g', '2025-03-15'));

  it('may be another from a day on, whole in one command', () => {
    given(registered).when(record(dies, next)).thenRecords(dies, next);
    given(registered).when(record(next, dies)).thenRecords(next, dies);
  });

  it.each([
    ['none is left', record(dies)],
    ['there are two', record(next)],
    ['a second one joins', record(joined('neighbour', applicant, from('f')))],
    ['the only one was never there', withdraw('father-registered')],
  ])('is needed: refused where %s', (_, command) =>
    given(registered).when(command).thenRefuses('ONE_APPLICANT_NEEDED'),
  );

  it('counts', () =>
    given(registered)
      .when(record(changed('father', { ...inPrison, relation: 'applicant' }, from('f'))))
      .thenRefuses('APPLICANT_COUNTS'));
});

describe('a household of one', () => {
  const alone = registration([member('father', applicant)]);
  const dies = left('father', 'died', from('f', '2025-03-15'));
  const over = ended(from('g', '2025-03-15'));

  it('is without members after a death, and can be ended', () => {
    given(alone).when(record(dies)).thenRecords(dies);
    expect(idsOn('2025-03-14', alone, dies)).toEqual(['father']);
    expect(idsOn('2025-03-15', alone, dies)).toEqual([]);
    expect(countingOf(alone, dies)).toEqual([]);
    given(alone, dies).when(record(over)).thenRecords(over);
    given(alone).when(record(dies, over)).thenRecords(dies, over);
  });

  it('is not over while somebody belongs to it', () => given(alone).when(record(over)).thenRefuses('MEMBERS_LEFT'));

  it('takes nothing more when it is over, except corrections', () => {
    given(alone, dies, over)
      .when(record(moved(from('h'))))
      .thenRefuses('HOUSEHOLD_ENDED');
    given(alone, dies, over).when(record(over)).thenRefuses('HOUSEHOLD_ENDED');
    const earlier = left('father', 'died', correcting('f', 'h', '2025-03-14'));
    given(alone, dies, over).when(record(earlier)).thenRecords(earlier);
    const back = joined('father', applicant, correcting('f', 'h', '2025-03-15'));
    given(alone, dies, over).when(record(back)).thenRefuses('MEMBERS_LEFT');
  });

  it('lives on when the death was a mistake: first the end is withdrawn', () => {
    given(alone, dies, over).when(withdraw('f')).thenRefuses('MEMBERS_LEFT');
    given(alone, dies, over).when(withdraw('g')).thenRecords(withdrawn('g'));
    given(alone, dies, over, withdrawn('g')).when(withdraw('f')).thenRecords(withdrawn('f'));
    expect(idsOn('2025-09-01', alone, dies, over, withdrawn('g'), withdrawn('f'))).toEqual(['father']);
  });
});

describe('filing alone', () => {
  const others = { counts: false, notCounted: 'single-filing' } as const;
  const listed = [member('father', applicant), member('mother', { relation: 'spouse', ...others })];
  const alone = registration(listed, { singleFiling: 'severe-disability' });
  const groundOf = (day: string, ...past: HouseholdEvent[]) => topicOn(stateOf(...past), 'singleFiling', day)?.value;

  it('is for one person who counts, with the others named', () => {
    given().when(register(alone)).thenRecords(alone);
    expect(countingOf(alone)).toEqual(['father']);
    expect(groundOf('2025-01-31', alone)).toEqual({ personId: 'father', ground: 'severe-disability' });
    expect(groundOf('2025-01-30', alone)).toBeUndefined();
  });

  it.each([
    ['two count', family],
    ['nobody counts', [member('father', { relation: 'applicant', ...others })]],
  ])('is refused where %s', (_, members) =>
    given()
      .when(register(registration(members, { singleFiling: 'major-illness' })))
      .thenRefuses('SINGLE_FILING_OF_ONE'),
  );

  it('may be asked for by somebody who does not count', () =>
    given()
      .when(
        register(
          registration([member('mother', { relation: 'applicant', ...others }), member('son', child)], {
            singleFiling: 'severe-disability',
          }),
        ),
      )
      .thenRecordsLike({ type: 'HouseholdRegistered' }));

  it('begins later, when the others count no more', () => {
    const file = filing('father', 'major-illness', from('f'));
    const step = [
      changed('mother', { relation: 'spouse', ...others }, from('g')),
      changed('son', { relation: 'child', ...others }, from('h')),
    ] as const;
    given(registered).when(record(file)).thenRefuses('SINGLE_FILING_OF_ONE');
    given(registered)
      .when(record(...step, file))
      .thenRecords(...step, file);
    given(registered, ...step)
      .when(record(filing('mother', 'major-illness', from('f'))))
      .thenRefuses('SINGLE_FILING_OF_ONE');
    given(registered)
      .when(record(filing('neighbour', 'major-illness', from('f'))))
      .thenRefuses('PERSON_NOT_IN_HOUSEHOLD');
  });

  it('hinders others from counting until it ends', () => {
    const baby = joined('baby', child, from('f'));
    const end = filing('father', null, from('g'));
    given(alone).when(record(baby)).thenRefuses('SINGLE_FILING_OF_ONE');
    given(alone).when(record(end, baby)).thenRecords(end, baby);
    expect(groundOf('2025-09-01', alone, end)).toEqual({ personId: 'father', ground: null });
    given(alone, end)
      .when(record(filing('father', null, from('h'))))
      .thenNothing();
  });

  it('lapses with who filed: a death is recorded whoever is left', () => {
    const dies = left('father', 'died', from('f'));
    const next = changed('mother', applicant, from('g'));
    given(alone).when(record(dies)).thenRefuses('ONE_APPLICANT_NEEDED');
    given(alone).when(record(dies, next)).thenRecords(dies, next);
    const asked = registration([member('mother', { relation: 'applicant', ...others }), member('son', child)], {
      singleFiling: 'severe-disability',
    });
    const son = left('son', 'died', from('f'));
    given(asked).when(record(son)).thenRecords(son);
  });

  it('is corrected, and the registration stands', () => {
    const right = filing('father', 'major-illness', correcting('registration', 'f', '2025-01-31'));
    given(alone).when(record(right)).thenRecords(right);
    given(alone).when(withdraw('registration')).thenRefuses('FACT_UNKNOWN');
    given(alone, moved(from('g')))
      .when(withdraw('registration'))
      .thenRefuses('FACT_UNKNOWN');
    expect(placeOn(stateOf(alone, right), '2025-01-31')).toEqual(place);
  });
});
