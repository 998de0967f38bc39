import { isAreaCode } from '#libs/platform';
import { type AreaVersion } from './area.js';
import { faultsOf, DatedTree } from './dated-tree.js';
import { AreaRefusal, Draft, type AreaChange } from './draft.js';

/** Names that an area gets; what is absent stays. */
export interface AreaNames {
  readonly nameZh?: string | undefined;
  readonly nameEn?: string | undefined;
}

/**
 * One area goes into another of its level from a day on. What lies below it lies below the other from then.
 * @throws AreaRefusal
 */
export function mergeArea(
  tree: DatedTree,
  { code, into, from }: { code: string; into: string; from: string },
): AreaChange {
  const draft = new Draft(tree);
  const area = draft.changeable(code, from);
  if (code === into) throw new AreaRefusal('AREA_SAME', into);
  const target = draft.on(into, from);
  if (!target) throw new AreaRefusal(draft.latest(into) ? 'AREA_NOT_IN_FORCE' : 'AREA_UNKNOWN', into);
  if (target.validUntil !== null) throw new AreaRefusal('AREA_NOT_IN_FORCE', into);
  if (target.level !== area.level) throw new AreaRefusal('AREA_LEVELS_DIFFER', into);
  draft.requireStillBelow(code, from);
  for (const child of draft.belowFrom(code, from)) draft.replace(child, { validFrom: from, parent: into });
  draft.endBefore(area, from, into);
  return draft.change();
}

/**
 * An area gets another code from a day on, and perhaps another name. What lies below it and begins with its code is re-coded
 * along, as division codes are.
 * @throws AreaRefusal
 */
export function recodeArea(
  tree: DatedTree,
  { code, to, from, ...names }: { code: string; to: string; from: string } & AreaNames,
): AreaChange {
  const draft = new Draft(tree);
  const area = draft.changeable(code, from);
  const oldStart = startOf(area);
  const newStart = startOf({ ...area, code: to });
  if (!isAreaCode(to) || to.length !== code.length || newStart.length !== oldStart.length)
    throw new AreaRefusal('AREA_CODE_FORM', to);
  draft.requireStillBelow(code, from);
  const recode = (version: AreaVersion, next: string, parent: string | null, named: AreaNames) => {
    if (draft.versionsOf(next).length > 0) throw new AreaRefusal('AREA_CODE_IN_USE', next);
    const below = draft.belowFrom(version.code, from);
    draft.endBefore(version, from, next);
    draft.begin({
      ...renamed(version, named),
      code: next,
      parent,
      validFrom: from,
      source: 'own',
      origin: version.code,
    });
    for (const child of below) {
      if (child.code.startsWith(oldStart)) recode(child, newStart + child.code.slice(oldStart.length), next, {});
      else draft.replace(child, { validFrom: from, parent: next });
    }
  };
  recode(area, to, area.parent, names);
  return draft.change();
}

/** An area gets other names from a day on. @throws AreaRefusal */
export function renameArea(
  tree: DatedTree,
  { code, from, ...names }: { code: string; from: string } & AreaNames,
): AreaChange {
  const draft = new Draft(tree);
  const area = draft.changeable(code, from);
  if (names.nameZh === undefined && names.nameEn === undefined) throw new AreaRefusal('AREA_NAME_MISSING', code);
  draft.replace(area, { ...renamed(area, names), validFrom: from, validUntil: null, source: 'own' });
  return draft.change();
}

/** The tree with the change in it. @throws Error when that would not be a sound tree: a fault of the program */
export function changedTree(tree: DatedTree, { ended, begun }: AreaChange): DatedTree {
  const ends = new Map(ended.map((version) => [`${version.code} ${version.validFrom}`, version]));
  const kept = [...tree.all()].map((version) => ends.get(`${version.code} ${version.validFrom}`) ?? version);
  const changed = new DatedTree([...kept, ...begun]);
  const [fault] = faultsOf(changed);
  if (fault !== undefined) throw new Error(fault);
  return changed;
}

/** What the codes below an area begin with. */
const startOf = ({ code, level }: AreaVersion): string =>
  code.slice(0, level === 'province' ? 2 : level === 'city' ? 4 : undefined);

/** A version with other names; an English name of before is dropped with the Chinese one. */
export const renamed = (version: AreaVersion, { nameZh, nameEn }: AreaNames): AreaVersion => ({
  ...version,
  nameZh: nameZh ?? version.nameZh,
  nameEn: nameEn ?? (nameZh === undefined ? version.nameEn : null),
});
