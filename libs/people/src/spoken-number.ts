import type { AreaTree } from '#libs/areas';
import type { RunningNumbers } from '#libs/event-sourcing';

/**
 * A number that people can say on the telephone: county, year, running number, e.g. `430225-2025-000123`. Households
 * and cases share one row of numbers, so that a number names one thing.
 */
export async function spokenNumber(
  areas: AreaTree,
  numbers: RunningNumbers,
  area: string,
  today: string,
): Promise<string> {
  const prefix = `${(areas.countyOf(area) ?? areas.get(area)).code}-${today.slice(0, 4)}`;
  return `${prefix}-${String(await numbers.next(prefix)).padStart(6, '0')}`;
}
