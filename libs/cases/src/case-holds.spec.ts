import { describe, expect, it } from '@jest/globals';
import { Unavailable, type AggregateStore, type EventStore, type Positions } from '#libs/event-sourcing';
import type { FileHolds, HouseholdListReader, SubjectFiles } from '#libs/people';
import { CaseHolds } from './case-holds.js';
import { caseDecider } from './domain/case.js';
import type { CaseEvent } from './domain/case.events.js';
import type { Case } from './domain/case.state.js';
import { commands, decidedStory, officers, on, story } from './domain/test/story.js';
import type { Settlement } from './ports.js';
import type { CaseListReader } from './projections/case-list.js';

const { submitted, confirmed } = decidedStory();
const withdrawn = story([[commands.withdraw, on('2025-09-04', 'dibao', officers.township)]], submitted);
const stopped = story([[commands.stop('2025-12'), on('2025-12-10', 'dibao', officers.county)]], confirmed);
const today = '2026-02-01';
const retentions = ['approval-file', 'accounting'] as const;

interface World {
  readonly cases?: readonly {
    id: string;
    householdId: string;
    personId: string | null;
    events: readonly CaseEvent[];
  }[];
  readonly stays?: readonly { householdId: string; from: string; until?: string }[];
  readonly settlement?: Settlement;
  readonly diedOn?: string;
  /** Lists that do not come to the head of the log. */
  readonly lagging?: readonly string[];
}

/** The holds of a subject, in a world of which these things are told. */
function holdsOf(subject: string, world: World) {
  const { cases = [], stays = [], settlement = { isUnsettled: false }, diedOn, lagging = [] } = world;
  const holds = new CaseHolds(
    { get: async () => ({ ...(diedOn !== undefined && { diedOn }) }) } as unknown as SubjectFiles,
    { of: async () => ({ holds: [], possibleFrom: 'as without a case' }) } as unknown as FileHolds,
    { staysOf: async () => stays } as unknown as HouseholdListReader,
    {
      ofHouseholds: async (ids: readonly string[]) => cases.filter(({ householdId }) => ids.includes(householdId)),
    } as unknown as CaseListReader,
    {
      load: async (_: unknown, stream: string) => {
        const { events = [] } = cases.find(({ id }) => stream === `case-${id}`) ?? {};
        return { events, state: events.reduce<Case>(caseDecider.evolve, caseDecider.initial) };
      },
    } as unknown as AggregateStore,
    { settlementOf: async () => settlement },
    { head: async () => '9' } as unknown as EventStore,
    {
      reached: async (lists: readonly string[]) => !lists.some((each) => lagging.includes(each)),
    } as unknown as Positions,
  );
  return holds.of({ subject, retentions }, today);
}

const dibao = (events: readonly CaseEvent[], householdId = 'h') => ({ id: 'c', householdId, personId: null, events });
const nursing = (personId: string) => ({ id: 'n', householdId: 'h', personId, events: confirmed });
const stay = { householdId: 'h', from: '2020-01-01' };
const none = { holds: [], possibleFrom: 'as without a case' };
const terms = (approval: string, accounting: string) => ({
  holds: [
    { code: 'term-of-approval-file', until: approval },
    { code: 'term-of-accounting', until: accounting },
  ],
  possibleFrom: accounting,
});

describe('what holds the data of who has cases', () => {
  it('is for others what their file says', async () => {
    expect(await holdsOf('person-p', { stays: [stay] })).toEqual(none);
    expect(await holdsOf('household-h', {})).toEqual(none);
  });

  it('has no foreseeable end while a case is open or an award runs', async () => {
    const open = await holdsOf('household-h', { cases: [dibao(submitted), nursing('q')] });
    expect(open).toEqual({ holds: [{ code: 'open-case' }, { code: 'running-award' }] });
  });

  it('are the terms from the last day of support, payment or life', async () => {
    const cases = [dibao(stopped)];
    expect(await holdsOf('household-h', { cases })).toEqual(terms('2028-12-31', '2055-12-31'));
    const settlement = { isUnsettled: false, lastMonth: '2026-01' };
    expect(await holdsOf('household-h', { cases, settlement })).toEqual(terms('2029-01-31', '2056-01-31'));
    expect(await holdsOf('household-h', { cases, settlement, diedOn: '2026-02-01' })).toEqual(
      terms('2029-02-01', '2056-02-01'),
    );
    expect(await holdsOf('household-h', { cases: [dibao(withdrawn)] })).toEqual(terms('2028-09-01', '2055-09-01'));
  });

  it('is a payment that is not settled, whatever else ended', async () => {
    const { holds, possibleFrom } = await holdsOf('household-h', {
      ...{ cases: [dibao(stopped)], settlement: { isUnsettled: true, lastMonth: '2025-12' } },
    });
    expect(holds[0]).toEqual({ code: 'unsettled-payment' });
    expect(possibleFrom).toBeUndefined();
  });

  it('is for a person the case of each household while they belonged to it, and their own benefits', async () => {
    const cases = [dibao(stopped)];
    const held = terms('2028-12-31', '2055-12-31');
    const away = (until: string) => ({ ...stay, until });
    expect(await holdsOf('person-p', { cases, stays: [away('2025-08-31')] })).toEqual(none);
    expect(await holdsOf('person-p', { cases, stays: [away('2025-09-01')] })).toEqual(held);
    expect(await holdsOf('person-p', { cases, stays: [{ ...stay, from: '2026-01-01' }] })).toEqual(none);
    expect(await holdsOf('person-p', { cases, stays: [{ ...stay, householdId: 'other' }] })).toEqual(none);
    expect(await holdsOf('person-p', { cases: [nursing('q')], stays: [stay] })).toEqual(none);
    expect(await holdsOf('person-p', { cases: [nursing('p')], stays: [away('2020-12-31')] })).toEqual({
      holds: [{ code: 'running-award' }],
    });
  });

  it.each(['household-list', 'case-list', 'pay-run', 'pay-line', 'account'])(
    'is not told while %s lags behind',
    (list) => expect(holdsOf('household-h', { lagging: [list] })).rejects.toThrow(Unavailable),
  );
});
