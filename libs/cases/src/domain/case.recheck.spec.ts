import { describe, expect, it } from '@jest/globals';
import { personal } from '#libs/event-sourcing/decider';
import { specFor } from '#libs/event-sourcing/spec';
import { caseDecider } from './case.js';
import { presentAmount, type OpenCase } from './case.state.js';
import { commands, decidedStory, officers, on, story } from './test/story.js';

const { accept, applyFor, confirm, decideRecheck, gappyReport, openRecheck, opine, report, stop } = commands;
const { county, opinionGiver, township } = officers;
const { expired, confirmed } = decidedStory();
const opened = story([[openRecheck, on('2026-09-02')]], confirmed);
const proposed = (income: number) =>
  story(
    [
      [report, on('2026-09-03')],
      [opine, on('2026-09-04', 'dibao', { ...opinionGiver, income })],
    ],
    opened,
  );
const decision = (income: number) => on('2026-09-07', 'dibao', { ...county, income });
const given = specFor(caseDecider, on('2026-09-07', 'dibao', county));

describe('opening a re-check', () => {
  it('records its kind, and the award is paid on', () => {
    given(...confirmed)
      .when(openRecheck)
      .thenRecords({
        type: 'RecheckOpened',
        data: { by: 'county-reviewer', decidedOn: '2026-09-07', kind: 'annual' },
      });
    const state = given(...opened).state() as OpenCase;
    expect(state.status).toBe('under-recheck');
    expect(presentAmount(state)).toBe(45_000);
  });

  it('stays quiet when one is running', () =>
    given(...opened)
      .when(openRecheck)
      .thenNothing());

  it('is not due before there is an award', () =>
    given(...expired)
      .when(openRecheck)
      .thenRefuses('STEP_NOT_DUE'));
});

describe('deciding a re-check', () => {
  it('raises 450.00 to 600.00 from the month after, when income has fallen to 9,000 a year', () =>
    given(...proposed(900_000))
      .when(decideRecheck, decision(900_000))
      .thenRecordsLike({
        type: 'AwardIncreased',
        data: {
          monthlyAmount: 60_000,
          previousAmount: 45_000,
          fromMonth: '2026-10',
          decidedOn: '2026-09-07',
          recheckDueOn: '2027-09-07',
        },
      }));

  it('lowers 450.00 to 300.00 when income has risen to 12,600 a year', () =>
    given(...proposed(1_260_000))
      .when(decideRecheck, decision(1_260_000))
      .thenRecordsLike({
        type: 'AwardReduced',
        data: { monthlyAmount: 30_000, previousAmount: 45_000, fromMonth: '2026-10' },
      }));

  it('leaves the amount where nothing has changed', () => {
    given(...proposed(1_080_000))
      .when(decideRecheck)
      .thenRecordsLike({ type: 'AwardUnchanged', data: { monthlyAmount: 45_000, recheckDueOn: '2027-09-07' } });
    const kept = given(...story([[decideRecheck, decision(1_080_000)]], proposed(1_080_000))).state() as OpenCase;
    expect(kept).toMatchObject({ status: 'active', terms: [{ fromMonth: '2025-10', monthlyAmount: 45_000 }] });
  });

  it('ends the award where income reaches the standard', () =>
    given(...proposed(1_620_000))
      .when(decideRecheck, decision(1_620_000))
      .thenRecordsLike({
        type: 'AwardStopped',
        data: { reasons: ['INCOME_NOT_BELOW_STANDARD'], fromMonth: '2026-10', previousAmount: 45_000 },
      }));

  it.each([
    ['raise an award on other figures than proposed', 900_000, 1_080_000],
    ['end an award where income has fallen again since the opinion', 1_620_000, 1_080_000],
  ])('does not %s', (_, then, now) =>
    given(...proposed(then))
      .when(decideRecheck, decision(now))
      .thenRefuses('FACTS_CHANGED_SINCE_OPINION'),
  );

  it('needs a new report and a new opinion', () => {
    given(...opened)
      .when(opine, opinionGiver)
      .thenRefuses('VERIFICATION_REPORT_MISSING');
    given(...opened)
      .when(decideRecheck)
      .thenRefuses('STEP_NOT_DUE');
  });

  it('needs an answer of every source', () => {
    const gappy = story(
      [
        [{ ...gappyReport }, on('2026-09-03')],
        [opine, on('2026-09-04', 'dibao', opinionGiver)],
      ],
      opened,
    );
    given(...gappy)
      .when(decideRecheck)
      .thenRefuses('VERIFICATION_INCOMPLETE');
  });

  it.each([900_000, 1_620_000])('is refused to the one who gave the opinion (%i fen a year)', (income) =>
    given(...proposed(income))
      .when(decideRecheck, on('2026-09-07', 'dibao', { ...opinionGiver, income }))
      .thenRefuses('OPINION_GIVER_CANNOT_CONFIRM'),
  );

  it('is refused to the one who accepted the application', () =>
    given(...proposed(900_000))
      .when(decideRecheck, on('2026-09-07', 'dibao', { ...township, income: 900_000 }))
      .thenRefuses('DUTIES_ARE_SEPARATE'));

  it('is not due where none is running', () =>
    given(...confirmed)
      .when(decideRecheck)
      .thenRefuses('STEP_NOT_DUE'));

  it('needs parameters in force', () =>
    given(...proposed(900_000))
      .when(decideRecheck, { pack: undefined } as never)
      .thenRefuses('NO_POLICY_PACK'));
});

