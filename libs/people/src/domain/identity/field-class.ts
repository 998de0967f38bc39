/** What personal data are kept for. Each has keys of its own, so that one can end before another. */
export const purposes = ['identity', 'contact', 'health', 'bank', 'means'] as const;
export type Purpose = (typeof purposes)[number];

/**
 * How long personal data must be kept, at the least, in years from the end of the support. Keys of a class are destroyed
 * no earlier. Source: 最低生活保障审核确认档案 and 会计档案管理办法; the pack of an area may set longer terms
 */
export const retentionClasses = {
  'approval-file': { years: 3, en: 'file of the approval', zh: '审核确认档案' },
  'management-file': { years: 5, en: 'file of the daily management', zh: '日常管理档案' },
  accounting: { years: 30, en: 'accounting archive', zh: '会计档案' },
} as const satisfies Readonly<Record<string, { readonly years: number; readonly en: string; readonly zh: string }>>;
export type RetentionClass = keyof typeof retentionClasses;

/** Whose key a field is sealed with, besides its subject's: one key for each purpose and each term. */
export interface FieldClass {
  readonly purpose: Purpose;
  readonly retention: RetentionClass;
}
