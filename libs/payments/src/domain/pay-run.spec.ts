import { describe, expect, it } from '@jest/globals';
import { specFor } from '#libs/event-sourcing/spec';
import type { PayRunContext, PayRunCommand } from './pay-run.commands.js';
import { payRunDecider } from './pay-run.js';
import type { BankAnswerState, FailureReason, PayLine, PayRunEvent } from './pay-run.events.js';
import { sumsOf, type OpenPayRunState } from './pay-run.state.js';

const context: PayRunContext = {
  now: '2025-10-10T02:00:00.000Z',
  today: '2025-10-10',
  by: 'payment-officer-1',
  role: 'county-payment-officer',
  area: '430225',
  earlierRunFrozen: false,
  listDigest: 'digest-1',
  account: undefined,
};
const checker = { by: 'payment-officer-2' };
const finance = { by: 'finance-1' };
const given = specFor(payRunDecider, context);

const line = (n: number, amount = 5500): PayLine => ({
  lineId: `line-${n}`,
  caseId: `case-${n}`,
  householdId: `household-${n}`,
  personId: `person-${n}`,
  area: '430225001001',
  month: '2025-10',
  kind: 'regular',
  amount,
  fund: '2081107',
  accountId: `account-${n}`,
});

const run = {
  area: '430225',
  areaPath: '430000.430200.430225',
  scheme: 'disability-nursing',
  month: '2025-10',
  kind: 'regular',
  sequence: 0,
  cutOff: '41',
  currency: 'CNY',
} as const;

const open = (lines: readonly PayLine[], more: object = {}): PayRunCommand => ({
  type: 'OpenPayRun',
  data: { ...run, ...more, list: { lines, leftOut: [], overpaid: [] } },
});

const opened: PayRunEvent = {
  type: 'PayRunOpened',
  data: { ...run, openedBy: 'payment-officer-1', happenedOn: '2025-10-10' },
};
const listed = (lines: readonly PayLine[]): PayRunEvent => ({
  type: 'PayListGenerated',
  data: { chunk: 1, of: 1, lines, leftOut: [], overpaid: [], happenedOn: '2025-10-10' },
});
const two = [line(1), line(2)];
const figures = { lineCount: 2, controlSum: 11_000, listDigest: 'digest-1' };
const checked: PayRunEvent = {
  type: 'ListChecked',
  data: { ...figures, checkedBy: 'payment-officer-2', happenedOn: '2025-10-10' },
};
const approved: PayRunEvent = {
  type: 'PayRunApproved',
  data: { ...figures, approvedBy: 'finance-1', decidedOn: '2025-10-10' },
};
const sent: PayRunEvent = {
  type: 'BatchSent',
  data: { batch: 1, lineIds: 'all', lineCount: 2, controlSum: 11_000, sentBy: 'finance-1', happenedOn: '2025-10-10' },
};
const afterSending = [opened, listed(two), checked, approved, sent];
const credited = (...ids: string[]): PayRunEvent => ({
  type: 'LineCredited',
  data: { batch: 1, lines: ids.map((lineId) => ({ lineId, on: '2025-10-10' })), knownOn: '2025-10-10' },
});
const returned = (lineId: string, reason: FailureReason = 'AC04'): PayRunEvent => ({
  type: 'LineReturned',
  data: { batch: 1, lines: [{ lineId, on: '2025-10-10', reason }], knownOn: '2025-10-10' },
});
const reissued: PayRunEvent = {
  type: 'LineReissued',
  data: {
    line: {
      ...line(2),
      lineId: 'line-3',
      kind: 're-issue',
      accountId: 'account-new',
      usableFrom: '2025-10-11',
      replaces: 'line-2',
    },
    reissuedBy: 'payment-officer-1',
    decidedOn: '2025-10-10',
  },
};

const check: PayRunCommand = { type: 'CheckList', data: {} };
const release: PayRunCommand = { type: 'ReleaseBatch', data: {} };
const answers = (
  ...lines: { lineId: string; state: BankAnswerState; on: string; reason?: FailureReason }[]
): PayRunCommand => ({ type: 'RecordBankAnswers', data: { batch: 1, lines } });
const reissue: PayRunCommand = { type: 'ReissueLine', data: { lineId: 'line-2', newLineId: 'line-3' } };
const reconcile = (sent: number, credited: number, rejected: number, returned: number): PayRunCommand => ({
  type: 'ReconcileBatch',
  data: { sent, credited, rejected, returned },
});
const newAccount = { accountId: 'account-new', usableFrom: '2025-10-11' };

