import { ageOn, monthOf, nextMonth, type LocalDate } from '#libs/calendar';
import { Fraction, roundTo, type Rounding } from '#libs/money';
import { cite, defineScheme } from '../define-scheme.js';
import type { Citation, IncomePart, MemberFacts, Residence, SchemeFacts, TraceLine } from '../scheme.js';

/** How two amounts per head are compared; nationally a household must lie strictly below. */
export type Comparison = '<' | '<=';

/** A ratio of two integers, as a pack writes it. */
export interface Ratio {
  readonly n: number;
  readonly d: number;
}

/** Who may get a supplement; an age is compared on the day of the decision. */
export type SupplementGround = 'severe-disability' | 'minor' | 'elder';

/** What an area sets for dibao. */
export interface DibaoParameters {
  /** The standard per head: `amount` fen for `months`; a yearly figure is never divided beforehand. */
  readonly standard: Readonly<Record<Residence, { readonly amount: number; readonly months: number }>>;
  readonly comparison: Comparison;
  /** Up to which multiple of the standard a household counts as marginal. */
  readonly marginal: { readonly factor: Ratio; readonly comparison: Comparison };
  readonly rounding: Rounding;
  /** Whether the gap is rounded once for the household, or per head and multiplied. */
  readonly roundingScope: 'household' | 'person';
  /** Parts of the standard added per member and ground; of several only the highest counts. */
  readonly supplements: readonly { readonly ground: SupplementGround; readonly rate: Ratio }[];
  /** From which age a member counts as elder, and below which as minor. */
  readonly ages: { readonly elderFrom: number; readonly minorBelow: number };
  /** Grounds on which income is left out, where dated until and including that day of decision. */
  readonly notIncome: readonly { readonly exemption: string; readonly until?: LocalDate }[];
  readonly firstMonth: 'month-after-decision' | 'month-of-decision' | 'month-of-application';
}

/** The figures that the dibao formula needs: exact, per month, in fen. */
export interface DibaoFigures {
  readonly standard: Fraction;
  readonly members: number;
  readonly income: Fraction;
  readonly comparison?: Comparison;
  readonly rounding: Rounding;
  readonly roundingScope?: 'household' | 'person';
  /** The highest rate of each member who gets a supplement. */
  readonly supplementRates?: readonly Fraction[];
}

/** What the formula yields; `gap` is exact, the rest is fen. */
export interface DibaoAmount {
  readonly eligible: boolean;
  readonly perHead: Fraction;
  readonly gap: Fraction;
  readonly roundedGap: number;
  readonly supplements: readonly number[];
  /** Rounded gap and supplements; 0 when not eligible. */
  readonly monthlyAmount: number;
}

const perPersonHalfUp: Rounding = { mode: 'half-up', unit: 1 };

const holds = (left: Fraction, comparison: Comparison, right: Fraction): boolean => {
  const order = left.compare(right);
  return comparison === '<' ? order < 0 : order <= 0;
};

/**
 * The gap between the standard for all members and the household's income, at least nothing and at most the standard for
 * all, rounded once by the area's rule; each member's supplement is rounded half-up to fen. Neither income nor standard
 * is rounded before. Source: 社会救助暂行办法 art 9; 民发〔2021〕57号 art 23.
 */
export function dibaoAmount(figures: DibaoFigures): DibaoAmount {
  const { standard, members, income, comparison = '<', rounding, roundingScope = 'household' } = figures;
  if (!Number.isSafeInteger(members) || members < 1) throw new RangeError(`not a number of members: ${members}`);
  const full = standard.times(members);
  const open = full.minus(income);
  const gap = open.isNegative() ? Fraction.zero : open.compare(full) > 0 ? full : open;
  const roundedGap =
    roundingScope === 'household' ? roundTo(gap, rounding) : roundTo(gap.dividedBy(members), rounding) * members;
  const supplements = (figures.supplementRates ?? []).map((rate) => roundTo(standard.times(rate), perPersonHalfUp));
  const perHead = income.dividedBy(members);
  const eligible = holds(perHead, comparison, standard);
  const monthlyAmount = eligible ? supplements.reduce((sum, one) => sum + one, roundedGap) : 0;
  return { eligible, perHead, gap, roundedGap, supplements, monthlyAmount };
}

/**
 * The household's exact income of one month: each part over its own months, none rounded.
 * Throws RangeError for a part without a positive whole number of months. Source: 民发〔2021〕57号 art 13.
 */
export function monthlyIncome(income: readonly IncomePart[]): Fraction {
  return income.reduce((sum, part) => sum.plus(perMonth(part)), Fraction.zero);
}

const perMonth = ({ amount, months }: { readonly amount: number; readonly months: number }): Fraction => {
  if (!Number.isSafeInteger(months) || months < 1) throw new RangeError(`not a number of months: ${months}`);
  return Fraction.of(amount, months);
};

const exact = (value: Fraction): string => (value.isInteger() ? String(value.numerator) : value.toString());
const yesNo = (value: boolean): string => (value ? 'yes' : 'no');

const hasGround = (member: MemberFacts, ground: SupplementGround, on: LocalDate, parameters: DibaoParameters) => {
  const age = member.birthDate === undefined ? undefined : ageOn(member.birthDate, on);
  switch (ground) {
    case 'severe-disability':
      return member.disability !== undefined && member.disability.level <= 2;
    case 'minor':
      return age !== undefined && age < parameters.ages.minorBelow;
    case 'elder':
      return age !== undefined && age >= parameters.ages.elderFrom;
  }
};

