import { addMonths, type LocalDate, type Month } from '#libs/calendar';
import type { Language } from '../language.js';

/** Members of the family, in the order of the household. */
export type Member = 'father' | 'mother' | 'son';

/** The family as the service knows it. */
export interface Family {
  /** Id of the household. */
  readonly id: string;
  readonly number: string;
  readonly personIds: Readonly<Record<Member, string>>;
}

/** A case as it was granted first; amounts in fen. */
export interface GrantedCase {
  readonly id: string;
  readonly number: string;
  readonly scheme: string;
  readonly personId?: string;
  readonly monthlyAmount: number;
  readonly fromMonth: Month;
}

const NAMES = {
  en: { father: 'Father', mother: 'Mother', son: 'Son' },
  zh: { father: '父亲', mother: '母亲', son: '儿子' },
} as const satisfies Readonly<Record<Language, Readonly<Record<Member, string>>>>;

/** What a member is called. */
export const nameOf = (language: Language, member: Member): string => NAMES[language][member];

const BANKS = { en: 'Example Bank', zh: '示例银行' } as const;

const bornYearsAgo = (today: LocalDate, years: number, months: number) => addMonths(today, -(years * 12 + months));

/**
 * An account that no bank has: zeros, the day of the application, and a running number. Another day, another account.
 * `serial` is one digit.
 */
export const madeUpAccount = (language: Language, holder: Member, today: LocalDate, serial: number) => ({
  bank: BANKS[language],
  number: `00000000${today.replaceAll('-', '')}00${serial}`,
  holder: NAMES[language][holder],
});

/**
 * The family of a published report from Yanling county: a man of 54, deaf and mute, level 1; his wife, intellectual
 * disability level 2; a son of 14 in junior high school. Names are roles, the rest is made up.
 */
export const registrationOf = (language: Language, area: string, today: LocalDate) => {
  const names = NAMES[language];
  return {
    area,
    residence: 'rural',
    members: [
      {
        relation: 'applicant',
        person: {
          name: names.father,
          birthDate: bornYearsAgo(today, 54, 3),
          disability: { category: 'hearing-speech', level: 1 },
          account: madeUpAccount(language, 'father', today, 1),
        },
      },
      {
        relation: 'spouse',
        person: {
          name: names.mother,
          birthDate: bornYearsAgo(today, 50, 7),
          disability: { category: 'intellectual', level: 2 },
          account: madeUpAccount(language, 'mother', today, 2),
        },
      },
      { relation: 'child', person: { name: names.son, birthDate: bornYearsAgo(today, 14, 5) } },
    ],
  };
};

/** A year's income as declared, in fen. */
const incomeOfYear = (wages: number, business: number, transfers: number) => [
  { kind: 'wages', amount: wages, months: 12 },
  { kind: 'business', amount: business, months: 12 },
  { kind: 'transfers', amount: transfers, months: 12 },
];

/** 10,800 yuan a year. */
export const FIRST_INCOME = incomeOfYear(720_000, 240_000, 120_000);
/** 9,000 yuan a year: less paid work was found. */
export const LATER_INCOME = incomeOfYear(540_000, 240_000, 120_000);

/** Months of long-term care that each parent needs. */
export const CARE_MONTHS = 12;
