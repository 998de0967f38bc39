import { addDays, isLocalDate, type Instant, type LocalDate } from './dates.js';

const formats = new Map<string, Intl.DateTimeFormat>();

const formatOf = (timeZone: string): Intl.DateTimeFormat => {
  const known = formats.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  formats.set(timeZone, format);
  return format;
};

const dateIn = (format: Intl.DateTimeFormat, time: number): LocalDate => {
  const parts = format.formatToParts(time);
  const part = (type: 'year' | 'month' | 'day') => parts.find((found) => found.type === type)?.value ?? '';
  return `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`;
};

const timeOfInstant = (instant: Instant): number => {
  const form = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?Z$/.exec(instant);
  const time = Date.parse(instant);
  if (!form || !isLocalDate(form[1] ?? '') || Number.isNaN(time)) throw new RangeError(`not an instant: ${instant}`);
  return time;
};

/** Since then every zone's offset has been a number of whole minutes, so a date begins only where a minute does. */
const wholeMinutesSince = Date.parse('1972-05-01T00:00:00Z');
/** By zone, the minute that was asked for last, as the beginning of its instants: a program asks mostly for the present one. */
const lastMinutes = new Map<string, { readonly minute: string; readonly date: LocalDate }>();
const secondsOfMinute = /^[0-5]\d(?:\.\d{1,3})?Z$/;

/** The date on the calendar of the time zone (IANA name) at that moment. Throws RangeError for an unknown zone or moment. */
export function localDate(instant: Instant, timeZone: string): LocalDate {
  const last = lastMinutes.get(timeZone);
  if (last !== undefined && instant.startsWith(last.minute) && secondsOfMinute.test(instant.slice(17)))
    return last.date;
  const time = timeOfInstant(instant);
  const date = dateIn(formatOf(timeZone), time);
  if (time >= wholeMinutesSince) lastMinutes.set(timeZone, { minute: instant.slice(0, 17), date });
  return date;
}

/**
 * The first moment of the date in the time zone; where clocks skip midnight, the first that exists. Found by bisection,
 * since zone rules are known only by asking what date a moment has.
 */
export function startOfDay(date: LocalDate, timeZone: string): Instant {
  if (!isLocalDate(date)) throw new RangeError(`not a date: ${date}`);
  const format = formatOf(timeZone);
  const midnight = Date.parse(`${date}T00:00:00.000Z`);
  let before = midnight - 15 * 3_600_000;
  let from = midnight + 39 * 3_600_000;
  while (from - before > 1) {
    const middle = Math.floor((before + from) / 2);
    if (dateIn(format, middle) < date) before = middle;
    else from = middle;
  }
  return new Date(from).toISOString();
}

/** 24:00 of the date in the time zone, which is the start of the next day: a period that ends then has not ended before. */
export const endOfDay = (date: LocalDate, timeZone: string): Instant => startOfDay(addDays(date, 1), timeZone);
