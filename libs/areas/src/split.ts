import { isAreaCode } from '#libs/platform';
import type { AreaVersion } from './area.js';
import { renamed, type AreaNames } from './changes.js';
import type { DatedTree } from './dated-tree.js';
import { AreaRefusal, Draft, type AreaChange } from './draft.js';

/** What becomes of a divided area: one of the areas that it goes into, and what lies below it from then. */
export interface AreaPart extends AreaNames {
  /** A new code, which needs a name; that of an area of the level that is there; or that of the divided area, which then goes on. */
  readonly code: string;
  /** Codes of what lay directly below the divided area. */
  readonly areas: readonly string[];
}

/**
 * An area is divided from a day on. Each area below it goes to one of the parts. What is kept at the divided area itself stays
 * with it where it goes on, and goes to the first part else.
 * @throws AreaRefusal
 */
export function splitArea(
  tree: DatedTree,
  { code, from, parts }: { code: string; from: string; parts: readonly AreaPart[] },
): AreaChange {
  const draft = new Draft(tree);
  const area = draft.changeable(code, from);
  draft.requireStillBelow(code, from);
  const [first] = parts;
  if (first === undefined || parts.every((part) => part.code === code)) throw new AreaRefusal('AREA_SAME', code);
  requireOnce(parts.map((part) => part.code));
  const below = draft.belowFrom(code, from);
  requireWhole(below, parts);
  for (const part of parts) establish(draft, area, part, from);
  for (const part of parts.filter((each) => each.code !== code))
    for (const child of below.filter((each) => part.areas.includes(each.code)))
      draft.replace(child, { validFrom: from, parent: part.code });
  if (!parts.some((part) => part.code === code)) draft.endBefore(area, from, first.code);
  return draft.change();
}

/** Every area below is given to one part, and nothing else is. */
function requireWhole(below: readonly AreaVersion[], parts: readonly AreaPart[]): void {
  const given = parts.flatMap(({ areas }) => areas);
  requireOnce(given);
  const foreign = given.find((each) => !below.some(({ code }) => code === each));
  if (foreign !== undefined) throw new AreaRefusal('AREA_NOT_BELOW', foreign);
  const left = below.map(({ code }) => code).filter((each) => !given.includes(each));
  if (left.length > 0) throw new AreaRefusal('AREA_NOT_ASSIGNED', left.sort().join(', '));
}

function requireOnce(codes: readonly string[]): void {
  const twice = codes.find((each, index) => codes.indexOf(each) !== index);
  if (twice !== undefined) throw new AreaRefusal('AREA_NAMED_TWICE', twice);
}

/** Sees to it that a part is there from the day on. */
function establish(draft: Draft, divided: AreaVersion, { code, nameZh, nameEn }: AreaPart, from: string): void {
  const isNamed = nameZh !== undefined || nameEn !== undefined;
  if (code === divided.code) {
    if (isNamed) draft.replace(divided, { ...renamed(divided, { nameZh, nameEn }), validFrom: from, source: 'own' });
    return;
  }
  if (draft.latest(code) === undefined) {
    if (!isAreaCode(code) || code.length !== divided.code.length) throw new AreaRefusal('AREA_CODE_FORM', code);
    if (nameZh === undefined) throw new AreaRefusal('AREA_NAME_MISSING', code);
    const names = { nameZh, nameEn: nameEn ?? null };
    draft.begin({ ...divided, ...names, code, validFrom: from, source: 'own', origin: divided.code });
    return;
  }
  if (isNamed) throw new AreaRefusal('AREA_CODE_IN_USE', code);
  const there = draft.on(code, from);
  if (there?.validUntil !== null) throw new AreaRefusal('AREA_NOT_IN_FORCE', code);
  if (there.level !== divided.level) throw new AreaRefusal('AREA_LEVELS_DIFFER', code);
}
