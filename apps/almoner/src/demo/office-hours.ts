import {
  addDays,
  calendarOf,
  isWorkingDay,
  localDate,
  startOfDay,
  workingDaysAfter,
  type LocalDate,
  type Month,
} from '#libs/calendar';
import type { ServiceClient } from './client.js';
import { OFFICERS } from './officers.js';

const ZONE = 'Asia/Shanghai';
const CALENDAR = calendarOf('CN');
const HOUR_MS = 3_600_000;
const CLOSING_HOUR = 17;

/** The date itself when offices work on it, else the next date on which they do. */
export function workingDayFrom(date: LocalDate): LocalDate {
  return isWorkingDay(CALENDAR, date) ? date : workingDayAfter(date);
}

/** The `count`th working day after the date. */
export const workingDayAfter = (date: LocalDate, count = 1): LocalDate =>
  workingDaysAfter(CALENDAR, date, count).lastDay;

/** The day on which a month's money is paid: the first working day from the 12th. */
export const payDayOf = (month: Month): LocalDate => workingDayFrom(`${month}-12`);

const instantOf = (date: LocalDate, hour: number): number => Date.parse(startOfDay(date, ZONE)) + hour * HOUR_MS;

/** The service's clock, moved forward from one office hour to the next. */
export class OfficeHours {
  constructor(private readonly client: ServiceClient) {}

  /** The present date where the offices are. */
  async today(): Promise<LocalDate> {
    return localDate(await this.now(), ZONE);
  }

  /** Waits, by the service's clock, for the hour of the date; no wait when it has passed. */
  async waitUntil(date: LocalDate, hour: number): Promise<void> {
    const target = instantOf(date, hour);
    if (target <= Date.parse(await this.now())) return;
    await this.client.create(OFFICERS.movesClock, '/development/clock', { to: new Date(target).toISOString() });
  }

  /** Waits for the next time that offices are open; no wait when they are. */
  async waitForOpening(): Promise<void> {
    const today = await this.today();
    const closed = Date.parse(await this.now()) >= instantOf(today, CLOSING_HOUR);
    await this.waitUntil(workingDayFrom(closed ? addDays(today, 1) : today), 9);
  }

  private async now(): Promise<string> {
    const { now } = await this.client.get<{ readonly now: string }>(OFFICERS.movesClock, '/development/clock');
    return new Date(now).toISOString();
  }
}
