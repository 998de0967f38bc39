export { calendarOf } from './calendars.js';
export {
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
  type Instant,
  type LocalDate,
  type Month,
} from './dates.js';
export {
  isWorkingDay,
  periodEnd,
  warningPoint,
  workingDaysAfter,
  type Deadline,
  type Period,
  type WorkingCalendar,
} from './working-days.js';
export { endOfDay, localDate, startOfDay } from './zones.js';
