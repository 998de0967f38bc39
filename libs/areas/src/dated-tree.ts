import { addDays } from '#libs/calendar';
import { holdsOn, isAbove, type Area, type AreaVersion } from './area.js';
import type { AreaPath } from './area-scope.js';

/** Answers of each kind that are kept at hand. */
const remembered = 2_000;

/**
 * The tree of areas on every day, in memory and never changed. Names and places are those of the day asked for; rights
 * follow the present: what lay in an area that is gone lies in its successor.
 */
export class DatedTree {
  private readonly versions = new Map<string, readonly AreaVersion[]>();
  /** What was asked for, mostly the same few areas today; the tree never changes. */
  private readonly found = new Map<string, Area | undefined>();
  private readonly lineages = new Map<string, readonly string[]>();
  /** Codes that ever lay directly below; the roots under null. */
  private readonly below = new Map<string | null, string[]>();
  private readonly predecessors = new Map<string, string[]>();
  /** Codes whose place changed at some time, each with every path that it ever had. */
  private readonly moved = new Map<string, readonly string[]>();

  /** @param versions of a code in the order of their days */
  constructor(versions: Iterable<AreaVersion>) {
    for (const version of versions) {
      const { code, parent, successor } = version;
      const earlier = this.versions.get(code);
      this.versions.set(code, earlier ? [...earlier, version] : [version]);
      if (!earlier?.some((each) => each.parent === parent)) listUnder(this.below, parent, code);
      if (successor !== null) listUnder(this.predecessors, successor, code);
    }
    for (const [code, of] of this.versions) {
      if (of.some(({ parent, successor }) => successor !== null || parent !== of[0]?.parent))
        this.moved.set(code, this.everyPathOf(code));
    }
  }

  /** How many areas there are or were. */
  get size(): number {
    return this.versions.size;
  }

  /** Every version of every area. */
  *all(): Iterable<AreaVersion> {
    for (const of of this.versions.values()) yield* of;
  }

  /** What an area was over time, the oldest first; empty for an unknown code. */
  versionsOf(code: string): readonly AreaVersion[] {
    return this.versions.get(code) ?? [];
  }

  /** The area as it holds on the day. */
  on(code: string, date: string): AreaVersion | undefined {
    return this.versionsOf(code).find((version) => holdsOn(version, date));
  }

  /** The area as it holds on the day, or as it last was before; undefined before it began. */
  asOf(code: string, date: string): AreaVersion | undefined {
    return this.versionsOf(code).findLast(({ validFrom }) => validFrom <= date);
  }

  /** The same with its path, which for an area that is gone is that of its last day. */
  area(code: string, date: string): Area | undefined {
    return once(this.found, `${code} ${date}`, () => this.withPath(code, date));
  }

  private withPath(code: string, date: string): Area | undefined {
    const version = this.asOf(code, date);
    if (!version) return undefined;
    const day = version.validUntil !== null && version.validUntil < date ? version.validUntil : date;
    const path = [code];
    for (let at = version.parent; at !== null; at = this.on(at, day)?.parent ?? null) path.unshift(at);
    return { ...version, path: path.join('.') };
  }

  /** Codes that ever lay directly below the area, or of every root; for which days, their versions say. */
  everBelow(code: string | null): readonly string[] {
    return this.below.get(code) ?? [];
  }

  /** Codes of the areas whose place this one ever took. */
  predecessorsOf(code: string): readonly string[] {
    return this.predecessors.get(code) ?? [];
  }

  /** What lies directly below the area on the day, by code. */
  childrenOf(code: string | null, date: string): AreaVersion[] {
    return this.everBelow(code)
      .flatMap((each) => this.on(each, date) ?? [])
      .filter(({ parent }) => parent === code)
      .sort((one, other) => (one.code < other.code ? -1 : 1));
  }

  /** True when the area is the other, or lies below it or what took its place, by the present of that day. */
  isWithin(code: string, ancestor: string, date: string): boolean {
    if (!this.asOf(code, date)) return false;
    for (let at: string | null = code; at !== null; at = this.above(at, date)) if (at === ancestor) return true;
    return false;
  }

  /** Codes from the root to the area or, where it is gone, to what now stands for it. Empty for an unknown code. */
  pathOf(code: string, date: string): string[] {
    let at: string | null = code;
    while (at !== null && !this.on(at, date)) at = this.above(at, date);
    const path: string[] = [];
    for (; at !== null; at = this.above(at, date)) path.unshift(at);
    return path;
  }

  /**
   * Codes from the root to the area or what now stands for it, each after those whose place it took for this area, the
   * nearest last: what was laid down for them holds on as long as there is nothing of its own. Before all stand areas that were merged into one of
   * these from beside, for want of anything better. Empty for an unknown code.
   */
  lineageOf(code: string, date: string): readonly string[] {
    return once(this.lineages, `${code} ${date}`, () => this.lineage(code, date));
  }

  private lineage(code: string, date: string): string[] {
    const path = this.pathOf(code, date);
    const lines = path.map((each) => [each]);
    const visit = (each: string, level: number) => {
      const line = lines[level];
      if (!line || (each !== path[level] && line.includes(each))) return;
      if (each !== path[level]) line.push(each);
      const versions = this.versionsOf(each).toReversed();
      for (const { parent, validUntil } of versions) {
        // An area that ended took its place along; one that went on was left, and with it what holds there.
        const ended =
          validUntil !== null && parent !== null && this.versionsOf(parent).at(-1)?.validUntil === validUntil;
        if (parent !== null && (ended || parent === path[level - 1])) visit(parent, level - 1);
      }
      const origin = versions[0]?.origin ?? null;
      if (origin !== null) visit(origin, level);
    };
    for (const each of this.successionOf(code, date).toReversed()) visit(each, path.length - 1);
    const found = new Set(lines.flat());
    const merged = path.toReversed().flatMap((each) => this.predecessorsOf(each).toReversed());
    const others = [...new Set(merged)].filter((each) => !found.has(each) && !this.on(each, date));
    return [...others.toReversed(), ...lines.flatMap((line) => line.toReversed())];
  }

