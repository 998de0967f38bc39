import { addDays } from '#libs/calendar';
import { isAreaCode, isLocalDate } from '#libs/platform';
import { AREA_LEVELS, type AreaLevel, type AreaVersion } from './area.js';
import type { DatedTree } from './dated-tree.js';
import { Draft, type AreaChange } from './draft.js';

/** A line of an office's own list of areas, as it was read. */
export interface AreaRow {
  /** Number of the line in the file. */
  readonly line: number;
  readonly code: string;
  /** Empty for a root. */
  readonly parent: string;
  readonly level: string;
  readonly nameZh: string;
  readonly nameEn: string;
  /** Empty for that of the area above. */
  readonly timeZone: string;
  /** Empty for that of the area above. */
  readonly currency: string;
  readonly validFrom: string;
  /** Empty while it holds. */
  readonly validUntil: string;
}

/** What can be wrong with a line. */
export type AreaRowFault =
  | 'CODE_FORM'
  | 'LEVEL_UNKNOWN'
  | 'LEVEL_DIFFERS'
  | 'NAME_MISSING'
  | 'TIME_ZONE_UNKNOWN'
  | 'CURRENCY_FORM'
  | 'DATE_FORM'
  | 'DATES_ORDER'
  | 'PARENT_MISSING'
  | 'PARENT_NOT_THERE'
  | 'VERSION_DIFFERS'
  | 'VERSION_TOO_EARLY'
  | 'AREAS_BELOW';

/** A line that could not be taken. */
export interface RefusedRow {
  readonly line: number;
  readonly area: string;
  readonly code: AreaRowFault;
}

/** What comes of an office's list. */
export interface OwnAreas {
  readonly change: AreaChange;
  /** How many lines say what the tree says already. */
  readonly unchanged: number;
  /** In the order of their lines. */
  readonly refused: readonly RefusedRow[];
}

/**
 * Takes what can be taken of an office's list, in whatever order its lines stand. A line about an area that is there begins
 * a new version of it, later than all before, or ends it.
 */
export function planOwnAreas(tree: DatedTree, rows: readonly AreaRow[]): OwnAreas {
  const draft = new Draft(tree);
  const refused: RefusedRow[] = [];
  const faults = new Map<ReadRow, AreaRowFault>();
  let unchanged = 0;
  const read = rows.flatMap((row) => {
    const fault = faultOf(row);
    if (fault !== undefined) refused.push({ line: row.line, area: row.code, code: fault });
    return fault === undefined ? [row as ReadRow] : [];
  });
  // A line may need another first, such as the end of an area the ends of those below: as long as one is taken, more may be.
  let waiting: readonly ReadRow[] = read.sort(upperThenEarlier);
  for (let taken = 1; taken > 0;) {
    taken = 0;
    faults.clear();
    waiting = waiting.filter((row) => {
      const outcome = take(draft, row);
      if (outcome === 'unchanged') unchanged += 1;
      else if (outcome === 'taken') taken += 1;
      else faults.set(row, outcome);
      return faults.has(row);
    });
  }
  for (const [{ line, code: area }, code] of faults) refused.push({ line, area, code });
  return { change: draft.change(), unchanged, refused: refused.sort((one, other) => one.line - other.line) };
}

type ReadRow = AreaRow & { readonly level: AreaLevel };

function take(draft: Draft, row: ReadRow): 'taken' | 'unchanged' | AreaRowFault {
  const { code, level, validFrom } = row;
  const parent = row.parent === '' ? null : row.parent;
  const validUntil = row.validUntil === '' ? null : row.validUntil;
  const above = parent === null ? undefined : draft.on(parent, validFrom);
  const timeZone = row.timeZone || above?.timeZone;
  const currency = row.currency || above?.currency;
  if (parent !== null && !draft.hasAbove(parent, level, validFrom, validUntil)) return 'PARENT_NOT_THERE';
  if (timeZone === undefined) return 'TIME_ZONE_UNKNOWN';
  if (currency === undefined) return 'CURRENCY_FORM';
  const nameEn = row.nameEn === '' ? null : row.nameEn;
  const next: AreaVersion = {
    ...{ code, parent, level, nameZh: row.nameZh, nameEn, timeZone, currency, validFrom, validUntil },
    successor: null,
    origin: null,
    source: 'own',
  };
  const known = draft.versionsOf(code).find((version) => version.validFrom === validFrom);
  if (known) return endAsSaid(draft, known, next);
  return beginAsSaid(draft, next);
}

