import type { LocalDate, Month } from '#libs/calendar';
import { Failure } from '../command.js';
import type { Language } from '../language.js';
import type { PersonView, PayLine, PayRunView } from './api.js';
import type { ServiceClient } from './client.js';
import { madeUpAccount, nameOf, type Family, type GrantedCase } from './family.js';
import type { Teller } from './narrator.js';
import { payDayOf, workingDayAfter, type OfficeHours } from './office-hours.js';
import { OFFICERS } from './officers.js';
import { isWithBank, sumOf, type PayOffice } from './pay-month.js';

const REASON = { en: 'The bank has closed the account', zh: '原账户已被银行销户' };

/** Lines of a bank file without its heading. */
const paymentsIn = (csv: string): number => csv.trimEnd().split('\n').length - 1;

/** The first month that is paid: every step of its pay runs, and a line that comes back. */
export class FirstMonth {
  constructor(
    private readonly client: ServiceClient,
    private readonly hours: OfficeHours,
    private readonly teller: Teller,
    private readonly office: PayOffice,
    private readonly language: Language,
  ) {}

  /** Pays it. */
  async pay(family: Family, subsidies: readonly GrantedCase[], month: Month): Promise<void> {
    const { opensPay, checksPay, releasesPay } = OFFICERS;
    await this.hours.waitUntil(payDayOf(month), 9);
    const runs = await this.office.open(month);
    for (const { scheme, lineCount, controlSum } of runs)
      await this.teller.tell(opensPay, 'runOpened', scheme, month, lineCount, controlSum);

    await this.hours.waitUntil(await this.hours.today(), 11);
    await this.office.check(runs);
    await this.teller.tell(checksPay, 'runsChecked', runs.length);

    await this.hours.waitUntil(await this.hours.today(), 14);
    for (const run of runs) {
      await this.office.release(run.id);
      const payments = paymentsIn(await this.office.bankFile(run.id, 1));
      await this.teller.tell(releasesPay, 'runReleased', run.scheme, payments);
    }

    const returning = subsidies.find(
      ({ scheme, personId }) => scheme === 'disability-nursing' && personId === family.personIds.mother,
    );
    await this.hours.waitUntil(await this.dayAfter(1), 15);
    const late = await this.creditAllBut(returning, runs);
    await this.hours.waitUntil(await this.dayAfter(3), 10);
    await this.replaceReturned(family, late);
    await this.reconcile(runs);
  }

  private async creditAllBut(held: GrantedCase | undefined, runs: readonly PayRunView[]): Promise<PayLine> {
    let late: PayLine | undefined;
    const credited: PayLine[] = [];
    for (const { id } of runs) {
      const sent = (await this.office.lines(id)).filter(isWithBank);
      late ??= sent.find(({ caseId }) => caseId === held?.id);
      const answered = sent.filter((line) => line !== late);
      await this.office.answer(id, answered);
      credited.push(...answered);
    }
    await this.teller.tell(OFFICERS.opensPay, 'bankCredited', credited.length, sumOf(credited));
    if (!late) throw new Failure('no line was sent for the nursing subsidy of the mother');
    return late;
  }

  /** The bank returns the line; the account is corrected and confirmed; the line is sent again and credited. */
  private async replaceReturned(family: Family, line: PayLine): Promise<void> {
    const { opensPay, confirmsAccount, releasesPay } = OFFICERS;
    const name = nameOf(this.language, 'mother');
    await this.office.answer(line.runId, [line], { state: 'returned', reason: 'AC04' });
    await this.teller.tell(opensPay, 'bankReturned', { scheme: 'disability-nursing', name }, line.amount);

    const mother = `/persons/${family.personIds.mother}`;
    const account = madeUpAccount(this.language, 'mother', await this.hours.today(), 3);
    await this.client.change(opensPay, mother, 'account-corrections', { ...account, reason: REASON[this.language] });
    await this.teller.tell(opensPay, 'accountCorrected', name);
    const { proposedAccount: proposed } = await this.client.get<PersonView>(opensPay, mother);
    if (!proposed) throw new Failure('the corrected account is not waiting for confirmation');
    await this.client.change(confirmsAccount, mother, 'account-confirmations', { accountId: proposed.accountId });
    await this.teller.tell(confirmsAccount, 'accountConfirmed', name);

    await this.hours.waitUntil(await this.dayAfter(1), 9);
    await this.client.change(opensPay, `/pay-runs/${line.runId}`, 'reissues', { lineId: line.id });
    await this.teller.tell(opensPay, 'reissued', line.amount);
    await this.hours.waitUntil(await this.hours.today(), 11);
    await this.office.release(line.runId);
    await this.teller.tell(releasesPay, 'reissueReleased');

    await this.hours.waitUntil(await this.dayAfter(1), 15);
    const sent = (await this.office.lines(line.runId)).filter(({ replaces }) => replaces === line.id);
    await this.office.answer(line.runId, sent);
    await this.teller.tell(opensPay, 'bankCredited', sent.length, sumOf(sent));
  }

  private async reconcile(runs: readonly PayRunView[]): Promise<void> {
    const total = { sent: 0, credited: 0, returned: 0 };
    for (const { id } of runs) {
      const { sent, credited, returned } = await this.office.reconcile(id);
      total.sent += sent;
      total.credited += credited;
      total.returned += returned;
    }
    const { sent, credited, returned } = total;
    await this.teller.tell(OFFICERS.confirmsAccount, 'reconciled', runs.length, sent, credited, returned);
  }

  private async dayAfter(count: number): Promise<LocalDate> {
    return workingDayAfter(await this.hours.today(), count);
  }
}
