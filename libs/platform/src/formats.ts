/** True for a day that exists, `YYYY-MM-DD`, years 1900 to 9998: the day, month and year after it exist as well. */
export function isLocalDate(value: unknown): boolean {
  if (typeof value !== 'string' || !/^(19|[2-9]\d)\d{2}-(0[1-9]|1[0-2])-\d{2}$/.test(value) || value >= '9999')
    return false;
  const day = Number(value.slice(8));
  return day >= 1 && (day <= 28 || day <= daysIn(Number(value.slice(0, 4)), Number(value.slice(5, 7))));
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** True for a month, `YYYY-MM`. */
export const isMonth = (value: unknown): boolean => typeof value === 'string' && isLocalDate(`${value}-01`);

/** True for an RFC 3339 instant in UTC with at most milliseconds, e.g. `2025-09-01T08:00:00.000Z`. */
export const isInstant = (value: unknown): boolean =>
  typeof value === 'string' &&
  /^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,3})?Z$/.test(value) &&
  isLocalDate(value.slice(0, 10));

/** True for an amount in the minor unit: a whole number from 0 to 2^53-1. */
export const isAmount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** True for the form of an area code: 6, 9 or 12 digits (GB/T 2260 and its sub-county extensions). */
export const isAreaCode = (value: unknown): boolean =>
  typeof value === 'string' && /^[1-9]\d{5}(\d{3}){0,2}$/.test(value);

/** True for text that can be stored and signed: no NUL and no half of a surrogate pair. */
export const isStorableText = (value: string): boolean => !/[\0\p{Surrogate}]/u.test(value);
