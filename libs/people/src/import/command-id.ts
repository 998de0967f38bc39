import { canonicalJson, uuidV5 } from '#libs/event-sourcing';
import type { HouseholdDraft } from '../drafts.js';

/** Namespace of the commands of imports; never changes. */
const IMPORT_NAMESPACE = '0b6f4c52-6c0e-4a53-9d0b-6f2b7e1f3a90';

/**
 * The id of the command that registers a household of a file: the same whenever the same rows are loaded, by whomever and
 * from whatever kind of file.
 * @param digest a keyed hash: what the rows say must not be tried out on ids in the log
 */
export const commandIdFor = (draft: HouseholdDraft, reference: string, digest: (text: string) => string): string =>
  uuidV5(JSON.stringify([draft.area, digest(JSON.stringify([reference, canonicalJson(draft)]))]), IMPORT_NAMESPACE);