describe('opening a pay run', () => {
  it('records the run and its list', () => given().when(open(two)).thenRecords(opened, listed(two)));

  it('splits a long list into parts of a thousand lines', () =>
    given()
      .when(open(Array.from({ length: 1001 }, (_, n) => line(n))))
      .thenRecordsLike(
        { type: 'PayRunOpened' },
        { type: 'PayListGenerated', data: { chunk: 1, of: 2 } },
        { type: 'PayListGenerated', data: { chunk: 2, of: 2, lines: [line(1000)] } },
      ));

  it('refuses a list that no append holds', () =>
    given()
      .when(open(Array.from({ length: 10_001 }, (_, n) => line(n))))
      .thenRefuses('LIST_TOO_LONG'));

  it('refuses a list without lines', () => given().when(open([])).thenRefuses('NOTHING_TO_PAY'));

  it('refuses a month that has not begun', () =>
    given()
      .when(open(two, { month: '2025-11' }))
      .thenRefuses('MONTH_IN_FUTURE'));

  it('refuses a second run of the month', () =>
    given(opened, listed(two)).when(open(two)).thenRefuses('PAY_RUN_EXISTS'));

  it('refuses a supplementary run while the list before it is not frozen, and opens it after', () => {
    const supplementary = open(two, { kind: 'supplementary', sequence: 1 });
    given().when(supplementary).thenRefuses('EARLIER_RUN_NOT_FROZEN');
    given()
      .when(supplementary, { earlierRunFrozen: true })
      .thenRecordsLike({ type: 'PayRunOpened', data: { kind: 'supplementary', sequence: 1 } }, listed(two));
  });

  it('is refused on a run that nobody opened', () => given().when(check, checker).thenRefuses('NO_PAY_RUN'));
});

describe('three people', () => {
  it('lets a second person check the list', () => given(opened, listed(two)).when(check, checker).thenRecords(checked));
  it('refuses the opener as checker', () => given(opened, listed(two)).when(check).thenRefuses('CHECKER_OPENED_RUN'));
  it('stays quiet when the checker checks again', () =>
    given(opened, listed(two), checked).when(check, checker).thenNothing());
  it('refuses a second checker', () =>
    given(opened, listed(two), checked).when(check, finance).thenRefuses('LIST_ALREADY_CHECKED'));

  it('lets a third person release the list', () =>
    given(opened, listed(two), checked).when(release, finance).thenRecords(approved, sent));
  it('refuses the opener as releaser', () =>
    given(opened, listed(two), checked).when(release).thenRefuses('RELEASER_OPENED_RUN'));
  it('refuses the checker as releaser', () =>
    given(opened, listed(two), checked).when(release, checker).thenRefuses('RELEASER_CHECKED_LIST'));
  it('refuses an unchecked list', () =>
    given(opened, listed(two)).when(release, finance).thenRefuses('LIST_NOT_CHECKED'));
  it('refuses a list other than the one checked', () =>
    given(opened, listed(two), checked)
      .when(release, { ...finance, listDigest: 'digest-2' })
      .thenRefuses('LIST_CHANGED'));
  it('refuses to send the same lines again', () =>
    given(...afterSending)
      .when(release, finance)
      .thenRefuses('NOTHING_TO_SEND'));

  it('sends what can be sent and keeps a cooling account for the next batch', () => {
    const cooling = { ...line(2), usableFrom: '2025-10-11' };
    const past = [opened, listed([line(1), cooling]), checked];
    given(...past)
      .when(release, finance)
      .thenRecordsLike(
        { type: 'PayRunApproved' },
        { type: 'BatchSent', data: { lineIds: ['line-1'], controlSum: 5500 } },
      );
    const first: PayRunEvent = {
      type: 'BatchSent',
      data: { ...sent.data, lineIds: ['line-1'], lineCount: 1, controlSum: 5500 },
    };
    given(...past, approved, first)
      .when(release, { ...finance, today: '2025-10-11' })
      .thenRecordsLike({ type: 'BatchSent', data: { batch: 2, lineIds: ['line-2'], controlSum: 5500 } });
  });
});