const supplementOf = (member: MemberFacts, { decidedOn }: SchemeFacts, parameters: DibaoParameters) =>
  parameters.supplements
    .filter(({ ground }) => hasGround(member, ground, decidedOn, parameters))
    .map(({ ground, rate }) => ({ member, ground, rate: Fraction.of(rate.n, rate.d) }))
    .sort((a, b) => b.rate.compare(a.rate))
    .slice(0, 1);

const isExempt = (part: IncomePart, { decidedOn }: SchemeFacts, { notIncome }: DibaoParameters): boolean =>
  notIncome.some(({ exemption, until }) => exemption === part.exemption && (until === undefined || decidedOn <= until));

/** The income per head of the family of somebody who files alone, exact. */
const familyPerHead = (
  { members, income }: NonNullable<SchemeFacts['family']>,
  facts: SchemeFacts,
  parameters: DibaoParameters,
): Fraction => monthlyIncome(income.filter((part) => !isExempt(part, facts, parameters))).dividedBy(members);

/**
 * Minimum living allowance: tops a household up to the standard. Who files alone gets it by their own income, where their family is
 * marginal at least. Source: 民发〔2021〕57号; 社会救助暂行办法 art 9-13.
 */
export const dibao = defineScheme({
  id: 'dibao',
  unit: 'household',
  name: { en: 'Minimum living allowance (dibao)', zh: '最低生活保障' },
  legalBasis: ['社会救助暂行办法 art 9', '民发〔2021〕57号 art 21-23'],
  recheckMonths: 12,
  fund: (residence) =>
    residence === 'urban'
      ? { code: '2081901', name: { en: 'Urban minimum living allowance', zh: '城市最低生活保障金支出' } }
      : { code: '2081902', name: { en: 'Rural minimum living allowance', zh: '农村最低生活保障金支出' } },

  findings(facts, parameters: DibaoParameters) {
    const standard = perMonth(parameters.standard[facts.residence]);
    const counted = facts.income.filter((part) => !isExempt(part, facts, parameters));
    const income = monthlyIncome(counted);
    const supplements = facts.members.flatMap((member) => supplementOf(member, facts, parameters));
    const { comparison, marginal, rounding, roundingScope } = parameters;
    const members = facts.members.length;
    if (members === 0) return { reasons: ['NO_MEMBERS'], monthlyAmount: 0, trace: [], citations: [] };
    const amount = dibaoAmount({
      standard,
      members,
      income,
      comparison,
      rounding,
      roundingScope,
      supplementRates: supplements.map(({ rate }) => rate),
    });
    const band = standard.times(Fraction.of(marginal.factor.n, marginal.factor.d));
    const family = facts.family && familyPerHead(facts.family, facts, parameters);
    const marginalFamily = family === undefined || holds(family, marginal.comparison, band);
    const eligible = amount.eligible && marginalFamily;
    const trace: TraceLine[] = [
      ...(family === undefined
        ? []
        : [
            { step: 'family-income-per-head', value: exact(family), basis: '民发〔2021〕57号 art 8' },
            { step: 'family-marginal', value: yesNo(marginalFamily), basis: marginal.comparison },
          ]),
      { step: 'members', value: String(members), basis: '民发〔2021〕57号 art 7' },
      ...facts.income.map((part) =>
        counted.includes(part)
          ? { step: 'income-part', value: exact(perMonth(part)), basis: part.kind }
          : { step: 'income-left-out', value: exact(perMonth(part)), basis: part.exemption ?? part.kind },
      ),
      { step: 'monthly-income', value: exact(income), basis: '民发〔2021〕57号 art 13' },
      { step: 'standard', value: exact(standard), basis: facts.residence },
      { step: 'income-per-head', value: exact(amount.perHead) },
      { step: 'below-standard', value: yesNo(amount.eligible), basis: comparison },
      ...(amount.eligible
        ? [
            { step: 'gap', value: exact(amount.gap), basis: '民发〔2021〕57号 art 23' },
            {
              step: 'rounded-gap',
              value: String(amount.roundedGap),
              basis: `${rounding.mode} ${rounding.unit} ${roundingScope}`,
            },
            ...amount.supplements.map((value) => ({ step: 'supplement', value: String(value) })),
          ]
        : [
            {
              step: 'marginal',
              value: yesNo(holds(amount.perHead, marginal.comparison, band)),
              basis: marginal.comparison,
            },
          ]),
      { step: 'monthly-amount', value: String(eligible ? amount.monthlyAmount : 0) },
    ];
    const citations: Citation[] = supplements.map(({ member, ground }) =>
      cite(member, ground === 'severe-disability' ? 'disability' : 'birth-date', ground, true),
    );
    return {
      reasons: [
        ...(amount.eligible ? [] : ['INCOME_NOT_BELOW_STANDARD']),
        ...(marginalFamily ? [] : ['FAMILY_NOT_MARGINAL']),
      ],
      monthlyAmount: eligible ? amount.monthlyAmount : 0,
      trace,
      citations,
    };
  },

  firstMonth({ appliedOn, decidedOn }, parameters) {
    switch (parameters.firstMonth) {
      case 'month-after-decision':
        return nextMonth(monthOf(decidedOn));
      case 'month-of-decision':
        return monthOf(decidedOn);
      case 'month-of-application':
        return monthOf(appliedOn);
    }
  },
});
