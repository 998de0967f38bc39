import { addDays } from '#libs/calendar';
import { AREA_LEVELS, holdsOn, isAbove, type AreaLevel, type AreaVersion } from './area.js';
import { isCovered, type DatedTree } from './dated-tree.js';

/** What becomes of the tree: versions that end, as they then are, and versions that begin. Nothing is ever taken away. */
export interface AreaChange {
  readonly ended: readonly AreaVersion[];
  readonly begun: readonly AreaVersion[];
}

/** Why an area cannot be changed so. */
export type AreaRefusalCode =
  | 'AREA_UNKNOWN'
  | 'AREA_NOT_IN_FORCE'
  | 'AREA_HAS_LATER_CHANGE'
  | 'AREA_LEVELS_DIFFER'
  | 'AREA_SAME'
  | 'AREA_CODE_IN_USE'
  | 'AREA_CODE_FORM'
  | 'AREA_NAME_MISSING'
  | 'AREA_NOT_ASSIGNED'
  | 'AREA_NOT_BELOW'
  | 'AREA_NAMED_TWICE';

/** A change that cannot be made; the code is stable, the area is the one at fault, or several joined by commas. */
export class AreaRefusal extends Error {
  constructor(
    readonly code: AreaRefusalCode,
    readonly area: string,
  ) {
    super(`${code} ${area}`);
    this.name = 'AreaRefusal';
  }
}

/**
 * A tree with changes that are not yet made. History only grows: a version begins after all that is known of its area, so
 * that every path under which something was recorded stays in the tree.
 */
export class Draft {
  private readonly changed = new Map<string, readonly AreaVersion[]>();
  private readonly addedBelow = new Map<string, Set<string>>();

  constructor(private readonly tree: DatedTree) {}

  versionsOf(code: string): readonly AreaVersion[] {
    return this.changed.get(code) ?? this.tree.versionsOf(code);
  }

  on(code: string, date: string): AreaVersion | undefined {
    return this.versionsOf(code).find((version) => holdsOn(version, date));
  }

  latest(code: string): AreaVersion | undefined {
    return this.versionsOf(code).at(-1);
  }

  /** Versions that lie directly below the area on the day or later. */
  belowFrom(code: string, date: string): AreaVersion[] {
    return this.everBelow(code).flatMap((each) =>
      this.versionsOf(each).filter(
        ({ parent, validUntil }) => parent === code && (validUntil === null || validUntil >= date),
      ),
    );
  }

  /** True when an area of a higher level is there for all the days. */
  hasAbove(parent: string, level: AreaLevel, from: string, until: string | null): boolean {
    return isCovered(this.versionsOf(parent), from, until, (above) => isAbove(above.level, level));
  }

  /** The version that a change from that day on is about. @throws AreaRefusal unless it holds then and nothing later is known */
  changeable(code: string, from: string): AreaVersion {
    const latest = this.latest(code);
    if (!latest) throw new AreaRefusal('AREA_UNKNOWN', code);
    if (latest.validFrom >= from) throw new AreaRefusal('AREA_HAS_LATER_CHANGE', code);
    if (latest.validUntil !== null) throw new AreaRefusal('AREA_NOT_IN_FORCE', code);
    return latest;
  }

  /**
   * @throws AreaRefusal when something below the area changes on that day or later, whose path of then would be lost, or
   * something else is yet to go into one of them
   */
  requireStillBelow(code: string, from: string): void {
    const comes = ({ successor, validUntil }: AreaVersion) =>
      successor === code && addDays(validUntil ?? from, 1) >= from;
    if (this.tree.predecessorsOf(code).some((each) => this.versionsOf(each).some(comes)))
      throw new AreaRefusal('AREA_HAS_LATER_CHANGE', code);
    for (const each of this.everBelow(code)) {
      const changes = ({ parent, validFrom, validUntil }: AreaVersion) =>
        parent === code && (validFrom >= from || (validUntil !== null && validUntil >= from));
      if (this.versionsOf(each).some(changes)) throw new AreaRefusal('AREA_HAS_LATER_CHANGE', each);
      this.requireStillBelow(each, from);
    }
  }

  /** False where {@link requireStillBelow} refuses. */
  isStillBelow(code: string, from: string): boolean {
    try {
      this.requireStillBelow(code, from);
      return true;
    } catch (error) {
      if (error instanceof AreaRefusal) return false;
      throw error;
    }
  }

  /** Ends the latest version of an area before a day. */
  endBefore(version: AreaVersion, day: string, successor: string | null = null): void {
    this.end(version, addDays(day, -1), successor);
  }

  /** Ends the latest version of an area with a day. */
  end(version: AreaVersion, validUntil: string, successor: string | null = null): void {
    const ended = { ...version, validUntil, successor };
    this.changed.set(version.code, [...this.versionsOf(version.code).slice(0, -1), ended]);
  }

  /** Ends an area and everything below it before a day. */
  endAllBefore(version: AreaVersion, day: string): void {
    for (const child of this.belowFrom(version.code, day)) this.endAllBefore(child, day);
    this.endBefore(version, day);
  }

  /** Begins a version after all others of its area. */
  begin(version: AreaVersion): void {
    const { code, parent } = version;
    this.changed.set(code, [...this.versionsOf(code), version]);
    if (parent === null) return;
    const below = this.addedBelow.get(parent);
    if (below) below.add(code);
    else this.addedBelow.set(parent, new Set([code]));
  }

  /** A version follows another without a gap. */
  replace(version: AreaVersion, next: Partial<AreaVersion> & { readonly validFrom: string }): void {
    this.endBefore(version, next.validFrom);
    this.begin({ ...version, validUntil: null, successor: null, source: 'own', ...next });
  }

  /** All that was done, the upper areas first. */
  change(): AreaChange {
    const ended: AreaVersion[] = [];
    const begun: AreaVersion[] = [];
    for (const [code, versions] of this.changed) {
      const before = this.tree.versionsOf(code);
      for (const [index, version] of versions.entries()) {
        const known = before[index];
        if (known === undefined) begun.push(version);
        else if (known !== version) ended.push(version);
      }
    }
    return { ended, begun: begun.sort(byLevel) };
  }

  private everBelow(code: string): string[] {
    const known = this.tree.everBelow(code);
    const added = this.addedBelow.get(code);
    return added ? [...new Set([...known, ...added])] : [...known];
  }
}

const byLevel = (one: AreaVersion, other: AreaVersion): number =>
  AREA_LEVELS.indexOf(one.level) - AREA_LEVELS.indexOf(other.level);
