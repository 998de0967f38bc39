import type { EventTexts } from '#libs/platform';
import type { PersonEvent } from './domain/person.events.js';
import { abandonedWords, factWords } from './household.texts.js';

type DataOf<Type extends PersonEvent['type']> = Extract<PersonEvent, { type: Type }>['data'];

/** What each event of a person says, without personal data. */
export const personTexts = {
  PersonRegistered: ({ area }: DataOf<'PersonRegistered'>) => ({
    en: `Person registered in area ${area}.`,
    zh: `在区划 ${area} 登记人员。`,
  }),
  IdentityRecorded: factWords((_: DataOf<'IdentityRecorded'>) => ({
    en: 'Name, document and birth recorded.',
    zh: '登记身份信息。',
  })),
  HukouRecorded: factWords((_: DataOf<'HukouRecorded'>) => ({ en: 'Hukou recorded.', zh: '登记户籍。' })),
  ResidenceRecorded: factWords(({ area }: DataOf<'ResidenceRecorded'>) => ({
    en: `Residence recorded in area ${area}.`,
    zh: `登记居住地，区划 ${area}。`,
  })),
  PhoneRecorded: factWords((_: DataOf<'PhoneRecorded'>) => ({ en: 'Phone recorded.', zh: '登记联系电话。' })),
  DisabilityCardRecorded: factWords((_: DataOf<'DisabilityCardRecorded'>) => ({
    en: 'Disability card recorded, or that there is none.',
    zh: '登记残疾人证情况。',
  })),
  IllnessesRecorded: factWords((_: DataOf<'IllnessesRecorded'>) => ({
    en: 'Marks of illness recorded, or that there are none.',
    zh: '登记患病情况。',
  })),
  SchoolingRecorded: factWords((_: DataOf<'SchoolingRecorded'>) => ({
    en: 'Schooling recorded.',
    zh: '登记就学情况。',
  })),
  EmploymentRecorded: factWords((_: DataOf<'EmploymentRecorded'>) => ({
    en: 'Employment recorded.',
    zh: '登记就业状况。',
  })),
  WorkAbilityRecorded: factWords((_: DataOf<'WorkAbilityRecorded'>) => ({
    en: 'Ability to work recorded.',
    zh: '登记劳动能力。',
  })),
  CareNeedRecorded: factWords((_: DataOf<'CareNeedRecorded'>) => ({
    en: 'Need of long-term care recorded.',
    zh: '登记长期照护需求。',
  })),
  GuardianRecorded: factWords((_: DataOf<'GuardianRecorded'>) => ({ en: 'Guardian recorded.', zh: '登记监护人。' })),
  DeathRecorded: factWords((_: DataOf<'DeathRecorded'>) => ({ en: 'Death recorded.', zh: '登记死亡。' })),
  FactWithdrawn: (_: DataOf<'FactWithdrawn'>) => ({
    en: 'A fact recorded by mistake withdrawn.',
    zh: '撤销一项误登的情况。',
  }),
  AccountRecorded: factWords((_: DataOf<'AccountRecorded'>) => ({ en: 'Account recorded.', zh: '登记账户。' })),
  AccountCorrected: factWords((_: DataOf<'AccountCorrected'>) => ({
    en: 'Another account proposed; waits for a second person.',
    zh: '提出变更账户，待第二人确认。',
  })),
  AccountConfirmed: (_: DataOf<'AccountConfirmed'>) => ({
    en: 'Proposed account confirmed by a second person.',
    zh: '第二人已确认账户变更。',
  }),
  AccountRejected: (_: DataOf<'AccountRejected'>) => ({
    en: 'Proposed account turned down.',
    zh: '账户变更已驳回。',
  }),
  PersonMerged: ({ into }: DataOf<'PersonMerged'>) => ({
    en: `This file and another are of one person: ${into} goes on.`,
    zh: `与另一档案系同一人，并入档案 ${into}。`,
  }),
  PersonMergeUndone: ({ into }: DataOf<'PersonMergeUndone'>) => ({
    en: `Not the same person as ${into} after all.`,
    zh: `撤销并入档案 ${into}，确系两人。`,
  }),
  DoubleDismissed: ({ other }: DataOf<'DoubleDismissed'>) => ({
    en: `Looks like ${other}, and is another person.`,
    zh: `与档案 ${other} 相似，经核实系两人。`,
  }),
  RegistrationAbandoned: abandonedWords,
} satisfies EventTexts<PersonEvent['type'] | 'RegistrationAbandoned'>;
