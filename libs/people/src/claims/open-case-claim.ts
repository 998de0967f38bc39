import type { KeyedIndex } from '../privacy/keyed-index.js';
import type { ClaimName } from './claims.js';

/** What an open case is the only one of: a scheme, for a household or, where it is a person's benefit, for a person. */
export const openCaseKey = (scheme: string, householdOrPersonId: string): string =>
  JSON.stringify([scheme, householdOrPersonId]);

/** What makes a case the only open one. */
export const openCaseClaim = (index: KeyedIndex, key: string): ClaimName => ({
  kind: 'open-case',
  hash: index.hash('open-case', key),
});
