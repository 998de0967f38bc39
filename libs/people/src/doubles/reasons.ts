/** What speaks for one person in two files, and against it, in the order in which it is told. */
export const doubleReasons = {
  twins: { en: 'probably twins: two people', zh: '可能是双胞胎，应为两人' },
  'numbers-crossed': { en: 'names and numbers of twins are crossed', zh: '双胞胎的姓名与证件号码可能互换' },
  'same-number': { en: 'the same number', zh: '证件号码相同' },
  'old-number': { en: 'the same number, once with 15 digits', zh: '证件号码相同，其一为 15 位旧号码' },
  'near-number': { en: 'numbers one slip apart', zh: '证件号码仅一处不同或相邻两位颠倒' },
  'different-number': { en: 'different numbers', zh: '证件号码不同' },
  'same-name': { en: 'the same name', zh: '姓名相同' },
  'same-other-name': { en: 'the same name in another script', zh: '另一文字的姓名相同' },
  'sound-alike': { en: 'names that sound the same', zh: '姓名同音' },
  'confusable-sound': { en: 'names that sound much the same', zh: '姓名近音' },
  'different-name': { en: 'different names', zh: '姓名不同' },
  'same-birth-date': { en: 'the same birth date', zh: '出生日期相同' },
  'near-birth-date': { en: 'birth dates one slip apart', zh: '出生日期仅一处不同或月日颠倒' },
  'different-birth-date': { en: 'different birth dates', zh: '出生日期不同' },
  'same-phone': { en: 'the same phone', zh: '电话相同' },
  'same-area': { en: 'the same area', zh: '地区相同' },
  'same-sex': { en: 'the same sex', zh: '性别相同' },
  'different-sex': { en: 'different sexes', zh: '性别不同' },
} as const satisfies Readonly<Record<string, { readonly en: string; readonly zh: string }>>;
export type DoubleReason = keyof typeof doubleReasons;
