import { describe, expect, it } from '@jest/globals';
import { personal } from '#libs/event-sourcing/decider';
import { specFor } from '#libs/event-sourcing/spec';
import { caseDecider } from './case.js';
import { commands, dibaoStory, officers, on, story } from './test/story.js';

const given = specFor(caseDecider, on('2025-09-01'));
const { submitted, accepted } = dibaoStory();
const { accept, apply, applyFor, decline, withdraw } = commands;
const withdrawn = story([[withdraw, on('2025-09-01')]], submitted);
const declined = story([[decline, on('2025-09-01')]], submitted);

describe('applying', () => {
  it('records the application of a household under its number', () =>
    given()
      .when(apply())
      .thenRecords({
        type: 'ApplicationSubmitted',
        data: {
          happenedOn: '2025-09-01',
          knownOn: '2025-09-01',
          scheme: 'dibao',
          householdId: 'household-1',
          number: '430225-2025-000123',
          area: '430225100201',
          areaPath: '430000.430200.430225.430225100.430225100201',
          residence: 'rural',
        },
      }));

  it('records the application for one person of the household', () =>
    given()
      .when(applyFor('disability-nursing', 'father', '2025-09-01'), on('2025-09-01', 'disability-nursing'))
      .thenRecordsLike({ type: 'ApplicationSubmitted', data: { personId: 'father' } }));

  it('is refused a second time', () =>
    given(...submitted)
      .when(apply())
      .thenRefuses('CASE_EXISTS'));

  it('is refused where the area has no parameters in force', () =>
    given()
      .when(apply('2024-12-31'), { ...on('2024-12-31'), pack: undefined } as never)
      .thenRefuses('NO_POLICY_PACK'));

  it('is refused for a day on which the area had no parameters, so that no months without any come due', () =>
    given()
      .when(applyFor('disability-nursing', 'father', '1900-01-01'), {
        ...on('2025-09-01', 'disability-nursing'),
        packThen: undefined,
      } as never)
      .thenRefuses('NO_POLICY_PACK'));

  it('for a subsidy of one person names the person', () =>
    given()
      .when({
        type: 'SubmitApplication',
        data: {
          scheme: 'disability-living',
          householdId: 'household-1',
          happenedOn: '2025-09-01',
          knownOn: '2025-09-01',
        },
      })
      .thenRefuses('SCHEME_IS_FOR_PERSONS'));

  it('for the household as a whole names no person', () =>
    given()
      .when(applyFor('dibao', 'father', '2025-09-01'))
      .thenRefuses('SCHEME_IS_FOR_HOUSEHOLDS'));

  it('is refused for a person who lives elsewhere', () =>
    given()
      .when(applyFor('disability-living', 'neighbour', '2025-09-01'), on('2025-09-01', 'disability-living'))
      .thenRefuses('PERSON_OUTSIDE_HOUSEHOLD'));

  it('is refused with a date after today', () =>
    given().when(apply('2025-09-02')).thenRefuses('FACT_DATES_OUT_OF_ORDER'));

  it('is refused as known before it happened', () =>
    given()
      .when({
        type: 'SubmitApplication',
        data: { scheme: 'dibao', householdId: 'household-1', happenedOn: '2025-09-01', knownOn: '2025-08-31' },
      })
      .thenRefuses('FACT_DATES_OUT_OF_ORDER'));
});

describe('accepting an application', () => {
  it('starts the procedure with the officer and the day', () =>
    given(...submitted)
      .when(accept)
      .thenRecords({ type: 'ApplicationAccepted', data: { by: 'township-officer', decidedOn: '2025-09-01' } }));

  it('stays quiet when it is accepted already', () =>
    given(...accepted)
      .when(accept)
      .thenNothing());

  it('is not due after a withdrawal', () =>
    given(...withdrawn)
      .when(accept)
      .thenRefuses('STEP_NOT_DUE'));
});

describe('declining an application', () => {
  it('records the reason', () =>
    given(...submitted)
      .when(decline)
      .thenRecordsLike({
        type: 'ApplicationNotAccepted',
        data: { reason: personal('The household lives in another county.'), decidedOn: '2025-09-01' },
      }));

  it('stays quiet when it is declined already', () =>
    given(...declined)
      .when(decline)
      .thenNothing());

  it('is not due once it is accepted', () =>
    given(...accepted)
      .when(decline)
      .thenRefuses('STEP_NOT_DUE'));
});

describe('withdrawing an application', () => {
  it('is open to the household until the decision', () =>
    given(...accepted)
      .when(withdraw)
      .thenRecordsLike({ type: 'ApplicationWithdrawn', data: { reason: personal('The household found work.') } }));

  it('stays quiet the second time', () =>
    given(...withdrawn)
      .when(withdraw)
      .thenNothing());

  it('is not due once the application is declined', () =>
    given(...declined)
      .when(withdraw)
      .thenRefuses('STEP_NOT_DUE'));
});

describe('a case that is not there', () => {
  it('takes no other command than its application', () =>
    expect(() => given().when(accept).outcome()).toThrow('AcceptApplication for no case'));

  it('takes no other event than its application', () =>
    expect(() => given(...accepted.slice(1)).state()).toThrow('ApplicationAccepted before ApplicationSubmitted'));
});

it('an application needs the number and the area that it would get', () => {
  const { application: _, ...without } = on('2025-09-01', 'dibao', officers.helper);
  expect(() => caseDecider.decide(apply(), caseDecider.initial, without)).toThrow('a number and an area');
});
