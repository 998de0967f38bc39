import type { Role } from '#libs/access';

/** Who takes people in: registers persons and households, and writes down what they declare. */
export const registrars: readonly Role[] = ['village-helper', 'township-officer'];

/** Who keeps the files. */
export const officers: readonly Role[] = ['township-officer', 'investigator', 'county-reviewer'];

/** Who answers for the shape of households and for what was wrong. */
export const keepers: readonly Role[] = ['township-officer', 'county-reviewer'];

/** Who decides that two files are one person's. */
export const judges: readonly Role[] = ['supervisor', 'county-reviewer'];

/** Who looks for files that are of one person. */
export const doubleSeekers: readonly Role[] = ['county-reviewer', 'supervisor', 'data-protection-officer'];

/** Who reads files, each with the masks of their role. */
export const readers: readonly Role[] = [
  'village-helper',
  'township-officer',
  'investigator',
  'county-reviewer',
  'county-payment-officer',
  'finance',
  'supervisor',
  'inspector',
  'data-protection-officer',
];

/** Who reads what was recorded and by whom. */
export const historians: readonly Role[] = [
  'township-officer',
  'county-reviewer',
  'supervisor',
  'inspector',
  'data-protection-officer',
];
