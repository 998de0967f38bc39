import { refuse as no, type Decider, type Refusal, type RefusalDetails } from '#libs/event-sourcing/decider';
import { monthOf } from '#libs/calendar';
import { isUnconfirmedChange, type PayList } from './pay-lines.js';
import type { BankAnswer, OpenPayRun, PayRunCommand, PayRunContext } from './pay-run.commands.js';
import type {
  AnsweredLine,
  BankAnswerState,
  BankFigures,
  FailedLine,
  FailureReason,
  ListFigures,
  PayLine,
  PayListGenerated,
  PayRunEvent,
} from './pay-run.events.js';
import type { PayRunRefusalCode } from './pay-run.refusals.js';
import { evolve, listOf, noPayRun, sumOf, sumsOf, type OpenPayRunState, type PayRunState } from './pay-run.state.js';

const refuse = (code: PayRunRefusalCode, details?: RefusalDetails): Refusal => no(code, details);

type Decision = readonly PayRunEvent[] | Refusal;

/** What one event carries and one append may hold. */
const sizes = { linesPerEvent: 1000, notesPerEvent: 500, eventsPerList: 10 } as const;

/** Failures that another account may cure, and the same one cannot. */
const accountReasons: ReadonlySet<FailureReason> = new Set(['AC01', 'AC04', 'AC06', 'BE01', 'AG01']);

/**
 * A pay run: the payments of one scheme and month in one county, from its list to the bank's last answer. Who opens,
 * who checks and who releases are three people. A line is in exactly one state, and is repeated, never sent again.
 * Source: 民发〔2021〕57号 art 25 (paid each month, by bank).
 */
export const payRunDecider: Decider<PayRunState, PayRunCommand, PayRunEvent, PayRunContext> = {
  initial: noPayRun,
  evolve,
  decide(command, state, context) {
    if (command.type === 'OpenPayRun') {
      if (state.status === 'none') return open(command.data, context);
      const { area, scheme, month } = state;
      return refuse('PAY_RUN_EXISTS', { area, scheme, month });
    }
    if (state.status === 'none') return refuse('NO_PAY_RUN');
    switch (command.type) {
      case 'CheckList':
        return check(state, context);
      case 'ReleaseBatch':
        return release(state, context);
      case 'RecordBankAnswers':
        return recordBankAnswers(command.data.batch, command.data.lines, state, context);
      case 'ReissueLine':
        return reissue(command.data, state, context);
      case 'ReconcileBatch':
        return reconcile(command.data, state, context);
    }
  },
};

function open({ list, ...run }: OpenPayRun['data'], { by, today, earlierRunFrozen }: PayRunContext): Decision {
  const { month } = run;
  if (month > monthOf(today)) return refuse('MONTH_IN_FUTURE', { month });
  if (run.kind === 'supplementary' && !earlierRunFrozen) return refuse('EARLIER_RUN_NOT_FROZEN', { month });
  if (list.lines.length === 0) return refuse('NOTHING_TO_PAY', { month, leftOut: list.leftOut.length });
  const parts = partsOf(list);
  if (parts.length > sizes.eventsPerList)
    return refuse('LIST_TOO_LONG', { lines: list.lines.length, most: sizes.eventsPerList * sizes.linesPerEvent });
  return [
    { type: 'PayRunOpened', data: { ...run, openedBy: by, happenedOn: today } },
    ...parts.map((part, index): PayListGenerated => ({
      type: 'PayListGenerated',
      data: { chunk: index + 1, of: parts.length, ...part, happenedOn: today },
    })),
  ];
}

function check(run: OpenPayRunState, { by, today, listDigest }: PayRunContext): Decision {
  if (by === run.openedBy) return refuse('CHECKER_OPENED_RUN');
  if (run.checked) return by === run.checked.by ? [] : refuse('LIST_ALREADY_CHECKED');
  return [{ type: 'ListChecked', data: { ...figuresOf(run, listDigest), checkedBy: by, happenedOn: today } }];
}

function release(run: OpenPayRunState, { by, today, listDigest }: PayRunContext): Decision {
  if (!run.checked) return refuse('LIST_NOT_CHECKED');
  if (by === run.openedBy) return refuse('RELEASER_OPENED_RUN');
  if (by === run.checked.by) return refuse('RELEASER_CHECKED_LIST');
  if (listDigest !== run.checked.listDigest) return refuse('LIST_CHANGED');
  const unsent = run.lines.filter(({ batch }) => batch === undefined);
  if (unsent.length === 0) return refuse('NOTHING_TO_SEND');
  const ready = unsent.filter(({ usableFrom }) => usableFrom === undefined || usableFrom <= today);
  if (ready.length === 0) return refuse('ACCOUNT_COOLING_OFF', { from: earliest(unsent) });
  if (ready.some(({ reissuedBy }) => reissuedBy === by)) return refuse('RELEASER_REISSUED_LINE');
  const sent: PayRunEvent = {
    type: 'BatchSent',
    data: {
      batch: run.batches.length + 1,
      lineIds: ready.length === run.lines.length ? 'all' : ready.map(({ lineId }) => lineId),
      lineCount: ready.length,
      controlSum: sumOf(ready),
      sentBy: by,
      happenedOn: today,
    },
  };
  if (run.batches.length > 0) return [sent];
  return [{ type: 'PayRunApproved', data: { ...figuresOf(run, listDigest), approvedBy: by, decidedOn: today } }, sent];
}

