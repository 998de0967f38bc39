/** From the top down. */
export const AREA_LEVELS = ['province', 'city', 'county', 'township', 'village'] as const;

export type AreaLevel = (typeof AREA_LEVELS)[number];

/** Who an area's data come from: the division codes of the country, or an office itself. A newer pack leaves the latter alone. */
export type AreaSource = 'pack' | 'own';

/** What an area was from one day to another. A name or a place in the tree that changes makes a new version; the level never does. */
export interface AreaVersion {
  /** 6 digits, or 9 for a township and 12 for a village. */
  readonly code: string;
  /** Code of the area above; null for the root. */
  readonly parent: string | null;
  readonly level: AreaLevel;
  readonly nameZh: string;
  /** Null where no English name is known. */
  readonly nameEn: string | null;
  /** IANA name, e.g. `Asia/Shanghai`. */
  readonly timeZone: string;
  /** ISO 4217 code, e.g. `CNY`. */
  readonly currency: string;
  readonly validFrom: string;
  /** Last day; null while it holds. */
  readonly validUntil: string | null;
  /** Code of the area that took its place on the day after the last one; null where none did. */
  readonly successor: string | null;
  /** Code of the area that it came out of, by a division or as its new code; null where it did not. */
  readonly origin: string | null;
  readonly source: AreaSource;
}

/** An area as it is or was on a day. */
export interface Area extends AreaVersion {
  /** Codes from the root to this area, joined by dots. */
  readonly path: string;
}

/** True when the first level lies above the second. */
export const isAbove = (upper: AreaLevel, lower: AreaLevel): boolean =>
  AREA_LEVELS.indexOf(upper) < AREA_LEVELS.indexOf(lower);

/** True when the version holds on the day. */
export const holdsOn = ({ validFrom, validUntil }: AreaVersion, date: string): boolean =>
  validFrom <= date && (validUntil === null || validUntil >= date);

/** The beginning of what is not known to have begun later. */
export const BEGINNING = '1949-10-01';
