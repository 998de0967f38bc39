/** A node of the area tree. */
export interface Area {
  /** 6 digits, or 9 for a township and 12 for a village. */
  readonly code: string;
  readonly parent: string | null;
  readonly level: AreaLevel;
  readonly nameEn: string;
  readonly nameZh: string;
  /** Codes from the root to this area, joined by dots. */
  readonly path: string;
  /** IANA name, e.g. `Asia/Shanghai`. */
  readonly timeZone: string;
  /** ISO 4217 code, e.g. `CNY`. */
  readonly currency: string;
  readonly validFrom: string;
  readonly validUntil: string | null;
}

/** From the top down. */
export const AREA_LEVELS = ['province', 'city', 'county', 'township', 'village'] as const;

export type AreaLevel = (typeof AREA_LEVELS)[number];
