import { describe, expect, it } from '@jest/globals';
import { personal } from '#libs/event-sourcing/decider';
import { specFor } from '#libs/event-sourcing/spec';
import { caseDecider } from './case.js';
import { commands, decidedStory, dibaoStory, officers, on, story, type Step } from './test/story.js';

const { accept, applyFor, confirm, gappyReport, giveBack, opine, refuse } = commands;
const { county, helper, lead, opinionGiver, township } = officers;
const { visited, opinion, posted, expired, confirmed } = decidedStory();
const given = specFor(caseDecider, on('2025-09-18', 'dibao', county));
const equality = dibaoStory(1_620_000).opinion;
const atEquality = on('2025-09-18', 'dibao', { ...county, income: 1_620_000 });
const refused = story([[refuse, atEquality]], equality);

describe('confirming a case', () => {
  it('fixes 450.00 from the month after, to be looked at again in a year', () =>
    given(...expired)
      .when(confirm)
      .thenRecordsLike({
        type: 'CaseConfirmed',
        data: {
          by: 'county-reviewer',
          decidedOn: '2025-09-18',
          monthlyAmount: 45_000,
          fromMonth: '2025-10',
          recheckDueOn: '2026-09-18',
          household: { streamId: 'household-1', revision: '3' },
        },
      }));

  it('keeps the arithmetic that an outsider can follow', () =>
    expect(
      given(...expired)
        .when(confirm)
        .outcome(),
    ).toMatchObject([
      {
        data: {
          assessment: {
            eligible: true,
            pack: { id: '430225/dibao/2025-01-01', version: '1', example: true },
            trace: expect.arrayContaining([
              { step: 'monthly-amount', value: '45000' },
              expect.objectContaining({ step: 'income-per-head', value: '30000' }),
            ]) as unknown,
          },
        },
      },
    ]));

  it('fixes 300.00 for 12,600 a year', () =>
    given(...decidedStory(1_260_000).expired)
      .when(confirm, on('2025-09-18', 'dibao', { ...county, income: 1_260_000 }))
      .thenRecordsLike({ type: 'CaseConfirmed', data: { monthlyAmount: 30_000 } }));

  it('is refused while the notice stands', () =>
    given(...posted)
      .when(confirm, on('2025-09-12', 'dibao', county))
      .thenRefuses('NOTICE_STILL_RUNNING'));

  it('is not due before the notice', () =>
    given(...opinion)
      .when(confirm)
      .thenRefuses('STEP_NOT_DUE'));

  it('is not due twice', () =>
    given(...confirmed)
      .when(confirm)
      .thenRefuses('STEP_NOT_DUE'));

  it('is refused to the one who gave the opinion', () =>
    given(...expired)
      .when(confirm, opinionGiver)
      .thenRefuses('OPINION_GIVER_CANNOT_CONFIRM'));

  it('is refused to the one who accepted the application', () =>
    given(...expired)
      .when(confirm, township)
      .thenRefuses('DUTIES_ARE_SEPARATE'));

  it('is refused to the leader of the home visit', () =>
    given(...expired)
      .when(confirm, lead)
      .thenRefuses('DUTIES_ARE_SEPARATE'));

  it('is refused on a report with a source that was not available', () => {
    const gappy = story(
      [
        [gappyReport, on('2025-09-05')],
        [opine, on('2025-09-08', 'dibao', opinionGiver)],
        [commands.post, on('2025-09-10')],
        [commands.expire, on('2025-09-18')],
      ],
      visited,
    );
    given(...gappy)
      .when(confirm)
      .thenRefuses('VERIFICATION_INCOMPLETE');
  });

  it('is refused when the income has changed since the opinion', () =>
    given(...expired)
      .when(confirm, on('2025-09-18', 'dibao', { ...county, income: 900_000 }))
      .thenRefuses('FACTS_CHANGED_SINCE_OPINION'));

  it('is refused where the income per head equals the standard', () =>
    given(...equality)
      .when(confirm, atEquality)
      .thenRefuses('NOT_ELIGIBLE'));

  it('is refused where another case pays for the same from then on', () => {
    given(...expired)
      .when(confirm, { paidElsewhere: { number: '430225-2025-000007' } })
      .thenRefuses('AWARD_EXISTS');
    given(...expired)
      .when(confirm, { paidElsewhere: { number: '430225-2025-000007', endsBefore: '2025-11' } })
      .thenRefuses('AWARD_EXISTS');
  });

  it('follows on a case whose award ends before', () =>
    given(...expired)
      .when(confirm, { paidElsewhere: { number: '430225-2025-000007', endsBefore: '2025-10' } })
      .thenRecordsLike({ type: 'CaseConfirmed', data: { fromMonth: '2025-10' } }));

  it('needs parameters in force', () =>
    given(...expired)
      .when(confirm, { pack: undefined } as never)
      .thenRefuses('NO_POLICY_PACK'));
});

