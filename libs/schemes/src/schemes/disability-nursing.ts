import { monthOf } from '#libs/calendar';
import { cite, defineScheme, subjectOf } from '../define-scheme.js';

/** What an area sets for the nursing subsidy. */
export interface DisabilityNursingParameters {
  /** Fen a month. */
  readonly amount: number;
  /** Disability levels that count; nationally 1 and 2. */
  readonly levels: readonly (1 | 2 | 3 | 4)[];
  /** Least months of long-term care needed; nationally 6. */
  readonly careNeedMonths: number;
}

/**
 * Nursing subsidy for severely disabled persons: whatever the household's income, for who needs long-term care; counted
 * from the month of application. Source: 国发〔2015〕52号.
 */
export const disabilityNursing = defineScheme({
  id: 'disability-nursing',
  unit: 'person',
  name: { en: 'Nursing subsidy for severely disabled persons', zh: '重度残疾人护理补贴' },
  legalBasis: ['国发〔2015〕52号'],
  recheckMonths: null,
  fund: () => ({
    code: '2081107',
    name: { en: 'Living and nursing subsidies for the disabled', zh: '残疾人生活和护理补贴' },
  }),

  findings(facts, parameters: DisabilityNursingParameters) {
    const member = subjectOf(facts);
    const severe = member.disability !== undefined && parameters.levels.includes(member.disability.level);
    const needsCare = (member.careNeedMonths ?? 0) >= parameters.careNeedMonths;
    return {
      reasons: [...(severe ? [] : ['NO_SEVERE_DISABILITY']), ...(needsCare ? [] : ['NO_LONG_TERM_CARE_NEED'])],
      monthlyAmount: parameters.amount,
      trace: [
        { step: 'severe-disability', value: severe ? 'yes' : 'no', basis: '国发〔2015〕52号' },
        { step: 'long-term-care-need', value: needsCare ? 'yes' : 'no', basis: '国发〔2015〕52号' },
        { step: 'monthly-amount', value: String(severe && needsCare ? parameters.amount : 0) },
      ],
      citations: [
        cite(member, 'disability', 'severe-disability', severe),
        cite(member, 'care-need', 'long-term-care-need', needsCare),
      ],
    };
  },

  firstMonth: (facts) => monthOf(facts.appliedOn),
});
