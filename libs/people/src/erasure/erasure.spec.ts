import { describe, expect, it } from '@jest/globals';
import { specFor } from '#libs/event-sourcing/spec';
import { personPersonalFields } from '../domain/person.events.js';
import { erasureDecider, type ErasureCommand, type ErasureContext, type ErasureFacts } from './erasure.js';
import type { ErasureEvent, ErasureRequested } from './erasure.events.js';
import { findingsOf, termsFrom } from './legal-holds.js';

const free: ErasureFacts = { holds: [], possibleFrom: '2031-03-03', membersNotErased: 0, destroyed: [] };
const context: ErasureContext = { today: '2031-03-03', by: 'alpha', role: 'supervisor', facts: free };
const given = specFor(erasureDecider, context);

const data = {
  subject: 'person-1',
  kind: 'person',
  retentions: ['approval-file', 'management-file'],
  ground: 'term-over',
  area: '430225100',
  areaPath: '430000.430225.430225100',
} as const;
const request: ErasureCommand = { type: 'RequestErasure', data };
const approve: ErasureCommand = { type: 'ApproveErasure', data: {} };
const refuse: ErasureCommand = { type: 'RefuseErasure', data: { reason: 'not-grounded' } };
const destroyed: ErasureCommand = { type: 'RecordDestruction', data: { keyIds: ['k1', 'k2'] } };
const figures = { tablesRewritten: 9, buildsRemoved: 0, walSegmentsRemoved: 2, left: [] };
const complete: ErasureCommand = { type: 'CompleteErasure', data: figures };

const wasRequested: ErasureRequested = {
  type: 'ErasureRequested',
  data: { ...data, requestedOn: '2031-03-03', requestedBy: 'alpha', requestedAs: 'supervisor' },
};
const wasApproved: ErasureEvent = {
  type: 'ErasureApproved',
  data: { decidedOn: '2031-03-04', approvedBy: 'beta', approvedAs: 'data-protection-officer' },
};
const wasRefused: ErasureEvent = {
  type: 'ErasureRefused',
  data: { reason: 'not-grounded', holds: [], decidedOn: '2031-03-03', refusedBy: 'alpha' },
};
const wereDestroyed: ErasureEvent = {
  type: 'SubjectKeyDestroyed',
  data: { subject: 'person-1', retentions: data.retentions, keyIds: ['k1', 'k2'] },
};
const wasCompleted: ErasureEvent = { type: 'ErasureCompleted', data: { keys: 2, ...figures } };

const officer = { by: 'beta', role: 'data-protection-officer', today: '2031-03-04' };
const held: ErasureFacts = {
  ...free,
  holds: [{ code: 'running-award' }, { code: 'term-of-approval-file', until: '2033-01-01' }],
};

describe('a request to erase', () => {
  it('waits for a second person', () => given().when(request).thenRecords(wasRequested));

  it('is recorded with its answer where the law stands against it', () =>
    given()
      .when(request, { facts: { ...held, possibleFrom: '2033-01-01' } })
      .thenRecords(wasRequested, {
        type: 'ErasureRefused',
        data: {
          reason: 'held',
          holds: held.holds,
          possibleFrom: '2033-01-01',
          decidedOn: '2031-03-03',
          refusedBy: 'alpha',
        },
      }));

  it('leaves the terms that are destroyed already', () =>
    given()
      .when(request, { facts: { ...free, destroyed: ['approval-file'] } })
      .thenRecordsLike({ type: 'ErasureRequested', data: { retentions: ['management-file'] } }));

  it('is refused where nothing is left', () =>
    given()
      .when(request, { facts: { ...free, destroyed: ['accounting', ...data.retentions] } })
      .thenRefuses('ALREADY_ERASED'));

  it('is refused for a household with a member who is not erased', () =>
    given()
      .when(request, { facts: { ...free, membersNotErased: 1 } })
      .thenRefuses('HOUSEHOLD_MEMBERS_NOT_ERASED'));

  it('is made once', () => given(wasRequested).when(request).thenRefuses('ERASURE_EXISTS'));
});

