import { chinaCalendar } from './packs/cn.js';
import type { WorkingCalendar } from './working-days.js';

const calendars: readonly WorkingCalendar[] = [chinaCalendar];

/** The newest working calendar of a country (ISO 3166-1 alpha-2). Throws RangeError when there is no pack for it. */
export function calendarOf(countryId: string): WorkingCalendar {
  const calendar = calendars.find((one) => one.id === countryId);
  if (!calendar) throw new RangeError(`no working calendar for ${countryId}`);
  return calendar;
}