describe('what the bank answers', () => {
  const creditFirst = { lineId: 'line-1', state: 'credited', on: '2025-10-10' } as const;
  const returnSecond = { lineId: 'line-2', state: 'returned', on: '2025-10-10', reason: 'AC04' } as const;

  it('is recorded by kind', () =>
    given(...afterSending)
      .when(answers(creditFirst, returnSecond))
      .thenRecords(credited('line-1'), returned('line-2')));

  it('may return later what was credited', () =>
    given(...afterSending, credited('line-1', 'line-2'))
      .when(answers(returnSecond))
      .thenRecords(returned('line-2')));

  it('changes nothing when it is repeated, also after a return', () =>
    given(...afterSending, credited('line-1', 'line-2'), returned('line-2'))
      .when(answers(creditFirst, { ...creditFirst, lineId: 'line-2' }))
      .thenNothing());

  it('is refused where it contradicts what is known', () =>
    given(...afterSending, returned('line-2'))
      .when(answers({ ...creditFirst, lineId: 'line-2' }))
      .thenRefuses('ANSWER_CONTRADICTS'));

  it.each([
    ['UNKNOWN_LINE', answers({ ...creditFirst, lineId: 'line-9' })],
    ['LINE_ANSWERED_TWICE', answers(creditFirst, creditFirst)],
    ['REASON_MISSING', answers({ lineId: 'line-1', state: 'rejected', on: '2025-10-10' })],
    ['ANSWER_BEFORE_SENDING', answers({ ...creditFirst, on: '1900-01-01' })],
    ['ANSWER_IN_FUTURE', answers({ ...creditFirst, on: '2025-10-11' })],
    ['BATCH_NOT_SENT', { type: 'RecordBankAnswers', data: { batch: 2, lines: [creditFirst] } }],
  ] as const)('is refused: %s', (code, command) =>
    given(...afterSending)
      .when(command)
      .thenRefuses(code),
  );

  it('is refused for a line of another batch, or of none', () => {
    const late = { ...creditFirst, lineId: 'line-3' };
    const past = [...afterSending, returned('line-2'), reissued];
    given(...past)
      .when(answers(late))
      .thenRefuses('LINE_NOT_SENT');
    const second: PayRunEvent = {
      type: 'BatchSent',
      data: { batch: 2, lineIds: ['line-3'], lineCount: 1, controlSum: 5500, sentBy: 'finance-1', happenedOn: 'x' },
    };
    given(...past, second)
      .when(answers(late))
      .thenRefuses('LINE_IN_OTHER_BATCH');
  });
});

describe('re-issuing a failed line', () => {
  const failed = [...afterSending, credited('line-1'), returned('line-2')];

  it('makes a new line that points to the failed one, to the newly confirmed account', () =>
    given(...failed)
      .when(reissue, { account: newAccount })
      .thenRecords(reissued));

  it('is refused for a line that did not fail', () =>
    given(...afterSending, credited('line-1', 'line-2'))
      .when(reissue, { account: newAccount })
      .thenRefuses('LINE_NOT_FAILED'));
  it('is refused a second time', () =>
    given(...failed, reissued)
      .when(reissue, { account: newAccount })
      .thenRefuses('LINE_ALREADY_REISSUED'));
  it('is refused to the account that failed', () =>
    given(...failed)
      .when(reissue, { account: { accountId: 'account-2' } })
      .thenRefuses('ACCOUNT_NOT_CHANGED'));
  it('goes to the same account where the account was not the reason', () =>
    given(...afterSending, returned('line-2', 'NARR'))
      .when(reissue, { account: { accountId: 'account-2' } })
      .thenRecordsLike({ type: 'LineReissued' }));
  it('is refused without a confirmed account', () =>
    given(...failed)
      .when(reissue)
      .thenRefuses('NO_CONFIRMED_ACCOUNT'));
  it('is refused to another account that no second person has confirmed', () =>
    given(...failed)
      .when(reissue, { account: { ...newAccount, unconfirmed: true } })
      .thenRefuses('NO_CONFIRMED_ACCOUNT'));
  it('is refused after the holder has died', () =>
    given(...afterSending, returned('line-2', 'MD07'))
      .when(reissue, { account: newAccount })
      .thenRefuses('DEATH_CHECK_FIRST'));

  it('is sent alone, from the day after the confirmation, by a person other than its author', () => {
    const past = [...failed, reissued];
    given(...past)
      .when(release, finance)
      .thenRefuses('ACCOUNT_COOLING_OFF');
    given(...past)
      .when(release, { ...finance, today: '2025-10-11' })
      .thenRecordsLike({ type: 'BatchSent', data: { batch: 2, lineIds: ['line-3'], controlSum: 5500 } });
    const byFinance = { ...reissued, data: { ...reissued.data, reissuedBy: 'finance-1' } } as PayRunEvent;
    given(...failed, byFinance)
      .when(release, { ...finance, today: '2025-10-11' })
      .thenRefuses('RELEASER_REISSUED_LINE');
  });
});

