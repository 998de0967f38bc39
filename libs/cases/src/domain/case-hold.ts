import { addDays, type LocalDate } from '#libs/calendar';
import type { CaseEvent } from './case.events.js';
import { presentAmount, type OpenCase } from './case.state.js';

/** Why the law wants the file of a case kept. */
export interface CaseHold {
  readonly reasons: readonly { readonly code: CaseHoldCode; readonly until?: LocalDate }[];
  /** The last day of support, or that of a refusal or withdrawal; absent while it cannot be foreseen. */
  readonly endedOn?: LocalDate;
}

/** Codes as erasures know them. */
export type CaseHoldCode = 'open-case' | 'running-award' | 'open-objection';

/** What stands against erasing the data behind a case on a day. */
export function caseHoldOf(state: OpenCase, events: readonly CaseEvent[], today: LocalDate): CaseHold {
  switch (state.status) {
    case 'stopped':
      return stopped(state, today);
    case 'not-accepted':
    case 'refused':
    case 'withdrawn':
      return { reasons: [], ...ended(events) };
    case 'active':
      return { reasons: [{ code: 'running-award' }] };
    case 'under-recheck':
      return { reasons: [{ code: 'open-case' }, ...(presentAmount(state) > 0 ? [running] : [])] };
    case 'submitted':
    case 'accepted':
    case 'investigating':
    case 'opinion-issued':
    case 'on-notice':
    case 'reinvestigating':
    case 'with-county':
      return { reasons: [{ code: 'open-case' }, ...(isObjected(events) ? [objected] : [])] };
  }
}

const running = { code: 'running-award' } as const;
const objected = { code: 'open-objection' } as const;

/** A stop is decided before the last month that is paid. */
function stopped({ terms }: OpenCase, today: LocalDate): CaseHold {
  const { fromMonth, decidedOn } = terms.at(-1) ?? {};
  if (fromMonth === undefined || decidedOn === undefined) throw new Error('stopped without a term');
  const firstWithout = `${fromMonth}-01`;
  const lastPaid = addDays(firstWithout, -1);
  return {
    reasons: firstWithout > today ? [{ ...running, until: firstWithout }] : [],
    endedOn: decidedOn > lastPaid ? decidedOn : lastPaid,
  };
}

function ended(events: readonly CaseEvent[]): Pick<CaseHold, 'endedOn'> {
  const last = events.findLast(
    ({ type }) => type === 'ApplicationNotAccepted' || type === 'CaseRefused' || type === 'ApplicationWithdrawn',
  );
  if (last === undefined) throw new Error('over without an end');
  // What was withdrawn before the office knew of it is kept from the day on which it knew.
  const { data } = last;
  if ('decidedOn' in data) return { endedOn: data.decidedOn };
  return 'knownOn' in data ? { endedOn: data.knownOn > data.happenedOn ? data.knownOn : data.happenedOn } : {};
}

/** An objection is answered by a notice that ends clean or by the county's decision. */
function isObjected(events: readonly CaseEvent[]): boolean {
  const answers: readonly CaseEvent['type'][] = ['NoticeExpiredClean', 'CaseConfirmed', 'CaseRefused'];
  const last = events.findLast(({ type }) => type === 'NoticeObjected' || answers.includes(type));
  return last?.type === 'NoticeObjected';
}
