import type { Role } from '#libs/access';
import type { PersonHit } from '../search/person-search.reader.js';
import type { FoundPersonView } from './person-search.dto.js';
import { present } from './present.js';
import { sightOf, textOf } from './sight.js';

/** In the year of their fourteenth birthday somebody may still be a child. Source: 个人信息保护法 art 28 */
const CHILD = 14;

/** A person who was found, as a role is shown them: enough to open the right file. */
export function hitView(hit: PersonHit, role: Role, today: string): FoundPersonView {
  const {
    name,
    otherName,
    birthYear,
    phone,
    householdId,
    householdNumber,
    caseNumbers,
    diedOn,
    mergedInto,
    survivorId,
  } = hit;
  const under14 = birthYear === null || Number(today.slice(0, 4)) - birthYear <= CHILD;
  const sight = sightOf(role, under14);
  const text = (kind: 'name' | 'phone', value: string | null) => {
    const seen = textOf(sight, kind, value ?? undefined);
    return typeof seen === 'string' ? seen : undefined;
  };
  return {
    id: hit.personId,
    area: hit.areaCode,
    erased: hit.erased,
    ...present({
      name: text('name', name),
      otherName: text('name', otherName),
      birthYear: sight('birth-date') === 'hidden' ? undefined : (birthYear ?? undefined),
      phone: text('phone', phone),
      householdId: householdId ?? undefined,
      householdNumber: householdNumber ?? undefined,
      caseNumbers: caseNumbers.length === 0 ? undefined : [...caseNumbers],
      diedOn: diedOn ?? undefined,
      mergedInto: mergedInto ?? undefined,
      survivorId: survivorId ?? undefined,
    }),
    matched: hit.matched,
    score: hit.score,
  };
}
