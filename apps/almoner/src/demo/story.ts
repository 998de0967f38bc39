import type { LocalDate, Month } from '#libs/calendar';
import type { Language } from '../language.js';
import { Failure } from '../command.js';
import type { CaseView, HouseholdView, PayLine } from './api.js';
import type { Officer, ServiceClient } from './client.js';
import {
  CARE_MONTHS,
  FIRST_INCOME,
  LATER_INCOME,
  nameOf,
  registrationOf,
  type Family,
  type GrantedCase,
} from './family.js';
import { FirstMonth } from './first-month.js';
import { Teller, type Narrator } from './narrator.js';
import { payDayOf, workingDayAfter, workingDayFrom, type OfficeHours } from './office-hours.js';
import { OFFICERS, VILLAGE } from './officers.js';
import { PayCalendar, PayOffice, sumOf } from './pay-month.js';
import type { Subject } from './texts.js';

/** What the story comes to, for programs. */
export interface StoryResult {
  /** Id of the household. */
  readonly household: string;
  /** The awards as first granted. */
  readonly cases: readonly GrantedCase[];
  /** The first month that is paid, with this family's lines only. */
  readonly payRun: {
    readonly month: Month;
    readonly runIds: readonly string[];
    readonly lines: readonly Pick<
      PayLine,
      'id' | 'runId' | 'caseId' | 'kind' | 'month' | 'amount' | 'state' | 'replaces'
    >[];
  };
  /** What the annual re-check changed. */
  readonly recheck: { readonly caseId: string; readonly monthlyAmount: number; readonly fromMonth: Month };
  /** Number of events of the household's cases together. */
  readonly events: number;
}

interface SubsidyCase {
  readonly id: string;
  readonly subject: Subject;
}

const SOURCES = ['civil-affairs', 'social-insurance', 'tax', 'real-estate', 'vehicles', 'housing-fund', 'deposits'];
const PARENTS = ['father', 'mother'] as const;
const SUBSIDIES = ['disability-living', 'disability-nursing'] as const;
const NOTICE_PLACE = { en: 'Village notice board', zh: '村务公示栏' };
const NOTICE_PATIENCE_MS = 20_000;

/** One family's way from the application to the month after the annual re-check, as the officers go it. */
export class Story {
  private readonly office: PayOffice;
  private readonly teller: Teller;
  private readonly firstMonth: FirstMonth;

  constructor(
    private readonly client: ServiceClient,
    private readonly hours: OfficeHours,
    private readonly narrator: Narrator,
    private readonly language: Language,
  ) {
    this.office = new PayOffice(client, hours, narrator);
    this.teller = new Teller(hours, narrator);
    this.firstMonth = new FirstMonth(client, hours, this.teller, this.office, language);
  }

  /** Tells it from the service's present date on. @throws Failure where the service refuses */
  async tell(): Promise<StoryResult> {
    await this.hours.waitForOpening();
    const calendar = await PayCalendar.begin(this.office, this.hours);
    await calendar.waitUntil(await this.hours.today(), 9);

    const family = await this.register();
    const dibao = await this.grantDibao(family, calendar);
    const month = dibao.fromMonth;
    calendar.reserve(month);
    await calendar.waitUntil(workingDayFrom(`${month}-05`), 9);
    const subsidies = await this.grantSubsidies(family, calendar);
    await this.firstMonth.pay(family, subsidies, month);
    calendar.settled(month);
    const recheck = await this.recheck(family, dibao, calendar);
    await calendar.waitUntil(payDayOf(recheck.fromMonth), 9);

    const cases = [dibao, ...subsidies];
    return { household: family.id, cases, ...(await this.account(family, cases, month, recheck)) };
  }

  private async register(): Promise<Family> {
    const today = await this.hours.today();
    const body = registrationOf(this.language, VILLAGE, today);
    const { id } = await this.client.create(OFFICERS.helper, '/households', body);
    const { number, members } = await this.client.get<HouseholdView>(OFFICERS.helper, `/households/${id}`);
    await this.teller.tell(OFFICERS.helper, 'registered', number);
    await this.declareIncome(id, FIRST_INCOME);
    const [father, mother, son] = members.map(({ personId }) => personId);
    if (father === undefined || mother === undefined || son === undefined)
      throw new Failure(`household ${number} should have three members`);
    return { id, number, personIds: { father, mother, son } };
  }