describe('refusing a case', () => {
  it('names the reason in words and by code', () =>
    given(...equality)
      .when(refuse, atEquality)
      .thenRecords({
        type: 'CaseRefused',
        data: {
          by: 'county-reviewer',
          decidedOn: '2025-09-18',
          reason: personal('The income reaches the standard.'),
          reasons: ['INCOME_NOT_BELOW_STANDARD'],
        },
      }));

  it('stays quiet when it is refused already', () =>
    given(...refused)
      .when(refuse)
      .thenNothing());

  it.each([
    ['gave the opinion', opinionGiver, 'OPINION_GIVER_CANNOT_CONFIRM'],
    ['accepted the application', township, 'DUTIES_ARE_SEPARATE'],
    ['led the home visit', lead, 'DUTIES_ARE_SEPARATE'],
  ])('is not for the one who %s', (_, officer, code) =>
    given(...equality)
      .when(refuse, officer)
      .thenRefuses(code),
  );

  it('is not due while the notice stands', () =>
    given(...posted)
      .when(refuse)
      .thenRefuses('STEP_NOT_DUE'));
});

describe('returning a case', () => {
  it('sends it back to the township with the reason', () =>
    given(...expired)
      .when(giveBack)
      .thenRecords({
        type: 'CaseReturnedForMore',
        data: { by: 'county-reviewer', decidedOn: '2025-09-18', reason: personal('The lease is missing.') },
      }));

  it('asks the township for a new opinion', () => {
    const returned = story([[giveBack, on('2025-09-18', 'dibao', county)]], expired);
    given(...returned)
      .when(confirm)
      .thenRefuses('STEP_NOT_DUE');
    given(...returned)
      .when(opine, opinionGiver)
      .thenRecordsLike({ type: 'PreliminaryOpinionIssued' });
  });

  it('is not due while the township has the case', () =>
    given(...visited)
      .when(giveBack)
      .thenRefuses('STEP_NOT_DUE'));
});

describe('the subsidies for the disabled', () => {
  const at = (scheme: 'disability-living' | 'disability-nursing', date: string, officer: object, dibao?: string) =>
    on(date, scheme, {
      ...officer,
      more: { personId: 'father', appliedOn: '2025-09-20', ...(dibao !== undefined && { dibaoFromMonth: dibao }) },
    });
  const acceptedFor = (scheme: 'disability-living' | 'disability-nursing') =>
    story([
      [applyFor(scheme, 'father', '2025-09-20'), at(scheme, '2025-09-20', helper)],
      [accept, at(scheme, '2025-09-20', township)],
    ]);

  it('for living wait, pending, while the household has no dibao', () => {
    const pending = given(...acceptedFor('disability-living'));
    pending.when(opine, at('disability-living', '2025-09-22', opinionGiver)).thenRefuses('NO_DIBAO_YET');
    expect(pending.state()).toMatchObject({ status: 'accepted' });
  });

  it('for living are confirmed on the same application once dibao is there, from its first month', () => {
    const proposed = story(
      [[opine, at('disability-living', '2025-10-08', opinionGiver, '2025-10')]],
      acceptedFor('disability-living'),
    );
    given(...proposed)
      .when(confirm, at('disability-living', '2025-10-09', county, '2025-10'))
      .thenRecordsLike({ type: 'CaseConfirmed', data: { monthlyAmount: 5_500, fromMonth: '2025-10' } });
  });

  it('for living count from the application where dibao came first', () => {
    const proposed = story(
      [[opine, at('disability-living', '2025-10-08', opinionGiver, '2025-03')]],
      acceptedFor('disability-living'),
    );
    given(...proposed)
      .when(confirm, at('disability-living', '2025-10-09', county, '2025-03'))
      .thenRecordsLike({ type: 'CaseConfirmed', data: { fromMonth: '2025-09' } });
  });

  it('for living do not wait for dibao where there is no disability', () => {
    const son = { more: { personId: 'son', appliedOn: '2025-09-20' } };
    const steps: Step[] = [
      [
        applyFor('disability-living', 'son', '2025-09-20'),
        on('2025-09-20', 'disability-living', { ...helper, ...son }),
      ],
      [accept, on('2025-09-20', 'disability-living', { ...township, ...son })],
    ];
    given(...story(steps))
      .when(opine, on('2025-09-22', 'disability-living', { ...opinionGiver, ...son }))
      .thenRecordsLike({ type: 'PreliminaryOpinionIssued', data: { proposal: 'refuse', monthlyAmount: 0 } });
  });

  it('for nursing count from the month of application, with or without dibao', () => {
    const proposed = story(
      [[opine, at('disability-nursing', '2025-10-08', opinionGiver)]],
      acceptedFor('disability-nursing'),
    );
    given(...proposed)
      .when(confirm, at('disability-nursing', '2025-10-09', county))
      .thenRecordsLike({ type: 'CaseConfirmed', data: { monthlyAmount: 5_500, fromMonth: '2025-09' } });
  });

  it('tell in no event when someone was born, what ails them, or how long they need care', () => {
    const events = (['disability-living', 'disability-nursing'] as const).flatMap((scheme) =>
      story(
        [
          [opine, at(scheme, '2025-10-08', opinionGiver, '2025-10')],
          [confirm, at(scheme, '2025-10-09', county, '2025-10')],
        ],
        acceptedFor(scheme),
      ),
    );
    const told = JSON.stringify([...events, ...confirmed]);
    expect(told).not.toMatch(/19\d\d-|20[01]\d-|birth|hearing|speech|intellectual|level|careNeedMonths|"months"/i);
    expect(told).toContain('"outcome":"severe-disability: yes"');
  });
});