function recordBankAnswers(
  batch: number,
  answers: readonly BankAnswer[],
  run: OpenPayRunState,
  { today }: PayRunContext,
): Decision {
  const sent = run.batches.find((each) => each.batch === batch);
  if (!sent) return refuse('BATCH_NOT_SENT', { batch });
  const lines = new Map(run.lines.map((line) => [line.lineId, line]));
  const named = new Set<string>();
  const credited: AnsweredLine[] = [];
  const failed: Record<Exclude<BankAnswerState, 'credited'>, FailedLine[]> = { rejected: [], returned: [] };
  for (const { lineId, state, reason, on } of answers) {
    if (named.has(lineId)) return refuse('LINE_ANSWERED_TWICE', { lineId });
    named.add(lineId);
    const line = lines.get(lineId);
    if (!line) return refuse('UNKNOWN_LINE', { lineId });
    if (line.batch === undefined) return refuse('LINE_NOT_SENT', { lineId });
    if (line.batch !== batch) return refuse('LINE_IN_OTHER_BATCH', { lineId, batch: line.batch });
    if (on < sent.sentOn) return refuse('ANSWER_BEFORE_SENDING', { lineId, on, sentOn: sent.sentOn });
    if (on > today) return refuse('ANSWER_IN_FUTURE', { lineId, on });
    if (state !== 'credited' && reason === undefined) return refuse('REASON_MISSING', { lineId });
    if (
      line.answers.some(
        (known) => known.state === state && known.on === on && known.reason === failureOf(state, reason),
      )
    )
      continue;
    const fits = line.state === 'pending' || (line.state === 'credited' && state === 'returned');
    if (!fits) return refuse('ANSWER_CONTRADICTS', { lineId, state: line.state });
    if (state === 'credited') credited.push({ lineId, on });
    else if (reason !== undefined) failed[state].push({ lineId, on, reason });
  }
  const told = <Line>(all: readonly Line[]) =>
    chunks(all, sizes.linesPerEvent).map((part) => ({ batch, lines: part, knownOn: today }));
  return [
    ...told(credited).map((data): PayRunEvent => ({ type: 'LineCredited', data })),
    ...told(failed.rejected).map((data): PayRunEvent => ({ type: 'LineRejected', data })),
    ...told(failed.returned).map((data): PayRunEvent => ({ type: 'LineReturned', data })),
  ];
}

function reissue(
  { lineId, newLineId }: { readonly lineId: string; readonly newLineId: string },
  run: OpenPayRunState,
  { by, today, account: found }: PayRunContext,
): Decision {
  const line = run.lines.find((each) => each.lineId === lineId);
  if (!line) return refuse('UNKNOWN_LINE', { lineId });
  if (line.state !== 'rejected' && line.state !== 'returned')
    return refuse('LINE_NOT_FAILED', { lineId, state: line.state });
  if (line.reissuedAs !== undefined) return refuse('LINE_ALREADY_REISSUED', { lineId });
  if (line.reason === 'MD07') return refuse('DEATH_CHECK_FIRST', { lineId });
  if (!found || isUnconfirmedChange(found, line.accountId)) return refuse('NO_CONFIRMED_ACCOUNT');
  const { unconfirmed: _, ...account } = found;
  if (line.reason !== undefined && accountReasons.has(line.reason) && account.accountId === line.accountId)
    return refuse('ACCOUNT_NOT_CHANGED', { reason: line.reason });
  const { caseId, householdId, personId, area, month, amount, fund } = line;
  const repeated: PayLine & { replaces: string } = {
    lineId: newLineId,
    caseId,
    householdId,
    ...(personId === undefined ? {} : { personId }),
    area,
    month,
    kind: 're-issue',
    amount,
    fund,
    ...account,
    replaces: lineId,
  };
  return [{ type: 'LineReissued', data: { line: repeated, reissuedBy: by, decidedOn: today } }];
}

function reconcile(bank: BankFigures, run: OpenPayRunState, { by, today }: PayRunContext): Decision {
  const open = run.lines.filter(({ state }) => state === 'pending').length;
  if (open > 0) return refuse('LINES_PENDING', { pending: open });
  const sums = sumsOf(run.lines);
  for (const figure of ['sent', 'credited', 'rejected', 'returned'] as const)
    if (bank[figure] !== sums[figure])
      return refuse('BANK_FIGURES_DIFFER', { figure, bank: bank[figure], run: sums[figure] });
  if (run.status === 'reconciled') return [];
  const { sent, credited, rejected, returned } = bank;
  return [
    {
      type: 'BatchReconciled',
      data: { sent, credited, rejected, returned, reconciledBy: by, happenedOn: today },
    },
  ];
}

const figuresOf = (run: OpenPayRunState, listDigest: string): ListFigures => {
  const list = listOf(run);
  return { lineCount: list.length, controlSum: sumOf(list), listDigest };
};

const failureOf = (state: BankAnswerState, reason: FailureReason | undefined): FailureReason | undefined =>
  state === 'credited' ? undefined : reason;

const earliest = (lines: readonly Pick<PayLine, 'usableFrom'>[]): string =>
  lines.map(({ usableFrom }) => usableFrom ?? '').reduce((first, each) => (each < first ? each : first));

function partsOf({ lines, leftOut, overpaid }: PayList): PayList[] {
  const parts = [
    chunks(lines, sizes.linesPerEvent),
    chunks(leftOut, sizes.notesPerEvent),
    chunks(overpaid, sizes.notesPerEvent),
  ] as const;
  return Array.from({ length: Math.max(...parts.map(({ length }) => length)) }, (_, index) => ({
    lines: parts[0][index] ?? [],
    leftOut: parts[1][index] ?? [],
    overpaid: parts[2][index] ?? [],
  }));
}

const chunks = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, index) => all.slice(index * size, (index + 1) * size));