  /** Codes from an area that is gone, by its successors, to what stands for it. */
  private successionOf(code: string, date: string): string[] {
    const line: string[] = [];
    for (let at: string | null = code; at !== null; at = this.on(at, date) ? null : this.above(at, date)) line.push(at);
    return line;
  }

  /** Codes of all areas, also of those that are gone, that lie within the area by the present of that day. */
  within(code: string, date: string): string[] {
    const found = new Set<string>();
    const visit = (each: string) => {
      if (found.has(each) || !this.isWithin(each, code, date)) return;
      found.add(each);
      for (const child of this.everBelow(each)) visit(child);
      for (const predecessor of this.predecessorsOf(each)) visit(predecessor);
    };
    visit(code);
    return [...found];
  }

  /**
   * The paths under which something was ever recorded that lies within the area by the present of that day: its own, those of
   * its predecessors and of what was moved into it, less what was moved away.
   */
  scopeOf(code: string, date: string): readonly AreaPath[] {
    const found = new Map<string, AreaPath>();
    const isIn = (each: string) => this.isWithin(each, code, date);
    const strays = [...this.moved].flatMap(([each, paths]) => (isIn(each) ? [] : paths));
    const visit = (each: string, path: string) => {
      const alone = strays.some((stray) => stray.startsWith(`${path}.`));
      found.set(path, { path, alone });
      if (!alone) return;
      for (const child of this.everBelow(each)) {
        const next = `${path}.${child}`;
        if (isIn(child) && this.everyPathOf(child).includes(next)) visit(child, next);
      }
    };
    for (const each of new Set([code, ...[...this.moved.keys()].filter(isIn)]))
      for (const path of this.everyPathOf(each)) visit(each, path);
    return [...found.values()].filter(({ path }) => !hasWhole(found, path));
  }

  /** Every path that the area had on some day of a period. */
  everyPathOf(code: string, from = '0', until = '9'): string[] {
    const paths = this.versionsOf(code)
      .filter(({ validFrom, validUntil }) => validFrom <= until && (validUntil ?? '9') >= from)
      .flatMap(({ parent, validFrom, validUntil }) => {
        if (parent === null) return [code];
        const above = this.everyPathOf(parent, later(validFrom, from), earlier(validUntil ?? '9', until));
        return above.map((path) => `${path}.${code}`);
      });
    return [...new Set(paths)];
  }

  /** Where an area belongs: to its successor when it is gone and has one, else to the area above. */
  private above(code: string, date: string): string | null {
    const version = this.asOf(code, date);
    if (!version) return null;
    return version.successor !== null && !holdsOn(version, date) ? version.successor : version.parent;
  }
}

/** What was found before, else what is found now. */
function once<Found>(known: Map<string, Found>, asked: string, find: () => Found): Found {
  const before = known.get(asked);
  if (before !== undefined) return before;
  const found = find();
  if (known.size >= remembered) known.clear();
  known.set(asked, found);
  return found;
}

/** What is wrong with a tree: areas whose area above is missing or not above them for some of their days. Empty for a sound one. */
export function faultsOf(tree: DatedTree, versions: Iterable<AreaVersion> = tree.all()): string[] {
  const faults: string[] = [];
  for (const version of versions) {
    const { code, parent, level, validFrom, validUntil, successor } = version;
    if (
      parent !== null &&
      !isCovered(tree.versionsOf(parent), validFrom, validUntil, (above) => isAbove(above.level, level))
    )
      faults.push(`${code} from ${validFrom} has no area above it all the time: ${parent}`);
    if (parent === null && level !== 'province') faults.push(`${code} from ${validFrom} has no area above it`);
    if (successor !== null && (validUntil === null || !tree.on(successor, dayAfter(validUntil))))
      faults.push(`${code} until ${validUntil} has no successor ${successor} then`);
  }
  return faults;
}

/** True when the versions that pass hold on every day of the period. */
export function isCovered(
  versions: readonly AreaVersion[],
  from: string,
  until: string | null,
  passes: (version: AreaVersion) => boolean = () => true,
): boolean {
  let day: string | undefined = from;
  for (const version of versions) {
    if (day === undefined || !holdsOn(version, day)) continue;
    if (!passes(version)) return false;
    day =
      version.validUntil === null || (until !== null && version.validUntil >= until)
        ? undefined
        : dayAfter(version.validUntil);
  }
  return day === undefined;
}

const hasWhole = (found: ReadonlyMap<string, AreaPath>, path: string): boolean => {
  for (let end = path.lastIndexOf('.'); end > 0; end = path.lastIndexOf('.', end - 1))
    if (found.get(path.slice(0, end))?.alone === false) return true;
  return false;
};

function listUnder<K>(lists: Map<K, string[]>, key: K, code: string): void {
  const list = lists.get(key);
  if (list) list.push(code);
  else lists.set(key, [code]);
}

const dayAfter = (date: string): string => addDays(date, 1);
const later = (one: string, other: string): string => (one > other ? one : other);
const earlier = (one: string, other: string): string => (one < other ? one : other);
