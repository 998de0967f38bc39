import type { Role } from '#libs/access';

/** Kinds of personal fields, as far as reading them goes; particulars are sex, ethnic group and schooling. */
export const fieldKinds = [
  'name',
  'id-number',
  'phone',
  'account',
  'address',
  'birth-date',
  'particulars',
  'health',
  'means',
] as const;
export type FieldKind = (typeof fieldKinds)[number];

/** How much of a field is shown. */
export type Showing = 'full' | 'masked' | 'hidden';

type Showings = Readonly<Record<FieldKind, Showing>>;

const all = (showing: Showing): Showings => ({
  name: showing,
  'id-number': showing,
  phone: showing,
  account: showing,
  address: showing,
  'birth-date': showing,
  particulars: showing,
  health: showing,
  means: showing,
});

/**
 * What a role needs: those who handle a case the whole of it, but for the account, which the payment takes; the village the
 * people, without numbers and means; those who watch over the work enough to tell persons apart; the others nothing. The birth
 * date is the middle of an identity number: it is never shown in full beside one that is masked.
 * Source: 个人信息保护法 art 6
 */
const defaults: Readonly<Record<Role, Showings>> = {
  'village-helper': {
    ...{ ...all('full'), 'id-number': 'masked', 'birth-date': 'masked', account: 'masked' },
    ...{ health: 'hidden', means: 'hidden' },
  },
  'township-officer': all('full'),
  investigator: { ...all('full'), 'id-number': 'masked', 'birth-date': 'masked', account: 'masked' },
  'county-reviewer': all('full'),
  'county-payment-officer': { ...all('hidden'), name: 'full', account: 'full', 'id-number': 'masked', phone: 'masked' },
  finance: { ...all('hidden'), name: 'masked', account: 'masked' },
  supervisor: { ...all('masked'), name: 'full', health: 'full', means: 'full' },
  'data-protection-officer': { ...all('masked'), name: 'full' },
  inspector: all('masked'),
  reporting: all('hidden'),
  administrator: all('hidden'),
};

/** Who cannot do their work without a child's data. */
const handlers: ReadonlySet<Role> = new Set([
  'township-officer',
  'investigator',
  'county-reviewer',
  'county-payment-officer',
]);
const stricter: Readonly<Record<Showing, Showing>> = { full: 'masked', masked: 'hidden', hidden: 'hidden' };

/**
 * How much of a field a role is shown. All data of a child under 14 are sensitive: whoever does not handle the case sees
 * one step less. Source: 个人信息保护法 art 28
 */
export function showingOf(role: Role, kind: FieldKind, { under14 }: { readonly under14: boolean }): Showing {
  const showing = defaults[role][kind];
  return under14 && !handlers.has(role) ? stricter[showing] : showing;
}

/** In the year of their fourteenth birthday somebody may still be a child, and so may who has no birth date that is known. */
export const mayBeChild = (birthYear: number | null, today: string): boolean =>
  birthYear === null || Number(today.slice(0, 4)) - birthYear <= 14;

/** The field as it is shown; undefined where it is hidden. */
export function shown(showing: Showing, kind: FieldKind, value: string): string | undefined {
  if (showing === 'hidden') return undefined;
  return showing === 'full' ? value : masks[kind](value);
}

const HIDDEN = '***';

/** Surnames of two characters; every other Chinese surname is taken for one. */
const compoundSurnames =
  /^(欧阳|上官|司马|诸葛|东方|皇甫|尉迟|公孙|令狐|慕容|司徒|夏侯|宇文|长孙|端木|独孤|南宫|闻人|呼延|澹台|轩辕|百里|东郭|申屠|公羊|赫连|拓跋)(?=.)/u;

/** The first and the last so many characters, with stars between; stars alone where that would show most of it. */
function ends(value: string, first: number, last: number, stars?: number): string {
  const characters = [...value];
  const between = characters.length - first - last;
  if (between < 4) return HIDDEN;
  return `${characters.slice(0, first).join('')}${'*'.repeat(stars ?? between)}${characters.slice(-last).join('')}`;
}

/** One mask per kind: enough to recognise what one knows, too little to learn it. */
export const masks: Readonly<Record<FieldKind, (value: string) => string>> = {
  /** 张*, E*: the surname, or the first letter where there is none to be told; never how long the name is. */
  name: (value) => `${compoundSurnames.exec(value)?.[0] ?? [...value.trim()][0] ?? ''}*`,
  /** 4304**********1234 */
  'id-number': (value) => ends(value, 4, 4),
  /** 138****5678 */
  phone: (value) => ends(value, 3, 4),
  /** ****5678, however long it is */
  account: (value) => ends(value, 0, 4, 4),
  /** The area of the person, down to the village, stands beside it; the rest is nobody's. */
  address: () => HIDDEN,
  'birth-date': (value) => `${value.slice(0, 4)}-**-**`,
  particulars: () => HIDDEN,
  health: () => HIDDEN,
  means: () => HIDDEN,
};
