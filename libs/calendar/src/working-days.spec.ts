import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { calendarOf } from './calendars.js';
import { addDays } from './dates.js';
import { isWorkingDay, periodEnd, warningPoint, workingDaysAfter } from './working-days.js';

const china = calendarOf('CN');
const weekendsOnly = { ...china, holidays: [], makeUpDays: [] };

describe('working days in China', () => {
  it('are those of the published lists', () => {
    expect(china.publishedFrom).toBe('2024-01-01');
    expect(china.publishedThrough).toBe('2026-12-31');
    const off = ['2025-10-01', '2025-10-08', '2025-10-12', '2026-02-23'];
    const worked = ['2025-09-28', '2025-10-09', '2025-10-11', '2026-02-14', '2026-02-24'];
    expect(off.filter((day) => isWorkingDay(china, day))).toEqual([]);
    expect(worked.filter((day) => isWorkingDay(china, day))).toEqual(worked);
  });

  it('scenario 3: accepted on Wednesday 2025-09-24, survey by Sunday the 28th, ten days by 14 October', () => {
    expect(workingDaysAfter(china, '2025-09-24', 3).lastDay).toBe('2025-09-28');
    expect(workingDaysAfter(china, '2025-09-24', 10)).toEqual({
      lastDay: '2025-10-14',
      provisional: false,
      calendar: `CN@${china.version}`,
    });
    expect(workingDaysAfter(weekendsOnly, '2025-09-24', 3).lastDay).toBe('2025-09-29');
    expect(workingDaysAfter(weekendsOnly, '2025-09-24', 10).lastDay).toBe('2025-10-08');
  });

  it('are a guess beyond the last list and before the first', () => {
    expect(workingDaysAfter(china, '2026-12-28', 3)).toMatchObject({ lastDay: '2026-12-31', provisional: false });
    expect(workingDaysAfter(china, '2026-12-28', 4)).toMatchObject({ lastDay: '2027-01-01', provisional: true });
    expect(workingDaysAfter(china, '2023-12-28', 3)).toMatchObject({ provisional: true });
  });

  it('are counted by a positive whole number only', () => {
    for (const count of [0, -1, 1.5]) expect(() => workingDaysAfter(china, '2025-09-24', count)).toThrow(RangeError);
    expect(() => workingDaysAfter(china, '2025-02-30', 1)).toThrow(RangeError);
  });

  it('end on a working day, one more day never earlier', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000 }), fc.integer({ min: 1, max: 60 }), (offset, count) => {
        const start = addDays('2024-01-01', offset);
        const { lastDay } = workingDaysAfter(china, start, count);
        expect(isWorkingDay(china, lastDay)).toBe(true);
        expect(lastDay > start).toBe(true);
        expect(workingDaysAfter(china, lastDay, 1).lastDay).toBe(workingDaysAfter(china, start, count + 1).lastDay);
      }),
      { seed: 6 },
    );
  });

  it('are known for countries with a pack', () => expect(() => calendarOf('XX')).toThrow(RangeError));
});

describe('periods of days, months and years', () => {
  it('seven days of notice from 2025-09-24 end on 9 October, after the holidays', () => {
    expect(periodEnd(china, '2025-09-24', { days: 7 })).toMatchObject({ lastDay: '2025-10-09', provisional: false });
    expect(periodEnd(china, '2025-09-10', { days: 7 }).lastDay).toBe('2025-09-17');
  });

  it('E8: three months from 15 March 2025 end on Monday 16 June', () => {
    expect(periodEnd(china, '2025-03-15', { months: 3 }).lastDay).toBe('2025-06-16');
  });

  it('end on the corresponding day, else on the month’s last', () => {
    expect(periodEnd(china, '2024-10-31', { months: 4 }).lastDay).toBe('2025-02-28');
    expect(periodEnd(china, '2024-02-29', { years: 1 }).lastDay).toBe('2025-02-28');
  });

  it('may end on a make-up Sunday', () => {
    expect(periodEnd(china, '2025-09-21', { days: 7 }).lastDay).toBe('2025-09-28');
  });

  it('are provisional beyond the published lists, also when only the roll leads there', () => {
    expect(periodEnd(china, '2026-12-31', { days: 1 })).toMatchObject({ lastDay: '2027-01-01', provisional: true });
    const until2025 = { ...china, publishedThrough: '2025-05-31' };
    expect(periodEnd(until2025, '2025-05-24', { days: 7 })).toMatchObject({ lastDay: '2025-06-03', provisional: true });
  });

  it('need a positive length', () => {
    for (const period of [{}, { days: 0 }, { days: -1 }, { months: 1.5 }])
      expect(() => periodEnd(china, '2025-09-24', period)).toThrow(RangeError);
  });
});

describe('warningPoint', () => {
  it.each([
    [1, 1],
    [3, 2],
    [5, 4],
    [7, 5],
    [10, 8],
    [20, 16],
    [30, 24],
    [45, 36],
  ])('of a limit of %d is %d', (limit, warned) => expect(warningPoint(limit)).toBe(warned));

  it('needs a limit', () => expect(() => warningPoint(0)).toThrow(RangeError));
});