  private async declareIncome(householdId: string, parts: typeof FIRST_INCOME): Promise<void> {
    await this.client.change(OFFICERS.helper, `/households/${householdId}`, 'income-declarations', { parts });
    await this.teller.tell(OFFICERS.helper, 'income', sumOf(parts));
  }

  private async grantDibao(family: Family, calendar: PayCalendar): Promise<GrantedCase> {
    const { helper, accepts, leadsVisit, joinsVisit, proposes } = OFFICERS;
    const subject = { scheme: 'dibao' };
    const id = await this.apply(family, subject);
    const path = `/cases/${id}`;
    const number = (await this.caseOf(helper, id)).number;

    await this.nextDay(calendar);
    await this.client.change(accepts, path, 'acceptance');
    await this.teller.tell(accepts, 'accepted', number);

    await this.nextDay(calendar);
    await this.client.change(leadsVisit, path, 'home-visit', {
      visitedOn: await this.hours.today(),
      investigators: [await this.client.subjectOf(leadsVisit), await this.client.subjectOf(joinsVisit)],
      memberPresent: family.personIds.father,
    });
    await this.teller.tell(leadsVisit, 'visited', leadsVisit.name, joinsVisit.name);

    await this.nextDay(calendar, 2);
    await this.verify(path);

    await this.nextDay(calendar);
    await this.propose(path, number);
    await this.client.change(proposes, path, 'public-notice', { place: NOTICE_PLACE[this.language] });
    const endsOn = (await this.caseOf(proposes, id)).notice?.endsOn ?? (await this.hours.today());
    await this.teller.tell(proposes, 'noticed', endsOn);

    await calendar.waitUntil(workingDayAfter(endsOn), 9);
    await this.withCounty(id);
    await this.teller.tell('service', 'noticeEnded', number);
    return this.confirm(id, subject);
  }

  /** Both subsidies for both parents, in the first month of dibao. */
  private async grantSubsidies(family: Family, calendar: PayCalendar): Promise<GrantedCase[]> {
    const { accepts, proposes } = OFFICERS;
    for (const parent of PARENTS) {
      const personId = family.personIds[parent];
      await this.client.change(accepts, `/persons/${personId}`, 'care-needs', { months: CARE_MONTHS });
      await this.teller.tell(accepts, 'careNeed', nameOf(this.language, parent), CARE_MONTHS);
    }
    const applications: SubsidyCase[] = [];
    for (const scheme of SUBSIDIES)
      for (const parent of PARENTS) {
        const subject = { scheme, name: nameOf(this.language, parent) };
        applications.push({ id: await this.apply(family, subject, family.personIds[parent]), subject });
      }
    for (const { id } of applications) {
      await this.client.change(accepts, `/cases/${id}`, 'acceptance');
      await this.teller.tell(accepts, 'accepted', (await this.caseOf(accepts, id)).number);
    }
    await this.nextDay(calendar);
    for (const { id } of applications) await this.propose(`/cases/${id}`, (await this.caseOf(proposes, id)).number);
    const granted: GrantedCase[] = [];
    for (const { id, subject } of applications) granted.push(await this.confirm(id, subject));
    return granted;
  }

  private async recheck(family: Family, dibao: GrantedCase, calendar: PayCalendar) {
    const { accepts, confirms } = OFFICERS;
    const path = `/cases/${dibao.id}`;
    const { recheckDueOn } = await this.caseOf(accepts, dibao.id);
    if (recheckDueOn === undefined) throw new Failure(`case ${dibao.number} should name the day of its re-check`);
    await calendar.waitUntil(workingDayFrom(recheckDueOn), 9);
    await this.declareIncome(family.id, LATER_INCOME);
    await this.client.change(accepts, path, 'recheck', { kind: 'annual' });
    await this.teller.tell(accepts, 'recheckOpened', dibao.number, recheckDueOn);

    await this.nextDay(calendar);
    await this.verify(path);
    await this.nextDay(calendar);
    await this.propose(path, dibao.number);
    await this.nextDay(calendar);
    await this.client.change(confirms, path, 'recheck-decision');
    const term = (await this.caseOf(confirms, dibao.id)).award?.terms.at(-1);
    if (!term) throw new Failure(`case ${dibao.number} should have an award`);
    await this.teller.tell(confirms, 'rechecked', dibao.number, term.monthlyAmount, term.fromMonth);
    return { caseId: dibao.id, monthlyAmount: term.monthlyAmount, fromMonth: term.fromMonth };
  }