describe('a re-check of a living subsidy', () => {
  const at = (date: string, officer: object, dibaoFromMonth?: string) =>
    on(date, 'disability-living', {
      ...officer,
      more: { personId: 'father', appliedOn: '2025-09-20', ...(dibaoFromMonth !== undefined && { dibaoFromMonth }) },
    });
  const awarded = story([
    [applyFor('disability-living', 'father', '2025-09-20'), at('2025-09-20', officers.helper)],
    [accept, at('2025-09-20', township)],
    [opine, at('2025-10-08', opinionGiver, '2025-10')],
    [confirm, at('2025-10-09', county, '2025-10')],
    [openRecheck, at('2026-09-02', county)],
  ]);

  it('ends it when the household has no dibao any more', () =>
    given(...story([[opine, at('2026-09-04', opinionGiver)]], awarded))
      .when(decideRecheck, at('2026-09-07', county))
      .thenRecordsLike({ type: 'AwardStopped', data: { reasons: ['NO_DIBAO_YET'], fromMonth: '2026-10' } }));
});

describe('stopping an award', () => {
  const stopped = story([[stop('2026-09'), on('2026-09-07', 'dibao', county)]], confirmed);

  it('pays the last month and nothing from the next', () => {
    given(...confirmed)
      .when(stop('2026-12'))
      .thenRecords({
        type: 'AwardStopped',
        data: {
          by: 'county-reviewer',
          decidedOn: '2026-09-07',
          reasons: [],
          reason: personal('The household moved away.'),
          fromMonth: '2027-01',
          previousAmount: 45_000,
        },
      });
    expect(presentAmount(given(...stopped).state() as OpenCase)).toBe(0);
  });

  it('is possible while a re-check runs', () =>
    given(...opened)
      .when(stop('2026-09'))
      .thenRecordsLike({ type: 'AwardStopped', data: { fromMonth: '2026-10' } }));

  it('stays quiet when it is stopped already', () =>
    given(...stopped)
      .when(stop('2026-09'))
      .thenNothing());

  it('does not pretend to have moved the last month', () =>
    given(...stopped)
      .when(stop('2026-12'))
      .thenRefuses('STEP_NOT_DUE'));

  it('takes back no month before the decision', () =>
    given(...confirmed)
      .when(stop('2026-08'))
      .thenRefuses('STOP_MONTH_PAST'));

  it('is not due before there is an award', () =>
    given(...expired)
      .when(stop('2026-09'))
      .thenRefuses('STEP_NOT_DUE'));
});
