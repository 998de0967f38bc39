import { addDays, addMonths, dayOfWeek, type LocalDate } from './dates.js';

/**
 * The dated list of a country's public holidays and of weekend days that are worked instead. A changed list is a new
 * version; deadlines name the version that they were computed with.
 */
export interface WorkingCalendar {
  readonly id: string;
  readonly version: string;
  /** First date that the published lists cover. */
  readonly publishedFrom: LocalDate;
  /** Last date that the published lists cover: whatever lies beyond is a guess. */
  readonly publishedThrough: LocalDate;
  /** Days off by the list, weekends within a holiday included. */
  readonly holidays: readonly LocalDate[];
  /** Weekend days that are worked (调休). */
  readonly makeUpDays: readonly LocalDate[];
}

/** The last day of a period, which ends at 24:00 of it. */
export interface Deadline {
  readonly lastDay: LocalDate;
  /** True when it rests on days for which no list is published yet: recompute it when the list comes. */
  readonly provisional: boolean;
  /** `id@version` of the calendar. */
  readonly calendar: string;
}

/** A length in days, months or years; several are added, the longest unit first. */
export interface Period {
  readonly days?: number;
  readonly months?: number;
  readonly years?: number;
}

const isPublished = (calendar: WorkingCalendar, date: LocalDate): boolean =>
  calendar.publishedFrom <= date && date <= calendar.publishedThrough;

const deadline = (calendar: WorkingCalendar, lastDay: LocalDate, provisional: boolean): Deadline => ({
  lastDay,
  provisional,
  calendar: `${calendar.id}@${calendar.version}`,
});

/** Whether offices work on the date. Outside the published lists only Saturday and Sunday are off. */
export function isWorkingDay(calendar: WorkingCalendar, date: LocalDate): boolean {
  const weekday = dayOfWeek(date);
  if (calendar.makeUpDays.includes(date)) return true;
  return weekday <= 5 && !calendar.holidays.includes(date);
}

/**
 * The last of `count` working days; counting starts on the first working day after `start`.
 * Throws RangeError unless `count` is a positive integer.
 */
export function workingDaysAfter(calendar: WorkingCalendar, start: LocalDate, count: number): Deadline {
  if (!Number.isSafeInteger(count) || count < 1) throw new RangeError(`not a number of working days: ${count}`);
  let day = start;
  let provisional = false;
  for (let left = count; left > 0;) {
    day = addDays(day, 1);
    provisional ||= !isPublished(calendar, day);
    if (isWorkingDay(calendar, day)) left -= 1;
  }
  return deadline(calendar, day, provisional);
}

/**
 * The end of a period of days, months or years: the first day does not count, and a period whose last day is off ends on
 * the next working day. Throws RangeError unless the period is positive. Source: 民法典 art 201-203.
 */
export function periodEnd(calendar: WorkingCalendar, start: LocalDate, period: Period): Deadline {
  const { days = 0, months = 0, years = 0 } = period;
  if (![days, months, years].every((part) => Number.isSafeInteger(part) && part >= 0) || days + months + years === 0)
    throw new RangeError('a period needs a positive length');
  let day = addDays(addMonths(start, years * 12 + months), days);
  let provisional = !isPublished(calendar, day);
  while (!isWorkingDay(calendar, day)) {
    day = addDays(day, 1);
    provisional ||= !isPublished(calendar, day);
  }
  return deadline(calendar, day, provisional);
}

/** After how many units of a limit the owner is warned: four fifths rounded down, at least one (3→2, 7→5, 30→24). */
export function warningPoint(limit: number): number {
  if (!Number.isSafeInteger(limit) || limit < 1) throw new RangeError(`not a limit: ${limit}`);
  return Math.max(1, Math.floor((limit * 4) / 5));
}
