/** A civil date `YYYY-MM-DD` of the area where a thing happens, years 0001 to 9999; it knows no time zone. */
export type LocalDate = string;
/** A civil month `YYYY-MM`. */
export type Month = string;
/** A moment: RFC 3339 in UTC with milliseconds and `Z`. */
export type Instant = string;

const dayLength = 86_400_000;

const pad = (value: number, width: number): string => String(value).padStart(width, '0');

/** Whether the text is a date that exists. */
export function isLocalDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || text < '0001') return false;
  const time = Date.parse(`${text}T00:00:00.000Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().slice(0, 10) === text;
}

/** Whether the text is a month that exists. */
export const isMonth = (text: string): boolean => isLocalDate(`${text}-01`);

const requireDate = (date: LocalDate): LocalDate => {
  if (!isLocalDate(date)) throw new RangeError(`not a date: ${date}`);
  return date;
};

const requireMonth = (month: Month): Month => {
  if (!isMonth(month)) throw new RangeError(`not a month: ${month}`);
  return month;
};

const requireWhole = (count: number): number => {
  if (!Number.isSafeInteger(count)) throw new RangeError(`not a whole number: ${count}`);
  return count;
};

const timeOf = (date: LocalDate): number => Date.parse(`${requireDate(date)}T00:00:00.000Z`);

const dateAt = (time: number): LocalDate => {
  const moment = new Date(time);
  return requireDate(Number.isNaN(moment.getTime()) ? 'out of range' : moment.toISOString().slice(0, 10));
};

/** The date `days` later (earlier when negative). All functions here throw RangeError for a date that does not exist. */
export const addDays = (date: LocalDate, days: number): LocalDate =>
  dateAt(timeOf(date) + requireWhole(days) * dayLength);

/** The month that the date lies in. */
export const monthOf = (date: LocalDate): Month => requireDate(date).slice(0, 7);

/** The month `count` months later (earlier when negative). */
export function addMonthsTo(month: Month, count: number): Month {
  const index = Number(requireMonth(month).slice(0, 4)) * 12 + Number(month.slice(5)) - 1 + requireWhole(count);
  return requireMonth(`${pad(Math.floor(index / 12), 4)}-${pad((((index % 12) + 12) % 12) + 1, 2)}`);
}

/** The month after. */
export const nextMonth = (month: Month): Month => addMonthsTo(month, 1);

/** All months from the first to the last, both included; none when the first is later. */
export function monthsBetween(from: Month, to: Month): Month[] {
  requireMonth(to);
  const months: Month[] = [];
  for (let month = requireMonth(from); month <= to; month = nextMonth(month)) {
    months.push(month);
    if (month === to) break;
  }
  return months;
}

/** The last date of the month. */
export const lastDayOf = (month: Month): LocalDate =>
  month === '9999-12' ? '9999-12-31' : addDays(`${nextMonth(month)}-01`, -1);

/** The corresponding day `count` months later, else that month's last day. Source: 民法典 art 202. */
export function addMonths(date: LocalDate, count: number): LocalDate {
  const month = addMonthsTo(monthOf(date), count);
  const day = `${month}${date.slice(7)}`;
  return isLocalDate(day) ? day : lastDayOf(month);
}

/** 1 for Monday to 7 for Sunday. */
export const dayOfWeek = (date: LocalDate): number => new Date(timeOf(date)).getUTCDay() || 7;

/**
 * Full years on the date; the age is reached on the birthday, and by someone born on 29 February on the 28th in common
 * years. Throws RangeError when the date lies before the birth.
 */
export function ageOn(birthDate: LocalDate, date: LocalDate): number {
  if (requireDate(date) < requireDate(birthDate)) throw new RangeError('the date lies before the birth');
  const years = Number(date.slice(0, 4)) - Number(birthDate.slice(0, 4));
  return addMonths(birthDate, years * 12) <= date ? years : years - 1;
}
