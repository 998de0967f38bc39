import { BEGINNING, type AreaLevel, type AreaSource } from './area.js';
import type { DatedTree } from './dated-tree.js';
import { Draft, type AreaChange } from './draft.js';

/** An area of a list of division codes. */
export interface Division {
  readonly code: string;
  readonly parent: string | null;
  readonly level: AreaLevel;
  readonly nameZh: string;
  readonly nameEn: string | null;
  /** Left alone by every list, once it is there. */
  readonly source?: AreaSource;
}

/** Division codes as they stood on a day. */
export interface DivisionList {
  /** The day that it tells of. */
  readonly asOf: string;
  /** Time zone and currency of all. */
  readonly timeZone: string;
  readonly currency: string;
  /** Whether the list would name such an area if there was one: what it covers and leaves out is gone. */
  readonly covers: (division: { readonly code: string; readonly level: AreaLevel }) => boolean;
  /** The upper areas first. */
  readonly divisions: readonly Division[];
}

/**
 * What a list changes. Loaded first, its areas hold since the beginning; a later list ends, renames, moves and begins areas
 * with its day. What an office has set itself stays, and so does what changes on that day or after it. An area whose area
 * above is not there then is left out.
 */
export function planDivisions(tree: DatedTree, list: DivisionList): AreaChange {
  const { asOf, covers, divisions } = list;
  const draft = new Draft(tree);
  const earlier = [...tree.all()].filter((version) => version.source === 'pack' && covers(version));
  const since = earlier.length === 0 ? BEGINNING : asOf;
  for (const { code, parent, level, nameZh, nameEn, source = 'pack' } of divisions) {
    const latest = draft.latest(code);
    const begins = latest === undefined ? since : asOf;
    if (latest && (latest.source === 'own' || latest.validFrom >= asOf || latest.level !== level)) continue;
    if (latest?.validUntil === null && isSame(latest, { parent, level, nameZh, nameEn })) continue;
    if (parent !== null && !draft.hasAbove(parent, level, begins, null)) continue;
    if (latest?.validUntil === null) {
      if (latest.parent !== parent && !draft.isStillBelow(code, asOf)) continue;
      draft.replace(latest, { parent, nameZh, nameEn, validFrom: asOf, source: 'pack' });
    } else if (latest === undefined || latest.validUntil < asOf) {
      const { timeZone, currency } = list;
      const what = { code, parent, level, nameZh, nameEn, timeZone, currency, source };
      draft.begin({ ...what, validFrom: begins, validUntil: null, successor: null, origin: latest?.origin ?? null });
    }
  }
  const listed = new Set(divisions.map(({ code }) => code));
  for (const { code } of earlier) {
    const latest = draft.latest(code);
    if (listed.has(code) || latest?.source !== 'pack' || latest.validUntil !== null || latest.validFrom >= asOf)
      continue;
    if (draft.isStillBelow(code, asOf)) draft.endAllBefore(latest, asOf);
  }
  return draft.change();
}

const isSame = (one: Omit<Division, 'code'>, other: Omit<Division, 'code'>): boolean =>
  one.parent === other.parent &&
  one.level === other.level &&
  one.nameZh === other.nameZh &&
  one.nameEn === other.nameEn;
