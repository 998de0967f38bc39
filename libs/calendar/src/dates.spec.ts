import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  addDays,
  addMonths,
  addMonthsTo,
  ageOn,
  dayOfWeek,
  isLocalDate,
  isMonth,
  lastDayOf,
  monthOf,
  monthsBetween,
  nextMonth,
} from './dates.js';

const dates = fc
  .date({ min: new Date('1900-01-01'), max: new Date('2200-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

describe('dates and months', () => {
  it.each(['2024-02-29', '2000-02-29', '0001-01-01', '9999-12-31'])('%s exists', (text) =>
    expect(isLocalDate(text)).toBe(true),
  );

  it.each([
    '2025-02-29',
    '1900-02-29',
    '2025-04-31',
    '2025-13-01',
    '2025-00-10',
    '2025-1-1',
    '0000-01-01',
    '2025-01-01 ',
    '2025-01-01T00:00:00Z',
    '',
  ])('%j is no date', (text) => expect(isLocalDate(text)).toBe(false));

  it('knows months', () => {
    expect(['2025-01', '2025-12'].every(isMonth)).toBe(true);
    expect(['2025-00', '2025-13', '2025-1', '2025', '2025-01-01'].some(isMonth)).toBe(false);
  });

  it('adds days over month and year ends', () => {
    expect(addDays('2024-12-31', 1)).toBe('2025-01-01');
    expect(addDays('2024-03-01', -1)).toBe('2024-02-29');
  });

  it('adds months to the corresponding day, else to the month’s last', () => {
    expect(addMonths('2025-01-31', 1)).toBe('2025-02-28');
    expect(addMonths('2023-11-30', 3)).toBe('2024-02-29');
    expect(addMonths('2024-02-29', 12)).toBe('2025-02-28');
    expect(addMonths('2025-03-15', -3)).toBe('2024-12-15');
    expect(addMonths('9999-11-30', 1)).toBe('9999-12-30');
  });

  it('steps through months', () => {
    expect(nextMonth('2025-12')).toBe('2026-01');
    expect(addMonthsTo('2025-01', -1)).toBe('2024-12');
    expect(monthOf('2025-09-24')).toBe('2025-09');
    expect(lastDayOf('2024-02')).toBe('2024-02-29');
    expect(monthsBetween('2025-11', '2026-02')).toEqual(['2025-11', '2025-12', '2026-01', '2026-02']);
    expect(monthsBetween('2026-02', '2026-02')).toEqual(['2026-02']);
    expect(monthsBetween('2026-02', '2026-01')).toEqual([]);
    expect(monthsBetween('9999-12', '9999-12')).toEqual(['9999-12']);
  });

  it('counts weekdays from Monday', () => {
    expect(dayOfWeek('2025-09-24')).toBe(3);
    expect(dayOfWeek('2025-09-28')).toBe(7);
  });

  it('refuses dates, months and counts that do not exist', () => {
    expect(() => addDays('2025-02-30', 1)).toThrow(RangeError);
    expect(() => addDays('2025-02-20', 0.5)).toThrow(RangeError);
    expect(() => addDays('9999-12-31', 1)).toThrow(RangeError);
    expect(() => addDays('2025-01-01', Number.MAX_SAFE_INTEGER)).toThrow(RangeError);
    expect(() => addMonths('2025-02-30', 1)).toThrow(RangeError);
    expect(() => monthOf('2025-02')).toThrow(RangeError);
    expect(() => nextMonth('2025-13')).toThrow(RangeError);
    expect(() => nextMonth('9999-12')).toThrow(RangeError);
    expect(() => monthsBetween('2025-01', '2025-13')).toThrow(RangeError);
    expect(() => dayOfWeek('today')).toThrow(RangeError);
  });

  it('comes back by the way it went', () => {
    fc.assert(
      fc.property(dates, fc.integer({ min: -40_000, max: 40_000 }), (date, days) => {
        expect(addDays(addDays(date, days), -days)).toBe(date);
        expect(dayOfWeek(addDays(date, 7 * days))).toBe(dayOfWeek(date));
        expect(addMonthsTo(addMonthsTo(monthOf(date), days % 1_000), -(days % 1_000))).toBe(monthOf(date));
        expect(monthOf(addMonths(date, days % 1_000))).toBe(addMonthsTo(monthOf(date), days % 1_000));
      }),
      { seed: 5 },
    );
  });
});

describe('ageOn', () => {
  it('is reached on the birthday', () => {
    expect(ageOn('1971-05-20', '2025-05-19')).toBe(53);
    expect(ageOn('1971-05-20', '2025-05-20')).toBe(54);
    expect(ageOn('2025-05-20', '2025-05-20')).toBe(0);
  });

  it('is reached on 28 February in common years by someone born on the 29th', () => {
    expect(ageOn('1944-02-29', '2025-02-27')).toBe(80);
    expect(ageOn('1944-02-29', '2025-02-28')).toBe(81);
    expect(ageOn('1944-02-29', '2024-02-28')).toBe(79);
    expect(ageOn('1944-02-29', '2024-02-29')).toBe(80);
  });

  it('refuses a day before the birth', () => expect(() => ageOn('2025-01-02', '2025-01-01')).toThrow(RangeError));
});
