import { describe, expect, it } from '@jest/globals';
import { personal } from '#libs/event-sourcing/decider';
import { specFor } from '#libs/event-sourcing/spec';
import { caseDecider } from './case.js';
import { commands, decidedStory, dibaoStory, officers, on, story } from './test/story.js';

const { expire, object, opine, post, visit, confirm } = commands;
const { reported, opinion } = dibaoStory();
const { posted, expired } = decidedStory();
const given = specFor(caseDecider, on('2025-09-10'));
const objected = story([[object, on('2025-09-15')]], posted);

describe('posting the notice', () => {
  it('on 10 September 2025 lets it stand to 24:00 of the 17th', () =>
    given(...opinion)
      .when(post)
      .thenRecords({
        type: 'NoticePosted',
        data: {
          happenedOn: '2025-09-10',
          knownOn: '2025-09-10',
          by: 'township-officer',
          place: 'Village notice board',
          endsOn: '2025-09-17',
          endsAt: '2025-09-17T16:00:00.000Z',
          provisional: false,
          calendar: expect.stringMatching(/^CN@/) as unknown as string,
        },
      }));

  it('on 24 September 2025 lets it stand over the holidays to 9 October', () =>
    given(...opinion)
      .when(post, on('2025-09-24'))
      .thenRecordsLike({
        type: 'NoticePosted',
        data: { endsOn: '2025-10-09', endsAt: '2025-10-09T16:00:00.000Z', provisional: false },
      }));

  it('beyond the published holiday lists gives a provisional end', () =>
    given(...opinion)
      .when(post, on('2029-09-10'))
      .thenRecordsLike({ type: 'NoticePosted', data: { provisional: true } }));

  it('is not due before there is an opinion', () =>
    given(...reported)
      .when(post)
      .thenRefuses('STEP_NOT_DUE'));

  it('is not due twice', () =>
    given(...posted)
      .when(post)
      .thenRefuses('STEP_NOT_DUE'));

  it('is not due for a proposal to refuse', () =>
    given(...dibaoStory(1_620_000).opinion)
      .when(post)
      .thenRefuses('STEP_NOT_DUE'));

  it('needs parameters in force', () =>
    given(...opinion)
      .when(post, { pack: undefined } as never)
      .thenRefuses('NO_POLICY_PACK'));

  it('is not needed for a subsidy that takes no public notice', () => {
    const at = (officer: object) =>
      on('2025-09-10', 'disability-nursing', { ...officer, more: { personId: 'father' } });
    const proposed = story([
      [commands.applyFor('disability-nursing', 'father', '2025-09-10'), at(officers.helper)],
      [commands.accept, at(officers.township)],
      [opine, at(officers.opinionGiver)],
    ]);
    given(...proposed)
      .when(post, at(officers.township))
      .thenRefuses('NOTICE_NOT_NEEDED');
  });
});

describe('the end of the notice', () => {
  it('is refused one millisecond before 24:00 of the last day', () =>
    given(...posted)
      .when(expire, { now: '2025-09-17T15:59:59.999Z', today: '2025-09-17' })
      .thenRefuses('NOTICE_STILL_RUNNING'));

  it('is recorded at 24:00 of the last day', () =>
    given(...posted)
      .when(expire, { now: '2025-09-17T16:00:00.000Z', today: '2025-09-18' })
      .thenRecords({ type: 'NoticeExpiredClean', data: { happenedOn: '2025-09-17', knownOn: '2025-09-18' } }));

  it('over the holidays is refused one millisecond before, and recorded at it', () => {
    const late = given(...story([[post, on('2025-09-24')]], opinion));
    late.when(expire, { now: '2025-10-09T15:59:59.999Z', today: '2025-10-09' }).thenRefuses('NOTICE_STILL_RUNNING');
    late
      .when(expire, { now: '2025-10-09T16:00:00.000Z', today: '2025-10-10' })
      .thenRecordsLike({ type: 'NoticeExpiredClean', data: { happenedOn: '2025-10-09' } });
  });

  it('is not due after an objection', () =>
    given(...objected)
      .when(expire, on('2025-09-18'))
      .thenRefuses('STEP_NOT_DUE'));

  it('is not due twice', () =>
    given(...expired)
      .when(expire, on('2025-09-19'))
      .thenRefuses('STEP_NOT_DUE'));
});

describe('an objection', () => {
  it('sends the case back for another look', () => {
    given(...posted)
      .when(object, on('2025-09-15'))
      .thenRecordsLike({ type: 'NoticeObjected', data: { grounds: personal('A second flat in town.') } });
    expect(given(...objected).state()).toMatchObject({ status: 'reinvestigating' });
  });

  it('comes too late when it is made after the last day, though the end is not recorded yet', () => {
    const late = {
      type: 'RecordObjection',
      data: { happenedOn: '2025-09-18', knownOn: '2025-09-18', grounds: personal('A car.') },
    } as const;
    given(...posted)
      .when(late, on('2025-09-18'))
      .thenRefuses('NOTICE_OVER');
    given(...posted)
      .when(object, on('2025-09-18'))
      .thenRecordsLike({ type: 'NoticeObjected', data: { happenedOn: '2025-09-15' } });
  });

  it('is not due where no notice stands', () =>
    given(...opinion)
      .when(object, on('2025-09-15'))
      .thenRefuses('STEP_NOT_DUE'));

  it.each([
    ['a second visit', [visit, on('2025-09-16', 'dibao', officers.lead)] as const],
    ['the file alone', undefined],
  ])('leads by %s and a new opinion straight to the county, without a second notice', (_, step) => {
    const again = [opine, on('2025-09-17', 'dibao', officers.opinionGiver)] as const;
    const answered = story(step ? [step, again] : [again], objected);
    expect(given(...answered).state()).toMatchObject({ status: 'with-county' });
    given(...answered)
      .when(post, on('2025-09-18'))
      .thenRefuses('STEP_NOT_DUE');
    given(...answered)
      .when(confirm, on('2025-09-18', 'dibao', officers.county))
      .thenRecordsLike({ type: 'CaseConfirmed', data: { monthlyAmount: 45_000 } });
  });
});
