import type { LocalDate } from '#libs/calendar';
import { packAmong, type Pack } from './pack.js';
import { yanlingExample } from './packs/yanling-example.js';
import type { SchemeRules } from './scheme.js';
import { dibao } from './schemes/dibao.js';
import { disabilityLiving } from './schemes/disability-living.js';
import { disabilityNursing } from './schemes/disability-nursing.js';

const registered = [dibao, disabilityLiving, disabilityNursing] as const;

/** The schemes that there are; a new one is a file in `schemes/` and a place in the list above. */
export type SchemeId = (typeof registered)[number]['id'];

/** A registered scheme. */
export type Scheme = SchemeRules<SchemeId>;

export const schemes: readonly Scheme[] = registered;

export const schemeIds: readonly SchemeId[] = schemes.map(({ id }) => id);

/** All published parameter lines. */
export const packs: readonly Pack[] = [...yanlingExample];

/** The scheme of that id, if there is one. */
export const findScheme = (id: string): Scheme | undefined => schemes.find((scheme) => scheme.id === id);

/** The scheme of that id. Throws RangeError when there is none. */
export function getScheme(id: string): Scheme {
  const scheme = findScheme(id);
  if (!scheme) throw new RangeError(`no scheme ${id}`);
  return scheme;
}

/**
 * The parameters of a scheme for an area on a date: nearest area upwards, latest in force. `areaPath` has codes from the root
 * to the area; those of areas whose place one took, right before it, let it inherit from them until it has parameters of its own.
 */
export const packFor = (areaPath: readonly string[], scheme: SchemeId, on: LocalDate): Pack | undefined =>
  packAmong(packs, areaPath, scheme, on);

/** The parameters that a past decision cites. */
export const findPack = (id: string, version: string): Pack | undefined =>
  packs.find((pack) => pack.id === id && pack.version === version);
