import type { LocalDate, Month } from '#libs/calendar';
import type {
  AnsweredLine,
  BankAnswerState,
  BankFigures,
  FailureReason,
  LeftOut,
  Overpaid,
  PayLine,
  PayRunEvent,
  RunKind,
} from './pay-run.events.js';

/** What is known of a line after its listing. */
export interface RunLine extends PayLine {
  /** Absent while it is not sent. */
  readonly batch?: number;
  readonly state: 'pending' | BankAnswerState;
  readonly reason?: FailureReason;
  /** Every answer in order, so that a repeated one is known again. */
  readonly answers: readonly {
    readonly state: BankAnswerState;
    readonly on: LocalDate;
    readonly reason?: FailureReason;
  }[];
  /** The line that repeats this one. */
  readonly reissuedAs?: string;
  /** Who made it, for a re-issue. */
  readonly reissuedBy?: string;
}

export interface SentBatch {
  readonly batch: number;
  readonly lineCount: number;
  readonly controlSum: number;
  readonly sentBy: string;
  readonly sentOn: LocalDate;
}

export interface OpenPayRunState {
  readonly status: 'listed' | 'checked' | 'sent' | 'reconciled';
  readonly area: string;
  readonly areaPath: string;
  readonly scheme: string;
  readonly month: Month;
  readonly kind: RunKind;
  readonly sequence: number;
  readonly cutOff: string;
  readonly currency: string;
  readonly openedBy: string;
  readonly lines: readonly RunLine[];
  readonly leftOut: readonly LeftOut[];
  readonly overpaid: readonly Overpaid[];
  readonly checked?: { readonly by: string; readonly listDigest: string };
  readonly batches: readonly SentBatch[];
}

export type PayRunState = { readonly status: 'none' } | OpenPayRunState;

export const noPayRun: PayRunState = { status: 'none' };

/** Fen. */
export const sumOf = (lines: readonly { readonly amount: number }[]): number =>
  lines.reduce((sum, { amount }) => sum + amount, 0);

/** The lines of the list itself: what was checked, without re-issues. */
export const listOf = ({ lines }: Pick<OpenPayRunState, 'lines'>): readonly RunLine[] =>
  lines.filter(({ replaces }) => replaces === undefined);

/** Sums in fen over what was sent; `sent` is always the sum of the other four. */
export interface RunSums extends BankFigures {
  readonly pending: number;
}

/** Every sent line is in exactly one of the four states. */
export function sumsOf(lines: readonly RunLine[]): RunSums {
  const sent = lines.filter(({ batch }) => batch !== undefined);
  const of = (state: RunLine['state']) => sumOf(sent.filter((line) => line.state === state));
  return {
    sent: sumOf(sent),
    credited: of('credited'),
    rejected: of('rejected'),
    returned: of('returned'),
    pending: of('pending'),
  };
}

export function evolve(state: PayRunState, event: PayRunEvent): PayRunState {
  if (event.type === 'PayRunOpened') {
    const { area, areaPath, scheme, month, kind, sequence, cutOff, currency, openedBy } = event.data;
    const run = { area, areaPath, scheme, month, kind, sequence, cutOff, currency, openedBy };
    return { ...run, status: 'listed', lines: [], leftOut: [], overpaid: [], batches: [] };
  }
  return state.status === 'none' ? state : evolveRun(state, event);
}

function evolveRun(run: OpenPayRunState, event: Exclude<PayRunEvent, { type: 'PayRunOpened' }>): OpenPayRunState {
  switch (event.type) {
    case 'PayListGenerated':
      return {
        ...run,
        lines: [...run.lines, ...event.data.lines.map(unanswered)],
        leftOut: [...run.leftOut, ...event.data.leftOut],
        overpaid: [...run.overpaid, ...event.data.overpaid],
      };
    case 'ListChecked':
      return { ...run, status: 'checked', checked: { by: event.data.checkedBy, listDigest: event.data.listDigest } };
    case 'PayRunApproved':
      return run;
    case 'BatchSent': {
      const { batch, lineIds, lineCount, controlSum, sentBy, happenedOn: sentOn } = event.data;
      const sent = lineIds === 'all' ? undefined : new Set(lineIds);
      return {
        ...run,
        status: 'sent',
        lines: run.lines.map((line) => (sent === undefined || sent.has(line.lineId) ? { ...line, batch } : line)),
        batches: [...run.batches, { batch, lineCount, controlSum, sentBy, sentOn }],
      };
    }
    case 'LineCredited':
      return answered(run, 'credited', event.data.lines);
    case 'LineRejected':
      return answered(run, 'rejected', event.data.lines);
    case 'LineReturned':
      return answered(run, 'returned', event.data.lines);
    case 'LineReissued': {
      const { line, reissuedBy } = event.data;
      const lines = run.lines.map((each) =>
        each.lineId === line.replaces ? { ...each, reissuedAs: line.lineId } : each,
      );
      return { ...run, status: 'sent', lines: [...lines, { ...unanswered(line), reissuedBy }] };
    }
    case 'BatchReconciled':
      return { ...run, status: 'reconciled' };
  }
}

const unanswered = (line: PayLine): RunLine => ({ ...line, state: 'pending', answers: [] });

function answered(
  run: OpenPayRunState,
  state: BankAnswerState,
  answers: readonly (AnsweredLine & { readonly reason?: FailureReason })[],
): OpenPayRunState {
  const byLine = new Map(answers.map((answer) => [answer.lineId, answer]));
  return {
    ...run,
    status: 'sent',
    lines: run.lines.map((line) => {
      const answer = byLine.get(line.lineId);
      if (!answer) return line;
      const reason = answer.reason === undefined ? {} : { reason: answer.reason };
      return { ...line, state, ...reason, answers: [...line.answers, { state, on: answer.on, ...reason }] };
    }),
  };
}
