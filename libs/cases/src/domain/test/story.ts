import { calendarOf, localDate } from '#libs/calendar';
import { personal, Refusal } from '#libs/event-sourcing/decider';
import { packFor, type MemberFacts, type SchemeFacts, type SchemeId } from '#libs/schemes';
import { caseDecider, type CaseCommand, type CaseContext } from '../case.js';
import type { CaseEvent, SourceResult } from '../case.events.js';
import type { Case } from '../case.state.js';

const areaPath = ['430000', '430200', '430225', '430225100', '430225100201'];

/** The officers of the story, each a person of their own. */
export const officers = {
  helper: { by: 'village-helper', role: 'village-helper', area: '430225100201' },
  township: { by: 'township-officer', role: 'township-officer', area: '430225100' },
  lead: { by: 'lead-investigator', role: 'investigator', area: '430225100' },
  second: { by: 'second-investigator', role: 'investigator', area: '430225100' },
  opinionGiver: { by: 'opinion-giver', role: 'township-officer', area: '430225100' },
  county: { by: 'county-reviewer', role: 'county-reviewer', area: '430225' },
} as const;

const household = { streamId: 'household-1', revision: '3' };
const citation = household;

/** Father, mother and son; each disability and birth date as the people lib would hand it over. */
export const members: readonly MemberFacts[] = [
  {
    personId: 'father',
    birthDate: '1971-03-05',
    disability: { category: 'hearing-speech', level: 1 },
    careNeedMonths: 7,
    citation,
  },
  {
    personId: 'mother',
    birthDate: '1974-11-20',
    disability: { category: 'intellectual', level: 2 },
    careNeedMonths: 9,
    citation,
  },
  { personId: 'son', birthDate: '2012-06-17', citation },
];

/** What of a circumstance is told differently. */
export type Differently = Partial<CaseContext> & { readonly income?: number; readonly more?: Partial<SchemeFacts> };

/** The circumstances of a decision on the morning of a local date. `income` is in fen over twelve months. */
export function on(
  date: string,
  scheme: SchemeId = 'dibao',
  { income = 1_080_000, more = {}, ...rest }: Differently = {},
): CaseContext {
  const pack = packFor(areaPath, scheme, date);
  const packThen = packFor(areaPath, scheme, '2025-09-01');
  return {
    now: `${date}T01:00:00.000Z`,
    today: localDate(`${date}T01:00:00.000Z`, 'Asia/Shanghai'),
    ...officers.township,
    timeZone: 'Asia/Shanghai',
    calendar: calendarOf('CN'),
    ...(pack && { pack }),
    ...(packThen && { packThen }),
    facts: {
      residence: 'rural',
      members,
      income: [{ kind: 'wages', amount: income, months: 12 }],
      appliedOn: '2025-09-01',
      decidedOn: date,
      ...more,
    },
    incomeDeclared: true,
    household,
    application: {
      number: '430225-2025-000123',
      area: '430225100201',
      areaPath: areaPath.join('.'),
      residence: 'rural',
    },
    ...rest,
  };
}

const known = (date: string) => ({ happenedOn: date, knownOn: date });
const answered = (result: SourceResult['result']): SourceResult => ({ source: 'vehicles', asOf: '2025-09-05', result });

/** The commands of the story. */
export const commands = {
  apply: (date = '2025-09-01'): CaseCommand => ({
    type: 'SubmitApplication',
    data: { ...known(date), scheme: 'dibao', householdId: 'household-1' },
  }),
  applyFor: (scheme: SchemeId, personId: string, date: string): CaseCommand => ({
    type: 'SubmitApplication',
    data: { ...known(date), scheme, householdId: 'household-1', personId },
  }),
  accept: { type: 'AcceptApplication', data: {} },
  decline: { type: 'DeclineApplication', data: { reason: personal('The household lives in another county.') } },
  withdraw: {
    type: 'WithdrawApplication',
    data: { ...known('2025-09-01'), reason: personal('The household found work.') },
  },
  visit: {
    type: 'RecordHomeVisit',
    data: {
      ...known('2025-09-03'),
      investigators: [officers.lead.by, officers.second.by],
      memberPresent: 'mother',
    },
  },
  report: {
    type: 'RecordVerificationReport',
    data: {
      ...known('2025-09-05'),
      sources: [answered('as-declared'), { ...answered('nothing'), source: 'deposits' }],
    },
  },
  gappyReport: {
    type: 'RecordVerificationReport',
    data: { ...known('2025-09-05'), sources: [answered('not-available')] },
  },
  opine: { type: 'GivePreliminaryOpinion', data: {} },
  post: { type: 'PostNotice', data: { place: 'Village notice board' } },
  expire: { type: 'RecordNoticeExpiry', data: {} },
  object: { type: 'RecordObjection', data: { ...known('2025-09-15'), grounds: personal('A second flat in town.') } },
  giveBack: { type: 'ReturnCase', data: { reason: personal('The lease is missing.') } },
  confirm: { type: 'ConfirmCase', data: {} },
  refuse: { type: 'RefuseCase', data: { reason: personal('The income reaches the standard.') } },
  openRecheck: { type: 'OpenRecheck', data: { kind: 'annual' } },
  decideRecheck: { type: 'DecideRecheck', data: {} },
  stop: (lastMonth: string): CaseCommand => ({
    type: 'StopAward',
    data: { reason: personal('The household moved away.'), lastMonth },
  }),
} as const satisfies Record<string, CaseCommand | ((...args: never[]) => CaseCommand)>;

/** A step of a case's past. */
export type Step = readonly [CaseCommand, CaseContext];

/** The events that these steps recorded, after earlier ones. Throws where a step is refused. */
export function story(steps: readonly Step[], earlier: readonly CaseEvent[] = []): CaseEvent[] {
  const events = [...earlier];
  for (const [command, context] of steps) {
    const state: Case = events.reduce(caseDecider.evolve, caseDecider.initial);
    const outcome = caseDecider.decide(command, state, context);
    if (outcome instanceof Refusal) throw new Error(`${command.type}: ${outcome.code}`);
    events.push(...outcome);
  }
  return events;
}

/** The family's application for dibao, step by step, with an income in fen over twelve months. */
export function dibaoStory(income = 1_080_000) {
  const at = (date: string, officer: object) => on(date, 'dibao', { income, ...officer });
  const submitted = story([[commands.apply(), at('2025-09-01', officers.helper)]]);
  const accepted = story([[commands.accept, at('2025-09-01', officers.township)]], submitted);
  const visited = story([[commands.visit, at('2025-09-03', officers.lead)]], accepted);
  const reported = story([[commands.report, at('2025-09-05', officers.township)]], visited);
  const opinion = story([[commands.opine, at('2025-09-08', officers.opinionGiver)]], reported);
  return { submitted, accepted, visited, reported, opinion };
}

/** The family's case on notice from 10 September 2025, expired, and confirmed on the 18th. */
export function decidedStory(income = 1_080_000) {
  const at = (date: string, officer: object) => on(date, 'dibao', { income, ...officer });
  const before = dibaoStory(income);
  const posted = story([[commands.post, at('2025-09-10', officers.township)]], before.opinion);
  const expired = story([[commands.expire, at('2025-09-18', officers.township)]], posted);
  const confirmed = story([[commands.confirm, at('2025-09-18', officers.county)]], expired);
  return { ...before, posted, expired, confirmed };
}
