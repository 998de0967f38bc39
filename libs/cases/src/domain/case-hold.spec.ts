import { describe, expect, it } from '@jest/globals';
import { caseHoldOf } from './case-hold.js';
import { caseDecider } from './case.js';
import type { CaseEvent } from './case.events.js';
import type { Case } from './case.state.js';
import { commands, decidedStory, dibaoStory, officers, on, story } from './test/story.js';

function holdOn(today: string, events: readonly CaseEvent[]) {
  const state = events.reduce<Case>(caseDecider.evolve, caseDecider.initial);
  if (state.status === 'none') throw new Error('no case');
  return caseHoldOf(state, events, today);
}

const { submitted, accepted, expired, confirmed, posted } = decidedStory();
const open = { reasons: [{ code: 'open-case' }] };

describe('what stands against erasing the data behind a case', () => {
  it.each([
    ['submitted', submitted],
    ['accepted', accepted],
    ['on notice', posted],
    ['with the county', expired],
  ])('is that it is open: %s', (_, events) => {
    expect(holdOn('2025-10-01', events)).toEqual(open);
  });

  it('is an objection until a clean notice or a decision answers it', () => {
    const objection = story([[commands.object, on('2025-09-15', 'dibao', officers.township)]], posted);
    const objected = { reasons: [...open.reasons, { code: 'open-objection' }] };
    expect(holdOn('2025-10-01', objection)).toEqual(objected);
    const visited = story([[commands.visit, on('2025-09-16', 'dibao', officers.lead)]], objection);
    expect(holdOn('2025-10-01', visited)).toEqual(objected);
    expect(holdOn('2025-10-01', [...objection, ...expired.slice(-1)])).toEqual(open);
  });

  it('is an award without a foreseeable end', () => {
    expect(holdOn('2060-01-01', confirmed)).toEqual({ reasons: [{ code: 'running-award' }] });
    const recheck = story([[commands.openRecheck, on('2026-09-01', 'dibao', officers.township)]], confirmed);
    expect(holdOn('2026-09-02', recheck)).toEqual({ reasons: [...open.reasons, { code: 'running-award' }] });
  });

  it('is a stopped award until its last month is over; support ends with that month, not before the decision', () => {
    const stop = (date: string, lastMonth: string) =>
      story([[commands.stop(lastMonth), on(date, 'dibao', officers.county)]], confirmed);
    const ahead = stop('2025-12-10', '2025-12');
    expect(holdOn('2025-12-31', ahead)).toEqual({
      reasons: [{ code: 'running-award', until: '2026-01-01' }],
      endedOn: '2025-12-31',
    });
    expect(holdOn('2026-01-01', ahead)).toEqual({ reasons: [], endedOn: '2025-12-31' });
  });

  it('is nothing any more when it was refused, not accepted or withdrawn; then terms count from that day', () => {
    const declined = story([[commands.decline, on('2025-09-02', 'dibao', officers.township)]], submitted);
    const withdrawn = story([[commands.withdraw, on('2025-09-04', 'dibao', officers.township)]], accepted);
    const { opinion } = dibaoStory(9_000_000);
    const refused = story([[commands.refuse, on('2025-09-19', 'dibao', officers.county)]], opinion);
    expect(holdOn('2025-09-20', declined)).toEqual({ reasons: [], endedOn: '2025-09-02' });
    expect(holdOn('2025-09-20', withdrawn)).toEqual({ reasons: [], endedOn: '2025-09-01' });
    expect(holdOn('2025-09-20', refused)).toEqual({ reasons: [], endedOn: '2025-09-19' });
  });
});
