import { describe, expect, it } from '@jest/globals';
import { ERASED, personal, type Personal, type StoredEvent } from '#libs/event-sourcing';
import { historyPage } from '#libs/platform';
import type { Assessment } from '#libs/schemes';
import { caseTexts } from './case.texts.js';
import { filesOf } from './cases.js';
import type { CaseEvent } from './domain/case.events.js';
import type { OpenCase } from './domain/case.state.js';
import { shownTo } from './shown-events.js';

/** As the log gives it: everything but its data is read from its prototype. */
const stored = (event: CaseEvent): StoredEvent<CaseEvent> =>
  Object.create(
    { revision: 3n, position: '17', recordedAt: '2025-09-01T01:00:00.000Z', metadata: {} },
    { type: { value: event.type, enumerable: true }, data: { value: event.data, enumerable: true } },
  ) as StoredEvent<CaseEvent>;
const returned = (reason: Personal<string>) =>
  stored({ type: 'CaseReturnedForMore', data: { by: 'county-reviewer', decidedOn: '2025-09-18', reason } });

const item = (role: string, event: StoredEvent<CaseEvent>, language: 'en' | 'zh' = 'en') =>
  historyPage(shownTo(role, [event]), caseTexts, language, { limit: 1 }, { data: true }).items[0];

describe('what an officer wrote', () => {
  const written = returned(personal('The lease is missing.'));

  it.each(['township-officer', 'investigator', 'county-reviewer', 'supervisor'])('is read by a %s', (role) =>
    expect(item(role, written)).toMatchObject({
      text: 'Returned by the county: The lease is missing.',
      revision: '3',
      position: '17',
      data: { by: 'county-reviewer', reason: 'The lease is missing.' },
    }),
  );

  it('is a mask to an inspector', () =>
    expect(item('inspector', written)).toMatchObject({ text: 'Returned by the county: ***', data: { reason: '***' } }));

  it.each(['village-helper', 'finance', 'reporting', 'nobody-known'])('is hidden from a %s', (role) => {
    expect(item(role, written)?.text).toBe('Returned by the county.');
    expect(item(role, written)?.data).toEqual({ by: 'county-reviewer', decidedOn: '2025-09-18' });
    expect(item(role, written, 'zh')?.text).toBe('县级退回。');
  });

  it('reads as erased when its key is gone', () => {
    expect(item('supervisor', returned(ERASED))).toMatchObject({
      text: 'Returned by the county: erased',
      data: { reason: { erased: true } },
    });
    expect(item('supervisor', returned(ERASED), 'zh')?.text).toBe('县级退回：已删除');
  });

  it('leaves other events as they are', () => {
    const accepted = stored({ type: 'ApplicationAccepted', data: { by: 'officer', decidedOn: '2025-09-01' } });
    expect(item('reporting', accepted)?.data).toEqual({ by: 'officer', decidedOn: '2025-09-01' });
  });
});

describe('what a decision rests on', () => {
  const cited = { personId: 'p', streamId: 'person-p', revision: '0', outcome: 'severe-disability: yes' };
  const assessment: Assessment = {
    eligible: true,
    reasons: [],
    monthlyAmount: 45_000,
    trace: [{ step: 'income-part', value: '60000', basis: 'work' }],
    pack: { id: 'example-dibao', version: '1', example: true },
    legalBasis: [],
    citations: [cited],
  };
  const confirmed = stored({
    type: 'CaseConfirmed',
    data: {
      ...{ by: 'county-reviewer', decidedOn: '2025-09-18', monthlyAmount: 45_000, fromMonth: '2025-10', assessment },
      household: { streamId: 'household-h', revision: '2' },
    },
  });

  it.each(['township-officer', 'investigator', 'county-reviewer', 'supervisor'])('is seen in full by a %s', (role) =>
    expect(item(role, confirmed)?.data).toEqual(confirmed.data),
  );

  it('is to an inspector the arithmetic, and which facts are cited, not what they say', () =>
    expect(item('inspector', confirmed)?.data).toMatchObject({
      assessment: { trace: assessment.trace, citations: [{ ...cited, outcome: 'severe-disability' }] },
    }));

  it.each(['village-helper', 'finance', 'reporting', 'county-payment-officer', 'nobody-known'])(
    'is hidden from a %s, who still sees what was decided',
    (role) =>
      expect(item(role, confirmed)?.data).toEqual({
        ...confirmed.data,
        assessment: { ...assessment, trace: [], citations: [] },
      }),
  );

  it('makes those whose facts are cited persons of the file, each once', () => {
    const state = { householdId: 'h', areaPath: '43.4302' } as OpenCase;
    const events = [confirmed, confirmed];
    expect(filesOf({ state, events })).toEqual({ households: ['h'], persons: ['p'], areaPath: '43.4302' });
    expect(filesOf({ state: { ...state, personId: 'p' }, events }).persons).toEqual(['p']);
    expect(filesOf({ state: { ...state, personId: 'q' }, events: [] }).persons).toEqual(['q']);
  });
});

describe('a stop', () => {
  const stop = { by: 'county-reviewer', decidedOn: '2026-09-07', fromMonth: '2026-10', previousAmount: 1 };

  it('tells the codes of a re-check to everyone, in the language asked for', () => {
    const event = stored({ type: 'AwardStopped', data: { ...stop, reasons: ['NO_DIBAO_YET'] } });
    expect(item('reporting', event)?.text).toBe('Stopped from 2026-10: NO_DIBAO_YET');
    expect(item('reporting', event, 'zh')?.text).toBe('自 2026-10 起停发：尚未享受最低生活保障');
  });

  it('tells an officer’s reason to those who handle the case', () => {
    const event = stored({ type: 'AwardStopped', data: { ...stop, reasons: [], reason: personal('Moved away.') } });
    expect(item('county-reviewer', event)?.text).toBe('Stopped from 2026-10: Moved away.');
    expect(item('reporting', event)?.text).toBe('Stopped from 2026-10.');
  });
});
