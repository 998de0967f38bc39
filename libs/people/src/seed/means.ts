import type { Residence } from '#libs/schemes';
import type { HouseholdDraft } from '../drafts.js';
import type { MadeUpPerson } from './person.js';
import { weighted, type Random } from './random.js';

/** Standards that incomes are spread around, in fen a month for each head: those of the example pack. */
const standards: Readonly<Record<Residence, number>> = { urban: 70_000, rural: 45_000 };

/** The basic pension that the centre pays, in fen a month, which the example pack leaves out of account. */
const CENTRAL_PENSION = 14_300;

/** Fen in a yuan. */
const YUAN = 100;

type Income = NonNullable<HouseholdDraft['income']>[number];
type Asset = NonNullable<HouseholdDraft['assets']>[number];
type Spending = NonNullable<HouseholdDraft['spending']>[number];
/** Somebody with the place in the household's list. */
export type PlacedPerson = MadeUpPerson & { readonly member: number };

const ratios = weighted([
  ['nothing', 55],
  ['below', 735],
  ['one fen below', 10],
  ['equal', 15],
  ['around', 55],
  ['marginal', 100],
  ['far above', 30],
]);

/** What a household should have in a year as a share of the standard, in fen. */
function targetOf(random: Random, standard: number): { readonly amount: number; readonly exact: boolean } {
  const share = (from: number, to: number) => ({
    amount: Math.round((standard * random.between(from, to)) / 1000 / YUAN) * YUAN,
    exact: false,
  });
  switch (random.choose(ratios)) {
    case 'nothing':
      return { amount: 0, exact: false };
    case 'one fen below':
      return { amount: standard - 1, exact: true };
    case 'equal':
      return { amount: standard, exact: true };
    case 'around':
      return share(950, 1_050);
    case 'marginal':
      return share(1_000, 1_499);
    case 'far above':
      return share(1_500, 3_200);
    default:
      return share(80, 950);
  }
}

/**
 * What those who count earn: most households lie below the standard, some at it to the fen, some above. Pensions of the old
 * come first, then work, and what is left comes from relatives.
 */
export function makeUpIncome(random: Random, counting: readonly PlacedPerson[], residence: Residence): Income[] {
  const { amount, exact } = targetOf(random, standards[residence] * 12 * counting.length);
  const [first] = counting;
  if (!first || amount === 0) return [];
  if (exact) return [{ kind: 'wages', amount, months: 12, member: first.member }];
  const pensions = counting.filter(({ age }) => age >= 60).flatMap(({ member }) => pensionOf(random, member));
  const pensioned = pensions.reduce((sum, { exemption, amount }) => (exemption === undefined ? sum + amount : sum), 0);
  const rest = Math.max(0, amount - pensioned);
  const workers = counting.filter(({ draft }) => earns(draft.employment?.status));
  const share = Math.floor(rest / (workers.length + 1));
  const earned = workers.flatMap((worker) => wagesOf(random, worker, share));
  const given = rest - share * workers.length;
  return [
    ...pensions,
    ...earned,
    ...(given >= 10 * YUAN ? [{ kind: 'transfers', amount: whole(given), months: 12 } as const] : []),
    ...(random.chance(40)
      ? [{ kind: 'property', amount: random.between(2, 30) * 100 * YUAN, months: 12 } as const]
      : []),
    ...counting.filter(({ draft }) => draft.disability && draft.disability.level <= 2).map(({ member }) => aid(member)),
  ];
}

const whole = (fen: number): number => Math.floor(fen / YUAN) * YUAN;

const aid = (member: number): Income => ({
  kind: 'transfers',
  amount: 11_000 * 12,
  months: 12,
  exemption: 'government-assistance',
  member,
});

const pensionOf = (random: Random, member: number): Income[] => [
  { kind: 'transfers', amount: CENTRAL_PENSION * 12, months: 12, exemption: 'central-basic-pension', member },
  { kind: 'transfers', amount: random.between(10, 90) * YUAN * 12, months: 12, member },
];

const earns = (status: string | undefined): boolean =>
  status === 'employed' || status === 'casual' || status === 'self-employed' || status === 'farming';

/** Wages are told for a month, a quarter, half a year or a year; what is grown or sold for a year, and now and then it is a loss. */
function wagesOf(random: Random, { draft, member }: PlacedPerson, year: number): Income[] {
  const status = draft.employment?.status;
  const business = status === 'farming' || status === 'self-employed';
  if (business && random.chance(20))
    return [{ kind: 'business', amount: -random.between(3, 80) * 100 * YUAN, months: 12, member }];
  const months = business ? 12 : random.pick([1, 3, 3, 6, 12, 12]);
  const amount = whole((year * months) / 12);
  return amount > 0 ? [{ kind: business ? 'business' : 'wages', amount, months, member }] : [];
}

/** What a household owns. */
export function makeUpAssets(random: Random, { rural, first }: { rural: boolean; first: number }): Asset[] {
  const thousands = (from: number, to: number) => random.between(from, to) * 1_000 * YUAN;
  return [
    ...(random.chance(620)
      ? [{ kind: 'deposit', value: random.between(100, 24_000) * YUAN, member: first } as const]
      : []),
    ...(random.chance(rural ? 860 : 480)
      ? [{ kind: 'real-estate', value: thousands(20, rural ? 90 : 260), count: random.chance(40) ? 2 : 1 } as const]
      : []),
    ...(random.chance(35) ? [{ kind: 'vehicle', value: thousands(2, 45), count: 1, member: first } as const] : []),
    ...(rural && random.chance(60) ? [{ kind: 'machinery', value: thousands(2, 20), count: 1 } as const] : []),
    ...(random.chance(45) ? [{ kind: 'insurance', value: thousands(1, 12), member: first } as const] : []),
    ...(random.chance(6) ? [{ kind: 'company', value: thousands(0, 50), count: 1, member: first } as const] : []),
    ...(random.chance(8) ? [{ kind: 'securities', value: thousands(1, 20), member: first } as const] : []),
  ];
}

/** What its members cost: the ill, those in senior schools, disabled children. */
export function makeUpSpending(random: Random, people: readonly PlacedPerson[]): Spending[] {
  const spent = (kind: Spending['kind'], from: number, to: number, member?: number): Spending => ({
    kind,
    amount: random.between(from, to) * 100 * YUAN,
    months: 12,
    ...(member !== undefined && { member }),
  });
  return [
    ...people.flatMap(({ draft, age, member }) => [
      ...(draft.illnesses && random.chance(800)
        ? [spent('medical', 5, draft.illnesses[0]?.kind === 'major' ? 600 : 80, member)]
        : []),
      ...(draft.schooling?.fullTime === true && age >= 15 ? [spent('education', 15, 120, member)] : []),
      ...(draft.disability && age < 18 && random.chance(700) ? [spent('rehabilitation', 20, 240, member)] : []),
    ]),
    ...(random.chance(25) ? [spent('housing', 30, 400)] : []),
    ...(random.chance(10) ? [spent('accident', 20, 500)] : []),
  ];
}