  /** The end: what was paid, the replay, the count of events. */
  private async account(
    family: Family,
    cases: readonly GrantedCase[],
    month: Month,
    recheck: StoryResult['recheck'],
  ): Promise<Omit<StoryResult, 'household' | 'cases'>> {
    const { inspects } = OFFICERS;
    const path = `/pay-lines?household=${family.id}&month=${month}`;
    const found = await this.client.all<PayLine>(inspects, path);
    const lines = found.map(({ id, runId, caseId, kind, month: due, amount, state, replaces }) => ({
      id,
      runId,
      caseId,
      kind,
      month: due,
      amount,
      state,
      ...(replaces === undefined ? {} : { replaces }),
    }));
    const runIds = [...new Set(lines.map(({ runId }) => runId))];

    let events = 0;
    for (const { id } of cases) events += (await this.client.all(inspects, `/cases/${id}/history`)).length;

    const first = cases[0];
    if (first) {
      this.narrator.line('replay', first.number);
      this.narrator.quote(await this.client.text(inspects, `/cases/${first.id}/audit-trail`, 'text/plain'));
      this.narrator.line('end', family.number, cases.length, events, first.monthlyAmount, recheck.monthlyAmount);
    }
    this.tellLines(family, cases, month, lines);
    return { payRun: { month, runIds, lines }, recheck, events };
  }

  private tellLines(
    family: Family,
    cases: readonly GrantedCase[],
    month: Month,
    lines: StoryResult['payRun']['lines'],
  ): void {
    this.narrator.line('firstMonth', month);
    for (const { caseId, kind, state, amount } of lines) {
      const { scheme = '', personId } = cases.find(({ id }) => id === caseId) ?? {};
      const parent = PARENTS.find((member) => family.personIds[member] === personId);
      const subject = { scheme, ...(parent === undefined ? {} : { name: nameOf(this.language, parent) }) };
      this.narrator.line('payLine', subject, kind, state, amount);
    }
    const of = (state: PayLine['state']) => sumOf(lines.filter((line) => line.state === state));
    this.narrator.line('paySums', of('credited'), of('returned'));
  }

  private async apply(family: Family, { scheme, name }: Subject, personId?: string): Promise<string> {
    const body = { scheme, householdId: family.id, ...(personId === undefined ? {} : { personId }) };
    const { id } = await this.client.create(OFFICERS.helper, '/cases', body);
    const { number } = await this.caseOf(OFFICERS.helper, id);
    const subject = { scheme, ...(name === undefined ? {} : { name }) };
    await this.teller.tell(OFFICERS.helper, 'applied', subject, number);
    return id;
  }

  private async verify(path: string): Promise<void> {
    const asOf = await this.hours.today();
    const sources = SOURCES.map((source) => ({ source, asOf, result: 'as-declared' }));
    await this.client.change(OFFICERS.verifies, path, 'verification-report', { sources });
    await this.teller.tell(OFFICERS.verifies, 'verified', sources.length);
  }

  private async propose(path: string, number: string): Promise<void> {
    await this.client.change(OFFICERS.proposes, path, 'preliminary-opinion');
    await this.teller.tell(OFFICERS.proposes, 'proposed', number);
  }

  private async confirm(id: string, subject: Subject): Promise<GrantedCase> {
    await this.client.change(OFFICERS.confirms, `/cases/${id}`, 'confirmation');
    const { number, scheme, personId, award } = await this.caseOf(OFFICERS.confirms, id);
    if (!award) throw new Failure(`case ${number} should have an award`);
    const { monthlyAmount, fromMonth } = award;
    await this.teller.tell(OFFICERS.confirms, 'confirmed', subject, monthlyAmount, fromMonth);
    return { id, number, scheme, ...(personId === undefined ? {} : { personId }), monthlyAmount, fromMonth };
  }

  /** The service itself passes the case on when the notice has ended. */
  private async withCounty(id: string): Promise<void> {
    const until = performance.now() + NOTICE_PATIENCE_MS;
    for (;;) {
      const { status, number } = await this.caseOf(OFFICERS.confirms, id);
      if (status === 'with-county') return;
      if (performance.now() > until) throw new Failure(`case ${number} is still ${status} after the end of its notice`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  private caseOf(officer: Officer, id: string): Promise<CaseView> {
    return this.client.get<CaseView>(officer, `/cases/${id}`);
  }

  private async nextDay(calendar: PayCalendar, count = 1): Promise<void> {
    await calendar.waitUntil(await this.dayAfter(count), 9);
  }

  private async dayAfter(count: number): Promise<LocalDate> {
    return workingDayAfter(await this.hours.today(), count);
  }
}
