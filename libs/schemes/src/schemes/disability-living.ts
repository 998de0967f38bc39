import { monthOf } from '#libs/calendar';
import { cite, defineScheme, subjectOf } from '../define-scheme.js';

/** What an area sets for the living subsidy. */
export interface DisabilityLivingParameters {
  /** Fen a month. */
  readonly amount: number;
  /** Disability levels that count. */
  readonly levels: readonly (1 | 2 | 3 | 4)[];
}

/**
 * Living subsidy for disabled persons in dibao households. Without dibao the application stays pending (`NO_DIBAO_YET`);
 * it counts from the later of the month of application and the first month of dibao. Source: 国发〔2015〕52号.
 */
export const disabilityLiving = defineScheme({
  id: 'disability-living',
  unit: 'person',
  name: { en: 'Living subsidy for disabled persons in hardship', zh: '困难残疾人生活补贴' },
  legalBasis: ['国发〔2015〕52号'],
  recheckMonths: null,
  fund: () => ({
    code: '2081107',
    name: { en: 'Living and nursing subsidies for the disabled', zh: '残疾人生活和护理补贴' },
  }),

  findings(facts, parameters: DisabilityLivingParameters) {
    const member = subjectOf(facts);
    const disabled = member.disability !== undefined && parameters.levels.includes(member.disability.level);
    const inDibao = facts.dibaoFromMonth !== undefined;
    return {
      reasons: [...(disabled ? [] : ['NO_DISABILITY']), ...(inDibao ? [] : ['NO_DIBAO_YET'])],
      monthlyAmount: parameters.amount,
      trace: [
        { step: 'disability', value: disabled ? 'yes' : 'no', basis: '国发〔2015〕52号' },
        { step: 'dibao-household', value: inDibao ? 'yes' : 'no', basis: '国发〔2015〕52号' },
        { step: 'monthly-amount', value: String(disabled && inDibao ? parameters.amount : 0) },
      ],
      citations: [cite(member, 'disability', 'disability', disabled)],
    };
  },

  firstMonth({ appliedOn, dibaoFromMonth }) {
    if (dibaoFromMonth === undefined) throw new RangeError('no first month before dibao');
    const applied = monthOf(appliedOn);
    return applied > dibaoFromMonth ? applied : dibaoFromMonth;
  },
});
