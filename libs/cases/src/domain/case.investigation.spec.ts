import { describe, it } from '@jest/globals';
import { personal } from '#libs/event-sourcing/decider';
import { specFor } from '#libs/event-sourcing/spec';
import { caseDecider } from './case.js';
import { commands, decidedStory, dibaoStory, officers, on, story } from './test/story.js';

const { gappyReport, opine, report, visit } = commands;
const { submitted, accepted, visited, reported, opinion } = dibaoStory();
const given = specFor(caseDecider, on('2025-09-08', 'dibao', officers.opinionGiver));
const { lead, opinionGiver, township } = officers;

describe('the home visit', () => {
  it('is recorded with two investigators and the member present', () =>
    given(...accepted)
      .when(visit, lead)
      .thenRecords({
        type: 'InvestigationStarted',
        data: {
          happenedOn: '2025-09-03',
          knownOn: '2025-09-03',
          investigators: ['lead-investigator', 'second-investigator'],
          memberPresent: 'mother',
        },
      }));

  it('is recorded again where a first visit was not enough', () =>
    given(...visited)
      .when(visit, lead)
      .thenRecordsLike({ type: 'InvestigationStarted' }));

  it('counts the same investigator once', () =>
    given(...accepted)
      .when({ ...visit, data: { ...visit.data, investigators: [lead.by, ` ${lead.by}`] } }, lead)
      .thenRefuses('TWO_INVESTIGATORS_NEEDED'));

  it('is recorded by one who was there', () =>
    given(...accepted)
      .when(visit, township)
      .thenRefuses('INVESTIGATOR_RECORDS_VISIT'));

  it('is not led by the officer who accepted the application', () =>
    given(...accepted)
      .when({ ...visit, data: { ...visit.data, investigators: [township.by, lead.by] } }, lead)
      .thenRefuses('DUTIES_ARE_SEPARATE'));

  it('needs a member of this household at home', () =>
    given(...accepted)
      .when({ ...visit, data: { ...visit.data, memberPresent: 'neighbour' } }, lead)
      .thenRefuses('PERSON_OUTSIDE_HOUSEHOLD'));

  it('is not due before the application is accepted', () =>
    given(...submitted)
      .when(visit, lead)
      .thenRefuses('STEP_NOT_DUE'));

  it('cannot have been made tomorrow', () =>
    given(...accepted)
      .when({ ...visit, data: { ...visit.data, happenedOn: '2025-09-09', knownOn: '2025-09-09' } }, lead)
      .thenRefuses('FACT_DATES_OUT_OF_ORDER'));
});

describe('the verification report', () => {
  it('is complete when every source answered', () =>
    given(...visited)
      .when(report)
      .thenRecordsLike({ type: 'VerificationReportIssued', data: { complete: true } }));

  it('is incomplete when a source was not available', () =>
    given(...visited)
      .when(gappyReport)
      .thenRecordsLike({ type: 'VerificationReportIssued', data: { complete: false } }));

  it('of no source at all is incomplete', () =>
    given(...visited)
      .when({ ...report, data: { ...report.data, sources: [] } })
      .thenRecordsLike({ type: 'VerificationReportIssued', data: { complete: false } }));

  it('rests on no data of a day to come', () =>
    given(...visited)
      .when({
        ...report,
        data: { ...report.data, sources: [{ source: 'deposits', asOf: '9998-12-31', result: 'nothing' }] },
      })
      .thenRefuses('FACT_DATES_OUT_OF_ORDER'));

  it('is not due before the application is accepted', () =>
    given(...submitted)
      .when(report)
      .thenRefuses('STEP_NOT_DUE'));
});

describe('the preliminary opinion', () => {
  it('proposes 450.00 for three persons with 10,800 a year', () =>
    given(...reported)
      .when(opine)
      .thenRecordsLike({
        type: 'PreliminaryOpinionIssued',
        data: { proposal: 'award', monthlyAmount: 45_000, by: 'opinion-giver', decidedOn: '2025-09-08' },
      }));

  it('proposes 300.00 with 12,600 a year', () =>
    given(...reported)
      .when(opine, on('2025-09-08', 'dibao', { ...opinionGiver, income: 1_260_000 }))
      .thenRecordsLike({
        type: 'PreliminaryOpinionIssued',
        data: { proposal: 'award', monthlyAmount: 30_000 },
      }));

  it('proposes 0.03 where the income per head is a fen below the standard', () =>
    given(...reported)
      .when(opine, perHead(44_999))
      .thenRecordsLike({ type: 'PreliminaryOpinionIssued', data: { proposal: 'award', monthlyAmount: 3 } }));

  it('proposes to refuse where the income per head equals the standard', () =>
    given(...reported)
      .when(opine, perHead(45_000))
      .thenRecordsLike({ type: 'PreliminaryOpinionIssued', data: { proposal: 'refuse', monthlyAmount: 0 } }));

  it('keeps the words of the officer', () =>
    given(...reported)
      .when({ type: 'GivePreliminaryOpinion', data: { reason: personal('Two members cannot work.') } })
      .thenRecordsLike({ type: 'PreliminaryOpinionIssued', data: { reason: personal('Two members cannot work.') } }));

  it('needs the home visit', () =>
    given(...accepted)
      .when(opine)
      .thenRefuses('HOME_VISIT_MISSING'));

  it('needs the verification report', () =>
    given(...visited)
      .when(opine)
      .thenRefuses('VERIFICATION_REPORT_MISSING'));

  it('needs the declared income', () =>
    given(...reported)
      .when(opine, { incomeDeclared: false })
      .thenRefuses('INCOME_NOT_DECLARED'));

  it('needs parameters in force', () =>
    given(...reported)
      .when(opine, { pack: undefined } as never)
      .thenRefuses('NO_POLICY_PACK'));

  it('is not given by the officer who accepted the application', () =>
    given(...reported)
      .when(opine, township)
      .thenRefuses('DUTIES_ARE_SEPARATE'));

  it('is not given by the leader of the home visit', () =>
    given(...reported)
      .when(opine, lead)
      .thenRefuses('DUTIES_ARE_SEPARATE'));

  it('is refused to whoever led a visit, also after another led a second one', () => {
    const again = { ...visited.at(-1) } as (typeof visited)[number];
    const secondVisit = {
      ...again,
      data: { ...again.data, investigators: ['second-investigator', lead.by] },
    } as typeof again;
    given(...reported, secondVisit)
      .when(opine, lead)
      .thenRefuses('DUTIES_ARE_SEPARATE');
  });

  it('is not due twice', () =>
    given(...opinion)
      .when(opine)
      .thenRefuses('STEP_NOT_DUE'));

  it('is not due once the case is decided', () =>
    given(...decidedStory().confirmed)
      .when(opine)
      .thenRefuses('STEP_NOT_DUE'));

  it('on an incomplete report is given, but not confirmed', () => {
    const gappy = story([[gappyReport, on('2025-09-05')]], visited);
    given(...gappy)
      .when(opine)
      .thenRecordsLike({ type: 'PreliminaryOpinionIssued' });
  });
});

function perHead(fen: number) {
  return on('2025-09-08', 'dibao', { ...opinionGiver, income: fen * 3 * 12 });
}