describe('reconciling', () => {
  const answered = [...afterSending, credited('line-1'), returned('line-2')];

  it('records figures that agree to the fen, once', () => {
    const outcome = given(...answered)
      .when(reconcile(11_000, 5500, 0, 5500), finance)
      .outcome() as PayRunEvent[];
    expect(outcome).toEqual([
      {
        type: 'BatchReconciled',
        data: {
          sent: 11_000,
          credited: 5500,
          rejected: 0,
          returned: 5500,
          reconciledBy: 'finance-1',
          happenedOn: '2025-10-10',
        },
      },
    ]);
    given(...answered, ...outcome)
      .when(reconcile(11_000, 5500, 0, 5500), finance)
      .thenNothing();
  });

  it('is refused by a fen', () =>
    given(...answered)
      .when(reconcile(11_000, 5499, 0, 5501), finance)
      .thenRefuses('BANK_FIGURES_DIFFER'));
  it('is refused while a line is pending', () =>
    given(...afterSending, credited('line-1'))
      .when(reconcile(11_000, 5500, 0, 5500), finance)
      .thenRefuses('LINES_PENDING'));
  it('is refused before anything is sent', () =>
    given(opened, listed(two))
      .when(reconcile(0, 0, 0, 0), finance)
      .thenRefuses('LINES_PENDING'));
});

describe('a thousand lines, two rejected, one returned after three days', () => {
  const amounts = Array.from({ length: 1000 }, (_, n) => (n < 999 ? 61_234 : 61_234_000 - 999 * 61_234));
  const lines = amounts.map((amount, n) => line(n, amount));
  const past: PayRunEvent[] = [
    opened,
    listed(lines),
    { type: 'ListChecked', data: { ...checked.data, lineCount: 1000, controlSum: 61_234_000 } },
    { type: 'BatchSent', data: { ...sent.data, lineCount: 1000, controlSum: 61_234_000 } },
  ];
  const file = answers(
    ...lines.map(({ lineId }, n) =>
      n < 2
        ? ({ lineId, state: 'rejected', reason: n === 0 ? 'AC04' : 'BE01', on: '2025-10-10' } as const)
        : ({ lineId, state: 'credited', on: '2025-10-10' } as const),
    ),
  );
  const first = given(...past)
    .when(file)
    .outcome() as PayRunEvent[];
  const late = given(...past, ...first)
    .when(answers({ lineId: 'line-7', state: 'returned', reason: 'AC06', on: '2025-10-13' }), { today: '2025-10-13' })
    .outcome() as PayRunEvent[];
  const all = [...past, ...first, ...late];

  it('stands in four sums that make the batch', () => {
    const state = given(...all).state() as OpenPayRunState;
    const count = (wanted: string) => state.lines.filter(({ state }) => state === wanted).length;
    expect([count('credited'), count('rejected'), count('returned'), count('pending')]).toEqual([997, 2, 1, 0]);
    const { sent, credited, rejected, returned, pending } = sumsOf(state.lines);
    expect(sent).toBe(61_234_000);
    expect(credited + rejected + returned + pending).toBe(sent);
  });

  it('changes nothing when the first file comes again', () =>
    given(...all)
      .when(file, { today: '2025-10-14' })
      .thenNothing());
});
