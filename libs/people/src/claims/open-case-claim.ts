import type { KeyedIndex } from '../privacy/keyed-index.js';
import type { ClaimName } from './claims.js';

/** What makes a case the only open one of a scheme: of a household or, for a person's benefit, of a person. */
export const openCaseClaim = (index: KeyedIndex, scheme: string, householdOrPersonId: string): ClaimName => ({
  kind: 'open-case',
  hash: index.hash('open-case', JSON.stringify([scheme, householdOrPersonId])),
});