describe('approving', () => {
  it('takes another person', () =>
    given(wasRequested)
      .when(approve, { ...officer, by: 'alpha' })
      .thenRefuses('SECOND_PERSON_APPROVES_ERASURE'));

  it('takes the data-protection officer as one of the two', () => {
    given(wasRequested).when(approve, { by: 'beta' }).thenRefuses('DATA_PROTECTION_OFFICER_NEEDED');
    given(wasRequested).when(approve, officer).thenRecords(wasApproved);
    const byOfficer: ErasureEvent = { ...wasRequested, data: { ...wasRequested.data, requestedAs: officer.role } };
    given(byOfficer).when(approve, { by: 'beta' }).thenRecordsLike({ type: 'ErasureApproved' });
  });

  it('asks again what stands against it', () => {
    given(wasRequested)
      .when(approve, { ...officer, facts: held })
      .thenRefuses('ERASURE_HELD');
    given(wasRequested)
      .when(approve, { ...officer, facts: { ...free, membersNotErased: 2 } })
      .thenRefuses('HOUSEHOLD_MEMBERS_NOT_ERASED');
  });

  it.each([[wasRefused], [wasApproved], [wasApproved, wereDestroyed]])('comes too late after %j', (...past) =>
    given(wasRequested, ...past)
      .when(approve, officer)
      .thenRefuses('ERASURE_NOT_PENDING'),
  );
});

describe('turning down', () => {
  it('is anybody’s who may', () => given(wasRequested).when(refuse).thenRecords(wasRefused));
  it('comes too late after the approval', () =>
    given(wasRequested, wasApproved).when(refuse).thenRefuses('ERASURE_NOT_PENDING'));
});

describe('carrying out', () => {
  it('records which keys are gone, once', () => {
    given(wasRequested, wasApproved).when(destroyed).thenRecords(wereDestroyed);
    given(wasRequested, wasApproved, wereDestroyed).when(destroyed).thenNothing();
    given(wasRequested, wasApproved, wereDestroyed, wasCompleted).when(destroyed).thenNothing();
  });

  it('needs the approval', () => {
    given(wasRequested).when(destroyed).thenRefuses('ERASURE_NOT_PENDING');
    given(wasRequested, wasRefused).when(destroyed).thenRefuses('ERASURE_NOT_PENDING');
  });

  it('ends with the clean-up, once, and not before the keys are gone', () => {
    given(wasRequested, wasApproved, wereDestroyed).when(complete).thenRecords(wasCompleted);
    given(wasRequested, wasApproved, wereDestroyed, wasCompleted).when(complete).thenNothing();
    given(wasRequested, wasApproved).when(complete).thenRefuses('ERASURE_NOT_PENDING');
  });
});

describe('the terms of the law', () => {
  const all = ['approval-file', 'management-file', 'accounting'] as const;

  it('run for years from the last day that mattered, each to its own end', () => {
    expect(termsFrom('2024-02-29', all, '2026-01-01')).toEqual([
      { code: 'term-of-approval-file', until: '2027-02-28' },
      { code: 'term-of-management-file', until: '2029-02-28' },
      { code: 'term-of-accounting', until: '2054-02-28' },
    ]);
  });

  it('are over on the day itself', () => {
    expect(termsFrom('2024-02-29', ['approval-file'], '2027-02-27')).toHaveLength(1);
    expect(termsFrom('2024-02-29', ['approval-file'], '2027-02-28')).toEqual([]);
  });

  it('give the first day on which nothing stands against it, unless that cannot be foreseen', () => {
    const terms = termsFrom('2024-02-29', all, '2026-01-01');
    expect(findingsOf(terms, '2026-01-01').possibleFrom).toBe('2054-02-28');
    expect(findingsOf([], '2026-01-01').possibleFrom).toBe('2026-01-01');
    expect(findingsOf([{ code: 'open-case' }, ...terms], '2026-01-01').possibleFrom).toBeUndefined();
  });

  it('let the identity go with the daily management file', () =>
    expect(personPersonalFields.PersonRegistered.identity).toMatchObject({ retention: 'management-file' }));
});
