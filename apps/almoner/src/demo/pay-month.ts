import { nextMonth, type LocalDate, type Month } from '#libs/calendar';
import type { AwardItem, PayLine, PayRunView } from './api.js';
import { Refused, type ServiceClient } from './client.js';
import type { Narrator } from './narrator.js';
import { payDayOf, workingDayAfter, type OfficeHours } from './office-hours.js';
import { COUNTY, OFFICERS } from './officers.js';

/** One pay run each, every month. */
export const SCHEMES = ['dibao', 'disability-living', 'disability-nursing'] as const;

/** What the bank says of a line. */
export interface BankAnswer {
  readonly state: 'credited' | 'returned';
  readonly reason?: 'AC04';
}

const CREDITED: BankAnswer = { state: 'credited' };
const BANK_ANSWERS_AT_ONCE = 500;

export const sumOf = (lines: readonly { readonly amount: number }[]): number =>
  lines.reduce((sum, { amount }) => sum + amount, 0);

const isUnsent = ({ batch }: PayLine): boolean => batch === undefined;

/** Sent to the bank and not answered yet. */
export const isWithBank = ({ state, batch }: PayLine): boolean => state === 'pending' && batch !== undefined;

const isCredited = ({ state }: PayLine): boolean => state === 'credited';

/** The payment offices of the county: what they do with the runs of a month. */
export class PayOffice {
  constructor(
    private readonly client: ServiceClient,
    private readonly hours: OfficeHours,
    private readonly narrator: Narrator,
  ) {}

  /** Opens and lists the month's run of every scheme that has something to pay; takes up those that were begun. */
  async open(month: Month): Promise<PayRunView[]> {
    const runs: PayRunView[] = [];
    for (const scheme of SCHEMES) {
      const run = await this.openOne(scheme, month);
      if (run) runs.push(run);
    }
    return runs;
  }

  /** Another person checks the lists. */
  async check(runs: readonly PayRunView[]): Promise<void> {
    for (const { id, status } of runs)
      if (status === 'listed') await this.client.change(OFFICERS.checksPay, `/pay-runs/${id}`, 'check');
  }

  /** A third person sends the next batch to the bank. */
  async release(runId: string): Promise<void> {
    await this.client.change(OFFICERS.releasesPay, `/pay-runs/${runId}`, 'release');
  }

  /** The file that the bank gets. */
  bankFile(runId: string, batch: number): Promise<string> {
    return this.client.text(OFFICERS.releasesPay, `/pay-runs/${runId}/batches/${batch}/bank-file`, 'text/csv');
  }

  /** Every line of a run. */
  lines(runId: string): Promise<PayLine[]> {
    return this.client.all<PayLine>(OFFICERS.opensPay, `/pay-runs/${runId}/lines`);
  }

  /** Enters the bank's answers of today to lines that were sent, batch by batch. */
  async answer(runId: string, lines: readonly PayLine[], answer: BankAnswer = CREDITED): Promise<void> {
    const on = await this.hours.today();
    const batches = new Set(lines.flatMap(({ batch }) => (batch === undefined ? [] : [batch])));
    for (const batch of batches) {
      const answers = lines.filter((line) => line.batch === batch).map(({ id }) => ({ lineId: id, on, ...answer }));
      for (let from = 0; from < answers.length; from += BANK_ANSWERS_AT_ONCE) {
        const part = answers.slice(from, from + BANK_ANSWERS_AT_ONCE);
        const body = { batch, lines: part };
        await this.client.change(OFFICERS.opensPay, `/pay-runs/${runId}`, 'bank-answers', body);
      }
    }
  }

  /** Compares what the bank said with what was sent, and closes the run. Returns the sums in fen. */
  async reconcile(runId: string): Promise<{ sent: number; credited: number; rejected: number; returned: number }> {
    const lines = (await this.lines(runId)).filter(({ batch }) => batch !== undefined);
    const of = (state: PayLine['state']) => sumOf(lines.filter((line) => line.state === state));
    const sums = {
      sent: sumOf(lines),
      credited: of('credited'),
      rejected: of('rejected'),
      returned: of('returned'),
    };
    await this.client.change(OFFICERS.confirmsAccount, `/pay-runs/${runId}`, 'reconciliation', sums);
    return sums;
  }

