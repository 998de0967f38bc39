import { Fraction, roundTo, type Rounding } from '#libs/money';

/**
 * A fixed annual amount (fen) paid monthly so that the twelve payments add up to it: what is due up to the calendar month
 * (1 for January, whatever month a person enters) less what was due up to the month before. Not for gap payments.
 * Throws RangeError for a month that does not exist.
 */
export function monthlyInstalment(annualAmount: number, calendarMonth: number, rounding: Rounding): number {
  if (!Number.isInteger(calendarMonth) || calendarMonth < 1 || calendarMonth > 12)
    throw new RangeError(`not a calendar month: ${calendarMonth}`);
  const dueUpTo = (month: number) => roundTo(Fraction.of(annualAmount).times(Fraction.of(month, 12)), rounding);
  return dueUpTo(calendarMonth) - dueUpTo(calendarMonth - 1);
}