/** A line about a version that is there can only say when it ends. */
function endAsSaid(draft: Draft, known: AreaVersion, next: AreaVersion): 'taken' | 'unchanged' | AreaRowFault {
  const same = (['parent', 'level', 'nameZh', 'nameEn', 'timeZone', 'currency'] as const).every(
    (field) => known[field] === next[field],
  );
  if (!same) return 'VERSION_DIFFERS';
  const { code } = next;
  if (known.validUntil === next.validUntil) return 'unchanged';
  if (next.validUntil === null || known.validUntil !== null) return 'VERSION_DIFFERS';
  if (reachesBeyond(draft, next)) return 'AREAS_BELOW';
  if (!draft.isStillBelow(code, addDays(next.validUntil, 1))) return 'VERSION_TOO_EARLY';
  draft.end(known, next.validUntil);
  return 'taken';
}

function beginAsSaid(draft: Draft, next: AreaVersion): 'taken' | AreaRowFault {
  const { code, parent, level, validFrom, validUntil } = next;
  const latest = draft.latest(code);
  if (latest && (latest.validFrom >= validFrom || (latest.validUntil !== null && latest.validUntil >= validFrom)))
    return 'VERSION_TOO_EARLY';
  if (latest && latest.level !== level) return 'LEVEL_DIFFERS';
  if (latest && reachesBeyond(draft, next)) return 'AREAS_BELOW';
  if (latest && latest.parent !== parent && !draft.isStillBelow(code, validFrom)) return 'VERSION_TOO_EARLY';
  if (validUntil !== null && !draft.isStillBelow(code, addDays(validUntil, 1))) return 'VERSION_TOO_EARLY';
  if (latest?.validUntil === null) draft.endBefore(latest, validFrom);
  draft.begin({ ...next, origin: latest?.origin ?? null });
  return 'taken';
}

/** True when something lies below the area after its last day. */
const reachesBeyond = (draft: Draft, { code, validUntil }: AreaVersion): boolean =>
  validUntil !== null &&
  draft.belowFrom(code, validUntil).some((below) => below.validUntil === null || below.validUntil > validUntil);

function faultOf(row: AreaRow): AreaRowFault | undefined {
  const { code, parent, level, nameZh, timeZone, currency, validFrom, validUntil } = row;
  if (!isAreaCode(code)) return 'CODE_FORM';
  if (!AREA_LEVELS.some((each) => each === level)) return 'LEVEL_UNKNOWN';
  if (nameZh === '') return 'NAME_MISSING';
  if ((parent === '') !== (level === 'province')) return 'PARENT_MISSING';
  if (timeZone !== '' && !isTimeZone(timeZone)) return 'TIME_ZONE_UNKNOWN';
  if (currency !== '' && !/^[A-Z]{3}$/.test(currency)) return 'CURRENCY_FORM';
  if (!isLocalDate(validFrom) || (validUntil !== '' && !isLocalDate(validUntil))) return 'DATE_FORM';
  if (validUntil !== '' && validUntil < validFrom) return 'DATES_ORDER';
  return undefined;
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

const upperThenEarlier = (one: ReadRow, other: ReadRow): number =>
  AREA_LEVELS.indexOf(one.level) - AREA_LEVELS.indexOf(other.level) ||
  (one.validFrom < other.validFrom ? -1 : one.validFrom > other.validFrom ? 1 : one.line - other.line);