  /** Pays a whole month without incident and tells it in one line. */
  async payMonth(month: Month): Promise<void> {
    const runs = (await this.open(month)).filter(({ status }) => status !== 'reconciled');
    if (runs.length === 0) return;
    const begun = await this.hours.today();
    await this.hours.waitUntil(begun, 10);
    await this.check(runs);
    await this.hours.waitUntil(begun, 14);
    for (const { id } of runs) if ((await this.lines(id)).some(isUnsent)) await this.release(id);
    await this.hours.waitUntil(workingDayAfter(begun), 15);
    for (const { id } of runs) {
      const waiting = (await this.lines(id)).filter(isWithBank);
      await this.answer(id, waiting);
      await this.reconcile(id);
    }
    const paid = (await Promise.all(runs.map(({ id }) => this.lines(id)))).flat().filter(isCredited);
    const today = await this.hours.today();
    this.narrator.step(today, OFFICERS.releasesPay, 'monthPaid', month, runs.length, paid.length, sumOf(paid));
  }

  /** The first month that may not be paid yet: the last that has a run, else the first that any award names. */
  async firstOpenMonth(): Promise<Month | undefined> {
    const runs = await this.client.all<PayRunView>(OFFICERS.opensPay, `/pay-runs?area=${COUNTY}`);
    if (runs.length > 0) return runs.map(({ month }) => month).reduce((last, each) => (each > last ? each : last));
    const awards = await this.client.all<AwardItem>(OFFICERS.opensPay, `/awards?area=${COUNTY}`);
    const months = awards.map(({ fromMonth }) => fromMonth);
    return months.length > 0 ? months.reduce((first, each) => (each < first ? each : first)) : undefined;
  }

  private async openOne(scheme: string, month: Month): Promise<PayRunView | undefined> {
    try {
      const { id } = await this.client.create(OFFICERS.opensPay, '/pay-runs', { area: COUNTY, scheme, month });
      return await this.client.get<PayRunView>(OFFICERS.opensPay, `/pay-runs/${id}`);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (error.code === 'NOTHING_TO_PAY') return undefined;
      if (error.code !== 'PAY_RUN_EXISTS') throw error;
      return this.find(scheme, month);
    }
  }

  private async find(scheme: string, month: Month): Promise<PayRunView | undefined> {
    const path = `/pay-runs?area=${COUNTY}&scheme=${scheme}&month=${month}`;
    const found = (await this.client.all<PayRunView>(OFFICERS.opensPay, path)).find(({ kind }) => kind === 'regular');
    return found && this.client.get<PayRunView>(OFFICERS.opensPay, `/pay-runs/${found.id}`);
  }
}

/** The months in their order: none is left behind unpaid when the clock moves on. */
export class PayCalendar {
  /** A month that is paid by the story itself. */
  private reserved: Month | undefined;

  private constructor(
    private readonly office: PayOffice,
    private readonly hours: OfficeHours,
    private next: Month,
  ) {}

  /** Starts with the first month that may not be paid yet. */
  static async begin(office: PayOffice, hours: OfficeHours): Promise<PayCalendar> {
    const present = (await hours.today()).slice(0, 7);
    const open = await office.firstOpenMonth();
    return new PayCalendar(office, hours, open !== undefined && open < present ? open : present);
  }

  /** Waits until the hour of the date and pays what falls due before. */
  async waitUntil(date: LocalDate, hour: number): Promise<void> {
    while (this.next !== this.reserved && payDayOf(this.next) <= date) {
      await this.hours.waitUntil(payDayOf(this.next), 9);
      await this.office.payMonth(this.next);
      this.next = nextMonth(this.next);
    }
    await this.hours.waitUntil(date, hour);
  }

  /** Keeps a month back, so that its lists are not frozen before the story has come to them. */
  reserve(month: Month): void {
    this.reserved = month;
  }

  /** The month that was kept back is paid. */
  settled(month: Month): void {
    if (this.reserved === month) this.reserved = undefined;
    this.next = nextMonth(month);
  }
}
