import type { LocalDate } from '#libs/calendar';

/** What has to happen before a decision. */
export interface Procedure {
  readonly homeVisit: boolean;
  readonly verificationReport: boolean;
  /** Calendar days of public notice; null for none. */
  readonly publicNoticeDays: number | null;
}

/**
 * The parameters of one scheme in one area from one date: what law leaves to the area is data, never a constant.
 * A case cites `id` and `version`, so a published pack is never edited: a change is a new line or a new version.
 */
export interface Pack<Parameters = unknown> {
  readonly id: string;
  readonly version: string;
  /** True for figures that serve demonstration and have no authority. */
  readonly example: boolean;
  /** Code of the area; it holds for the areas below that have no line of their own. */
  readonly area: string;
  readonly scheme: string;
  /** In force from this date until a later line of the same area and scheme. */
  readonly from: LocalDate;
  /** ISO 4217; amounts are integers in its minor unit. */
  readonly currency: string;
  /** IANA name of the zone in which dates and months are counted. */
  readonly timeZone: string;
  /** Country of the working calendar. */
  readonly calendar: string;
  readonly legalBasis: readonly string[];
  readonly procedure: Procedure;
  /** Months between periodic re-checks, where the area sets its own. */
  readonly recheckMonths?: number | null;
  /** Calendar days between a change of account and its first use. */
  readonly accountCoolOffDays: number;
  /** Whether a favourable change is also paid for months before the month after its decision. */
  readonly favourableChangeArrears: 'none' | 'month-after-event' | 'event-month';
  /** What only the scheme understands. */
  readonly parameters: Parameters;
}

/**
 * The line that holds in an area on a date: of the nearest area upwards that has any, the latest in force by then.
 * `areaPath` lists codes from the root to the area itself.
 */
export function packAmong(
  packs: readonly Pack[],
  areaPath: readonly string[],
  scheme: string,
  on: LocalDate,
): Pack | undefined {
  for (const area of areaPath.toReversed()) {
    const inForce = packs.filter((pack) => pack.area === area && pack.scheme === scheme && pack.from <= on);
    if (inForce.length > 0) return inForce.reduce((latest, pack) => (pack.from > latest.from ? pack : latest));
  }
  return undefined;
}
